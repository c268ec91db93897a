//! Losses of neuraloperator 2.0.0: every channel by itself, then their sum, with 10⁻⁸ added to what is divided by.
//!
//! Derivatives are central differences over the two neighbours, which see nothing of the highest wave. The sum is over
//! the batch too; here it is over the channels of one state.

use crate::relative_l2::norms;
use crate::{Definition, Measure, MetricEntry, Pair, Scale};

/// Number added to divisors.
const EPSILON: f64 = 1e-8;

/// `LpLoss.rel` with `p = 2`.
pub(crate) const RELATIVE_L2: MetricEntry = MetricEntry {
    kind: "relative_l2_neuraloperator",
    formula: "Σ over channels of ‖u − u*‖₂ / (‖u*‖₂ + 10⁻⁸)",
    summary: "relative LpLoss of neuraloperator, channels summed",
    definition: Definition::States(|fields| {
        let points = fields.num_points();
        let of = move |pair: &Pair<'_>| relative_l2(pair.prediction, pair.truth, points);
        Ok(Measure::one(
            "relative_l2_neuraloperator",
            Scale::Relative,
            of,
        ))
    }),
};

/// `H1Loss.rel`.
pub(crate) const H1: MetricEntry = MetricEntry {
    kind: "h1_neuraloperator",
    formula: "Σ over channels of ‖u − u*‖_H1 / (‖u*‖_H1 + 10⁻⁸)",
    summary: "relative H1Loss of neuraloperator with the lengths of the box, slopes by central differences",
    definition: Definition::States(|fields| {
        let points = fields.points.to_vec();
        let of = move |pair: &Pair<'_>| h1(pair.prediction, pair.truth, &points, pair.length);
        Ok(Measure::one("h1_neuraloperator", Scale::Relative, of))
    }),
};

/// `Σ over channels of ‖u − u*‖₂ / (‖u*‖₂ + 10⁻⁸)`, norms being sums over points.
pub fn relative_l2<T: Copy + Into<f64>>(u: &[T], truth: &[T], num_points: usize) -> f64 {
    let norms = norms(u, truth, num_points);
    norms.map(|[error, size]| error / (size + EPSILON)).sum()
}

/// `Σ over channels of ‖u − u*‖_{H¹} / (‖u*‖_{H¹} + 10⁻⁸)`, norms being sums over points.
pub fn h1<T: Copy + Into<f64>>(u: &[T], truth: &[T], points: &[usize], length: &[f64]) -> f64 {
    let num_points: usize = points.iter().product();
    let channels = u.chunks(num_points).zip(truth.chunks(num_points));
    let ratio = |(u, t): (&[T], &[T])| {
        let t: Vec<f64> = t.iter().map(|&t| t.into()).collect();
        let error: Vec<f64> = u.iter().zip(&t).map(|(&u, t)| u.into() - t).collect();
        norm(&error, points, length) / (norm(&t, points, length) + EPSILON)
    };
    channels.map(ratio).sum()
}

/// `√(Σ u² + Σᵢ (u₊ − u₋)²/(2h)²)`.
fn norm(u: &[f64], points: &[usize], length: &[f64]) -> f64 {
    let mut sum: f64 = u.iter().map(|u| u * u).sum();
    for axis in 0..points.len() {
        let stride: usize = points[axis + 1..].iter().product();
        let (n, spacing) = (points[axis], length[axis] / points[axis] as f64);
        let neighbour = |j: usize, step: usize| {
            let i = j / stride % n;
            u[j - i * stride + (i + step) % n * stride]
        };
        let slope = |j: usize| (neighbour(j, 1) - neighbour(j, n - 1)) / (2.0 * spacing);
        sum += (0..u.len()).map(|j| slope(j).powi(2)).sum::<f64>();
    }
    sum.sqrt()
}
