//! Every n-th frame: chunks without such a frame are not read, and those with several once.

use super::part_of;
use crate::files::{DatasetError, DatasetInfo, DatasetReader, Time};
use std::ops::Range;
use std::sync::Arc;

/// The frames 0, `every`, 2 `every`, … of each trajectory.
pub(super) fn every(
    reader: Arc<dyn DatasetReader>,
    every: usize,
) -> Result<Arc<dyn DatasetReader>, String> {
    let info = part_of(reader.info());
    if every == 1 {
        return Ok(reader);
    }
    let most = info.frames.saturating_sub(1);
    if !(1..=most).contains(&every) {
        let frames = info.frames;
        return Err(format!(
            "data.every = {every} leaves no two of the {frames} frames of a trajectory: write a number in [1, {most}]"
        ));
    }
    let time = match &info.time {
        Time::Uniform(dt) => Time::Uniform(dt.map(|dt| dt * every as f64)),
        Time::Listed(times) => {
            Time::Listed(times.map(|times| times.iter().step_by(every).copied().collect()))
        }
    };
    let info = DatasetInfo {
        frames: info.frames.div_ceil(every),
        frames_each: info
            .frames_each
            .iter()
            .map(|frames| frames.div_ceil(every))
            .collect(),
        time,
        ..info
    };
    Ok(Arc::new(Every {
        reader,
        info,
        every,
    }))
}

struct Every {
    reader: Arc<dyn DatasetReader>,
    info: DatasetInfo,
    every: usize,
}

impl DatasetReader for Every {
    fn info(&self) -> &DatasetInfo {
        &self.info
    }

    fn inner(&self) -> Option<&dyn DatasetReader> {
        Some(&*self.reader)
    }

    fn series(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        let one = |frame: usize| {
            let frame = frame.saturating_mul(self.every);
            self.reader
                .series(trajectory, frame..frame.saturating_add(1))
        };
        Ok(frames.map(one).collect::<Result<Vec<_>, _>>()?.concat())
    }

    fn frames(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        self.block(trajectory..trajectory.saturating_add(1), frames)
    }

    fn stored_together(&self) -> [usize; 2] {
        strided_chunk(&*self.reader, self.every)
    }

    fn block(
        &self,
        trajectories: Range<usize>,
        frames: Range<usize>,
    ) -> Result<Vec<f64>, DatasetError> {
        strided(&*self.reader, trajectories, frames, self.every)
    }
}

/// Trajectories and n-th frames that lie in one chunk; frames of which no two do count as one.
pub fn strided_chunk(reader: &dyn DatasetReader, every: usize) -> [usize; 2] {
    let [trajectories, frames] = reader.stored_together().map(|count| count.max(1));
    [trajectories, frames / num_integer::gcd(frames, every)]
}

/// The frames `every` times those of `frames` of several trajectories of one grid, one trajectory after the other. Of frames that lie in one
/// chunk those between are read too, and left out; chunks without one of the frames are not read.
///
/// # Errors
/// When the file has no such frames or cannot be read.
pub fn strided(
    reader: &dyn DatasetReader,
    trajectories: Range<usize>,
    frames: Range<usize>,
    every: usize,
) -> Result<Vec<f64>, DatasetError> {
    let frame_len = reader.info().frame_len_of(trajectories.start);
    let chunk = reader.stored_together()[1].max(1);
    let wanted: Vec<usize> = frames.map(|frame| frame.saturating_mul(every)).collect();
    let runs: Vec<&[usize]> = wanted.chunk_by(|a, b| a / chunk == b / chunk).collect();
    let mut each = vec![Vec::new(); trajectories.len()];
    for run in runs {
        let read = run[0]..run[run.len() - 1].saturating_add(1);
        let (len, step) = (read.len() * frame_len, every * frame_len);
        let values = reader.block(trajectories.clone(), read)?;
        for (out, values) in each.iter_mut().zip(values.chunks(len.max(1))) {
            let kept = values.chunks(step.max(1));
            kept.for_each(|frame| out.extend(&frame[..frame_len]));
        }
    }
    Ok(each.concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::doubles::{numbers, numbers_of};
    use std::sync::atomic::{AtomicU32, Ordering};

    /// Frames that are their numbers, four of each of two trajectories in a chunk, and those that were read, a bit each.
    struct Chunked {
        info: DatasetInfo,
        read: AtomicU32,
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
            [2, 4]
        }

        fn block(&self, some: Range<usize>, of: Range<usize>) -> Result<Vec<f64>, DatasetError> {
            let bits = of.clone().fold(0, |bits, frame| bits | 1 << frame);
            let before = self.read.fetch_or(bits, Ordering::Relaxed);
            assert_eq!(before & bits, 0, "{of:?} is read again");
            Ok(numbers(some, of))
        }
    }

    fn chunked() -> Chunked {
        Chunked {
            info: numbers_of(2, 20),
            read: AtomicU32::default(),
        }
    }

    #[test]
    fn chunks_without_a_wanted_frame_are_not_read_and_others_once() {
        for (every, expected) in [
            (1, vec![0..4, 4..6]),
            (3, vec![0..4, 6..7, 9..10, 12..16]),
            (4, vec![0..1, 4..5, 8..9, 12..13, 16..17]),
            (9, vec![0..1, 9..10, 18..19]),
        ] {
            let reader = chunked();
            let count = 20_usize.div_ceil(every).min(6);
            let values = strided(&reader, 0..2, 0..count, every).unwrap();
            let wanted =
                |trajectory: usize| (0..count).map(move |t| (100 * trajectory + t * every) as f64);
            assert_eq!(
                values,
                (0..2).flat_map(wanted).collect::<Vec<_>>(),
                "{every}"
            );
            let expected = expected.into_iter().flatten();
            let expected = expected.fold(0, |bits, frame: u32| bits | 1 << frame);
            assert_eq!(reader.read.into_inner(), expected, "every = {every}");
        }
    }

    #[test]
    fn frames_in_a_chunk_are_fewer_by_the_common_divisor() {
        for (every, together) in [(1, 4), (2, 2), (3, 4), (4, 1), (6, 2), (8, 1)] {
            assert_eq!(strided_chunk(&chunked(), every), [2, together], "{every}");
        }
    }
}
