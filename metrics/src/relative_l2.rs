//! Relative L² error, field by field: the mean over channels of `‖u − u*‖₂ / ‖u*‖₂`.
//!
//! Li et al. (2021), Fourier Neural Operator, and the nRMSE of `PDEBench` (Takamoto et al. 2022). `nrmse` takes
//! all channels as one vector, so a field with large numbers decides it; here every field counts the same.

use super::ratio::{mean_over_channels, ratio};
use super::{Definition, Measure, MetricEntry, Scale};

/// The entry of the list of metrics.
pub(super) const ENTRY: MetricEntry = MetricEntry {
    kind: "relative_l2",
    formula: "‖u − u*‖₂ / ‖u*‖₂",
    summary: "relative error of a field, mean over channels",
    definition: Definition::States(|fields| {
        let points = fields.num_points();
        Ok(Measure::one("relative_l2", Scale::Relative, move |pair| {
            relative_l2(pair.prediction, pair.truth, points)
        }))
    }),
};

/// The mean of `‖u − u*‖₂ / ‖u*‖₂` over the channels that are not zero; where all of them are, 0 for an exact forecast and
/// infinite for another.
pub fn relative_l2<T: Copy + Into<f64>>(u: &[T], truth: &[T], num_points: usize) -> f64 {
    let size = |t: &[T]| t.iter().map(|&t| t.into() * t.into()).sum::<f64>();
    mean_over_channels(u, truth, num_points, size, |u, t| {
        let [error, size] = norms_of(u, t);
        ratio(error, size)
    })
}

/// `‖u − u*‖₂` and `‖u*‖₂` of every channel.
pub(super) fn norms<T: Copy + Into<f64>>(
    u: &[T],
    truth: &[T],
    num_points: usize,
) -> impl Iterator<Item = [f64; 2]> {
    let channels = u.chunks(num_points).zip(truth.chunks(num_points));
    channels.map(|(u, truth)| norms_of(u, truth))
}

/// `‖u − u*‖₂` and `‖u*‖₂`.
fn norms_of<T: Copy + Into<f64>>(u: &[T], truth: &[T]) -> [f64; 2] {
    let mut squares = [0.0, 0.0];
    for (&u, &t) in u.iter().zip(truth) {
        let (u, t): (f64, f64) = (u.into(), t.into());
        squares[0] += (u - t) * (u - t);
        squares[1] += t * t;
    }
    squares.map(f64::sqrt)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modes::tests::{GRIDS, wave};

    #[test]
    fn every_field_counts_the_same() {
        for (points, _) in GRIDS {
            let n: usize = points.iter().product();
            let k = &[1.0, 2.0, 3.0][..points.len()];
            let field =
                |a: f64, b: f64| [wave(points, k, a, 0.1), wave(points, k, b, 0.2)].concat();
            let error = relative_l2(&field(1.1, 500.0), &field(1.0, 1000.0), n);
            assert!((error - 0.3).abs() < 1e-13, "{points:?}: {error}"); // (0.1 + 0.5) / 2
        }
    }
}
