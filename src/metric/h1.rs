//! Relative error in the Sobolev space H¹: of the fields and of their slopes.
//!
//! `‖u − u*‖_{H¹} / ‖u*‖_{H¹}` with `‖u‖²_{H¹} = ⟨u²⟩ + ⟨|∇u|²⟩ = Σₖ w (1 + |k|²) |û|²`, all channels together:
//! Evans, *Partial Differential Equations*, 2nd ed. (2010), §5.8.5. Derivatives are those of the trigonometric
//! interpolant, in the units of the domain, so the number depends on the unit of length.

use super::ratio::ratio;
use super::{Judge, Measure, MetricEntry, Modes, Scale};

/// The entry of the list of metrics.
pub(super) const ENTRY: MetricEntry = MetricEntry {
    kind: "h1",
    formula: "√(Σ (1 + |k|²) |û − û*|² / Σ (1 + |k|²) |û*|²)",
    summary: "relative error of fields and slopes together (Sobolev H¹), over points and channels",
    judge: Judge::States(|fields| {
        Measure::spectral("h1", Scale::Relative, fields, |modes, pair| {
            h1(modes, pair.prediction, pair.truth, pair.length)
        })
    }),
};

/// `‖u − u*‖_{H¹} / ‖u*‖_{H¹}` in a box of `length`; 0 where both are equal.
///
/// # Panics
/// When a state is not made of channels with the points of the grid.
pub fn h1<T: Copy + Into<f64>>(modes: &mut Modes, u: &[T], truth: &[T], length: &[f64]) -> f64 {
    let [error, size] = modes.sums(u, truth, |wave| {
        let k = wave.derivative(length);
        1.0 + k.iter().map(|k| k * k).sum::<f64>()
    });
    ratio(error, size).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::modes::tests::{GRIDS, wave};
    use std::f64::consts::TAU;

    #[test]
    fn slopes_weigh_with_the_square_of_the_wavenumber() {
        for (points, length) in GRIDS {
            let mut modes = Modes::new(points).expect("a grid");
            let [k, q] = [[1.0, 2.0, 0.0], [3.0, -1.0, 2.0]];
            let square = |k: [f64; 3]| -> f64 {
                let axes = k.iter().zip(length);
                axes.map(|(k, length)| (TAU * k / length).powi(2)).sum()
            };
            let truth = wave(points, &k, 2.0, 0.3);
            let error = wave(points, &q, 0.1, 0.0);
            let u: Vec<f64> = truth.iter().zip(&error).map(|(a, b)| a + b).collect();
            let exact = ((0.01 * (1.0 + square(q))) / (4.0 * (1.0 + square(k)))).sqrt();
            let found = h1(&mut modes, &u, &truth, length);
            assert!((found / exact - 1.0).abs() < 1e-12, "{points:?}: {found}"); // rounding
            let vector = |state: &[f64]| [state, state].concat();
            let found = h1(&mut modes, &vector(&u), &vector(&truth), length);
            assert!((found / exact - 1.0).abs() < 1e-12, "{points:?}: {found}"); // two channels
        }
    }
}
