//! Whole trajectories of a file in memory, read by several threads: chunks that mix trajectories or frames are unpacked
//! once.

use super::file::Values;
use crate::files::{DatasetError, DatasetInfo, DatasetReader};
use crate::parallel::map;
use std::ops::Range;
use std::sync::atomic::AtomicBool;

/// Bytes of 64-bit values that a thread reads at once, unless a chunk has more.
const PART: usize = 32 << 20;

/// Most bytes of 64-bit values that a thread reads at once; of larger chunks some are unpacked several times.
const MOST: usize = 512 << 20;

/// Reads these trajectories by all cores, until all are there or `stop` is set: as many as are whole then, in their order.
/// A frame is made of its 64-bit values, its trajectory and its number by `narrow`.
pub(super) fn hold(
    reader: &dyn DatasetReader,
    trajectories: &[usize],
    stop: &AtomicBool,
    narrow: impl Fn(&[f64], usize, usize) -> Result<Values, DatasetError> + Sync,
) -> Result<Vec<Vec<Values>>, DatasetError> {
    let info = reader.info();
    let parts = Part::of_each_length(info, trajectories, reader.stored_together());
    let read = |part: &Part| -> Result<Vec<Vec<Values>>, DatasetError> {
        let numbers = part.numbers(trajectories);
        let values = reader.block(numbers.clone(), part.frames.clone())?;
        let frame_len = info.frame_len_of(numbers.start);
        let of_each = values.chunks(frame_len * part.frames.len());
        let narrowed = numbers.zip(of_each).map(|(trajectory, values)| {
            let frames = part.frames.clone().zip(values.chunks(frame_len));
            let frames = frames.map(|(frame, values)| narrow(values, trajectory, frame));
            frames.collect()
        });
        narrowed.collect()
    };
    let room = |&index: &usize| Vec::with_capacity(info.frames_of(index));
    let mut held: Vec<Vec<Values>> = trajectories.iter().map(room).collect();
    for (part, read) in parts.iter().zip(map(&parts, stop, read)?) {
        let places = held[part.places.clone()].iter_mut();
        places
            .zip(read)
            .for_each(|(place, frames): (&mut Vec<Values>, _)| place.extend(frames));
    }
    let whole = held.iter().zip(trajectories);
    let whole = whole.take_while(|(found, index)| found.len() == info.frames_of(**index));
    let whole = whole.count();
    held.truncate(whole);
    Ok(held)
}

/// Neighbouring trajectories, by their places in a list, and frames of them that are read at once.
#[derive(Debug, PartialEq, Eq)]
struct Part {
    places: Range<usize>,
    frames: Range<usize>,
}

impl Part {
    /// All parts of trajectories that may have different numbers of frames and grids; neighbours of one are read together.
    fn of_each_length(
        info: &DatasetInfo,
        trajectories: &[usize],
        together: [usize; 2],
    ) -> Vec<Self> {
        let of = |index: usize| (info.frames_of(index), info.grid_of(index));
        let same = |a: &usize, b: &usize| of(*a) == of(*b);
        let (mut parts, mut first) = (Vec::new(), 0);
        for run in trajectories.chunk_by(same) {
            let frames = info.frames_of(run[0]);
            let own = Self::all(run, frames, together, 8 * info.frame_len_of(run[0]));
            parts.extend(own.into_iter().map(|part| Self {
                places: first + part.places.start..first + part.places.end,
                ..part
            }));
            first += run.len();
        }
        parts
    }

    /// All parts of these trajectories, each as large as is read at once, in the order of the frames for the same
    /// trajectories; `together` are the trajectories and frames that chunks mix.
    fn all(
        trajectories: &[usize],
        frames: usize,
        together: [usize; 2],
        frame_bytes: usize,
    ) -> Vec<Self> {
        let fit = |bytes: usize| (bytes / frame_bytes.max(1)).max(1);
        let [along, mixed] = together.map(|n| n.max(1));
        let along = along.min(fit(MOST));
        // More of both where they are small.
        let step = (fit(PART) / along / mixed).max(1) * mixed;
        let along = (fit(PART) / frames.max(1) / along).max(1) * along;
        let mut parts = Vec::new();
        let mut first = 0;
        while first < trajectories.len() {
            let begins = trajectories[first];
            let block = begins / along;
            let rest = trajectories[first..].iter().enumerate();
            let same =
                rest.take_while(|(i, number)| **number == begins + i && **number / along == block);
            let places = first..first + same.count();
            first = places.end;
            let starts = (0..frames).step_by(step);
            parts.extend(starts.map(|start| Self {
                places: places.clone(),
                frames: start..(start + step).min(frames),
            }));
        }
        parts
    }

    /// The numbers of its trajectories.
    fn numbers(&self, trajectories: &[usize]) -> Range<usize> {
        let first = trajectories[self.places.start];
        first..first + self.places.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(trajectories: &[usize], together: [usize; 2], bytes: usize) -> Vec<[usize; 4]> {
        let parts = Part::all(trajectories, 6, together, bytes);
        let ends = |part: Part| {
            [
                part.places.start,
                part.places.end,
                part.frames.start,
                part.frames.end,
            ]
        };
        parts.into_iter().map(ends).collect()
    }

    #[test]
    fn parts_are_whole_chunks_of_neighbouring_trajectories() {
        // A frame is as large as a part: one frame at a time, or as many as a chunk has.
        let large = PART;
        assert_eq!(
            parts(&[7], [1, 2], large),
            [[0, 1, 0, 2], [0, 1, 2, 4], [0, 1, 4, 6]]
        );
        assert_eq!(
            parts(&[2, 3, 4, 5], [4, 6], large),
            [[0, 2, 0, 6], [2, 4, 0, 6]]
        );
        assert_eq!(
            parts(&[0, 2, 3], [4, 6], large),
            [[0, 1, 0, 6], [1, 3, 0, 6]]
        );
        // Small frames: many trajectories at once.
        assert_eq!(
            parts(&[0, 1, 2, 3], [1, 1], PART / 12),
            [[0, 2, 0, 6], [2, 4, 0, 6]]
        );
    }
}
