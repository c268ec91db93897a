//! Learning rates refined from the gradient norms of an earlier training: Defazio et al. (2023), When, Why and How Much?,
//! arXiv:2310.07831, algorithm 1.
//!
//! With norms `Ĝₜ` that a median filter has smoothed, weights are `wₜ = Ĝₜ⁻²` for gradient descent and `Ĝₜ⁻¹` for Adam, and rates
//! `ηₜ ∝ wₜ Σ_{p ≥ t} wₚ`. Equal norms give a straight line down to 0; large ones at the start a warm-up; norms that grow at the end a decay
//! that comes earlier. The paper has ℓ₁ norms for Adam. Runs record ℓ₂ norms, which are proportional to them as long as the
//! distribution of a gradient over the weights keeps its shape. Its sum begins behind `t`, with no rate left for the last step; here
//! it begins with `t`.

/// Fewest gradient norms that make a schedule.
pub const FEWEST_NORMS: usize = 10;

/// Width of the median filter as a share of the training, the paper's `τ`.
const WIDTH: f64 = 0.1;

/// Parts of the training between whose ends rates are straight lines.
const PARTS: usize = 200;

/// A gradient norm of a training.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Norm {
    /// Steps that were made, the one of this gradient included.
    pub step: f64,
    /// The norm of the gradient of all weights together, above 0.
    pub norm: f64,
}

/// Learning rates at evenly spaced times from the first step to the end, in units of the largest one, for weights `wₜ = Ĝₜ⁻ᵉ` with the
/// exponent `e`: 2 for gradient descent and 1 for Adam. A norm stands for all steps since the one before, by rising steps.
///
/// ```
/// use ondine::schedule::{Norm, refined};
///
/// let norms: Vec<Norm> = (1..=50).map(|line| Norm { step: f64::from(10 * line), norm: 3.0 }).collect();
/// let rates = refined(&norms, 2);
/// assert_eq!((rates[0], rates[50], rates[200]), (1.0, 0.75, 0.0)); // a straight line
/// ```
///
/// # Panics
/// Without a norm.
pub fn refined(norms: &[Norm], exponent: i32) -> Vec<f64> {
    let steps = norms.last().expect("there are norms").step;
    let smoothed = medians(norms);
    let least = smoothed.iter().copied().fold(f64::INFINITY, f64::min);
    let weights: Vec<f64> = smoothed
        .iter()
        .map(|norm| (least / norm).powi(exponent))
        .collect();
    let mut points = vec![(1.0, 0.0)];
    let mut tail = 0.0;
    for (place, weight) in weights.iter().enumerate().rev() {
        let start = place
            .checked_sub(1)
            .map_or(0.0, |before| norms[before].step);
        tail += weight * (norms[place].step - start);
        points.push((start / steps, weight * tail));
    }
    points.reverse();
    let rates = (0..=PARTS).map(|part| between(&points, part as f64 / PARTS as f64));
    let rates: Vec<f64> = rates.collect();
    let largest = rates.iter().copied().fold(0.0, f64::max);
    rates.iter().map(|rate| rate / largest).collect()
}

/// The value at `x` in [0, 1] of straight lines between values at evenly spaced points.
pub(super) fn at(values: &[f64], x: f64) -> f64 {
    let parts = values.len().saturating_sub(1);
    let place = x.clamp(0.0, 1.0) * parts as f64;
    let below = (place as usize).min(parts.saturating_sub(1));
    match values.get(below..below + 2) {
        Some(&[low, high]) => low + (high - low) * (place - below as f64),
        _ => values.first().copied().unwrap_or(1.0),
    }
}

/// The value at `x` of straight lines between points by rising first coordinate, of which the last one is 1.
fn between(points: &[(f64, f64)], x: f64) -> f64 {
    let above = points.partition_point(|point| point.0 <= x);
    let Some(&(to, high)) = points.get(above) else {
        return points.last().map_or(0.0, |point| point.1);
    };
    let (from, low) = points[above - 1]; // the first point is 0
    low + (high - low) * (x - from) / (to - from)
}

/// The norms after a median filter, mirrored at the end and continued by the first one before the start.
fn medians(norms: &[Norm]) -> Vec<f64> {
    let (half, last) = ((WIDTH * norms.len() as f64 / 2.0) as usize, norms.len() - 1);
    let place = |i: usize| match i.checked_sub(half) {
        None => 0,
        Some(i) if i > last => 2 * last - i,
        Some(i) => i,
    };
    let median = |center: usize| {
        let mut window: Vec<f64> = (center..=center + 2 * half)
            .map(|i| norms[place(i)].norm)
            .collect();
        window.sort_by(f64::total_cmp);
        window[half]
    };
    (0..norms.len()).map(median).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Norms of a line per 5 steps.
    fn norms(values: impl IntoIterator<Item = f64>) -> Vec<Norm> {
        let lines = values.into_iter().zip(1..);
        lines
            .map(|(norm, line)| Norm {
                step: f64::from(5 * line),
                norm,
            })
            .collect()
    }

    #[test]
    fn equal_norms_give_a_straight_line_wherever_their_lines_are() {
        let mut uneven = norms([7.0; 40]);
        uneven.remove(11);
        uneven.push(Norm {
            step: 203.0,
            norm: 7.0,
        });
        for norms in [norms([0.3; 40]), uneven] {
            for exponent in [1, 2] {
                let rates = refined(&norms, exponent);
                assert_eq!(rates.len(), 201);
                for (part, rate) in rates.iter().enumerate() {
                    let expected = 1.0 - part as f64 / 200.0;
                    assert!((rate - expected).abs() < 1e-12, "{part}: {rate}");
                }
            }
        }
    }

    #[test]
    fn weights_are_powers_of_norms_and_rates_their_products_with_what_is_left() {
        // Twice as large norms in the first half: weights 1/4 and 1, or 1/2 and 1.
        let halves = || norms((0..200).map(|line| if line < 100 { 2.0 } else { 1.0 }));
        // (w₁ + w₂)/2 of the first half over that of the second.
        for (exponent, weight) in [(2, 0.25), (1, 0.5)] {
            let rates = refined(&halves(), exponent);
            let first = weight * (weight + 1.0) / 2.0 / 0.5;
            assert!((rates[0] - first).abs() < 1e-12, "{}", rates[0]);
            assert!((rates[50] - weight * (weight / 2.0 + 1.0)).abs() < 1e-12);
            let second = [(100, 1.0), (150, 0.5), (200, 0.0)];
            for (part, expected) in second {
                assert!(
                    (rates[part] - expected).abs() < 1e-12,
                    "{part}: {}",
                    rates[part]
                );
            }
        }
    }

    #[test]
    fn a_single_large_norm_is_smoothed_away_and_the_end_is_a_mirror() {
        let mut values = [1.0; 40];
        (values[0], values[17], values[39]) = (50.0, 1e9, 1e-9);
        let smoothed = medians(&norms(values));
        assert_eq!(smoothed[1..], [1.0; 39], "windows of five");
        assert_eq!(smoothed[..1], [50.0], "three of five are the first norm");
        let rising = medians(&norms((0..40).map(f64::from)));
        // At the last places 36, 37, 38, 39, 38 and 37, 38, 39, 38, 37; without a mirror the median at the very last would be 39.
        assert_eq!(rising[36..], [36.0, 37.0, 38.0, 38.0]);
    }
}
