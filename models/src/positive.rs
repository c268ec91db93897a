//! Channels that a surrogate keeps above 0 by construction.
//!
//! The value `x` that a method answers with becomes
//!
//! `P(x) = x` for `x ≥ s`, `s / (2 − x/s)` for `x < s`,
//!
//! with a floor `s` of a hundredth of the root mean square of the channel in the training. `P` has one derivative at `s`, is
//! positive for `x` of any size that counts, and the identity on all of a state that lies above the floor: increments, their scales and
//! their gradients are those of a surrogate without it there. Below 0 its derivative falls as `(s/x)²`, where `exp` and
//! softplus lose it exponentially and a bound by `max(x, 0)` at once. A state that is answered with its logarithm has increments
//! whose size goes with `1/u`, which is why it is not used.
//!
//! `P` raises the mean of what it touches. Where that of the channel is held, all its values are multiplied by
//! `P(mean x) / mean P(x)`, at most 1: positive still, with the mean that `x` had. P. Harder et al. (2023, *J. Mach. Learn. Res.*
//! 24, 365, §4.1) constrain networks by such a factor.

use crate::{HeldMeans, Scaling};
use burn::tensor::Tensor;

/// Floor in units of the root mean square of a channel.
const FLOOR: f32 = 0.01;

/// Channels of a frame that stay above 0.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Positive(Vec<bool>);

impl Positive {
    /// Those that are true, of all channels of a frame.
    pub fn of(channels: Vec<bool>) -> Self {
        if channels.contains(&true) {
            Self(channels)
        } else {
            Self::default()
        }
    }

    /// Whether there is any.
    pub fn any(&self) -> bool {
        !self.0.is_empty()
    }

    /// The constraint in words; none where there is none.
    pub(crate) fn in_words(&self) -> Option<String> {
        let count = self.0.iter().filter(|kept| **kept).count();
        let all = self.0.len();
        match count {
            0 => None,
            _ if count == all => Some("every field is kept positive".to_owned()),
            _ => Some(format!("{count} of {all} fields are kept positive")),
        }
    }

    /// Answers with these channels above 0, and the means that are held as they were.
    ///
    /// # Shapes   `[batch, point, channel]`, one frame after the other → the same
    pub(crate) fn kept(&self, answer: Tensor<3>, scaling: &Scaling, held: &HeldMeans) -> Tensor<3> {
        if !self.any() {
            return answer;
        }
        let every = self.0.iter().enumerate().cycle();
        let parts = every.take(answer.dims()[2]).enumerate();
        let parts = parts.map(|(place, (channel, kept))| {
            let part = answer.clone().narrow(2, place, 1);
            if !kept {
                return part;
            }
            let floor = floor(scaling, channel);
            let positive = above(part.clone(), floor);
            if held.holds(channel) {
                with_mean_of(positive, part, floor)
            } else {
                positive
            }
        });
        Tensor::cat(parts.collect(), 2)
    }
}

/// The floor of a channel.
fn floor(scaling: &Scaling, channel: usize) -> f32 {
    let size = scaling.mean[channel].hypot(scaling.deviation[channel]);
    (FLOOR * size).max(f32::MIN_POSITIVE)
}

/// `P(x)`.
fn above(x: Tensor<3>, floor: f32) -> Tensor<3> {
    let below = x.clone().lower_elem(floor);
    let bent = x.clone().clamp_max(floor).div_scalar(-floor) + 2.0;
    x.mask_where(below, bent.recip() * floor)
}

/// Positive values with the mean over the grid of `x`, as far as that is positive.
fn with_mean_of(positive: Tensor<3>, x: Tensor<3>, floor: f32) -> Tensor<3> {
    let factor = above(x.mean_dim(1), floor) / positive.clone().mean_dim(1);
    positive * factor
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FieldSpec;
    use burn::tensor::Device;

    const S: f32 = 0.5;

    fn values(x: &[f32]) -> Tensor<3> {
        Tensor::<1>::from_floats(x, &Device::flex()).reshape([1, x.len(), 1])
    }

    fn read(x: Tensor<3>) -> Vec<f32> {
        x.into_data().try_to_vec().expect("32-bit floats")
    }

    #[test]
    fn values_above_the_floor_stay_to_the_bit_and_others_are_on_a_hyperbola() {
        let x = [3.1, 0.7, 0.5, 0.25, 0.0, -0.5, -50.0, -1e30];
        let kept = read(above(values(&x), S));
        assert_eq!(kept[..3], x[..3]);
        for (x, kept) in x.iter().zip(&kept).skip(3) {
            let exact = f64::from(S) / (2.0 - f64::from(*x) / f64::from(S));
            let error = (f64::from(*kept) / exact - 1.0).abs();
            assert!(error < 1e-6 && *kept > 0.0, "{x}: {kept}, not {exact}"); // f32
        }
        let lost = read(above(values(&[f32::NAN]), S));
        assert!(lost[0].is_nan(), "a state that is lost stays so");
    }

    #[test]
    fn the_floor_goes_with_the_units() {
        let spec = FieldSpec::new(2, 0, &[3]);
        for unit in [1.0, 1e-20, 1e20] {
            let scaling = Scaling {
                mean: vec![3.0 * unit, 0.0],
                deviation: vec![4.0 * unit, 1.0],
                ..Scaling::identity(&spec)
            };
            let x = [-unit, unit, 0.0].map(|u| [u, -1.0]).concat();
            let x = Tensor::<1>::from_floats(&x[..], &Device::flex()).reshape([1, 3, 2]);
            let kept = Positive::of(vec![true, false]).kept(x, &scaling, &HeldMeans::None);
            let kept = read(kept);
            let expected = [0.05 / 22.0, 1.0, 0.025]; // floor 0.05
            for (point, expected) in expected.iter().enumerate() {
                let value = kept[2 * point] / unit;
                assert!((value / expected - 1.0).abs() < 1e-5, "{unit}: {value}");
                assert!((kept[2 * point + 1] + 1.0).abs() <= 0.0, "the other stays");
            }
        }
    }

    #[test]
    fn held_means_stay_and_every_value_is_positive() {
        let x = values(&[2.0, -0.7, 1.5, -0.1, 0.3]);
        let kept = read(with_mean_of(above(x.clone(), S), x.clone(), S));
        assert!(kept.iter().all(|value| *value > 0.0), "{kept:?}");
        let mean = kept.iter().sum::<f32>() / 5.0;
        assert!((mean - 0.6).abs() < 1e-6, "{mean}");
        // A mean that is not positive can't be held by positive values.
        let negative = x - 2.0;
        let kept = read(with_mean_of(above(negative.clone(), S), negative, S));
        assert!(kept.iter().all(|value| *value > 0.0), "{kept:?}");
    }
}
