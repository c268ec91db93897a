//! Order of batches in the time of trajectories: lag-1 autocorrelation of the mean time of a batch.

use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Batches that are remembered: independent ones give a correlation of 0 ± 0.09.
const BATCHES: usize = 128;
/// Fewer say nothing.
const FEWEST: usize = 32;

/// Mean times of the last batches, in frames. Held in 32-bit, which JSON keeps to the last bit.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Times(VecDeque<f32>);

impl Times {
    /// Notes the first frames of a batch of windows.
    pub fn push(&mut self, starts: impl ExactSizeIterator<Item = usize>) {
        let count = starts.len().max(1) as f64;
        let mean = starts.map(|start| start as f64).sum::<f64>() / count;
        self.0.push_back(mean as f32);
        if self.0.len() > BATCHES {
            self.0.pop_front();
        }
    }

    /// `Σ (m_b − m̄)(m_{b+1} − m̄) / Σ (m_b − m̄)²` over the mean times `m_b`; none of few batches, or where all are equal.
    pub fn correlation(&self) -> Option<f64> {
        if self.0.len() < FEWEST {
            return None;
        }
        let times: Vec<f64> = self.0.iter().map(|&time| f64::from(time)).collect();
        let mean = times.iter().sum::<f64>() / times.len() as f64;
        let variance: f64 = times.iter().map(|time| (time - mean).powi(2)).sum();
        let pairs = times.windows(2);
        let covariance: f64 = pairs.map(|pair| (pair[0] - mean) * (pair[1] - mean)).sum();
        (variance > 1e-9 * mean * mean).then(|| covariance / variance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ondine_solvers::{Rng, Stream};

    fn correlation(starts: impl Iterator<Item = usize>) -> Option<f64> {
        let mut times = Times::default();
        starts.for_each(|start| times.push([start].into_iter()));
        times.correlation()
    }

    #[test]
    fn time_that_runs_on_is_correlated_and_time_at_random_is_not() {
        let sweep = correlation((0..1000).map(|batch| batch % 50)).expect("enough batches");
        assert!((0.8..1.0).contains(&sweep), "{sweep}"); // 1 − 6/50 (1 − 1/50) of a saw tooth
        let turn = correlation((0..1000).map(|batch| batch % 2)).expect("enough batches");
        assert!((-1.0..-0.95).contains(&turn), "{turn}");
        let mut rng = Rng::stream(0, Stream::Batch, 0);
        let chance = correlation((0..1000).map(|_| rng.integer(0, 50) as usize));
        assert!(chance.expect("enough batches").abs() < 0.3, "{chance:?}"); // 3 standard deviations
    }

    #[test]
    fn few_batches_and_equal_ones_say_nothing() {
        assert_eq!(correlation(0..FEWEST - 1), None);
        assert_eq!(correlation((0..200).map(|_| 7)), None);
    }

    #[test]
    fn what_is_remembered_is_bounded_and_survives_json() {
        let mut times = Times::default();
        (0..1000).for_each(|batch| times.push([batch, batch / 3, 1].into_iter()));
        assert_eq!(times.0.len(), BATCHES);
        let json = serde_json::to_string(&times).expect("plain data");
        let read: Times = serde_json::from_str(&json).expect("as it was written");
        assert_eq!(read, times);
    }
}
