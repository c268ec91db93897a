//! Relative error in the Sobolev space H¹: of the fields and of their slopes.
//!
//! `‖u − u*‖_{H¹} / ‖u*‖_{H¹}` with `‖u‖²_{H¹} = ⟨u²⟩ + ⟨|∇u|²⟩ = Σₙ w (1 + |n|²) |û|²`, all channels together:
//! Evans, *Partial Differential Equations*, 2nd ed. (2010), §5.8.5. Derivatives are those of the trigonometric
//! interpolant by `x/L` in units of `2π`, `n` being the numbers of wavelengths over the box, as in the norm `h1` of
//! objectives: the number does not depend on the unit of length.

use super::ratio::ratio;
use super::{Definition, Measure, MetricEntry, Modes, Scale};

/// The entry of the list of metrics.
pub(super) const ENTRY: MetricEntry = MetricEntry {
    kind: "h1",
    formula: "√(Σ (1 + |n|²) |û − û*|² / Σ (1 + |n|²) |û*|²), n wavelengths over the box",
    summary: "relative error of fields and slopes together (Sobolev H¹), over points and channels",
    definition: Definition::States(|fields| {
        Measure::spectral("h1", Scale::Relative, fields, |modes, pair| {
            h1(modes, pair.prediction, pair.truth)
        })
    }),
};

/// `‖u − u*‖_{H¹} / ‖u*‖_{H¹}`; 0 where both are equal.
///
/// # Panics
/// When a state is not made of channels with the points of the grid.
pub fn h1<T: Copy + Into<f64>>(modes: &mut Modes, u: &[T], truth: &[T]) -> f64 {
    let [error, size] = modes.sums(u, truth, |wave| {
        1.0 + wave.slopes.iter().map(|n| n * n).sum::<f64>()
    });
    ratio(error, size).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modes::tests::{GRIDS, wave};

    #[test]
    fn slopes_weigh_with_the_square_of_the_number_of_wavelengths() {
        for (points, _) in GRIDS {
            let mut modes = Modes::new(points).expect("a grid");
            let [k, q] = [[1.0, 2.0, 0.0], [3.0, -1.0, 2.0]];
            let square = |k: [f64; 3]| -> f64 {
                let axes = k.iter().zip(points);
                axes.map(|(k, _)| k * k).sum()
            };
            let truth = wave(points, &k, 2.0, 0.3);
            let error = wave(points, &q, 0.1, 0.0);
            let u: Vec<f64> = truth.iter().zip(&error).map(|(a, b)| a + b).collect();
            let exact = ((0.01 * (1.0 + square(q))) / (4.0 * (1.0 + square(k)))).sqrt();
            let found = h1(&mut modes, &u, &truth);
            assert!((found / exact - 1.0).abs() < 1e-12, "{points:?}: {found}"); // rounding
            let vector = |state: &[f64]| [state, state].concat();
            let found = h1(&mut modes, &vector(&u), &vector(&truth));
            assert!((found / exact - 1.0).abs() < 1e-12, "{points:?}: {found}"); // two channels
        }
    }
}
