//! The values of every channel: smallest, largest, mean and standard deviation.

use super::{Sample, channels};
use ondine_datasets::files::{DatasetError, DatasetReader, known_points};
use serde::Serialize;

/// Values of a block of frames that are in memory at once.
const BLOCK: usize = 1 << 22;

/// The values of a channel over a sample of frames.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Values {
    /// Name of the channel.
    pub channel: String,
    /// The smallest finite value; none where no value is finite.
    pub min: Option<f64>,
    /// The largest finite value.
    pub max: Option<f64>,
    /// Mean of the finite values.
    pub mean: Option<f64>,
    /// Standard deviation of the finite values.
    pub std: Option<f64>,
    /// Number of values that are not finite.
    pub not_finite: u64,
}

/// Sums over finite values: their number, mean and squared deviations, as Chan et al. (1983) merge them.
#[derive(Debug, Clone, Copy)]
struct Moments {
    count: f64,
    mean: f64,
    squares: f64,
    min: f64,
    max: f64,
    not_finite: u64,
}

impl Moments {
    const NONE: Self = Self {
        count: 0.0,
        mean: 0.0,
        squares: 0.0,
        min: f64::INFINITY,
        max: f64::NEG_INFINITY,
        not_finite: 0,
    };

    /// Of the values of one channel of one frame.
    fn of(values: &[f64]) -> Self {
        let finite = || values.iter().copied().filter(|value| value.is_finite());
        let count = finite().count();
        let mean = finite().sum::<f64>() / count.max(1) as f64;
        Self {
            count: count as f64,
            mean,
            squares: finite().map(|value| (value - mean).powi(2)).sum(),
            min: finite().fold(f64::INFINITY, f64::min),
            max: finite().fold(f64::NEG_INFINITY, f64::max),
            not_finite: (values.len() - count) as u64,
        }
    }

    fn merge(&mut self, other: &Self) {
        let count = self.count + other.count;
        if other.count > 0.0 {
            let shift = other.mean - self.mean;
            self.squares += other.squares + shift * shift * self.count * other.count / count;
            self.mean += shift * other.count / count;
            self.count = count;
        }
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        self.not_finite += other.not_finite;
    }

    fn values(self, channel: String) -> Values {
        let known = |value: f64| (self.count > 0.0).then_some(value);
        Values {
            channel,
            min: known(self.min),
            max: known(self.max),
            mean: known(self.mean),
            std: known((self.squares / self.count).sqrt()),
            not_finite: self.not_finite,
        }
    }
}

/// Every channel over a sample, at the points with data.
pub(super) fn of(reader: &dyn DatasetReader, sample: &Sample) -> Result<Vec<Values>, DatasetError> {
    let info = reader.info();
    let most = (BLOCK / info.largest_frame_len().max(1)).max(1);
    let mut moments = vec![Moments::NONE; info.channels()];
    for (trajectory, run) in sample.parts(most, reader.stored_together()) {
        let known = known_points(reader, trajectory)?;
        let known = |values: &[f64]| match &known {
            None => values.to_vec(),
            Some(known) => chosen(values, known),
        };
        let block = reader.frames(trajectory, run)?;
        for frame in block.chunks(info.frame_len_of(trajectory)) {
            let channels = frame
                .chunks(info.num_points_of(trajectory))
                .zip(&mut moments);
            channels.for_each(|(values, moments)| moments.merge(&Moments::of(&known(values))));
        }
    }
    let named = moments.into_iter().zip(channels(info));
    Ok(named.map(|(moments, name)| moments.values(name)).collect())
}

fn chosen(values: &[f64], known: &[bool]) -> Vec<f64> {
    let known = values.iter().zip(known).filter(|(_, known)| **known);
    known.map(|(value, _)| *value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merged_moments_are_those_of_all_values() {
        let all: Vec<f64> = (0..100).map(|i| 1e6 + f64::from(i * i % 37)).collect();
        let mut merged = Moments::NONE;
        for part in all.chunks(7) {
            merged.merge(&Moments::of(part));
        }
        merged.merge(&Moments::of(&[f64::NAN]));
        let whole = Moments::of(&all);
        assert!((merged.mean - whole.mean).abs() < 1e-6); // 16 digits of 1e6, summed
        assert!((merged.squares / whole.squares - 1.0).abs() < 1e-9);
        assert_eq!((merged.min, merged.not_finite), (whole.min, 1));
    }

    #[test]
    fn a_channel_without_a_finite_value_has_no_moments() {
        let values = Moments::of(&[f64::NAN; 3]).values("u".to_owned());
        assert_eq!(
            (values.mean, values.min, values.not_finite),
            (None, None, 3)
        );
    }
}
