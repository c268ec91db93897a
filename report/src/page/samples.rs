//! Several rollouts from every state: spread beside error, calibration, and how long to trust them.

use super::captions::{AGREEMENT, COVERAGE, HORIZONS, SKILL, SPREAD_SPECTRA, SPREAD_TIME};
use super::curves::over_time;
use super::score::THRESHOLD_VALUE;
use crate::draw::figure::{Figure, Mark};
use crate::draw::palette::{DASHED, ERROR, PERSISTENCE, SPREAD, SURROGATE, style};
use crate::draw::plot::{Axes, Line, TIME, WAVENUMBER, draw};
use crate::numbers::page::significant;
use ondine_metrics::results::{Evaluation, TestedHorizon, Uncertainty};

/// All figures of the samples.
pub(super) fn figures(evaluation: &Evaluation) -> Vec<Figure> {
    let Some(of) = &evaluation.uncertainty else {
        return Vec::new();
    };
    let figures = [
        spread(evaluation, of),
        skill(evaluation, of),
        coverage(evaluation, of),
        agreement(evaluation, of),
        horizons(of),
        spectra(evaluation, of),
    ];
    figures.into_iter().flatten().collect()
}

fn spread(evaluation: &Evaluation, of: &Uncertainty) -> Option<Figure> {
    let axes = Axes {
        y_label: "relative to the truth",
        log_y: true,
        ..in_time()
    };
    let line =
        |label: &str, color, values: &[f64]| Line::new(label, color, over_time(evaluation, values));
    let single = &evaluation.surrogate.nrmse_over_time;
    let lines = vec![
        line("error of the mean", ERROR, &of.mean.nrmse_over_time),
        line("spread of the samples", SPREAD, &of.spread_over_time).dashed(),
        line("CRPS", "#cc79a7", &of.crps_over_time).mark(Mark::Line("2 3")),
        line("error of one sample", SURROGATE, single).mark(Mark::Line("9 3 2 3")),
    ];
    draw("Error of the mean and spread", SPREAD_TIME, &axes, lines)
}

fn skill(evaluation: &Evaluation, of: &Uncertainty) -> Option<Figure> {
    let points = over_time(evaluation, &of.spread_skill_over_time);
    let most = points.iter().map(|point| point.1).fold(1.2, f64::max);
    let axes = Axes {
        y_label: "spread / error of the mean",
        y_range: Some((0.0, most.min(3.0))),
        threshold: Some(1.0),
        ..in_time()
    };
    let lines = vec![Line::new("spread over skill", SURROGATE, points)];
    draw("Spread over skill", SKILL, &axes, lines)
}

/// Shares at the times of the spectra, against those that should be.
fn coverage(evaluation: &Evaluation, of: &Uncertainty) -> Option<Figure> {
    let axes = Axes {
        x_label: "share that should lie in the interval".into(),
        y_label: "share that does",
        x_range: Some((0.0, 1.0)),
        y_range: Some((0.0, 1.0)),
        ..Axes::default()
    };
    let steps = of
        .spectra
        .iter()
        .map(|spectra| spectra.rollout_step.saturating_sub(1));
    let mut lines = Vec::new();
    for (index, step) in steps.enumerate() {
        let time = significant(*evaluation.times.get(step)?, 3);
        let at = |level: &ondine_metrics::results::Coverage| {
            Some((level.level, *level.share_over_time.get(step)?))
        };
        let points: Vec<_> = of.coverage.iter().filter_map(at).collect();
        let (color, dashes) = style(index);
        lines.push(Line::new("", color, points.clone()).mark(Mark::Line(dashes)));
        let mark = if index % 2 == 0 {
            Mark::Circle
        } else {
            Mark::Triangle
        };
        lines.push(Line::new(format!("time {time}"), color, points).mark(mark));
    }
    lines.push(identity("as it should be", 1.0));
    draw("Coverage", COVERAGE, &axes, lines)
}

fn agreement(evaluation: &Evaluation, of: &Uncertainty) -> Option<Figure> {
    let axes = Axes {
        y_label: "correlation",
        y_range: Some((-0.2, 1.0)),
        threshold: Some(THRESHOLD_VALUE),
        ..in_time()
    };
    let together = over_time(evaluation, &of.cross_correlation_over_time);
    let truth = over_time(evaluation, &of.sample_correlation_over_time);
    let lines = vec![
        Line::new("samples with each other", SPREAD, together).dashed(),
        Line::new("samples with the truth", SURROGATE, truth),
    ];
    draw(
        "Do samples agree as long as they are right?",
        AGREEMENT,
        &axes,
        lines,
    )
}

/// Predicted against actual horizons, one point per simulation.
fn horizons(of: &Uncertainty) -> Option<Figure> {
    let cut = |one: &TestedHorizon| one.predicted.to_the_end || one.actual.to_the_end;
    let points = |wanted: bool| -> Vec<(f64, f64)> {
        let wanted = of.horizons.iter().filter(|one| cut(one) == wanted);
        wanted
            .map(|one| (one.predicted.time, one.actual.time))
            .collect()
    };
    let all = of.horizons.iter();
    let most = all.map(|one| one.predicted.time.max(one.actual.time));
    let most = 1.05 * most.fold(0.0, f64::max);
    if most <= 0.0 {
        return None;
    }
    let axes = Axes {
        x_label: "predicted, from the samples alone (units of the problem)".into(),
        y_label: "actual, against the truth",
        x_range: Some((0.0, most)),
        y_range: Some((0.0, most)),
        ..Axes::default()
    };
    let lines = vec![
        Line::new("a simulation", SURROGATE, points(false)).mark(Mark::Circle),
        Line::new("one that reaches the end", SURROGATE, points(true)).mark(Mark::Triangle),
        identity("predicted = actual", most),
    ];
    let found = of.horizon_agreement.as_ref().map(|found| {
        let digits = |value: f64| significant(value, 2);
        format!(
            " Of the {} simulations with both horizons within the rollout, R² = {} and the mean ratio is {}.",
            found.count,
            digits(found.r_squared),
            digits(found.ratio)
        )
    });
    let few =
        " Fewer than three simulations have both horizons within the rollout, so there is no R².";
    let caption = format!("{HORIZONS}{}", found.unwrap_or(few.into()));
    draw(
        "Time to trust the samples, predicted and actual",
        caption,
        &axes,
        lines,
    )
}

fn spectra(evaluation: &Evaluation, of: &Uncertainty) -> Option<Figure> {
    let axes = Axes {
        x_label: WAVENUMBER.into(),
        y_label: "amplitude (units of the field)",
        log_x: true,
        log_y: true,
        ..Axes::default()
    };
    let mut lines = Vec::new();
    for (index, spectrum) in of.spectra.iter().enumerate() {
        let time = significant(
            *evaluation
                .times
                .get(spectrum.rollout_step.saturating_sub(1))?,
            3,
        );
        let numbers = &evaluation.spectra.first()?.wavenumber;
        let points = |values: &[f64]| -> Vec<(f64, f64)> {
            let shells = numbers.iter().copied().zip(values.iter().copied());
            shells.skip(1).collect()
        };
        let color = style(index).0;
        let error = points(&spectrum.mean_error);
        lines.push(Line::new(
            format!("error of the mean, time {time}"),
            color,
            error,
        ));
        let spread = points(&spectrum.spread);
        let spread = Line::new(format!("spread, time {time}"), color, spread);
        lines.push(spread.mark(Mark::Line(DASHED)));
    }
    draw(
        "Spread and error over wavenumbers",
        SPREAD_SPECTRA,
        &axes,
        lines,
    )
}

fn in_time() -> Axes {
    Axes {
        x_label: TIME.into(),
        x_from_zero: true,
        ..Axes::default()
    }
}

fn identity(label: &str, most: f64) -> Line {
    Line::new(label, PERSISTENCE, vec![(0.0, 0.0), (most, most)]).dashed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::doubles;

    #[test]
    fn samples_have_all_their_figures() {
        let mut evaluation = doubles::evaluation();
        assert!(figures(&evaluation).is_empty());
        evaluation.uncertainty = Some(doubles::uncertainty());
        let figures = figures(&evaluation);
        let titles: Vec<_> = figures.iter().map(|figure| figure.title.as_str()).collect();
        let expected = [
            "Error of the mean and spread",
            "Spread over skill",
            "Coverage",
            "Do samples agree as long as they are right?",
            "Time to trust the samples, predicted and actual",
            "Spread and error over wavenumbers",
        ];
        assert_eq!(titles, expected);
        assert!(
            figures[4].caption.contains("R² = 0.81"),
            "{}",
            figures[4].caption
        );
        // One horizon lies at the end of the rollout.
        assert_eq!(figures[4].legend.len(), 3);
    }

    #[test]
    fn horizons_that_say_nothing_have_no_number() {
        let mut evaluation = doubles::evaluation();
        let mut of = doubles::uncertainty();
        of.horizon_agreement = None;
        of.horizons.truncate(1);
        evaluation.uncertainty = Some(of);
        let figures = figures(&evaluation);
        assert!(
            figures[4].caption.contains("no R²"),
            "{}",
            figures[4].caption
        );
    }
}
