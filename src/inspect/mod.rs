//! Files of trajectories in numbers: the problem as it is understood, how the values are stored, what they are, and what a
//! recipe for them needs.
//!
//! Of a large file a sample of frames is read, which is named; memory holds a block of frames at a time, or the chunks that
//! they lie in.

mod change;
mod description;
mod findings;
mod grid;
mod picture;
mod recipe;
mod sample;
mod tail;
mod template;
mod values;
mod watched;

pub use change::{Change, Lag};
pub use description::{AxisLine, Condition, FieldLine, Origin, Range, Split, TimeLine};
pub use findings::{BadValue, BrokenCourse, Findings};
pub use grid::GridLine;
pub use picture::{PictureError, picture};
pub use sample::Sample;
pub use tail::{Resolved, Tail};
pub use template::{Unknown, unknown};
pub use values::Values;

use crate::control::{Control, Stopped};
use crate::recipe::{Dataset, NoDataset, RecipeError};
use ondine_datasets::files::{
    DatasetError, DatasetInfo, DatasetReader, StoredArray, Unpacked, contents,
};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use watched::Watched;

/// Why a file was not inspected.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    /// The file can't be read as a dataset.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// The recipe that describes the dataset is wrong.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// The inspection was told to stop.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

impl From<NoDataset> for InspectError {
    fn from(error: NoDataset) -> Self {
        match error {
            NoDataset::Files(error) => Self::Dataset(error),
            NoDataset::Recipe(error) => Self::Recipe(error),
        }
    }
}

/// A dataset in numbers; `docs/inspection.schema.json` describes its JSON.
#[derive(Debug, Serialize)]
pub struct Inspection {
    /// The path that was given.
    pub path: PathBuf,
    /// Name of the format in the list of formats; `layout` where a recipe describes one.
    pub format: String,
    /// Files or folders that are opened as one dataset.
    pub files: usize,
    /// Bytes of these files on the disk.
    pub bytes: u64,
    /// Name of the dataset.
    pub name: String,
    /// Number of trajectories.
    pub trajectories: usize,
    /// Frames of each, of the longest where their numbers differ.
    pub frames: usize,
    /// Frames of the shortest.
    pub shortest: usize,
    /// MiB of one frame in 32-bit, as networks read it; on the first grid where there are several.
    pub frame_mib: f64,
    /// The grids of the trajectories, where they have several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub grids: Vec<GridLine>,
    /// The fields, in the order of their channels.
    pub fields: Vec<FieldLine>,
    /// Fields that do not change in time.
    pub constants: Vec<FieldLine>,
    /// Name of the constant field that is 0 at points without data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mask: Option<String>,
    /// Numbers that change in time and are the same at all points.
    pub series: Vec<String>,
    /// Physical units that the file states, by the names of fields, constants, conditions and axes, and `time`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub units: BTreeMap<String, String>,
    /// Variables of the file that were left out and facts that were supplied, in sentences.
    pub notes: Vec<String>,
    /// The axes of the grid; of the first one where there are several.
    pub axes: Vec<AxisLine>,
    /// The times of the frames.
    pub time: TimeLine,
    /// Parameters of the trajectories.
    pub conditions: Vec<Condition>,
    /// Parts of the trajectories that the dataset names.
    pub splits: Vec<Split>,
    /// The program that wrote the file, as far as it says so.
    pub origin: Origin,
    /// The arrays of the first file, 256 at most; none of a format that is a folder of files.
    pub arrays: Vec<ArrayLine>,
    /// The frames that were read for `values`.
    pub sample: Sample,
    /// Every channel over the sample.
    pub values: Vec<Values>,
    /// Values that are no data, and courses that break off.
    pub findings: Findings,
    /// Resolution of the fields by the grid, the worst where there are several.
    pub resolution: Resolved,
    /// Change of a state between frames; none of single frames.
    pub change: Option<Change>,
    /// A recipe for a training on the file; none where it can't be trained on.
    pub recipe: Option<String>,
    /// Why there is no recipe.
    pub untrainable: Option<String>,
}

/// An array of a file and how it is stored.
#[derive(Debug, Serialize)]
pub struct ArrayLine {
    /// Its path in the file.
    pub path: String,
    /// Its extent along every axis.
    pub shape: Vec<usize>,
    /// The type of its values.
    pub values: String,
    /// The extents of a chunk; none where it lies in one piece.
    pub chunk: Option<Vec<usize>>,
    /// The filters of its chunks.
    pub filters: Vec<String>,
    /// The words of an array of words, the first 100.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
}

impl From<StoredArray> for ArrayLine {
    fn from(array: StoredArray) -> Self {
        let StoredArray {
            path,
            shape,
            values,
            chunk,
            filters,
            words,
        } = array;
        Self {
            path,
            shape,
            values,
            chunk,
            filters,
            words,
        }
    }
}

/// Inspects a file, a folder or a pattern of files, or the dataset that `[data]` of a recipe names: a sample of its frames, or
/// `all` of them.
///
/// # Errors
/// When no layout recognises the file, it can't be read, or `control` ends the work.
///
/// ```no_run
/// use ondine::control::Control;
/// use ondine::inspect::inspect;
///
/// let found = inspect("runs/convection.h5".as_ref(), false, &Control::none())?;
/// println!("{} trajectories of {} frames", found.trajectories, found.frames);
/// # Ok::<(), ondine::inspect::InspectError>(())
/// ```
pub fn inspect(path: &Path, all: bool, control: &Control<'_>) -> Result<Inspection, InspectError> {
    let dataset = Dataset::open(path)?;
    let reader = &dataset.reader;
    let sample = if all {
        Sample::all(reader.info())
    } else {
        Sample::of(reader.info())
    };
    let planned = sample.count() + findings::planned(reader.info(), all);
    let unpacked = Unpacked::new(&**reader);
    let watched = Watched::new(&unpacked, control, planned);
    let inspector = Inspector {
        dataset: &dataset,
        reader: &watched,
        sample,
        all,
    };
    let inspection = inspector.inspection(path);
    control.check()?; // a reader that was stopped has given an error
    Ok(inspection?)
}

/// A dataset while it is read.
struct Inspector<'a> {
    dataset: &'a Dataset,
    reader: &'a Watched<'a>,
    sample: Sample,
    all: bool,
}

impl Inspector<'_> {
    fn inspection(self, path: &Path) -> Result<Inspection, DatasetError> {
        let Dataset {
            parts,
            format,
            lines,
            ..
        } = self.dataset;
        let info = self.reader.info();
        let values = values::of(self.reader, &self.sample)?;
        let findings = findings::of(self.reader, self.all)?;
        let grids = grid::of(self.reader, &self.sample)?;
        let resolution = match Resolved::worst(grids.iter().map(|grid| &grid.resolution)) {
            Some(worst) => worst,
            None => tail::of(self.reader, &tail::few(&self.sample.trajectories))?,
        };
        let change = change::of(self.reader, &self.sample, &values)?;
        let left_out = findings.left_out.len();
        let fault = recipe::fault(info, left_out).or_else(|| resolution.fault.clone());
        let recipe = fault.is_none();
        let recipe = recipe.then(|| recipe::text(lines, info, left_out));
        Ok(Inspection {
            path: path.to_path_buf(),
            format: format.clone(),
            files: parts.len(),
            bytes: parts.iter().map(|part| bytes(part)).sum(),
            name: info.name.clone(),
            trajectories: info.trajectories,
            frames: info.frames,
            shortest: info.shortest(),
            frame_mib: mib(info.frame_len()),
            grids,
            fields: description::fields(&info.fields, info),
            constants: description::fields(&info.constants, info),
            mask: info.mask.clone(),
            series: info.series.clone(),
            units: info.units.clone(),
            notes: info.notes.clone(),
            axes: description::axes(info),
            time: description::time(info),
            conditions: description::conditions(info),
            splits: description::splits(info),
            origin: description::origin(info),
            arrays: arrays(&parts[0]),
            sample: self.sample,
            values,
            findings,
            resolution,
            change,
            recipe,
            untrainable: fault,
        })
    }
}

/// MiB of so many values in 32-bit.
fn mib(values: usize) -> f64 {
    (4 * values) as f64 / f64::from(1 << 20)
}

/// The arrays of a file; nothing of a folder of files.
fn arrays(path: &Path) -> Vec<ArrayLine> {
    let arrays = contents(path).unwrap_or_default().into_iter();
    arrays.map(ArrayLine::from).collect()
}

/// The bytes of a file, or of all files of a folder.
fn bytes(path: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(path) else {
        return std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    };
    let inside = entries.flatten().map(|entry| entry.path());
    inside.map(|path| bytes(&path)).sum()
}

/// The names of the channels.
fn channels(info: &DatasetInfo) -> Vec<String> {
    ondine_datasets::files::channel_names(info)
}
