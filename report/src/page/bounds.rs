//! Split conformal bounds of the next error, and how often they held.

use super::curves::over_time;
use crate::draw::figure::{Figure, Mark};
use crate::draw::palette::style;
use crate::draw::plot::{Axes, Line, TIME, draw};
use crate::numbers::page::percent;
use maud::{Markup, html};
use ondine_metrics::results::{Conformal, ConformalBound, ConformalScore, Evaluation};

/// All figures of the bounds.
pub(super) fn figures(evaluation: &Evaluation) -> Vec<Figure> {
    let Some(of) = &evaluation.conformal else {
        return Vec::new();
    };
    let [errors, largest] = ConformalScore::ALL.map(|score| bounds(evaluation, of, score));
    let figures = [errors, largest, coverage(evaluation, of)];
    figures.into_iter().flatten().collect()
}

/// The bounds that there are too few held-out simulations for.
pub(super) fn missing(evaluation: &Evaluation) -> Option<Markup> {
    let note = evaluation.bounds_note()?;
    Some(html! { p.note { (note) } })
}

fn bounds(evaluation: &Evaluation, of: &Conformal, score: ConformalScore) -> Option<Figure> {
    let (y_label, meaning) = match score {
        ConformalScore::Nrmse => (
            "nRMSE (relative error)",
            "The relative error of the next simulation lies below a line with its probability",
        ),
        ConformalScore::LargestError => (
            "largest error (deviations of the field)",
            "With its probability, the truth of the next simulation lies within a line around the forecast, at all points together",
        ),
    };
    let axes = Axes {
        y_label,
        log_y: true,
        ..in_time()
    };
    let caption = format!(
        "{meaning}, whatever the distribution of errors: split conformal bounds from the errors of {} held-out simulations.",
        of.calibrated_on
    );
    let lines = lines(evaluation, of, score, |bound| &bound.bound_over_time);
    draw(
        format!("Bounds of the {}", score.name()),
        caption,
        &axes,
        lines,
    )
}

fn coverage(evaluation: &Evaluation, of: &Conformal) -> Option<Figure> {
    let axes = Axes {
        y_label: "share within the bound",
        y_range: Some((0.0, 1.0)),
        ..in_time()
    };
    let caption = format!(
        "The share of the other {} held-out simulations whose nRMSE lay below the bound. It should lie at the probability of the line, but \
         for the chance of so few simulations.",
        of.tested_on
    );
    let lines = lines(evaluation, of, ConformalScore::Nrmse, |bound| {
        &bound.coverage_over_time
    });
    draw("Coverage of the bounds", caption, &axes, lines)
}

/// A line for each level of a score.
fn lines(
    evaluation: &Evaluation,
    of: &Conformal,
    score: ConformalScore,
    values: impl Fn(&ConformalBound) -> &[f64],
) -> Vec<Line> {
    let line = |(index, bound): (usize, &ConformalBound)| {
        let (color, dashes) = style(index);
        let points = over_time(evaluation, values(bound));
        Line::new(percent(bound.level), color, points).mark(Mark::Line(dashes))
    };
    of.of(score).enumerate().map(line).collect()
}

fn in_time() -> Axes {
    Axes {
        x_label: TIME.into(),
        x_from_zero: true,
        ..Axes::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::doubles;

    #[test]
    fn bounds_have_a_figure_per_score_and_their_coverage() {
        let mut evaluation = doubles::evaluation();
        assert!(figures(&evaluation).is_empty() && missing(&evaluation).is_none());
        let steps = evaluation.times.len();
        let bound = |score, level: f64| ConformalBound {
            score,
            level,
            bound_over_time: (0..steps).map(|step| level * (1.0 + step as f64)).collect(),
            coverage_over_time: vec![level; steps],
            coverage: level,
        };
        let mut last = bound(ConformalScore::LargestError, 0.8);
        last.bound_over_time[steps - 1] = f64::INFINITY;
        evaluation.conformal = Some(Conformal {
            calibrated_on: 19,
            tested_on: 18,
            deviations: vec![1.5],
            bounds: vec![
                bound(ConformalScore::Nrmse, 0.5),
                bound(ConformalScore::Nrmse, 0.8),
                last,
            ],
        });
        let figures = figures(&evaluation);
        let titles: Vec<_> = figures.iter().map(|figure| figure.title.as_str()).collect();
        let expected = [
            "Bounds of the nRMSE",
            "Bounds of the largest error",
            "Coverage of the bounds",
        ];
        assert_eq!(titles, expected);
        let labels: Vec<_> = figures[0]
            .legend
            .iter()
            .map(|key| key.label.replace('\u{202f}', " "))
            .collect();
        assert_eq!(labels, ["50 %", "80 %"]);
        assert!(figures[2].caption.contains("18 held-out simulations"));
        let missing = missing(&evaluation).expect("32 are too few").into_string();
        assert!(missing.contains("95 % need 37"), "{missing}");
    }
}
