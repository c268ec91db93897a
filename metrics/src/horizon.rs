//! The time for which the members of an ensemble agree.
//!
//! The mean Pearson correlation of all pairs of members falls from 1 as chaos takes them apart. The time at which it
//! falls below 0.8 is a prediction, made without the truth, of the time at which the correlation with the truth does:
//! Lippe et al. (2023), §4.1 and figure "uncertainty estimation".

use crate::results::{Horizon, THRESHOLD};
use crate::time_above;

impl Horizon {
    /// The horizon of members whose frames are `dt` apart, the common initial state first.
    #[must_use]
    pub fn of(members: &[Vec<Vec<f32>>], dt: f64) -> Self {
        let frames = 1..members[0].len();
        let curve: Vec<f64> = frames
            .map(|frame| {
                let of_frame: Vec<&[f32]> = members.iter().map(|m| &m[frame][..]).collect();
                cross_correlation(&of_frame)
            })
            .collect();
        Self::at(&curve, dt)
    }

    /// The horizon of a curve of correlations, one every `dt` from `dt` on: where it falls below the threshold.
    #[must_use]
    pub fn at(curve: &[f64], dt: f64) -> Self {
        let times: Vec<f64> = (1..=curve.len()).map(|step| step as f64 * dt).collect();
        Self {
            time: time_above(THRESHOLD, &times, curve),
            to_the_end: curve.iter().all(|value| *value >= THRESHOLD),
        }
    }
}

/// The mean Pearson correlation of all pairs of states; where a state is constant or not finite, 1 if all are equal and else
/// 0.
///
/// With states brought to mean 0 and norm 1, the sum over pairs is `(|Σ z_i|² − M)/2`.
#[must_use]
pub fn cross_correlation(states: &[&[f32]]) -> f64 {
    let count = states.len() as f64;
    let mut sum = vec![0.0; states[0].len()];
    for state in states {
        let mean = state.iter().map(|x| f64::from(*x)).sum::<f64>() / state.len() as f64;
        let squares: f64 = state.iter().map(|x| (f64::from(*x) - mean).powi(2)).sum();
        let norm = squares.sqrt();
        if !(norm > 0.0 && norm.is_finite()) {
            let equal = |(x, first): (&f32, &f32)| (x - first).abs() <= 0.0;
            let mut all = states.iter();
            let same = all.all(|state| state.iter().zip(states[0]).all(equal));
            return f64::from(u8::from(same));
        }
        for (sum, x) in sum.iter_mut().zip(*state) {
            *sum += (f64::from(*x) - mean) / norm;
        }
    }
    let square: f64 = sum.iter().map(|x| x * x).sum();
    (square - count) / (count * (count - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::correlation;

    #[test]
    fn the_mean_over_pairs_is_that_of_the_pairs_one_by_one() {
        let state = |phase: f32| {
            (0..40)
                .map(|i| (0.3 * i as f32 + phase).sin() + phase)
                .collect()
        };
        let states: Vec<Vec<f32>> = [0.0, 0.4, 1.1, 2.5].into_iter().map(state).collect();
        let mut pairs = Vec::new();
        for (i, a) in states.iter().enumerate() {
            pairs.extend(states[..i].iter().map(|b| correlation(a, b)));
        }
        let expected = pairs.iter().sum::<f64>() / pairs.len() as f64;
        let refs: Vec<&[f32]> = states.iter().map(|state| &state[..]).collect();
        assert!((cross_correlation(&refs) - expected).abs() < 1e-12);
        assert!(cross_correlation(&[&[1.0, f32::NAN], &[1.0, 2.0]]).abs() < 1e-12);
        assert!(cross_correlation(&[&[1.0, 1.0], &[1.0, 2.0]]).abs() < 1e-12);
        assert!((cross_correlation(&[&[0.0, 0.0], &[0.0, 0.0]]) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_horizon_is_where_members_part() {
        // cos(φ_t) between both: 1, 0.9, 0.7.
        let frame = |angle: f32| {
            (0..8)
                .map(|i| (std::f32::consts::FRAC_PI_4 * i as f32 + angle).cos())
                .collect()
        };
        let angles = [0.0_f32, 0.9_f32.acos(), 0.7_f32.acos()];
        let members = [vec![frame(0.0); 3], angles.map(frame).to_vec()];
        let horizon = Horizon::of(&members, 0.5);
        assert!((horizon.time - 0.75).abs() < 1e-5, "{}", horizon.time);
        assert!(!horizon.to_the_end);
        let horizon = Horizon::of(&[members[0].clone(), members[0].clone()], 0.5);
        assert!(horizon.to_the_end && (horizon.time - 1.0).abs() < 1e-12);
    }
}
