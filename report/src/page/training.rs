//! The course of a training: the loss, the gradient, and how long forecasts held.

use super::captions::{GRADIENT, LOSS, LOSS_QUANTILES, LOSSES, PROGRESS};
use super::curves::{IDLE, Named, colored, thinned};
use super::score::THRESHOLD;
use crate::draw::axes::has_place;
use crate::draw::figure::{Figure, Mark};
use crate::draw::palette::{FAINT, PERSISTENCE, SURROGATE, style};
use crate::draw::plot::{Axes, Line, STEP, draw};
use crate::files::{Record, RunFiles};

/// Training loss over the steps.
pub(super) fn loss(run: &RunFiles) -> Option<Figure> {
    let points = points(&run.metrics.training, "loss");
    let smooth = Line::new("loss, smoothed", SURROGATE, smoothed(&points));
    let raw = Line::new("", FAINT, thinned(&points)).width(1.0);
    draw("Training loss", LOSS, &loss_axes(), vec![smooth, raw])
}

/// Training loss of several runs.
pub(super) fn losses(runs: &[Named<'_>]) -> Option<Figure> {
    let lines = colored(runs, |run| {
        Some(smoothed(&points(&run.metrics.training, "loss")))
    });
    draw("Training loss", LOSSES, &loss_axes(), lines)
}

/// Correlation time at every evaluation during the training.
pub(super) fn progress(run: &RunFiles) -> Option<Figure> {
    let key = format!("correlation_time_{THRESHOLD}");
    let own = points(&run.metrics.evaluations, &key);
    if own.len() < 2 {
        return None;
    }
    let idle = points(&run.metrics.evaluations, &format!("persistence_{key}"));
    let all = own.iter().chain(&idle).map(|point| point.1);
    let most = all.fold(0.0, f64::max);
    let axes = Axes {
        x_label: STEP.into(),
        y_label: "time (units of the problem)",
        x_from_zero: true,
        y_range: (most > 0.0).then_some((0.0, 1.1 * most)),
        ..Axes::default()
    };
    let lines = vec![
        Line::new("surrogate", SURROGATE, own),
        Line::new(IDLE, PERSISTENCE, idle).dashed(),
    ];
    draw("How long forecasts hold", PROGRESS, &axes, lines)
}

/// Quantiles of the loss and the gradient, as the optimiser saw them.
pub(super) fn learning(run: &RunFiles) -> Vec<Figure> {
    let quantiles = series(
        run,
        &[
            ("median", "loss_median"),
            ("99 % lie below", "loss_p99"),
            ("largest", "loss_max"),
        ],
    );
    let gradient = series(run, &[("norm of the gradient", "gradient_norm")]);
    let figures = [
        draw(
            "Loss of single simulations",
            LOSS_QUANTILES,
            &loss_axes(),
            quantiles,
        ),
        draw("Gradient", GRADIENT, &log_axes("norm"), gradient),
    ];
    figures.into_iter().flatten().collect()
}

/// One line per key of the lines of training.
pub(super) fn series(run: &RunFiles, named: &[(&str, &str)]) -> Vec<Line> {
    let line = |(index, (label, key)): (usize, &(&str, &str))| {
        let (color, dashes) = style(index);
        let points = thinned(&points(&run.metrics.training, key));
        Line::new(*label, color, points).mark(Mark::Line(dashes))
    };
    named.iter().enumerate().map(line).collect()
}

/// Axes over the steps.
pub(super) fn axes(y_label: &'static str) -> Axes {
    Axes {
        x_label: STEP.into(),
        y_label,
        ..Axes::default()
    }
}

/// The same with a logarithmic vertical one.
pub(super) fn log_axes(y_label: &'static str) -> Axes {
    Axes {
        log_y: true,
        ..axes(y_label)
    }
}

fn loss_axes() -> Axes {
    log_axes("loss (in scaled units)")
}

fn points(records: &[Record], key: &str) -> Vec<(f64, f64)> {
    let point = |record: &Record| Some((record.get("step")?, record.get(key)?));
    records.iter().filter_map(point).collect()
}

/// Running geometric mean over about a fortieth of the points to either side.
fn smoothed(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let shown = points.iter().copied().filter(|(_, y)| has_place(*y, true));
    let positive: Vec<_> = shown.collect();
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
