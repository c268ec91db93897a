//! Change of a state between frames, which tells whether a step of a surrogate may cover several.

use super::sample::spread;
use super::{Sample, Values};
use ondine_datasets::files::{DatasetError, DatasetReader};
use serde::Serialize;

/// Trajectories that are looked at, and pairs of frames of each at every distance.
const PAIRS: [usize; 2] = [4, 3];

/// Distances in frames that are looked at, beside the whole trajectory: powers of two.
const LAGS: usize = 7;

/// The change that a step of a surrogate may have and still be a small one, in standard deviations.
const SMALL: f64 = 0.1;

/// The change between frames.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// At distances of 1, 2, 4 and so on frames.
    pub lags: Vec<Lag>,
    /// From the first frame to the last.
    pub whole: f64,
    /// The most frames at which the change is below a tenth of the standard deviation; none where the next frame is further.
    pub small_up_to: Option<usize>,
}

/// The change at a distance.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Lag {
    /// The distance in frames.
    pub frames: usize,
    /// Root mean square of the difference over the standard deviation of the channel, its mean over the channels that vary.
    pub change: f64,
}

/// The change between frames of some trajectories; none of single frames, and where nothing varies.
pub(super) fn of(
    reader: &dyn DatasetReader,
    sample: &Sample,
    values: &[Values],
) -> Result<Option<Change>, DatasetError> {
    let frames = reader.info().shortest();
    let varies = |values: &Values| values.std.is_some_and(|std| std > 0.0);
    if frames < 2 || !values.iter().any(varies) {
        return Ok(None);
    }
    let at = |lag: usize| over(reader, sample, values, lag);
    let powers = (0..LAGS)
        .map(|power| 1 << power)
        .filter(|&lag| lag < frames);
    let lags = powers.map(|frames| {
        Ok(Lag {
            frames,
            change: at(frames)?,
        })
    });
    let lags: Vec<Lag> = lags.collect::<Result<_, DatasetError>>()?;
    let small = lags.iter().take_while(|lag| lag.change < SMALL).last();
    Ok(Some(Change {
        whole: at(frames - 1)?,
        small_up_to: small.map(|lag| lag.frames),
        lags,
    }))
}

/// The change over `lag` frames.
fn over(
    reader: &dyn DatasetReader,
    sample: &Sample,
    values: &[Values],
    lag: usize,
) -> Result<f64, DatasetError> {
    let (info, starts) = (reader.info(), reader.info().shortest() - lag);
    let mut sums = vec![[0.0; 2]; values.len()];
    for trajectory in sample.few(PAIRS[0]) {
        for start in spread(starts, starts.min(PAIRS[1])) {
            let [u, later] = [
                reader.frame(trajectory, start)?,
                reader.frame(trajectory, start + lag)?,
            ];
            let channels = u
                .chunks(info.num_points())
                .zip(later.chunks(info.num_points()));
            for ([sum, pairs], (u, v)) in sums.iter_mut().zip(channels) {
                let square: f64 = u.iter().zip(v).map(|(u, v)| (u - v).powi(2)).sum();
                if square.is_finite() {
                    *sum += square / info.num_points() as f64;
                    *pairs += 1.0;
                }
            }
        }
    }
    let relative = sums
        .iter()
        .zip(values)
        .filter_map(|([sum, pairs], values)| {
            let std = values.std.filter(|std| *std > 0.0 && *pairs > 0.0)?;
            Some((sum / pairs).sqrt() / std)
        });
    let relative: Vec<f64> = relative.collect();
    let count = relative.len().max(1) as f64;
    Ok(relative.into_iter().fold(0.0, |sum, change| sum + change) / count)
}
