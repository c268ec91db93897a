//! The metrics that a recipe asks for, over the time of the rollouts: a figure each.

use super::captions::{METRIC, METRIC_BAND};
use super::curves::{IDLE, band, over_time};
use crate::draw::figure::{Figure, Mark};
use crate::draw::palette::{PERSISTENCE, style};
use crate::draw::plot::{Axes, Line, TIME, draw};
use ondine_metrics::METRICS;
use ondine_metrics::results::{Curve, Evaluation};

/// One figure a metric, in the order in which they were measured.
pub(super) fn figures(evaluation: &Evaluation) -> Vec<Figure> {
    let mut kinds: Vec<&str> = Vec::new();
    for curve in &evaluation.surrogate.curves {
        if !kinds.contains(&curve.metric.as_str()) {
            kinds.push(&curve.metric);
        }
    }
    let figure = |kind: &str| {
        let of_kind = |curve: &&Curve| curve.metric == kind;
        let curves: Vec<_> = evaluation.surrogate.curves.iter().filter(of_kind).collect();
        draw(
            format!("Metric {kind}"),
            caption(kind, &curves),
            &axes(&curves),
            lines(evaluation, &curves),
        )
    };
    kinds.into_iter().filter_map(figure).collect()
}

fn caption(kind: &str, curves: &[&Curve]) -> String {
    let entry = METRICS.iter().find(|entry| entry.kind == kind);
    let meaning = entry.map(|entry| format!("{}: {}. ", entry.formula, entry.summary));
    let meaning = meaning.unwrap_or_default();
    match curves {
        [_] => format!("{meaning}{METRIC} {METRIC_BAND}"),
        _ => format!("{meaning}{METRIC}"),
    }
}

/// The numbers of a metric; of a single one with its band and that of persistence.
fn lines(evaluation: &Evaluation, curves: &[&Curve]) -> Vec<Line> {
    let line = |(index, curve): (usize, &&Curve)| {
        let (color, dashes) = style(index);
        let line = Line::new(&curve.name, color, over_time(evaluation, &curve.mean));
        line.mark(Mark::Line(dashes))
    };
    let mut lines: Vec<_> = curves.iter().enumerate().map(line).collect();
    if let ([line], [curve]) = (&mut lines[..], curves) {
        line.band = band(evaluation, &curve.quantiles);
        let idle = evaluation.persistence.curve(&curve.name);
        let points = idle.map(|idle| over_time(evaluation, &idle.mean));
        lines.extend(points.map(|points| Line::new(IDLE, PERSISTENCE, points).dashed()));
    }
    lines
}

/// Logarithmic where values are positive and span more than a decade.
fn axes(curves: &[&Curve]) -> Axes {
    let values = || curves.iter().flat_map(|curve| curve.mean.iter().copied());
    let values = || values().filter(|value| value.is_finite());
    let (low, high) = values().fold((f64::INFINITY, 0.0_f64), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    Axes {
        x_label: TIME.into(),
        y_label: "value of the metric",
        x_from_zero: true,
        log_y: low > 0.0 && high > 10.0 * low,
        ..Axes::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::doubles;

    #[test]
    fn every_metric_has_a_figure_with_all_its_numbers() {
        let mut evaluation = doubles::evaluation();
        let curve = |metric: &str, name: &str| Curve {
            metric: metric.into(),
            name: name.into(),
            mean: vec![0.1, 0.2, 4.0],
            quantiles: [vec![0.05; 3], vec![5.0; 3]],
        };
        let curves = [
            curve("frmse", "frmse_low"),
            curve("rmse", "rmse"),
            curve("frmse", "frmse_high"),
        ];
        evaluation.persistence.curves = curves.to_vec();
        evaluation.surrogate.curves = curves.to_vec();
        let figures = figures(&evaluation);
        let shown: Vec<_> = figures
            .iter()
            .map(|figure| (figure.title.as_str(), figure.legend.len()))
            .collect();
        assert_eq!(shown, [("Metric frmse", 2), ("Metric rmse", 2)]);
        assert!(figures[1].caption.contains(METRIC_BAND));
        assert!(!figures[0].caption.contains(METRIC_BAND));
    }
}
