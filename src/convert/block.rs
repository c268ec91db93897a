//! Blocks of frames that are in memory at once.

use ondine_datasets::files::{DatasetReader, Dtype};
use std::hash::{DefaultHasher, Hasher};
use std::ops::Range;

/// Values of a block, unless a frame has more.
const VALUES: usize = 1 << 22;

/// Values of a block of several trajectories that lie in one chunk, at most.
const CHUNK_VALUES: usize = 1 << 25;

/// All frames of a dataset in blocks.
pub(super) struct Blocks {
    trajectories: usize,
    frames: usize,
    /// Trajectories and frames of a block.
    most: [usize; 2],
}

impl Blocks {
    /// Those of a dataset: frames of one trajectory, or of those that lie in one chunk of its file.
    pub(super) fn of(reader: &dyn DatasetReader) -> Self {
        let info = reader.info();
        let fit = |values: usize| values / info.frame_len().max(1);
        let [together, steps] = reader.stored_together();
        let whole = fit(CHUNK_VALUES) / together.max(1) / steps.max(1) * steps;
        Self {
            trajectories: info.trajectories,
            frames: info.frames,
            most: if together > 1 && whole > 0 {
                [together, whole]
            } else {
                [1, fit(VALUES).max(1)]
            },
        }
    }

    /// Number of blocks.
    pub(super) fn len(&self) -> usize {
        let [trajectories, frames] = self.most;
        self.trajectories.div_ceil(trajectories) * self.frames.div_ceil(frames)
    }

    /// Some trajectories and some of their frames, one after the other.
    pub(super) fn iter(&self) -> impl Iterator<Item = [Range<usize>; 2]> + '_ {
        let [trajectories, frames] = self.most;
        parts(self.trajectories, trajectories)
            .flat_map(move |some| parts(self.frames, frames).map(move |of| [some.clone(), of]))
    }
}

/// The numbers below `all` in ranges of `most`.
fn parts(all: usize, most: usize) -> impl Iterator<Item = Range<usize>> {
    let starts = (0..all).step_by(most);
    starts.map(move |start| start..(start + most).min(all))
}

/// A checksum of values as they are stored; all NaN are one.
pub(super) fn checksum(values: &[f64], dtype: Dtype) -> u64 {
    let mut hasher = DefaultHasher::new();
    for &value in values {
        let value = if value.is_nan() { f64::NAN } else { value };
        match dtype {
            Dtype::F32 => hasher.write_u32((value as f32).to_bits()),
            Dtype::F64 => hasher.write_u64(value.to_bits()),
        }
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_have_every_frame_once() {
        let blocks = Blocks {
            trajectories: 3,
            frames: 5,
            most: [2, 2],
        };
        let all: Vec<_> = blocks.iter().collect();
        let expected = [0..2, 2..3].map(|some| [0..2, 2..4, 4..5].map(|of| [some.clone(), of]));
        assert_eq!(all, expected.concat());
        assert_eq!(blocks.len(), 6);
    }

    #[test]
    fn checksums_are_of_what_is_stored() {
        let fine = [1.0, 1.0 + 1e-12];
        assert_eq!(checksum(&fine, Dtype::F32), checksum(&[1.0; 2], Dtype::F32));
        assert_ne!(checksum(&fine, Dtype::F64), checksum(&[1.0; 2], Dtype::F64));
        let nans = [f64::NAN, -f64::NAN].map(|nan| checksum(&[nan], Dtype::F32));
        assert_eq!(nans[0], nans[1]);
    }
}
