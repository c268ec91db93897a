//! Frames out of stored arrays: which axis of an array is time, which one lies in space.

use super::array::Array;
use super::{DatasetError, DatasetInfo, DatasetReader};
use ondine_solvers::words::counted;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The meaning of an axis of a stored array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// One entry per trajectory.
    Trajectory,
    /// One entry per frame.
    Time,
    /// The points of an axis of the grid, counted from 0.
    Axis(usize),
    /// The channels of the array, one after the other; the components of a tensor have two such axes.
    Channel,
    /// An axis of which one entry is read.
    At(usize),
}

/// An array that holds one or several channels of the frames.
pub(super) struct Channels {
    array: Arc<dyn Array>,
    roles: Vec<Role>,
}

impl Channels {
    /// The channels of an array whose axes mean this.
    pub(super) fn new(array: Arc<dyn Array>, roles: &[Role]) -> Self {
        Self {
            array,
            roles: roles.to_vec(),
        }
    }

    /// Number of channels.
    fn count(&self) -> usize {
        self.channels_behind(0)
    }

    /// Number of channels that the axes from `first` on tell apart.
    fn channels_behind(&self, first: usize) -> usize {
        let axes = self.roles.iter().zip(self.array.shape()).skip(first);
        axes.filter(|(role, _)| **role == Role::Channel)
            .map(|(_, &extent)| extent)
            .product()
    }

    /// Why the axes of the array are none of a dataset: there are more or fewer than meanings, or of an unknown axis.
    fn check_axes(&self, info: &DatasetInfo) -> Result<(), String> {
        let (stored, known) = (self.array.shape().len(), info.axes.len());
        let outside = |role: &Role| matches!(role, Role::Axis(axis) if *axis >= known);
        if stored == self.roles.len() && !self.roles.iter().any(outside) {
            Ok(())
        } else {
            Err(format!(
                "`{}` has {}, where the rest of the file says {}, {known} of them in space",
                self.array.name(),
                counted(stored, "axis"),
                self.roles.len()
            ))
        }
    }

    /// The shape that a dataset asks of the array.
    fn expected(&self, info: &DatasetInfo) -> Vec<usize> {
        let stored = self.array.shape().iter();
        let extent = |(role, &stored): (&Role, &usize)| match *role {
            Role::Trajectory => info.trajectories,
            Role::Time => info.frames,
            Role::Axis(axis) => info.axes[axis].points,
            Role::At(place) => stored.max(place + 1),
            Role::Channel => stored,
        };
        self.roles.iter().zip(stored).map(extent).collect()
    }

    /// Trajectories and frames in one of its chunks.
    fn stored_together(&self) -> [usize; 2] {
        let chunk = self.array.chunk().unwrap_or_default();
        [Role::Trajectory, Role::Time].map(|role| {
            let place = self.roles.iter().position(|other| *other == role);
            place
                .and_then(|place| chunk.get(place).copied())
                .unwrap_or(1)
        })
    }

    /// Puts its values of some frames into channel-major frames, from channel `first` on.
    fn put(
        &self,
        info: &DatasetInfo,
        (trajectories, frames): (&Range<usize>, &Range<usize>),
        first: usize,
        out: &mut [f64],
    ) -> Result<(), DatasetError> {
        let first = first * info.num_points();
        let one = trajectories.len() == 1;
        if self.roles.contains(&Role::Time) && (one || self.roles.contains(&Role::Trajectory)) {
            let (values, count) = self.block(trajectories, frames)?;
            let strides = self.strides(info, frames.len());
            spread(&values, &count, &strides, &mut out[first..]);
            return Ok(());
        }
        let of_each = out.chunks_mut(frames.len() * info.frame_len());
        for (trajectory, out) in trajectories.clone().zip(of_each) {
            if self.roles.contains(&Role::Time) {
                let alone = trajectory..trajectory + 1;
                self.put(info, (&alone, frames), first / info.num_points(), out)?;
                continue;
            }
            let mut frames = out.chunks_mut(info.frame_len());
            frames.try_for_each(|frame| self.once(info, trajectory, &mut frame[first..]))?;
        }
        Ok(())
    }

    /// Puts its values, which do not change in time, into the channels that `out` begins with.
    fn once(
        &self,
        info: &DatasetInfo,
        trajectory: usize,
        out: &mut [f64],
    ) -> Result<(), DatasetError> {
        let (values, count) = self.block(&(trajectory..trajectory + 1), &(0..1))?;
        spread(&values, &count, &self.strides(info, 1), out);
        Ok(())
    }

    /// The stored values of some frames, and the extents of their block.
    fn block(
        &self,
        trajectories: &Range<usize>,
        frames: &Range<usize>,
    ) -> Result<(Vec<f64>, Vec<usize>), DatasetError> {
        let shape = self.array.shape();
        let block = |(role, &extent): (&Role, &usize)| match *role {
            Role::Trajectory => (trajectories.start, trajectories.len()),
            Role::Time => (frames.start, frames.len()),
            Role::At(place) => (place, 1),
            Role::Axis(_) | Role::Channel => (0, extent),
        };
        let (start, count): (Vec<_>, Vec<_>) = self.roles.iter().zip(shape).map(block).unzip();
        let values = self.array.read(&start, &count)?;
        let expected = count.iter().product::<usize>();
        if values.len() == expected {
            Ok((values, count))
        } else {
            Err(DatasetError::Description {
                name: self.array.name().to_owned(),
                what: format!(
                    "a block of {count:?} values has {} and not {expected}: the file is damaged",
                    values.len()
                ),
            })
        }
    }

    /// Distance of neighbours along each axis of the array in channel-major frames, `frames` of each trajectory.
    fn strides(&self, info: &DatasetInfo, frames: usize) -> Vec<usize> {
        let behind = |axis: usize| info.axes[axis + 1..].iter().map(|a| a.points).product();
        let stride = |(place, role): (usize, &Role)| match *role {
            Role::Trajectory => frames * info.frame_len(),
            Role::At(_) => 0,
            Role::Time => info.frame_len(),
            Role::Axis(axis) => behind(axis),
            Role::Channel => info.num_points() * self.channels_behind(place + 1),
        };
        self.roles.iter().enumerate().map(stride).collect()
    }
}

/// Copies a block of this shape, its last axis fastest, to places with these strides.
fn spread(values: &[f64], count: &[usize], strides: &[usize], out: &mut [f64]) {
    match (count.split_first(), strides.split_first()) {
        (Some((&count, [])), Some((&1, _))) => out[..count].copy_from_slice(values),
        (Some((&count, inner)), Some((&stride, strides))) => {
            let part = values.len() / count.max(1);
            for (index, values) in values.chunks(part.max(1)).enumerate() {
                spread(values, inner, strides, &mut out[index * stride..]);
            }
        }
        _ => out[0] = values[0],
    }
}

/// A dataset whose frames lie in arrays with known axes.
pub(super) struct Arranged {
    path: PathBuf,
    info: DatasetInfo,
    channels: Vec<Channels>,
    constants: Vec<Channels>,
}

impl Arranged {
    /// The dataset that `info` describes, with its channels in these arrays, one after the other.
    ///
    /// # Errors
    /// When an array has another shape than `info` says, or channels are missing.
    pub(super) fn new(
        path: &Path,
        info: DatasetInfo,
        channels: Vec<Channels>,
    ) -> Result<Self, DatasetError> {
        Self::with_constants(path, info, channels, Vec::new())
    }

    /// The same with fields that do not change in time, in arrays of their own.
    ///
    /// # Errors
    /// When an array has another shape than `info` says, or channels are missing.
    pub(super) fn with_constants(
        path: &Path,
        info: DatasetInfo,
        channels: Vec<Channels>,
        constants: Vec<Channels>,
    ) -> Result<Self, DatasetError> {
        let invalid = |what| DatasetError::Invalid {
            path: path.to_path_buf(),
            what,
        };
        info.check_readable().map_err(&invalid)?;
        for one in channels.iter().chain(&constants) {
            one.check_axes(&info).map_err(&invalid)?;
            let (found, expected) = (one.array.shape(), one.expected(&info));
            if found != expected {
                return Err(invalid(format!(
                    "`{}` has the shape {found:?} where the rest of the file says {expected:?}",
                    one.array.name()
                )));
            }
        }
        let found: usize = channels.iter().map(Channels::count).sum();
        if found != info.channels() {
            let expected = info.channels();
            return Err(invalid(format!(
                "its arrays hold {found} channels where its fields have {expected}"
            )));
        }
        Ok(Self {
            path: path.to_path_buf(),
            info,
            channels,
            constants,
        })
    }
}

impl DatasetReader for Arranged {
    fn info(&self) -> &DatasetInfo {
        &self.info
    }

    fn fill_values(&self, channel: usize) -> Vec<f64> {
        let mut first = 0;
        for one in &self.channels {
            first += one.count();
            if channel < first {
                return one.array.fill_values();
            }
        }
        Vec::new()
    }

    fn frames(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        self.block(trajectory..trajectory.saturating_add(1), frames)
    }

    fn stored_together(&self) -> [usize; 2] {
        let each = self.channels.iter().map(Channels::stored_together);
        each.fold([1, 1], |[b, t], [c, u]| [b.max(c), t.max(u)])
    }

    fn cached_bytes(&self) -> usize {
        // Arrays of one file share what it keeps.
        let each = self.channels.iter().map(|one| one.array.cached_bytes());
        each.max().unwrap_or(0)
    }

    fn block(
        &self,
        trajectories: Range<usize>,
        frames: Range<usize>,
    ) -> Result<Vec<f64>, DatasetError> {
        let info = &self.info;
        let mut out = info.empty_block(&self.path, &trajectories, &frames)?;
        let mut first = 0;
        for one in &self.channels {
            one.put(info, (&trajectories, &frames), first, &mut out)?;
            first += one.count();
        }
        Ok(out)
    }

    fn constants(&self, trajectory: usize) -> Result<Vec<f64>, DatasetError> {
        let first_frame = 0..1;
        self.info
            .check_range(&self.path, trajectory, &first_frame)?;
        let mut out = Vec::new();
        for one in &self.constants {
            let first = out.len();
            out.resize(first + one.count() * self.info.num_points(), 0.0);
            one.once(&self.info, trajectory, &mut out[first..])?;
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests;
