//! Values of frames as the bytes of a file.

use super::{StoredField, WellWriter};
use crate::files::well::layout::FieldLayout;
use crate::files::{DatasetError, Dtype};

impl WellWriter {
    pub(super) fn check(
        &self,
        index: usize,
        first: usize,
        frames: &[f64],
    ) -> Result<(), DatasetError> {
        let trajectories = self.missing.len();
        if index >= trajectories {
            return Err(DatasetError::Trajectory {
                index,
                what: format!("the file has room for {trajectories}"),
            });
        }
        let frame_len = self.channels * self.num_points;
        let count = frames.len() / frame_len;
        if !frames.len().is_multiple_of(frame_len) || first + count > self.frames {
            return Err(self.wrong_count(
                index,
                frames.len(),
                self.frames - first.min(self.frames),
            ));
        }
        Ok(())
    }

    pub(super) fn wrong_count(&self, index: usize, values: usize, frames: usize) -> DatasetError {
        let (channels, num_points) = (self.channels, self.num_points);
        DatasetError::Trajectory {
            index,
            what: format!(
                "{values} values for {frames} frames of {channels} channels at {num_points} points, which are {}",
                frames * channels * num_points
            ),
        }
    }

    /// Writes frames of every field, a chunk at a time.
    pub(super) fn write_frames(
        &mut self,
        trajectory: usize,
        first: usize,
        frames: &[f64],
    ) -> Result<(), DatasetError> {
        let frame_len = self.channels * self.num_points;
        let end = first + frames.len() / frame_len;
        for field in 0..self.fields.len() {
            let steps = self.fields[field].layout.chunk[1];
            let mut start = first;
            while start < end {
                let next = ((start / steps + 1) * steps).min(end);
                let block = &frames[(start - first) * frame_len..(next - first) * frame_len];
                self.write_block(field, trajectory, start, block)?;
                start = next;
            }
        }
        Ok(())
    }

    /// Writes the frames from `start` on of one field: components last, in the file's precision.
    fn write_block(
        &mut self,
        field: usize,
        trajectory: usize,
        start: usize,
        frames: &[f64],
    ) -> Result<(), DatasetError> {
        let frame_len = self.channels * self.num_points;
        let StoredField { handle, ref layout } = self.fields[field];
        self.block.clear();
        for frame in frames.chunks(frame_len) {
            gather(
                frame,
                layout,
                (self.num_points, self.dtype),
                &mut self.block,
            );
        }
        let (mut starts, mut counts) = of_trajectory(layout, trajectory);
        (starts[1], counts[1]) = (start as u64, (frames.len() / frame_len) as u64);
        self.file
            .write_slice(handle, &starts, &counts, &self.block)
            .map_err(DatasetError::unwritable(&self.part))
    }

    /// Writes one field that does not change in time.
    pub(super) fn write_constant(
        &mut self,
        constant: usize,
        trajectory: usize,
        values: &[f64],
    ) -> Result<(), DatasetError> {
        let StoredField { handle, ref layout } = self.constants[constant];
        self.block.clear();
        gather(
            values,
            layout,
            (self.num_points, self.dtype),
            &mut self.block,
        );
        let (starts, counts) = of_trajectory(layout, trajectory);
        self.file
            .write_slice(handle, &starts, &counts, &self.block)
            .map_err(DatasetError::unwritable(&self.part))
    }
    /// Writes the numbers of one series.
    pub(super) fn write_series(
        &mut self,
        place: usize,
        trajectory: usize,
        values: &[f64],
    ) -> Result<(), DatasetError> {
        let of_frames = values.iter().skip(place).step_by(self.series.len());
        let bytes: Vec<u8> = of_frames.flat_map(|value| value.to_le_bytes()).collect();
        let (starts, counts) = ([trajectory as u64, 0], [1, self.frames as u64]);
        self.file
            .write_slice(self.series[place], &starts, &counts, &bytes)
            .map_err(DatasetError::unwritable(&self.part))
    }
}

/// The place of a trajectory in a field, and its extent there.
fn of_trajectory(layout: &FieldLayout, trajectory: usize) -> (Vec<u64>, Vec<u64>) {
    let mut starts = vec![0; layout.shape.len()];
    let mut counts: Vec<u64> = layout.shape.iter().map(|&n| n as u64).collect();
    (starts[0], counts[0]) = (trajectory as u64, 1);
    (starts, counts)
}

/// Adds the bytes of one field of a frame that is channel-major.
fn gather(
    frame: &[f64],
    layout: &FieldLayout,
    (num_points, dtype): (usize, Dtype),
    block: &mut Vec<u8>,
) {
    for point in 0..num_points {
        for component in 0..layout.components {
            let channel = layout.first_channel + component;
            let value = frame[channel * num_points + point];
            match dtype {
                Dtype::F32 => block.extend((value as f32).to_le_bytes()),
                Dtype::F64 => block.extend(value.to_le_bytes()),
            }
        }
    }
}
