//! Writes a dataset one trajectory at a time, safe against a kill at any moment.

mod disk;
mod values;

use super::layout::{self, FieldLayout};
use super::skeleton;
use crate::files::claim::{self, Claim};
use crate::files::{DatasetError, DatasetInfo, Dtype, Storage, Trajectory};
use disk::{named, remove, removed, sync_folder, temporary};
use rust_hdf5::FileLocking;
use rust_hdf5::swmr::SwmrFileWriter;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Time between two hand-overs of frames to the disk.
const FLUSH_EVERY: Duration = Duration::from_secs(1);

/// Writes a dataset in The Well's layout.
///
/// The file grows under the name `<path>.part`; [`finish`](Self::finish) gives it its name in one step of the file
/// system. A kill at any moment therefore leaves no file under the final name, or a complete one. The file under the
/// temporary name stays readable while it grows, at most a second behind: trajectories not yet written read as NaN.
///
/// Trajectories arrive in any order, whole ([`append`](Self::append)) or frame by frame ([`put`](Self::put)), and no more
/// than one chunk of one is copied. Two processes cannot write one file: the
/// second is refused, on file systems that know locks.
///
/// ```
/// use ondine_datasets::files::*;
///
/// let info = DatasetInfo {
///     name: "waves".into(),
///     trajectories: 1,
///     frames: 2,
///     axes: vec![Axis { points: 4, length: Varying::Same(1.0), kind: AxisKind::PERIODIC }],
///     fields: vec![Field { name: "u".into(), kind: FieldKind::Scalar }],
///     time: Time::Uniform(Varying::Same(0.1)),
///     parameters: vec![("speed".into(), Varying::Same(2.0))],
///     provenance: Provenance::default(),
///     ..DatasetInfo::default()
/// };
/// let path = std::env::temp_dir().join(format!("waves-{}.h5", std::process::id()));
/// let mut writer = WellWriter::create(&path, &info, Dtype::F64)?;
/// let frames = vec![0.0, 1.0, 0.0, -1.0, 1.0, 0.0, -1.0, 0.0];
/// writer.append(&Trajectory { index: 0, frames })?;
/// writer.finish()?;
///
/// let reader = WellReader::open(&path)?;
/// assert_eq!(reader.info(), &info);
/// assert_eq!(reader.last_frame(0)?, [1.0, 0.0, -1.0, 0.0]);
/// # std::fs::remove_file(&path).unwrap();
/// # Ok::<(), DatasetError>(())
/// ```
pub struct WellWriter {
    path: PathBuf,
    part: PathBuf,
    file: SwmrFileWriter,
    fields: Vec<StoredField>,
    constants: Vec<StoredField>,
    /// Handles of the numbers that change in time.
    series: Vec<usize>,
    dtype: Dtype,
    num_points: usize,
    channels: usize,
    frames: usize,
    /// Frames of every trajectory that are still missing.
    missing: Vec<usize>,
    block: Vec<u8>,
    flushed: Instant,
    _lock: Claim,
}

/// A field and its handle.
struct StoredField {
    handle: usize,
    layout: FieldLayout,
}

impl StoredField {
    fn find(file: &SwmrFileWriter, layout: FieldLayout) -> Self {
        let handle = file.dataset_index(&layout.path);
        let handle = handle.expect("the skeleton has every field");
        Self { handle, layout }
    }
}

impl WellWriter {
    /// Starts a file with room for every trajectory of `info`. A file under the temporary name is replaced.
    ///
    /// # Errors
    /// When `info` contradicts itself or the layout, or the file cannot be created or is being written.
    pub fn create(
        path: impl AsRef<Path>,
        info: &DatasetInfo,
        storage: impl Into<Storage>,
    ) -> Result<Self, DatasetError> {
        info.check()?;
        if let Some(wrong) = layout::wrong_name(info) {
            return Err(DatasetError::Description {
                name: info.name.clone(),
                what: format!("the name `{wrong}` is taken twice, reserved, or no name of a file"),
            });
        }
        let path = path.as_ref().to_path_buf();
        let part = temporary(&path);
        let lock = claim::exclusive(&part)?;
        let begun = Self::begin(path, &part, lock, (info, storage.into()));
        if begun.is_err() {
            let _ = std::fs::remove_file(&part); // A full disk needs the room more than a part needs to stay.
        }
        begun
    }

    /// The file under its temporary name, which is claimed, with nothing in it yet.
    fn begin(
        path: PathBuf,
        part: &Path,
        lock: Claim,
        (info, storage): (&DatasetInfo, Storage),
    ) -> Result<Self, DatasetError> {
        let failed = || DatasetError::unwritable(part);
        skeleton::write(part, info, storage).map_err(failed())?;
        let file = SwmrFileWriter::open_append_with_locking(part, FileLocking::Disabled);
        let mut file = file.map_err(failed())?;
        let found = |layouts: Vec<FieldLayout>| -> Vec<StoredField> {
            let layouts = layouts.into_iter();
            layouts
                .map(|layout| StoredField::find(&file, layout))
                .collect()
        };
        let fields = found(layout::fields(info, storage));
        let constants = found(layout::constants(info, storage));
        let series = info.series.iter().map(|name| {
            let handle = file.dataset_index(&format!("scalars/{name}"));
            handle.expect("the skeleton has every series")
        });
        let series = series.collect::<Vec<_>>();
        file.start_swmr().map_err(failed())?;
        claim::share(&lock);
        Ok(Self {
            path,
            part: part.to_path_buf(),
            file,
            fields,
            constants,
            series,
            dtype: storage.dtype,
            num_points: info.num_points(),
            channels: info.channels(),
            frames: info.frames,
            missing: vec![info.frames; info.trajectories],
            block: Vec::new(),
            flushed: Instant::now(),
            _lock: lock,
        })
    }

    /// Writes one trajectory at its index, again if it was there.
    ///
    /// # Errors
    /// When the index or the number of values is wrong, or the disk refuses.
    pub fn append(&mut self, trajectory: &Trajectory) -> Result<(), DatasetError> {
        let Trajectory { index, frames } = trajectory;
        self.check(*index, 0, frames)?;
        let expected = self.frames * self.channels * self.num_points;
        if frames.len() != expected {
            return Err(self.wrong_count(*index, frames.len(), self.frames));
        }
        self.write_frames(*index, 0, frames)?;
        self.missing[*index] = 0;
        self.flush_sometimes()
    }

    /// Writes the frames of a trajectory from `first` on, each once and in any order.
    ///
    /// # Errors
    /// When the index or the number of values is wrong, or the disk refuses.
    pub fn put(
        &mut self,
        trajectory: usize,
        first: usize,
        frames: &[f64],
    ) -> Result<(), DatasetError> {
        self.check(trajectory, first, frames)?;
        self.write_frames(trajectory, first, frames)?;
        let count = frames.len() / (self.channels * self.num_points);
        self.missing[trajectory] = self.missing[trajectory].saturating_sub(count);
        self.flush_sometimes()
    }

    /// Writes the fields of one trajectory that do not change in time, again if they were there; those that are never
    /// written read as NaN.
    ///
    /// # Errors
    /// When the index or the number of values is wrong, or the disk refuses.
    pub fn put_constants(&mut self, index: usize, values: &[f64]) -> Result<(), DatasetError> {
        let channels = self.constants.iter().map(|field| field.layout.components);
        let channels: usize = channels.sum();
        let expected = channels * self.num_points;
        if index >= self.missing.len() || values.len() != expected {
            let (found, room) = (values.len(), self.missing.len());
            return Err(DatasetError::Trajectory {
                index,
                what: format!(
                    "{found} values for {channels} channels at {} points that do not change in time, which are {expected}; \
                     the file has room for {room}",
                    self.num_points
                ),
            });
        }
        (0..self.constants.len()).try_for_each(|place| self.write_constant(place, index, values))
    }

    /// Writes the numbers of one trajectory that change in time: of every frame, those of all series. Those that are never
    /// written read as NaN.
    ///
    /// # Errors
    /// When the index or the number of values is wrong, or the disk refuses.
    pub fn put_series(&mut self, index: usize, values: &[f64]) -> Result<(), DatasetError> {
        let (series, frames) = (self.series.len(), self.frames);
        if index >= self.missing.len() || values.len() != series * frames {
            let (found, room) = (values.len(), self.missing.len());
            return Err(DatasetError::Trajectory {
                index,
                what: format!(
                    "{found} values of {series} series for {frames} frames; the file has room for {room}"
                ),
            });
        }
        (0..series).try_for_each(|place| self.write_series(place, index, values))
    }

    fn flush_sometimes(&mut self) -> Result<(), DatasetError> {
        if self.flushed.elapsed() >= FLUSH_EVERY {
            self.file
                .flush()
                .map_err(DatasetError::unwritable(&self.part))?;
            self.flushed = Instant::now();
        }
        Ok(())
    }

    /// Gives the file up: what is under its temporary name goes away.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn discard(self) -> Result<(), DatasetError> {
        let Self { part, file, .. } = self;
        std::mem::forget(file); // At its end the library would write what nobody keeps, and print why it can't.
        std::fs::remove_file(&part).map_err(|source| DatasetError::Io { path: part, source })
    }

    /// Trajectories written so far.
    pub fn written(&self) -> usize {
        self.missing.iter().filter(|&&missing| missing == 0).count()
    }

    /// Closes the file, waits for the disk and gives the file its name.
    ///
    /// # Errors
    /// When a trajectory is missing; the file then keeps its temporary name. When the disk refuses; it is then removed.
    pub fn finish(self) -> Result<(), DatasetError> {
        self.close(None, |_| Ok(()))
    }

    /// As [`finish`](Self::finish), after `check` has accepted the closed file under its temporary name; what it refuses is
    /// removed.
    ///
    /// # Errors
    /// As [`finish`](Self::finish), and that of `check`.
    pub fn finish_checked<E: From<DatasetError>>(
        self,
        check: impl FnOnce(&Path) -> Result<(), E>,
    ) -> Result<(), E> {
        self.close(None, check)
    }

    /// As [`finish`](Self::finish), with another description than the file was started with: values of parameters,
    /// lengths and times that vary, and attempts, where trajectories have become others than they were meant to be.
    ///
    /// # Errors
    /// As [`finish`](Self::finish), and when the description contradicts itself.
    pub fn finish_as(self, info: &DatasetInfo) -> Result<(), DatasetError> {
        info.check()?;
        self.close(Some(info), |_| Ok(()))
    }

    fn close<E: From<DatasetError>>(
        self,
        info: Option<&DatasetInfo>,
        check: impl FnOnce(&Path) -> Result<(), E>,
    ) -> Result<(), E> {
        let unfinished = self.unfinished();
        let Self {
            path,
            part,
            file,
            dtype,
            _lock: lock,
            ..
        } = self;
        if let Err(error) = file.close() {
            return Err(removed(&part, DatasetError::unwritable(&part)(error)).into());
        }
        if let Some(unfinished) = unfinished {
            return Err(unfinished.into());
        }
        check(&part).inspect_err(|_| remove(&part))?;
        named(&part, &path, info.map(|info| (info, dtype)))
            .map_err(|error| removed(&part, error))?;
        drop(lock);
        Ok(sync_folder(&path)?)
    }

    /// The error of trajectories that are missing.
    fn unfinished(&self) -> Option<DatasetError> {
        let first = self.missing.iter().position(|&missing| missing > 0)?;
        let trajectories = self.missing.len();
        Some(DatasetError::Unfinished {
            path: self.part.clone(),
            missing: trajectories - self.written(),
            trajectories,
            first,
        })
    }
}
