//! The stream of windows over the training: waiting times, content of the buffer, its variety.

use super::captions::{READS, STEPS, STORE, VARIETY, WAITS};
use super::curves::thinned;
use super::training::{axes, log_axes, series};
use crate::draw::figure::{Figure, Mark};
use crate::draw::palette::style;
use crate::draw::plot::{Axes, Line, draw};
use crate::files::RunFiles;

/// Figures of the buffer and the threads around it, where there was one.
pub(super) fn figures(run: &RunFiles) -> Vec<Figure> {
    let figures = [waits(run), steps(run), store(run), variety(run), reads(run)];
    figures.into_iter().flatten().collect()
}

fn waits(run: &RunFiles) -> Option<Figure> {
    let axes = Axes {
        y_range: Some((0.0, 1.0)),
        ..axes("share of the time")
    };
    let keys = [
        ("trainer waits for windows", "trainer_wait_recent"),
        ("solvers wait for room", "solver_wait_recent"),
    ];
    draw("Waiting", WAITS, &axes, series(run, &keys))
}

/// Seconds of a step, where several ranks made it.
fn steps(run: &RunFiles) -> Option<Figure> {
    let mut summed = run.metrics.training.iter();
    summed.find(|record| {
        record
            .get("step_reduce_s")
            .is_some_and(|seconds| seconds > 0.0)
    })?;
    let keys = [
        ("computing", "step_compute_s"),
        ("waiting for windows", "step_windows_s"),
        ("waiting for other ranks", "step_ranks_s"),
        ("summing gradients", "step_reduce_s"),
    ];
    draw("Seconds of a step", STEPS, &axes("s"), series(run, &keys))
}

fn store(run: &RunFiles) -> Option<Figure> {
    let unread = run.metrics.training.iter().filter_map(|record| {
        let unread = record.get("buffer_held")? * record.get("buffer_unread")?;
        Some((record.get("step")?, unread))
    });
    let (color, dashes) = style(1);
    let unread = thinned(&unread.collect::<Vec<_>>());
    let unread = Line::new("of them unread", color, unread).mark(Mark::Line(dashes));
    let mut lines = series(run, &[("windows held", "buffer_held")]);
    lines.push(unread);
    draw("Windows in the buffer", STORE, &axes("windows"), lines)
}

fn variety(run: &RunFiles) -> Option<Figure> {
    let keys = [
        ("in the buffer", "buffer_simulations"),
        ("in the buffer, effective", "buffer_effective_simulations"),
        ("in a batch, effective", "batch_simulations"),
    ];
    let title = "Simulations behind the windows";
    draw(title, VARIETY, &log_axes("simulations"), series(run, &keys))
}

fn reads(run: &RunFiles) -> Option<Figure> {
    let reads = series(run, &[("reads of a window", "reads_per_window")]);
    draw("Reads per window", READS, &axes("reads"), reads)
}
