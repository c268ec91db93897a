//! Frames of chunks that mix trajectories or frames: a chunk is unpacked once for all of its frames that are read soon.

use super::recent::Recent;
use super::{DatasetError, DatasetInfo, DatasetReader};
use std::ops::Range;
use std::sync::Arc;

/// Most values of a block that is kept: 256 MiB as 64-bit floats.
const MOST: usize = 1 << 25;

/// Blocks that are kept at most; they hold no more than 256 MiB together, or one.
const KEPT: usize = 256;

/// A dataset whose frames come out of whole chunks, the last of which stay in memory; one whose chunks hold single frames is read
/// as it is.
pub struct Unpacked<'a> {
    reader: &'a dyn DatasetReader,
    /// Trajectories and frames of a block, at multiples of which it begins.
    block: [usize; 2],
    recent: Recent<Arc<Vec<f64>>>,
}

impl<'a> Unpacked<'a> {
    /// The frames of `reader`, those of each trajectory by themselves where lengths or grids differ. Of a chunk with more than 2²⁵ values fewer trajectories, and fewer frames where one trajectory has
    /// more, are unpacked at once.
    pub fn new(reader: &'a dyn DatasetReader) -> Self {
        let info = reader.info();
        let [trajectories, frames] = reader.stored_together().map(|count| count.max(1));
        let room = (MOST / info.largest_frame_len().max(1)).max(1);
        let ragged = !info.frames_each.is_empty() || !info.grids.is_empty();
        let frames = frames.min(room);
        let trajectories = if ragged { 1 } else { trajectories };
        Self {
            reader,
            block: [trajectories.min((room / frames).max(1)), frames],
            recent: Recent::weighing(KEPT, |values| values.len() * size_of::<f64>()),
        }
    }

    /// The block that holds a frame: its trajectories and its frames.
    fn place(&self, trajectory: usize, frame: usize) -> [Range<usize>; 2] {
        let info = self.reader.info();
        let ends = [info.trajectories, info.frames_of(trajectory)];
        let of = |at: usize, size: usize, end: usize| {
            let first = at / size * size;
            first..(first + size).min(end)
        };
        [
            of(trajectory, self.block[0], ends[0]),
            of(frame, self.block[1], ends[1]),
        ]
    }

    /// Appends a frame out of its block.
    fn put(&self, trajectory: usize, frame: usize, out: &mut Vec<f64>) -> Result<(), DatasetError> {
        let [some, of] = self.place(trajectory, frame);
        let columns = self.reader.info().frames.div_ceil(self.block[1]);
        let number = some.start / self.block[0] * columns + of.start / self.block[1];
        let read = || self.reader.block(some.clone(), of.clone()).map(Arc::new);
        let values = self.recent.get(number, read)?;
        let len = self.reader.info().frame_len_of(trajectory);
        let at = (trajectory - some.start) * of.len() + frame - of.start;
        out.extend(&values[at * len..][..len]);
        Ok(())
    }
}

impl DatasetReader for Unpacked<'_> {
    fn info(&self) -> &DatasetInfo {
        self.reader.info()
    }

    fn inner(&self) -> Option<&dyn DatasetReader> {
        Some(self.reader)
    }

    fn frames(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        let info = self.reader.info();
        let there = trajectory < info.trajectories && frames.end <= info.frames_of(trajectory);
        if self.block == [1, 1] || !there {
            return self.reader.frames(trajectory, frames); // refuses frames that are not there
        }
        let mut out = Vec::new();
        for frame in frames {
            self.put(trajectory, frame, &mut out)?;
        }
        Ok(out)
    }

    fn block(
        &self,
        trajectories: Range<usize>,
        frames: Range<usize>,
    ) -> Result<Vec<f64>, DatasetError> {
        self.reader.block(trajectories, frames)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::doubles::{numbers, numbers_of};
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Frames that are their numbers, with so many trajectories and frames in a chunk; blocks that were read are counted.
    struct Chunked {
        info: DatasetInfo,
        together: [usize; 2],
        read: AtomicUsize,
    }

    impl DatasetReader for Chunked {
        fn info(&self) -> &DatasetInfo {
            &self.info
        }

        fn frames(
            &self,
            trajectory: usize,
            frames: Range<usize>,
        ) -> Result<Vec<f64>, DatasetError> {
            self.block(trajectory..trajectory + 1, frames)
        }

        fn stored_together(&self) -> [usize; 2] {
            self.together
        }

        fn block(&self, some: Range<usize>, of: Range<usize>) -> Result<Vec<f64>, DatasetError> {
            self.read.fetch_add(1, Ordering::Relaxed);
            Ok(numbers(some, of))
        }
    }

    fn chunked(together: [usize; 2], frames_each: Vec<usize>) -> Chunked {
        let info = DatasetInfo {
            frames_each,
            ..numbers_of(5, 7)
        };
        Chunked {
            info,
            together,
            read: AtomicUsize::new(0),
        }
    }

    #[test]
    fn a_chunk_is_read_once_for_all_of_its_frames() {
        for (together, frames_each, blocks) in [
            ([2, 3], vec![], 9),
            ([1, 1], vec![], 35),
            ([5, 7], vec![], 1),
            ([2, 3], vec![7, 2, 7, 7, 7], 13),
        ] {
            let reader = chunked(together, frames_each);
            let unpacked = Unpacked::new(&reader);
            for frame in 0..7 {
                for trajectory in (0..5).filter(|&i| frame < reader.info.frames_of(i)) {
                    let found = unpacked.frame(trajectory, frame).unwrap();
                    assert_eq!(found, [(100 * trajectory + frame) as f64], "{together:?}");
                }
            }
            assert_eq!(reader.read.load(Ordering::Relaxed), blocks, "{together:?}");
        }
    }
}
