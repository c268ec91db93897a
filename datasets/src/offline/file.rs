//! The windows of a file of trajectories: from memory as far as it reaches, from the disk beyond.
//!
//! The first trajectories that fit are held as 32-bit frames; a window of any other is read when it is asked for. In a
//! shuffled order every window is needed once an epoch, so what is held saves its share of all reads, and no rule that
//! exchanges it would save more.

use super::blocks::{Block, Blocks};
use super::hold::hold;
use super::{conditions, static_fields};
use crate::files::{DatasetError, DatasetReader};
use crate::{Conditions, Cut, Frame, Share, Window};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// A frame as a network trains on it.
pub(super) type Values = Arc<[f32]>;

/// Windows of a file, by index: those of the first trajectory, then those of the second, and so on.
pub struct WindowFile {
    path: PathBuf,
    reader: Arc<dyn DatasetReader>,
    cut: Cut,
    /// Numbers of the trajectories in the file.
    trajectories: Vec<usize>,
    conditions: Vec<Arc<Conditions>>,
    /// The first window of every trajectory, and the number of all.
    first: Vec<u64>,
    /// Names of the static fields that windows have.
    static_names: Vec<String>,
    held: Vec<Held>,
    /// Trajectories that are shuffled among each other.
    block: usize,
    /// The part of an order that is read.
    pub(super) share: Share,
}

/// A trajectory in memory.
pub(super) struct Held {
    frames: Vec<Values>,
    static_fields: Values,
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
        let there = info.trajectories;
        if let Some(wrong) = trajectories.iter().find(|&&index| index >= there) {
            return Err(invalid(format!(
                "it holds {there} trajectories, and none with the number {wrong}"
            )));
        }
        if trajectories.is_empty() {
            return Err(invalid("none of its trajectories is read".into()));
        }
        let mut first = vec![0];
        for &index in &trajectories {
            first.push(first[first.len() - 1] + cut.windows(info.frames_of(index)) as u64);
        }
        if first[trajectories.len()] == 0 {
            let frames = info.frames;
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
            block: trajectories.len(),
            share: Share::ALL,
            trajectories,
            conditions,
            first,
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

    /// The same with windows shuffled among `block` neighbouring trajectories alone, one block after the other. Of a file that
    /// does not fit into memory as a whole, two blocks are held at a time.
    #[must_use]
    pub fn in_blocks(mut self, block: usize) -> Self {
        self.block = block.clamp(1, self.trajectories.len());
        self
    }

    /// Reads as many whole trajectories as `bytes` of memory hold, from the first one on, until all are there or `stop` is
    /// set.
    ///
    /// # Errors
    /// When the file can't be read or has values that are not finite.
    pub fn hold(mut self, bytes: u64, stop: &AtomicBool) -> Result<Self, DatasetError> {
        let fit = self.fitting(bytes);
        let all = self.trajectories.len();
        if fit < all && self.block < all {
            return Ok(self); // blocks come and go
        }
        let first = &self.trajectories[..all.min(fit)];
        self.held = self.read_whole(first, stop)?;
        Ok(self)
    }

    /// Number of windows.
    pub fn windows(&self) -> u64 {
        self.first[self.trajectories.len()]
    }

    /// Number of trajectories.
    pub fn trajectories(&self) -> u64 {
        self.conditions.len() as u64
    }

    /// Number of windows that are in memory.
    pub fn held(&self) -> u64 {
        self.first[self.held.len()]
    }

    /// Window `index`.
    ///
    /// # Errors
    /// When the file can't be read or has values that are not finite.
    ///
    /// # Panics
    /// When there is no such window.
    pub fn window(&self, index: u64) -> Result<Window, DatasetError> {
        let (trajectory, start) = self.place(index);
        if let Some(held) = self.held.get(trajectory) {
            return Ok(self.window_of(held, trajectory, start));
        }
        let number = self.trajectories[trajectory];
        let frames = self.read(number, start)?;
        let static_fields = self.static_fields(number)?;
        Ok(self.made(trajectory, start, frames, static_fields))
    }

    /// A window of a trajectory in memory.
    fn window_of(&self, held: &Held, trajectory: usize, start: usize) -> Window {
        let frames = self.places(start).map(|frame| held.frames[frame].clone());
        self.made(
            trajectory,
            start,
            frames.collect(),
            held.static_fields.clone(),
        )
    }

    /// The trajectory of a window, by its place in the list, and the window's first frame.
    fn place(&self, index: u64) -> (usize, usize) {
        assert!(index < self.windows(), "there is such a window");
        let trajectory = self.first.partition_point(|first| *first <= index) - 1;
        (trajectory, (index - self.first[trajectory]) as usize)
    }

    /// Whole trajectories that so many bytes hold, from the first one on.
    fn fitting(&self, bytes: u64) -> usize {
        let info = self.reader.info();
        let bytes_of = |index: usize| {
            let values = info.frame_len_of(index) * info.frames_of(index);
            (values * size_of::<f32>()) as u64
        };
        let mut left = bytes;
        let fits = self.trajectories.iter().take_while(|index| {
            let rest = left.checked_sub(bytes_of(**index));
            left = rest.unwrap_or(0);
            rest.is_some()
        });
        fits.count()
    }

    /// The window with these frames and static fields.
    fn made(
        &self,
        trajectory: usize,
        start: usize,
        frames: Vec<Values>,
        static_fields: Values,
    ) -> Window {
        let number = self.trajectories[trajectory];
        Window {
            simulation: number as u64,
            grid: self.reader.info().grid_of(number),
            start,
            conditions: self.conditions[trajectory].clone(),
            frames: frames.into_iter().map(Frame::from).collect(),
            static_fields,
        }
    }

    /// Trajectories and frames that lie in one chunk of the file.
    pub(super) fn stored_together(&self) -> [usize; 2] {
        self.reader.stored_together().map(|count| count.max(1))
    }

    /// The chunk in which window `index` begins, counted along the trajectories and along the frames, of which chunks hold
    /// `together`.
    pub(super) fn chunk(&self, index: u64, together: [usize; 2]) -> [usize; 2] {
        let (trajectory, start) = self.place(index);
        [
            self.trajectories[trajectory] / together[0],
            start / together[1],
        ]
    }

    /// The frames of a window that begins at `start`.
    fn places(&self, start: usize) -> impl Iterator<Item = usize> {
        let Cut { frames, stride } = self.cut;
        (0..frames).map(move |i| start + i * stride)
    }

    /// The frames of a window from the disk, at once where few lie between them.
    fn read(&self, trajectory: usize, start: usize) -> Result<Vec<Values>, DatasetError> {
        let narrow = |values: &[f64], frame| self.narrowed(values, trajectory, frame);
        if self.cut.stride > 1 {
            let frame = |frame| narrow(&self.reader.frame(trajectory, frame)?, frame);
            return self.places(start).map(frame).collect();
        }
        let frames = start..start + self.cut.frames;
        let values = self.reader.frames(trajectory, frames.clone())?;
        let values = values.chunks(self.reader.info().frame_len_of(trajectory));
        frames
            .zip(values)
            .map(|(frame, values)| narrow(values, frame))
            .collect()
    }

    /// Whether blocks are read while the one before is trained on.
    pub(super) fn is_streamed(&self) -> bool {
        self.block < self.trajectories.len() && self.held() < self.windows()
    }

    /// The blocks of the file.
    pub(super) fn blocks(&self) -> Blocks {
        let begins = self.first[..self.trajectories.len()].iter();
        let bounds = begins.step_by(self.block).copied();
        Blocks {
            bounds: bounds.chain([self.windows()]).collect(),
        }
    }

    /// Reads a block.
    pub(super) fn block(&self, number: usize) -> Result<Block, DatasetError> {
        let first = number * self.block;
        let end = (first + self.block).min(self.trajectories.len());
        let never = AtomicBool::new(false);
        let held = self.read_whole(&self.trajectories[first..end], &never)?;
        Ok(Block { first, held })
    }

    /// Reads whole trajectories by their numbers in the file: the first of them where `stop` is set.
    fn read_whole(
        &self,
        trajectories: &[usize],
        stop: &AtomicBool,
    ) -> Result<Vec<Held>, DatasetError> {
        let narrow = |values: &[f64], index, frame| self.narrowed(values, index, frame);
        let read = hold(&*self.reader, trajectories, stop, narrow)?;
        let mut held: Vec<Held> = Vec::with_capacity(read.len());
        for (&index, frames) in trajectories.iter().zip(read) {
            let static_fields = self.static_fields(index)?;
            // Those of all trajectories are often the same, and held once then.
            let before = held.last().map(|held| &held.static_fields);
            let same = before.filter(|before| ***before == *static_fields);
            held.push(Held {
                static_fields: same.cloned().unwrap_or(static_fields),
                frames,
            });
        }
        Ok(held)
    }

    /// The static fields of a trajectory, by its number in the file.
    fn static_fields(&self, index: usize) -> Result<Values, DatasetError> {
        let fields = static_fields(&*self.reader, index, &self.static_names);
        fields.map_err(|what| DatasetError::Invalid {
            path: self.path.clone(),
            what,
        })
    }

    /// Window `index`, which lies in a block.
    pub(super) fn window_in(&self, block: &Block, index: u64) -> Window {
        let (trajectory, start) = self.place(index);
        self.window_of(&block.held[trajectory - block.first], trajectory, start)
    }

    /// A frame in 32-bit; one that was never written, or is no state, is refused.
    fn narrowed(
        &self,
        values: &[f64],
        trajectory: usize,
        frame: usize,
    ) -> Result<Values, DatasetError> {
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
