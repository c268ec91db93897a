//! Writes a dataset one trajectory at a time, safe against a kill at any moment.

use super::layout::{self, FieldLayout};
use super::skeleton;
use crate::hdf5::{DatasetError, DatasetInfo, Dtype, Trajectory, claim};
use rust_hdf5::FileLocking;
use rust_hdf5::swmr::SwmrFileWriter;
use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How often frames are handed to the disk.
const FLUSH_EVERY: Duration = Duration::from_secs(1);

/// Writes a dataset in The Well's layout.
///
/// The file grows under the name `<path>.part`; [`finish`](Self::finish) gives it its name in one step of the file
/// system. A kill at any moment therefore leaves no file under the final name, or a complete one. The file under the
/// temporary name stays readable while it grows, at most a second behind: trajectories not yet written read as NaN.
///
/// Trajectories arrive in any order, and no more than one chunk of one is copied. Two processes cannot write one file: the
/// second is refused, on file systems that know locks.
///
/// ```
/// use ondine_datasets::hdf5::*;
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
    dtype: Dtype,
    num_points: usize,
    channels: usize,
    frames: usize,
    written: Vec<bool>,
    block: Vec<u8>,
    flushed: Instant,
    _lock: File,
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
        dtype: Dtype,
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
        let begun = Self::begin(path, &part, lock, (info, dtype));
        if begun.is_err() {
            let _ = std::fs::remove_file(&part); // A full disk needs the room more than a part needs to stay.
        }
        begun
    }

    /// The file under its temporary name, which is claimed, with nothing in it yet.
    fn begin(
        path: PathBuf,
        part: &Path,
        lock: File,
        (info, dtype): (&DatasetInfo, Dtype),
    ) -> Result<Self, DatasetError> {
        let failed = || DatasetError::unwritable(part);
        skeleton::write(part, info, dtype).map_err(failed())?;
        let file = SwmrFileWriter::open_append_with_locking(part, FileLocking::Disabled);
        let mut file = file.map_err(failed())?;
        let found = |layouts: Vec<FieldLayout>| -> Vec<StoredField> {
            let layouts = layouts.into_iter();
            layouts
                .map(|layout| StoredField::find(&file, layout))
                .collect()
        };
        let fields = found(layout::fields(info, dtype));
        let constants = found(layout::constants(info, dtype));
        file.start_swmr().map_err(failed())?;
        claim::share(&lock);
        Ok(Self {
            path,
            part: part.to_path_buf(),
            file,
            fields,
            constants,
            dtype,
            num_points: info.num_points(),
            channels: info.channels(),
            frames: info.frames,
            written: vec![false; info.trajectories],
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
        self.check(trajectory)?;
        for field in 0..self.fields.len() {
            let steps = self.fields[field].layout.chunk[1];
            for start in (0..self.frames).step_by(steps) {
                let end = (start + steps).min(self.frames);
                self.write_block(field, trajectory, start, end)?;
            }
        }
        self.written[trajectory.index] = true;
        if self.flushed.elapsed() >= FLUSH_EVERY {
            self.file
                .flush()
                .map_err(DatasetError::unwritable(&self.part))?;
            self.flushed = Instant::now();
        }
        Ok(())
    }

    /// Writes the fields of one trajectory that do not change in time, again if they were there; those that are never
    /// written read as NaN.
    ///
    /// # Errors
    /// When the index or the number of values is wrong, or the disk refuses.
    pub fn put_constants(&mut self, index: usize, values: &[f64]) -> Result<(), DatasetError> {
        let channels: usize = self
            .constants
            .iter()
            .map(|field| field.layout.components)
            .sum();
        let expected = channels * self.num_points;
        if index >= self.written.len() || values.len() != expected {
            let (found, room) = (values.len(), self.written.len());
            return Err(DatasetError::Trajectory {
                index,
                what: format!(
                    "{found} values for {channels} channels at {} points that do not change in time, which are {expected}; \
                     the file has room for {room}",
                    self.num_points
                ),
            });
        }
        for StoredField { handle, layout } in &self.constants {
            self.block.clear();
            encode(
                &mut self.block,
                layout,
                values,
                (self.num_points, self.dtype),
            );
            let mut starts = vec![0; layout.shape.len()];
            let mut counts: Vec<u64> = layout.shape.iter().map(|&n| n as u64).collect();
            (starts[0], counts[0]) = (index as u64, 1);
            self.file
                .write_slice(*handle, &starts, &counts, &self.block)
                .map_err(DatasetError::unwritable(&self.part))?;
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
        self.written.iter().filter(|&&written| written).count()
    }

    /// Closes the file, waits for the disk and gives the file its name.
    ///
    /// # Errors
    /// When a trajectory is missing; the file then keeps its temporary name. When the disk refuses; it is then removed.
    pub fn finish(self) -> Result<(), DatasetError> {
        self.close(None)
    }

    /// As [`finish`](Self::finish), with another description than the file was started with: values of parameters,
    /// lengths and times that vary, and attempts, where trajectories have become others than they were meant to be.
    ///
    /// # Errors
    /// As [`finish`](Self::finish), and when the description contradicts itself.
    pub fn finish_as(self, info: &DatasetInfo) -> Result<(), DatasetError> {
        info.check()?;
        self.close(Some(info))
    }

    fn close(self, info: Option<&DatasetInfo>) -> Result<(), DatasetError> {
        let Self {
            path,
            part,
            file,
            written,
            dtype,
            _lock: lock,
            ..
        } = self;
        if let Err(error) = file.close() {
            return Err(removed(&part, DatasetError::unwritable(&part)(error)));
        }
        if let Some(first) = written.iter().position(|&written| !written) {
            return Err(DatasetError::Unfinished {
                path: part,
                missing: written.iter().filter(|&&written| !written).count(),
                trajectories: written.len(),
                first,
            });
        }
        named(&part, &path, info.map(|info| (info, dtype)))
            .map_err(|error| removed(&part, error))?;
        drop(lock);
        sync_folder(&path)
    }

    fn check(&self, trajectory: &Trajectory) -> Result<(), DatasetError> {
        let Trajectory { index, ref frames } = *trajectory;
        let refuse = |what| Err(DatasetError::Trajectory { index, what });
        if index >= self.written.len() {
            return refuse(format!("the file has room for {}", self.written.len()));
        }
        let expected = self.frames * self.channels * self.num_points;
        if frames.len() != expected {
            return refuse(format!(
                "{} values for {} frames of {} channels at {} points, which are {expected}",
                frames.len(),
                self.frames,
                self.channels,
                self.num_points
            ));
        }
        Ok(())
    }

    /// Writes the frames `start..end` of one field: components last, in the file's precision.
    fn write_block(
        &mut self,
        field: usize,
        trajectory: &Trajectory,
        start: usize,
        end: usize,
    ) -> Result<(), DatasetError> {
        let StoredField { handle, ref layout } = self.fields[field];
        let frame_len = self.channels * self.num_points;
        self.block.clear();
        for frame in trajectory.frames[start * frame_len..end * frame_len].chunks(frame_len) {
            encode(
                &mut self.block,
                layout,
                frame,
                (self.num_points, self.dtype),
            );
        }
        let mut starts = vec![0; layout.shape.len()];
        let mut counts: Vec<u64> = layout.shape.iter().map(|&n| n as u64).collect();
        (starts[0], counts[0]) = (trajectory.index as u64, 1);
        (starts[1], counts[1]) = (start as u64, (end - start) as u64);
        self.file
            .write_slice(handle, &starts, &counts, &self.block)
            .map_err(DatasetError::unwritable(&self.part))
    }
}

/// Appends a field of a frame, which is channel-major: components last, in the file's precision.
fn encode(
    block: &mut Vec<u8>,
    layout: &FieldLayout,
    frame: &[f64],
    (num_points, dtype): (usize, Dtype),
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

/// Gives a closed file its last description and its name.
fn named(
    part: &Path,
    path: &Path,
    info: Option<(&DatasetInfo, Dtype)>,
) -> Result<(), DatasetError> {
    if let Some((info, dtype)) = info {
        skeleton::rewrite(part, info, dtype).map_err(DatasetError::unwritable(part))?;
    }
    let file = File::open(part).map_err(DatasetError::io(part))?;
    file.sync_all().map_err(DatasetError::io(part))?;
    std::fs::rename(part, path).map_err(DatasetError::io(path))
}

/// Removes what a full disk would have to keep, and hands the error on.
fn removed(part: &Path, error: DatasetError) -> DatasetError {
    let _ = std::fs::remove_file(part);
    error
}

/// The name a file has while it grows.
fn temporary(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".part");
    name.into()
}

/// Waits until the disk knows the new name.
fn sync_folder(path: &Path) -> Result<(), DatasetError> {
    if cfg!(not(unix)) {
        return Ok(()); // folders cannot be opened there
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let open = File::open(folder).map_err(DatasetError::io(folder))?;
    open.sync_all().map_err(DatasetError::io(folder))
}
