//! The windows of a file of trajectories: from memory as far as it reaches, from the disk beyond.
//!
//! The first trajectories that fit are held as 32-bit frames; a window of any other is read when it is asked for. In a
//! shuffled order every window is needed once an epoch, so what is held saves its share of all reads, and no rule that
//! exchanges it would save more.

use super::static_fields;
use crate::hdf5::{DatasetError, DatasetReader};
use crate::{Conditions, Cut, Window};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A frame as a network trains on it.
type Frame = Arc<[f32]>;

/// Windows of a file, by index: those of the first trajectory, then those of the second, and so on.
pub struct WindowFile {
    path: PathBuf,
    reader: Arc<dyn DatasetReader>,
    cut: Cut,
    /// Numbers of the trajectories in the file.
    trajectories: Vec<usize>,
    conditions: Vec<Arc<Conditions>>,
    /// Names of the static fields that windows have.
    static_names: Vec<String>,
    held: Vec<Held>,
}

/// A trajectory in memory.
struct Held {
    frames: Vec<Frame>,
    static_fields: Frame,
}

impl WindowFile {
    /// The windows of these trajectories of an open file; `path` is its name in errors. Conditions have the parameters
    /// called `names`, in that order.
    ///
    /// # Errors
    /// When the file has no such trajectories, too few frames for a window, or no parameter of such a name.
    pub fn new(
        path: &Path,
        reader: Arc<dyn DatasetReader>,
        cut: Cut,
        names: &[String],
        trajectories: Vec<usize>,
    ) -> Result<Self, DatasetError> {
        let path = path.to_path_buf();
        let info = reader.info();
        let invalid = |what| DatasetError::Invalid {
            path: path.clone(),
            what,
        };
        let (there, frames) = (info.trajectories, info.frames);
        if let Some(wrong) = trajectories.iter().find(|&&index| index >= there) {
            return Err(invalid(format!(
                "it holds {there} trajectories, and none with the number {wrong}"
            )));
        }
        if trajectories.is_empty() {
            return Err(invalid("none of its trajectories is read".into()));
        }
        if cut.windows(frames) == 0 {
            let span = cut.span() + 1;
            return Err(invalid(format!("{frames} frames hold no window of {span}")));
        }
        let conditions = trajectories
            .iter()
            .map(|&index| conditions(&*reader, index, names));
        let conditions = conditions.collect::<Result<_, _>>().map_err(invalid)?;
        Ok(Self {
            path,
            reader,
            cut,
            trajectories,
            conditions,
            static_names: Vec::new(),
            held: Vec::new(),
        })
    }

    /// The same with the channels called `names` of the fields that do not change in time, in that order.
    ///
    /// # Errors
    /// When the file has no such field, or it has values that are not finite.
    pub fn with_static_fields(mut self, names: &[String]) -> Result<Self, DatasetError> {
        self.static_names = names.to_vec();
        self.static_fields(self.trajectories[0])?;
        Ok(self)
    }

    /// Reads as many whole trajectories as `bytes` of memory hold, one after the other, until all are there or `stop` is
    /// set.
    ///
    /// # Errors
    /// When the file can't be read or has values that are not finite.
    pub fn hold(mut self, bytes: u64, stop: &AtomicBool) -> Result<Self, DatasetError> {
        let info = self.reader.info();
        let (frame_len, frames) = (info.frame_len(), info.frames);
        let trajectory = (frame_len * frames * size_of::<f32>()) as u64;
        let fit = bytes / trajectory.max(1);
        for &index in &self.trajectories[..self.trajectories.len().min(fit as usize)] {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            let values = self.reader.frames(index, 0..frames)?;
            let frames = values.chunks(frame_len).enumerate();
            let frames = frames.map(|(frame, values)| self.narrowed(values, index, frame));
            let frames = frames.collect::<Result<_, _>>()?;
            let static_fields = self.static_fields(index)?;
            // Those of all trajectories are often the same, and held once then.
            let before = self.held.last().map(|held| &held.static_fields);
            let same = before.filter(|before| ***before == *static_fields);
            self.held.push(Held {
                static_fields: same.cloned().unwrap_or(static_fields),
                frames,
            });
        }
        Ok(self)
    }

    /// Number of windows.
    pub fn windows(&self) -> u64 {
        (self.conditions.len() * self.windows_each()) as u64
    }

    /// Number of trajectories.
    pub fn trajectories(&self) -> u64 {
        self.conditions.len() as u64
    }

    /// Number of windows that are in memory.
    pub fn held(&self) -> u64 {
        (self.held.len() * self.windows_each()) as u64
    }

    /// Window `index`.
    ///
    /// # Errors
    /// When the file can't be read or has values that are not finite.
    ///
    /// # Panics
    /// When there is no such window.
    pub fn window(&self, index: u64) -> Result<Window, DatasetError> {
        let each = self.windows_each() as u64;
        let (trajectory, start) = ((index / each) as usize, (index % each) as usize);
        let frames =
            (0..self.cut.frames).map(|i| self.frame(trajectory, start + i * self.cut.stride));
        Ok(Window {
            simulation: self.trajectories[trajectory] as u64,
            start,
            conditions: self.conditions[trajectory].clone(),
            frames: frames.collect::<Result<_, _>>()?,
            static_fields: match self.held.get(trajectory) {
                Some(held) => held.static_fields.clone(),
                None => self.static_fields(self.trajectories[trajectory])?,
            },
        })
    }

    /// The static fields of a trajectory, by its number in the file.
    fn static_fields(&self, index: usize) -> Result<Frame, DatasetError> {
        let fields = static_fields(&*self.reader, index, &self.static_names);
        fields.map_err(|what| DatasetError::Invalid {
            path: self.path.clone(),
            what,
        })
    }

    fn windows_each(&self) -> usize {
        self.cut.windows(self.reader.info().frames)
    }

    fn frame(&self, trajectory: usize, frame: usize) -> Result<Frame, DatasetError> {
        match self.held.get(trajectory) {
            Some(held) => Ok(held.frames[frame].clone()),
            None => {
                let index = self.trajectories[trajectory];
                self.narrowed(&self.reader.frame(index, frame)?, index, frame)
            }
        }
    }

    /// A frame in 32-bit; one that was never written, or is no state, is refused.
    fn narrowed(
        &self,
        values: &[f64],
        trajectory: usize,
        frame: usize,
    ) -> Result<Frame, DatasetError> {
        if values.iter().all(|value| value.is_finite()) {
            Ok(values.iter().map(|&value| value as f32).collect())
        } else {
            Err(DatasetError::Invalid {
                path: self.path.clone(),
                what: format!(
                    "frame {frame} of trajectory {trajectory} has values that are not finite"
                ),
            })
        }
    }
}

/// The conditions of trajectory `index`, with the parameters called `names`, in that order.
///
/// # Errors
/// When there is no parameter of such a name, or the frames are not evenly spaced in time.
pub fn conditions(
    reader: &dyn DatasetReader,
    index: usize,
    names: &[String],
) -> Result<Arc<Conditions>, String> {
    let info = reader.info();
    info.time.check(index)?;
    let value = |name: &String| {
        let found = info.parameters.iter().find(|(other, _)| other == name);
        let (_, values) = found.ok_or_else(|| format!("it has no parameter `{name}`"))?;
        Ok(*values.get(index))
    };
    Ok(Arc::new(Conditions {
        dt: info.time.dt(index),
        length: info.length(index),
        spacing: info.spacing(index),
        parameters: names.iter().map(value).collect::<Result<_, String>>()?,
    }))
}
