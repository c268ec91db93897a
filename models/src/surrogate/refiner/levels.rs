//! Conditioning of the network on the noise in its slot: a level from 0, the call without refinement, to 1, the least noise.
//!
//! Call `k` of the `K + 1` it is trained on has the level `k/K`. Between them the level is linear in the logarithm of the
//! noise, so that schedules with other noise levels can be tried after training.

use super::schedule::{Prediction, Schedule};

/// Logarithms of the noise's standard deviation at the levels `0, 1/K … 1`.
#[derive(Debug, Clone)]
pub(super) struct Levels(Vec<f64>);

impl Levels {
    /// The levels of the calls that a network is trained on.
    pub(super) fn new(trained: &Schedule, prediction: Prediction) -> Self {
        let calls = trained.calls(prediction);
        let later = calls[1..].iter().map(|call| call.slot[1].ln());
        Self(std::iter::once(0.0).chain(later).collect())
    }

    /// The level of call `call`, whose slot has noise of this deviation.
    pub(super) fn of(&self, call: usize, deviation: f64) -> f64 {
        let last = self.0.len() - 1;
        if call == 0 {
            return 0.0;
        }
        let log = deviation.ln();
        let part = self.0.windows(2).position(|ends| log >= ends[1]);
        part.map_or(1.0, |k| {
            let share = (log - self.0[k]) / (self.0[k + 1] - self.0[k]);
            (k as f64 + share.max(0.0)) / last as f64
        })
    }

    /// The deviation of a level that is not below that of call 1, and that level, both at `share` of the way to the last.
    pub(super) fn between(&self, share: f64) -> (f64, f64) {
        let last = self.0.len() - 1;
        let place = 1.0 + share * (last - 1) as f64;
        let k = (place as usize).min(last.saturating_sub(1)).max(1);
        let next = (k + 1).min(last);
        let log = self.0[k] + (place - k as f64) * (self.0[next] - self.0[k]);
        (log.exp(), place / last as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trained_calls_have_equal_steps_and_others_lie_between() {
        for prediction in [Prediction::Noise, Prediction::Velocity] {
            let schedule = Schedule::geometric(4, None, 1e-6);
            let levels = Levels::new(&schedule, prediction);
            for (k, call) in schedule.calls(prediction).iter().enumerate() {
                let level = levels.of(k, call.slot[1]);
                assert!((level - k as f64 / 4.0).abs() < 1e-12, "{k}: {level}");
            }
            assert!((levels.of(1, 1e-9) - 1.0).abs() < 1e-12, "below the least");
            for share in [0.0, 0.2, 0.5, 0.99, 1.0] {
                let (deviation, level) = levels.between(share);
                assert!((level - (0.25 + 0.75 * share)).abs() < 1e-12);
                assert!((levels.of(1, deviation) - level).abs() < 1e-9, "{share}");
            }
        }
        let one = Levels::new(&Schedule::geometric(1, None, 1e-4), Prediction::Noise);
        let (deviation, level) = one.between(0.7);
        assert!((deviation - 1e-2).abs() < 1e-12 && (level - 1.0).abs() < 1e-12);
    }
}
