//! Curves over the time of the rollouts: how long forecasts hold, and how wrong they are.

use super::captions::{CORRELATION, CORRELATIONS, ERROR_OVER_TIME, ERRORS_OVER_TIME};
use super::score::THRESHOLD_VALUE;
use super::truth::Truth;
use crate::draw::figure::{Figure, Mark};
use crate::draw::palette::{PERSISTENCE, SURROGATE, style};
use crate::draw::plot::{Axes, Line, TIME, draw};
use crate::files::RunFiles;
use ondine_metrics::results::{Baseline, Evaluation, Judged};

/// More points than this are not seen, but weigh on the page.
const MOST_POINTS: usize = 400;

/// Persistence in the legends.
pub(super) const IDLE: &str = "persistence (nothing changes)";

/// A run and its name, for figures that several share.
pub(super) type Named<'a> = (&'a str, &'a RunFiles);

/// Correlation with the truth over the time of the rollout.
pub(super) fn correlation(evaluation: &Evaluation, truth: Truth) -> Option<Figure> {
    let of = |judged: &Judged| over_time(evaluation, &judged.correlation_over_time);
    let surrogate = Line::new("surrogate", SURROGATE, of(&evaluation.surrogate));
    let band = band(evaluation, &evaluation.surrogate.correlation_quantiles);
    let idle = Line::new(IDLE, PERSISTENCE, of(&evaluation.persistence)).dashed();
    let mut lines = vec![surrogate.band(band), idle];
    lines.extend(baselines(evaluation, of));
    let title = format!("Correlation with {}", truth.short());
    draw(title, CORRELATION, &correlation_axes(), lines)
}

/// Correlation of several runs.
pub(super) fn correlations(runs: &[Named<'_>]) -> Option<Figure> {
    let of = |evaluation: &Evaluation| {
        over_time(evaluation, &evaluation.surrogate.correlation_over_time)
    };
    let lines = colored(runs, |run| run.evaluation.as_ref().map(of));
    let truth = Truth::of_all(runs.iter().map(|(_, run)| Truth::of(run)));
    let title = format!("Correlation with {}", truth.short());
    draw(title, CORRELATIONS, &correlation_axes(), lines)
}

/// nRMSE over the time of the rollout.
pub(super) fn error(evaluation: &Evaluation) -> Option<Figure> {
    let of = |judged: &Judged| over_time(evaluation, &judged.nrmse_over_time);
    let mut lines = vec![
        Line::new("surrogate", SURROGATE, of(&evaluation.surrogate)),
        Line::new(IDLE, PERSISTENCE, of(&evaluation.persistence)).dashed(),
    ];
    lines.extend(baselines(evaluation, of));
    draw("Error over time", ERROR_OVER_TIME, &error_axes(), lines)
}

/// nRMSE of several runs.
pub(super) fn errors(runs: &[Named<'_>]) -> Option<Figure> {
    let of = |evaluation: &Evaluation| over_time(evaluation, &evaluation.surrogate.nrmse_over_time);
    let lines = colored(runs, |run| run.evaluation.as_ref().map(of));
    draw("Error over time", ERRORS_OVER_TIME, &error_axes(), lines)
}

/// A line for each baseline that was judged beside the surrogate.
fn baselines(evaluation: &Evaluation, of: impl Fn(&Judged) -> Vec<(f64, f64)>) -> Vec<Line> {
    let judged = evaluation.baselines.iter().enumerate();
    let line = |(index, one): (usize, &Baseline)| {
        let (color, dashes) = style(index + 2);
        let points = of(one.judged.as_ref()?);
        let name = one.kind.name();
        let name = if one.kind.is_solver() {
            format!("solver, {name}")
        } else {
            name.to_owned()
        };
        Some(Line::new(name, color, points).mark(Mark::Line(dashes)))
    };
    judged.filter_map(line).collect()
}

fn correlation_axes() -> Axes {
    Axes {
        x_label: TIME.into(),
        y_label: "correlation",
        x_from_zero: true,
        y_range: Some((-0.2, 1.0)),
        threshold: Some(THRESHOLD_VALUE),
        ..Axes::default()
    }
}

fn error_axes() -> Axes {
    Axes {
        x_label: TIME.into(),
        y_label: "nRMSE (relative error)",
        x_from_zero: true,
        log_y: true,
        ..Axes::default()
    }
}

/// One line a run, in its colour and dashes; runs that have none are left out.
pub(super) fn colored(
    runs: &[Named<'_>],
    points: impl Fn(&RunFiles) -> Option<Vec<(f64, f64)>>,
) -> Vec<Line> {
    let line = |(index, (name, run)): (usize, &Named<'_>)| {
        let (color, dashes) = style(index);
        Some(Line::new(*name, color, points(run)?).mark(Mark::Line(dashes)))
    };
    runs.iter().enumerate().filter_map(line).collect()
}

/// Values at the times of the rollout.
pub(super) fn over_time(evaluation: &Evaluation, values: &[f64]) -> Vec<(f64, f64)> {
    let times = evaluation.times.iter().copied();
    thinned(&times.zip(values.iter().copied()).collect::<Vec<_>>())
}

/// The space between two quantiles at the times of the rollout.
pub(super) fn band(evaluation: &Evaluation, [low, high]: &[Vec<f64>; 2]) -> Vec<(f64, f64, f64)> {
    let edges = low.iter().zip(high);
    let times = evaluation.times.iter().zip(edges);
    thinned(&times.map(|(t, (l, h))| (*t, *l, *h)).collect::<Vec<_>>())
}

/// Every n-th point, and always the last one.
pub(super) fn thinned<T: Copy>(points: &[T]) -> Vec<T> {
    let stride = points.len().div_ceil(MOST_POINTS).max(1);
    let mut kept: Vec<_> = points.iter().copied().step_by(stride).collect();
    if points.len() % stride != 1 && stride > 1 {
        kept.extend(points.last());
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_curves_are_thinned_and_keep_their_ends() {
        let points: Vec<_> = (0..100_001).map(f64::from).map(|x| (x, x)).collect();
        let thin = thinned(&points);
        assert!(thin.len() <= MOST_POINTS + 1, "{}", thin.len());
        assert_eq!((thin.first(), thin.last()), (points.first(), points.last()));
        assert_eq!(thinned(&points[..3]).len(), 3);
    }
}
