//! Blocks of frames that are in memory at once.

use ondine_datasets::hdf5::{DatasetInfo, Dtype};
use std::hash::{DefaultHasher, Hasher};
use std::ops::Range;

/// Values of a block, unless a frame has more.
const VALUES: usize = 1 << 22;

/// All frames of a dataset in blocks.
pub(super) struct Blocks {
    trajectories: usize,
    frames: usize,
    most: usize,
}

impl Blocks {
    /// Those of a dataset.
    pub(super) fn of(info: &DatasetInfo) -> Self {
        Self {
            trajectories: info.trajectories,
            frames: info.frames,
            most: (VALUES / info.frame_len().max(1)).max(1),
        }
    }

    /// Number of blocks.
    pub(super) fn len(&self) -> usize {
        self.trajectories * self.frames.div_ceil(self.most)
    }

    /// A trajectory and some of its frames, one after the other.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, Range<usize>)> + '_ {
        let blocks = move |trajectory: usize| {
            let starts = (0..self.frames).step_by(self.most);
            starts.map(move |start| (trajectory, start..(start + self.most).min(self.frames)))
        };
        (0..self.trajectories).flat_map(blocks)
    }
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
            trajectories: 2,
            frames: 5,
            most: 2,
        };
        let all: Vec<_> = blocks.iter().collect();
        let expected = [
            (0, 0..2),
            (0, 2..4),
            (0, 4..5),
            (1, 0..2),
            (1, 2..4),
            (1, 4..5),
        ];
        assert_eq!(all, expected);
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
