//! The curves of the page: what was learned, and how long its forecasts hold.

use super::captions::{
    CORRELATION, CORRELATIONS, ERROR_OVER_TIME, LOSS, LOSSES, PROGRESS, SPECTRA,
};
use super::numbers::significant;
use super::plot::{Axes, ERROR, Figure, Line, PERSISTENCE, RUNS, SURROGATE, TRUTH, draw};
use super::read::{Record, RunFiles};
use super::score::{THRESHOLD, THRESHOLD_VALUE};
use crate::evaluation::{Evaluation, Judged, Spectra};

/// More points than this are not seen, but weigh on the page.
const MOST_POINTS: usize = 400;
/// Single precision carries about seven digits: what lies further below the peak is rounding.
const SPECTRUM_DEPTH: f64 = 1e-9;

/// Persistence in the legends.
const IDLE: &str = "persistence (nothing changes)";

/// A run and its name, for figures that several share.
pub(super) type Named<'a> = (&'a str, &'a RunFiles);

/// Training loss over the steps.
pub(super) fn loss(run: &RunFiles) -> Option<Figure> {
    let points = points(&run.training, "loss");
    let smooth = Line::new("loss, smoothed", SURROGATE, smoothed(&points));
    let raw = Line::new("", "#a8c8ec", thinned(&points)).width(1.0);
    draw("Training loss", LOSS, &loss_axes(), vec![smooth, raw])
}

/// Training loss of several runs.
pub(super) fn losses(runs: &[Named<'_>]) -> Option<Figure> {
    let lines = colored(runs, |run| smoothed(&points(&run.training, "loss")));
    draw("Training loss", LOSSES, &loss_axes(), lines)
}

/// Correlation with the truth over the time of the rollout.
pub(super) fn correlation(evaluation: &Evaluation) -> Option<Figure> {
    let of = |judged: &Judged| over_time(evaluation, &judged.correlation_over_time);
    let surrogate = Line::new("surrogate", SURROGATE, of(&evaluation.surrogate));
    let lines = vec![
        surrogate.band(band(evaluation, &evaluation.surrogate)),
        Line::new(IDLE, PERSISTENCE, of(&evaluation.persistence)).dashed(),
    ];
    draw(
        "Correlation with the solver",
        CORRELATION,
        &correlation_axes(),
        lines,
    )
}

/// Correlation of several runs.
pub(super) fn correlations(runs: &[Named<'_>]) -> Option<Figure> {
    let lines = colored(runs, |run| {
        let evaluation = run.evaluation.as_ref();
        evaluation.map_or_else(Vec::new, |evaluation| {
            over_time(evaluation, &evaluation.surrogate.correlation_over_time)
        })
    });
    draw(
        "Correlation with the solver",
        CORRELATIONS,
        &correlation_axes(),
        lines,
    )
}

/// nRMSE over the time of the rollout.
pub(super) fn error(evaluation: &Evaluation) -> Option<Figure> {
    let axes = Axes {
        x_label: "time",
        y_label: "nRMSE",
        x_from_zero: true,
        log_y: true,
        ..Axes::default()
    };
    let of = |judged: &Judged| over_time(evaluation, &judged.nrmse_over_time);
    let lines = vec![
        Line::new("surrogate", SURROGATE, of(&evaluation.surrogate)),
        Line::new(IDLE, PERSISTENCE, of(&evaluation.persistence)).dashed(),
    ];
    draw("Error over time", ERROR_OVER_TIME, &axes, lines)
}

/// How long forecasts held, at every evaluation during the training.
pub(super) fn progress(run: &RunFiles) -> Option<Figure> {
    let key = format!("correlation_time_{THRESHOLD}");
    let own = points(&run.evaluations, &key);
    if own.len() < 2 {
        return None;
    }
    let idle = points(&run.evaluations, &format!("persistence_{key}"));
    let most = own
        .iter()
        .chain(&idle)
        .map(|point| point.1)
        .fold(0.0, f64::max);
    let axes = Axes {
        x_label: "training step",
        y_label: "time units",
        x_from_zero: true,
        y_range: (most > 0.0).then_some((0.0, 1.1 * most)),
        ..Axes::default()
    };
    let lines = vec![
        Line::new("surrogate", SURROGATE, own),
        Line::new(IDLE, PERSISTENCE, idle).dashed(),
    ];
    draw(
        "How long forecasts hold, by training step",
        PROGRESS,
        &axes,
        lines,
    )
}

/// Spectra of the truth, the forecast and the errors.
pub(super) fn spectra(spectra: &Spectra) -> Option<Figure> {
    let axes = Axes {
        x_label: "wavenumber (waves across the domain)",
        y_label: "amplitude",
        log_x: true,
        log_y: true,
        ..Axes::default()
    };
    let (title, when) = match spectra.rollout_step {
        1 => ("Spectrum of the first prediction", "one step".to_string()),
        step => ("Spectrum of a later prediction", format!("{step} steps")),
    };
    let time = significant(spectra.time, 3);
    let caption = format!("The fields after {when} (time {time}), split into waves. {SPECTRA}");
    draw(title, caption, &axes, spectral_lines(spectra))
}

fn spectral_lines(spectra: &Spectra) -> Vec<Line> {
    let (truth, prediction) = (&spectra.truth, &spectra.prediction);
    let peak = truth.iter().chain(prediction).copied().fold(0.0, f64::max);
    let of = |label, color, values: &[f64]| {
        let points = spectra
            .wavenumber
            .iter()
            .copied()
            .zip(values.iter().copied());
        let seen = points.filter(|point| point.1 > SPECTRUM_DEPTH * peak);
        Line::new(label, color, seen.collect())
    };
    let idle = of(
        "error if nothing changes",
        PERSISTENCE,
        &spectra.persistence_error,
    );
    vec![
        of("surrogate", SURROGATE, prediction).dashed(),
        of("truth", TRUTH, truth).width(3.8),
        of("error of the surrogate", ERROR, &spectra.error),
        idle.dashed(),
    ]
}

fn loss_axes() -> Axes {
    Axes {
        x_label: "training step",
        y_label: "loss",
        log_y: true,
        ..Axes::default()
    }
}

fn correlation_axes() -> Axes {
    Axes {
        x_label: "time",
        y_label: "correlation",
        x_from_zero: true,
        y_range: Some((-0.2, 1.0)),
        threshold: Some(THRESHOLD_VALUE),
        ..Axes::default()
    }
}

/// One line a run, in its colour.
fn colored(runs: &[Named<'_>], points: impl Fn(&RunFiles) -> Vec<(f64, f64)>) -> Vec<Line> {
    let colored = runs.iter().zip(RUNS.iter().cycle());
    colored
        .map(|((name, run), color)| Line::new(name, color, points(run)))
        .collect()
}

fn over_time(evaluation: &Evaluation, values: &[f64]) -> Vec<(f64, f64)> {
    thinned(
        &evaluation
            .times
            .iter()
            .copied()
            .zip(values.iter().copied())
            .collect::<Vec<_>>(),
    )
}

fn band(evaluation: &Evaluation, judged: &Judged) -> Vec<(f64, f64, f64)> {
    let [low, high] = &judged.correlation_quantiles;
    let edges = low.iter().zip(high).map(|(low, high)| (*low, *high));
    let band: Vec<_> = evaluation
        .times
        .iter()
        .zip(edges)
        .map(|(t, (l, h))| (*t, l, h))
        .collect();
    thinned(&band)
}

fn points(records: &[Record], key: &str) -> Vec<(f64, f64)> {
    let point = |record: &Record| Some((record.get("step")?, record.get(key)?));
    records.iter().filter_map(point).collect()
}

/// Every n-th point, and always the last one.
fn thinned<T: Copy>(points: &[T]) -> Vec<T> {
    let stride = points.len().div_ceil(MOST_POINTS).max(1);
    let mut kept: Vec<_> = points.iter().copied().step_by(stride).collect();
    if points.len() % stride != 1 && stride > 1 {
        kept.extend(points.last());
    }
    kept
}

/// Running geometric mean over about a fortieth of the points to either side.
fn smoothed(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let positive: Vec<_> = points.iter().copied().filter(|(_, y)| *y > 0.0).collect();
    let mut sums = vec![0.0];
    sums.extend(positive.iter().scan(0.0, |sum, (_, y)| {
        *sum += y.ln();
        Some(*sum)
    }));
    let reach = positive.len() / 40;
    let mean = |index: usize| {
        // The window grows from the start, where losses fall steeply; at the end they are flat.
        let start = index - reach.min(index);
        let end = (index + 1 + reach.min(index)).min(positive.len());
        let mean = (sums[end] - sums[start]) / (end - start) as f64;
        (positive[index].0, mean.exp())
    };
    thinned(&(0..positive.len()).map(mean).collect::<Vec<_>>())
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

    #[test]
    fn smoothing_keeps_an_exponential_decay() {
        let decay: Vec<_> = (0..200)
            .map(|i| (f64::from(i), (-0.1 * f64::from(i)).exp()))
            .collect();
        for ((x, smooth), (_, exact)) in smoothed(&decay).into_iter().zip(&decay).take(195) {
            // A geometric mean over a centred window is exact here, up to rounding.
            assert!(
                (smooth / exact - 1.0).abs() < 1e-9,
                "{smooth} at {x} instead of {exact}"
            );
        }
        assert!(smoothed(&[]).is_empty());
    }
}
