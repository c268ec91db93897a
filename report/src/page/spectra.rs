//! Spectra of truth, forecast and error.

use super::captions::{SPECTRA, SPECTRA_OF_RUNS};
use super::curves::{Named, colored};
use crate::draw::figure::Figure;
use crate::draw::palette::{ERROR, PERSISTENCE, SURROGATE, TRUTH};
use crate::draw::plot::{Axes, Line, WAVENUMBER, draw_panels};
use crate::files::RunFiles;
use crate::numbers::page::significant;
use ondine_metrics::results::{Evaluation, Spectra};

/// Single precision carries about seven digits: what lies further below the peak is rounding.
const DEPTH: f64 = 2e-8;
/// Times of two runs this close, relative to each other, are the same.
const SAME_TIME: f64 = 0.05;

/// Spectra of the truth, the forecast and the errors, a panel a time.
pub(super) fn figure(all: &[Spectra]) -> Option<Figure> {
    let panels = all.iter().map(|spectra| (when(spectra), lines(spectra)));
    draw_panels("Spectra", SPECTRA, &axes(), panels.collect())
}

/// `after 40 steps, time 32`.
fn when(spectra: &Spectra) -> String {
    let time = significant(spectra.time, 3);
    match spectra.rollout_step {
        1 => format!("after one step, time {time}"),
        step => format!("after {step} steps, time {time}"),
    }
}

/// Errors of several runs over wavenumbers, at the times that all of them have.
pub(super) fn of_runs(runs: &[Named<'_>]) -> Option<Figure> {
    let judged = runs.iter().filter(|(_, run)| run.evaluation.is_some());
    let judged: Vec<_> = judged.copied().collect();
    let (_, first) = judged.first().filter(|_| judged.len() > 1)?;
    let times = first.evaluation.iter().flat_map(|of| &of.spectra);
    let panels = times.filter_map(|spectra| at_time(runs, spectra));
    let title = "Error over wavenumbers";
    draw_panels(title, SPECTRA_OF_RUNS, &axes(), panels.collect())
}

fn at_time(runs: &[Named<'_>], wanted: &Spectra) -> Option<(String, Vec<Line>)> {
    let same = |evaluation: &Evaluation| near(evaluation, wanted.time).is_some();
    let known = |(_, run): &Named<'_>| run.evaluation.as_ref().is_none_or(same);
    if !runs.iter().all(known) {
        return None;
    }
    let errors = |run: &RunFiles| {
        let spectra = near(run.evaluation.as_ref()?, wanted.time)?;
        Some(seen(spectra, &spectra.error))
    };
    let truth = Line::new("truth of the first run", TRUTH, seen(wanted, &wanted.truth));
    let lines = colored(runs, errors).into_iter().chain([truth.width(3.4)]);
    let title = format!("time {}", significant(wanted.time, 3));
    Some((title, lines.collect()))
}

/// The spectra of this time.
fn near(evaluation: &Evaluation, time: f64) -> Option<&Spectra> {
    let same = |spectra: &&Spectra| (spectra.time - time).abs() <= SAME_TIME * time;
    evaluation.spectra.iter().find(same)
}

fn axes() -> Axes {
    Axes {
        x_label: WAVENUMBER.into(),
        y_label: "amplitude (units of the field)",
        log_x: true,
        log_y: true,
        ..Axes::default()
    }
}

fn lines(spectra: &Spectra) -> Vec<Line> {
    let of = |label, color, values| Line::new(label, color, seen(spectra, values));
    let idle = &spectra.persistence_error;
    vec![
        of("surrogate", SURROGATE, &spectra.prediction).dashed(),
        of("truth", TRUTH, &spectra.truth).width(3.8),
        of("error of the surrogate", ERROR, &spectra.error),
        of("error if nothing changes", PERSISTENCE, idle).dashed(),
    ]
}

/// The points that are no rounding beside the fields.
pub(super) fn seen(spectra: &Spectra, values: &[f64]) -> Vec<(f64, f64)> {
    let fields = spectra.truth.iter().chain(&spectra.prediction);
    let peak = fields.copied().fold(0.0, f64::max);
    let points = spectra
        .wavenumber
        .iter()
        .copied()
        .zip(values.iter().copied());
    points.filter(|point| point.1 > DEPTH * peak).collect()
}
