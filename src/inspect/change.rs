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
    let powers = (0..LAGS)
        .map(|power| 1 << power)
        .filter(|&lag| lag < frames);
    let distances: Vec<usize> = powers.chain([frames - 1]).collect();
    let mut changes = over(reader, sample, values, &distances)?;
    let whole = changes.pop().unwrap_or_default(); // the last distance is that of the whole trajectory
    let lags = distances.into_iter().zip(changes);
    let lags: Vec<Lag> = lags
        .map(|(frames, change)| Lag { frames, change })
        .collect();
    let small = lags.iter().take_while(|lag| lag.change < SMALL).last();
    Ok(Some(Change {
        whole,
        small_up_to: small.map(|lag| lag.frames),
        lags,
    }))
}

/// The squared differences of every channel and the number of pairs.
type Sums = Vec<[f64; 2]>;

/// The change over each of these numbers of frames. The frames of a trajectory are read one after the other, so that those in one
/// chunk are unpacked once.
fn over(
    reader: &dyn DatasetReader,
    sample: &Sample,
    values: &[Values],
    lags: &[usize],
) -> Result<Vec<f64>, DatasetError> {
    let frames = reader.info().shortest();
    let mut sums: Vec<Sums> = vec![vec![[0.0; 2]; values.len()]; lags.len()];
    for trajectory in sample.few(PAIRS[0]) {
        for (sums, &lag) in sums.iter_mut().zip(lags) {
            let starts = frames - lag;
            for start in spread(starts, starts.min(PAIRS[1])) {
                add(reader, trajectory, [start, start + lag], sums)?;
            }
        }
    }
    Ok(sums.iter().map(|sums| relative(sums, values)).collect())
}

/// Adds the difference of two frames.
fn add(
    reader: &dyn DatasetReader,
    trajectory: usize,
    [start, later]: [usize; 2],
    sums: &mut Sums,
) -> Result<(), DatasetError> {
    let points = reader.info().num_points_of(trajectory);
    let [u, v] = [
        reader.frame(trajectory, start)?,
        reader.frame(trajectory, later)?,
    ];
    let channels = u.chunks(points).zip(v.chunks(points));
    for ([sum, pairs], (u, v)) in sums.iter_mut().zip(channels) {
        let square: f64 = u.iter().zip(v).map(|(u, v)| (u - v).powi(2)).sum();
        if square.is_finite() {
            *sum += square / points as f64;
            *pairs += 1.0;
        }
    }
    Ok(())
}

/// The root mean square over the standard deviation, its mean over the channels that vary.
fn relative(sums: &Sums, values: &[Values]) -> f64 {
    let relative = sums
        .iter()
        .zip(values)
        .filter_map(|([sum, pairs], values)| {
            let std = values.std.filter(|std| *std > 0.0 && *pairs > 0.0)?;
            Some((sum / pairs).sqrt() / std)
        });
    let relative: Vec<f64> = relative.collect();
    let count = relative.len().max(1) as f64;
    relative.into_iter().fold(0.0, |sum, change| sum + change) / count
}
