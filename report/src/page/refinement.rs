//! Error after every call of a refiner's network, over wavenumbers, as in Lippe et al. (2023).

use super::captions::REFINEMENT;
use super::spectra::seen;
use crate::draw::figure::{Figure, Mark};
use crate::draw::palette::{DASHED, SERIES, TRUTH};
use crate::draw::plot::{Axes, Line, WAVENUMBER, draw};
use ondine_metrics::results::{Evaluation, Refinement};

/// The error of one step after every call, with the noise that the call was given; none without calls.
pub(super) fn figure(evaluation: &Evaluation) -> Option<Figure> {
    let calls = &evaluation.refinements;
    if calls.is_empty() {
        return None;
    }
    let numbers = &evaluation.spectra.first()?.wavenumber;
    let last = numbers.last().copied()?;
    let axes = Axes {
        x_label: WAVENUMBER.into(),
        y_label: "amplitude (units of the field)",
        log_y: true,
        ..Axes::default()
    };
    let errors = calls.iter().map(|call| error(call, numbers));
    let noises = calls.iter().filter_map(|call| noise(call, last));
    let lines = errors.chain(noises).chain(truth(evaluation));
    draw(
        "Error after every call of the network",
        REFINEMENT,
        &axes,
        lines.collect(),
    )
}

fn color(call: &Refinement) -> &'static str {
    SERIES[call.calls.saturating_sub(1) % (SERIES.len() - 1)] // the last one is that of the truth
}

fn error(call: &Refinement, numbers: &[f64]) -> Line {
    let label = match call.calls {
        0 | 1 => "error of the prediction".into(),
        calls => format!("error after refinement {}", calls - 1),
    };
    let points = numbers.iter().copied().zip(call.error.iter().copied());
    let points = points.skip(1);
    // Calls that add nothing lie on each other: the later, the wider and the further below.
    let width = 1.8 + 0.9 * call.calls.saturating_sub(1).min(6) as f64;
    Line::new(label, color(call), points.collect()).width(width)
}

/// The level of the noise, which is white.
fn noise(call: &Refinement, last: f64) -> Option<Line> {
    let level = call.noise_amplitude.filter(|level| *level > 0.0)?;
    let points = vec![(1.0, level), (last, level)];
    let label = format!("noise of refinement {}", call.calls.saturating_sub(1));
    Some(
        Line::new(label, color(call), points)
            .mark(Mark::Line(DASHED))
            .width(1.4),
    )
}

/// The truth after the same step.
fn truth(evaluation: &Evaluation) -> Option<Line> {
    let first = evaluation.spectra.first()?;
    let points = seen(first, &first.truth)
        .into_iter()
        .filter(|(k, _)| *k > 0.0);
    Some(Line::new("truth", TRUTH, points.collect()).width(3.4))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::doubles;

    #[test]
    fn every_call_has_a_line_and_its_noise_a_level() {
        let mut evaluation = doubles::evaluation();
        assert!(figure(&evaluation).is_none());
        let call = |calls: usize, noise: f64| Refinement {
            calls,
            noise,
            noise_amplitude: Some(0.1 * noise),
            mse: 0.1,
            error: vec![0.1 / calls as f64; 9],
        };
        evaluation.refinements = vec![call(1, 0.0), call(2, 0.1), call(3, 0.01)];
        let figure = figure(&evaluation).expect("it has calls");
        let labels: Vec<_> = figure.legend.iter().map(|key| key.label.as_str()).collect();
        let expected = [
            "error of the prediction",
            "error after refinement 1",
            "error after refinement 2",
            "noise of refinement 1",
            "noise of refinement 2",
            "truth",
        ];
        assert_eq!(labels, expected);
        assert_eq!(figure.legend[1].color, figure.legend[3].color);
        assert_ne!(figure.legend[1].mark, figure.legend[3].mark);
    }
}
