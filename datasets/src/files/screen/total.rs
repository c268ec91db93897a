//! A field over all trajectories: whether it varies, and whether 32-bit numbers hold how.

use super::channel_name;
use super::course::{Frame, constant};
use crate::files::DatasetInfo;

/// Roundings of 32-bit numbers below which a variation has fewer than two digits.
const DIGITS: f64 = 100.0;

/// One channel over all frames.
#[derive(Debug, Clone, Default)]
pub(super) struct Total {
    /// The value of the first trajectory, where it is the same at all points and times.
    value: Option<f64>,
    /// Whether other values are there.
    varies: bool,
    frames: f64,
    /// Sums of squares of the means over the points and of the deviations from them.
    squares: [f64; 2],
    /// Sum of the means.
    sum: f64,
}

impl Total {
    /// Adds the frames of a trajectory.
    pub(super) fn add(&mut self, frames: &[Frame]) {
        let value = constant(frames);
        self.varies |= value.is_none() || self.frames > 0.0 && value != self.value;
        self.value = value;
        for frame in frames {
            self.frames += 1.0;
            self.sum += frame.mean;
            self.squares[0] += frame.mean.powi(2);
            self.squares[1] += frame.deviation.powi(2);
        }
    }

    /// The weakness of its numbers; none where they have none.
    fn fault(&self, name: &str) -> Option<String> {
        if let (Some(value), false) = (self.value, self.varies) {
            let value = value + 0.0; // −0 is 0
            return Some(format!("`{name}` is {value} at all points of all frames"));
        }
        let [mean, deviation] = self.squares.map(|sum| (sum / self.frames).sqrt());
        let rounding = f64::from(f32::EPSILON) * mean;
        (deviation > 0.0 && deviation < DIGITS * rounding).then(|| {
            let kept = if deviation < 10.0 * rounding { "no digit" } else { "1 digit" };
            let mean = (self.sum / self.frames) as f32;
            format!(
                "`{name}` varies by {deviation:.1e} about {mean}, which 32-bit numbers round by {rounding:.1e}: they keep \
                 {kept} of the variation; subtract the mean ({mean}) of `{name}` in a new file of 64-bit numbers"
            )
        })
    }
}

/// The faults of all channels in words.
pub(super) fn fields(info: &DatasetInfo, totals: &[Total]) -> Vec<String> {
    let all = totals.iter().enumerate();
    all.filter_map(|(channel, total)| total.fault(&channel_name(info, channel)))
        .collect()
}
