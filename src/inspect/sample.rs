//! The frames that are read of a file.

use ondine_datasets::files::DatasetInfo;
use serde::Serialize;
use std::ops::Range;

/// Values that are read of a large file: about a second.
const VALUES: usize = 1 << 24;

/// Frames of a trajectory that are read at least, where it has as many.
const FRAMES: usize = 8;

/// Frames of some trajectories: the same of each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sample {
    /// Numbers of the trajectories, rising.
    pub trajectories: Vec<usize>,
    /// Numbers of the frames of each, rising, as far as the shortest trajectory has some.
    pub frames: Vec<usize>,
    /// Whether these are all frames of the dataset.
    pub all: bool,
}

impl Sample {
    /// As many frames as are read in about a second, evenly spread over trajectories and time, first and last included.
    pub(super) fn of(info: &DatasetInfo) -> Self {
        let room = (VALUES / info.largest_frame_len().max(1)).max(1);
        let (trajectories, frames) = (info.trajectories, info.shortest());
        if trajectories.saturating_mul(frames) <= room {
            return Self::all(info);
        }
        let some = trajectories.min((room / FRAMES).max(1));
        Self {
            trajectories: spread(trajectories, some),
            frames: spread(frames, frames.min((room / some).max(1))),
            all: false,
        }
    }

    /// Every frame.
    pub(super) fn all(info: &DatasetInfo) -> Self {
        Self {
            trajectories: (0..info.trajectories).collect(),
            frames: (0..info.shortest()).collect(),
            all: info.frames_each.is_empty(),
        }
    }

    /// Number of frames in all.
    pub(super) fn count(&self) -> usize {
        self.trajectories.len() * self.frames.len()
    }

    /// The frames in ranges of at most `most` that follow one another, and trajectories to read each range of; of chunks that
    /// mix `together` trajectories and frames one after the other.
    pub(super) fn parts(&self, most: usize, together: [usize; 2]) -> Vec<(usize, Range<usize>)> {
        let [along, frames] = together.map(|count| count.max(1));
        let frames = if along > 1 { frames } else { usize::MAX };
        let runs = self.runs(most, frames);
        let rows = self.trajectories.chunk_by(|a, b| a / along == b / along);
        let row = |row: &[usize]| -> Vec<_> {
            let each = |run: &Range<usize>| row.iter().map(|&i| (i, run.clone())).collect();
            runs.iter()
                .flat_map(|run| -> Vec<_> { each(run) })
                .collect()
        };
        rows.flat_map(row).collect()
    }

    /// The frames in ranges of at most `most` that follow one another and lie in one chunk of `chunk`.
    fn runs(&self, most: usize, chunk: usize) -> Vec<Range<usize>> {
        let mut runs: Vec<Range<usize>> = Vec::new();
        for &frame in &self.frames {
            match runs.last_mut() {
                Some(run)
                    if run.end == frame && run.len() < most && !frame.is_multiple_of(chunk) =>
                {
                    run.end += 1;
                }
                _ => runs.push(frame..frame + 1),
            }
        }
        runs
    }

    /// A few of the trajectories, evenly spread.
    pub(super) fn few(&self, count: usize) -> Vec<usize> {
        let places = spread(self.trajectories.len(), count.min(self.trajectories.len()));
        places.into_iter().map(|i| self.trajectories[i]).collect()
    }
}

/// `count` of the numbers below `all`, evenly spread, the first and the last among them.
pub(super) fn spread(all: usize, count: usize) -> Vec<usize> {
    let last = all.saturating_sub(1) as u128;
    let steps = count.saturating_sub(1).max(1) as u128;
    (0..count)
        .map(|i| (i as u128 * last / steps) as usize)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_spread_from_the_first_to_the_last() {
        assert_eq!(spread(10, 4), [0, 3, 6, 9]);
        assert_eq!(spread(3, 3), [0, 1, 2]);
        assert_eq!(spread(5, 1), [0]);
        assert!(spread(0, 0).is_empty());
    }

    #[test]
    fn runs_follow_one_another() {
        let sample = Sample {
            trajectories: vec![0],
            frames: vec![0, 1, 2, 5, 6, 9],
            all: false,
        };
        assert_eq!(sample.runs(2, usize::MAX), [0..2, 2..3, 5..7, 9..10]);
        assert_eq!(sample.runs(9, 2), [0..2, 2..3, 5..6, 6..7, 9..10]);
    }

    #[test]
    fn chunks_are_read_one_after_the_other() {
        let sample = Sample {
            trajectories: vec![0, 1, 2],
            frames: vec![0, 1, 2],
            all: true,
        };
        let whole: Vec<_> = (0..3).map(|i| (i, 0..3)).collect();
        assert_eq!(sample.parts(9, [1, 2]), whole);
        let mixed = [
            (0, 0..2),
            (1, 0..2),
            (0, 2..3),
            (1, 2..3),
            (2, 0..2),
            (2, 2..3),
        ];
        assert_eq!(sample.parts(9, [2, 2]), mixed);
    }
}
