//! Every n-th frame.

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

impl Every {
    /// Values of frames, which are read one by one: those between them may be many.
    fn each(
        &self,
        frames: Range<usize>,
        read: impl Fn(usize) -> Result<Vec<f64>, DatasetError>,
    ) -> Result<Vec<f64>, DatasetError> {
        let frames = frames.map(|frame| read(frame.saturating_mul(self.every)));
        Ok(frames.collect::<Result<Vec<_>, _>>()?.concat())
    }
}

impl DatasetReader for Every {
    fn info(&self) -> &DatasetInfo {
        &self.info
    }

    fn fill_values(&self, channel: usize) -> Vec<f64> {
        self.reader.fill_values(channel)
    }

    fn constants(&self, trajectory: usize) -> Result<Vec<f64>, DatasetError> {
        self.reader.constants(trajectory)
    }

    fn series(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        self.each(frames, |frame| {
            self.reader.series(trajectory, frame..frame + 1)
        })
    }

    fn frames(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        self.each(frames, |frame| self.reader.frame(trajectory, frame))
    }
}
