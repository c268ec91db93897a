//! Several files as one dataset: their trajectories one after the other.

use super::grids::joined_grids;
use super::recent::Recent;
use super::{DatasetError, DatasetInfo, DatasetReader, Time, Varying};
use ondine_solvers::words::counted;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Opens a file.
type Open = dyn Fn(&Path) -> Result<Arc<dyn DatasetReader>, DatasetError> + Send + Sync;

/// Files that stay open.
const OPEN_FILES: usize = 64;

/// Files of one set of axes and fields, read as a single dataset.
///
/// Points and lengths of axes, times, numbers of frames and values of parameters may differ between files, the ends of axes not; parameters that not all of them have are left out. A
/// file is opened when it is read, and up to 64 stay open, fewer where their unpacked chunks take more than 256 MiB together.
pub struct Joined {
    files: Vec<PathBuf>,
    /// The first trajectory of every file, and the number of all.
    first: Vec<usize>,
    info: DatasetInfo,
    open: Box<Open>,
    recent: Recent<Arc<dyn DatasetReader>>,
}

impl Joined {
    /// The files in this order, each opened by `open`, called `name`.
    ///
    /// # Errors
    /// When there is no file, one cannot be opened, or one differs from the first in its axes or its fields: the error names it
    /// and says how.
    pub fn open(
        name: &str,
        files: Vec<PathBuf>,
        open: impl Fn(&Path) -> Result<Arc<dyn DatasetReader>, DatasetError> + Send + Sync + 'static,
    ) -> Result<Self, DatasetError> {
        let mut infos = Vec::new();
        for file in &files {
            let reader = open(file)?;
            if let Some(what) = infos
                .first()
                .and_then(|first| differs(first, reader.info()))
            {
                let path = file.clone();
                let what = format!(
                    "{what}, in {}: files of one dataset have to agree, so name them apart",
                    files[0].display()
                );
                return Err(DatasetError::Invalid { path, what });
            }
            infos.push(reader.info().clone());
        }
        if infos.is_empty() {
            return Err(DatasetError::Description {
                name: name.to_owned(),
                what: "it has no files".to_owned(),
            });
        }
        let mut first = vec![0];
        for info in &infos {
            first.push(first[first.len() - 1] + info.trajectories);
        }
        Ok(Self {
            info: joined(name, &files, &infos),
            files,
            first,
            open: Box::new(open),
            recent: Recent::growing(OPEN_FILES, |reader| reader.cached_bytes()),
        })
    }

    /// The same with parts of the trajectories by name: the number of files of each, in their order.
    #[must_use]
    pub(super) fn split(mut self, splits: &[(String, usize)]) -> Self {
        self.info.splits.clear(); // the folder's are those that count
        let mut file = 0;
        for (name, files) in splits {
            let range = self.first[file]..self.first[file + files];
            self.info.splits.push((name.clone(), range));
            file += files;
        }
        self
    }

    /// The same with the description changed.
    #[must_use]
    pub(super) fn described(mut self, change: impl FnOnce(&mut DatasetInfo)) -> Self {
        change(&mut self.info);
        self
    }

    /// The file of a trajectory, and its number there.
    fn file(&self, trajectory: usize) -> Result<(Arc<dyn DatasetReader>, usize), DatasetError> {
        self.info.check_range(&self.files[0], trajectory, &(0..1))?;
        let file = self.first.partition_point(|first| *first <= trajectory) - 1;
        let reader = self.recent.get(file, || (self.open)(&self.files[file]))?;
        Ok((reader, trajectory - self.first[file]))
    }
}

impl DatasetReader for Joined {
    fn info(&self) -> &DatasetInfo {
        &self.info
    }

    fn frames(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        let (reader, trajectory) = self.file(trajectory)?;
        reader.frames(trajectory, frames)
    }

    fn stored_together(&self) -> [usize; 2] {
        self.file(0)
            .map_or([1, 1], |(reader, _)| reader.stored_together())
    }

    fn block(
        &self,
        trajectories: Range<usize>,
        frames: Range<usize>,
    ) -> Result<Vec<f64>, DatasetError> {
        let mut all = Vec::new();
        let mut next = trajectories.start;
        while next < trajectories.end {
            let (reader, first) = self.file(next)?;
            let there = reader.info().trajectories - first;
            let count = there.min(trajectories.end - next);
            all.append(&mut reader.block(first..first + count, frames.clone())?);
            next += count;
        }
        Ok(all)
    }

    fn constants(&self, trajectory: usize) -> Result<Vec<f64>, DatasetError> {
        let (reader, trajectory) = self.file(trajectory)?;
        reader.constants(trajectory)
    }

    fn series(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        let (reader, trajectory) = self.file(trajectory)?;
        reader.series(trajectory, frames)
    }

    fn fill_values(&self, channel: usize) -> Vec<f64> {
        self.file(0)
            .map_or_else(|_| Vec::new(), |(reader, _)| reader.fill_values(channel))
    }

    fn cached_bytes(&self) -> usize {
        self.recent.weight()
    }
}

/// Difference of a dataset from another one in its axes, their ends or its fields, in words: "its grid has 2 axes, not 1";
/// none where they are the same. Numbers of points may differ.
pub fn differs(first: &DatasetInfo, other: &DatasetInfo) -> Option<String> {
    let names = |info: &DatasetInfo| -> Vec<String> {
        let fields = info.fields.iter().chain(&info.constants);
        let names = fields.map(|field| field.name.clone());
        names.chain(info.series.iter().cloned()).collect()
    };
    let kinds = |info: &DatasetInfo| -> Vec<_> {
        let fields = info.fields.iter().chain(&info.constants);
        fields.map(|field| field.kind).collect()
    };
    let ends = |info: &DatasetInfo| -> Vec<String> {
        info.axes.iter().map(|axis| axis.kind.to_string()).collect()
    };
    if first.axes.len() != other.axes.len() {
        let (found, expected) = (other.axes.len(), first.axes.len());
        let found = counted(found, "axis");
        Some(format!("its grid has {found}, not {expected}"))
    } else if ends(first) != ends(other) {
        let (found, expected) = (ends(other).join(", "), ends(first).join(", "));
        Some(format!("its axes lie {found}, not {expected}"))
    } else if names(first) != names(other) || kinds(first) != kinds(other) {
        let (found, expected) = (names(other).join(", "), names(first).join(", "));
        Some(format!("its fields are {found}, not {expected}"))
    } else {
        unlike_units(first, other)
    }
}

/// The first unit of a dataset that another one states otherwise, in words.
fn unlike_units(first: &DatasetInfo, other: &DatasetInfo) -> Option<String> {
    let mut stated = other.units.iter();
    stated.find_map(|(name, found)| {
        let expected = first.units.get(name).filter(|unit| *unit != found)?;
        Some(format!(
            "its unit of `{name}` is {found}, not {expected} (convert the values, or correct the attribute `units`)"
        ))
    })
}

/// The description of all files.
fn joined(name: &str, files: &[PathBuf], infos: &[DatasetInfo]) -> DatasetInfo {
    let first = &infos[0];
    let (grids, grid_each) = joined_grids(files, infos);
    let mut axes = first.axes.clone();
    for (place, axis) in axes.iter_mut().enumerate() {
        axis.length = each(infos, |info, index| *info.axes[place].length.get(index));
    }
    let uniform = infos
        .iter()
        .all(|info| matches!(info.time, Time::Uniform(_)));
    let time = if uniform {
        Time::Uniform(each(infos, |info, index| info.time.dt(index)))
    } else {
        Time::Listed(each(infos, times))
    };
    let value = |info: &DatasetInfo, name: &str| {
        let found = info.parameters.iter().find(|(other, _)| other == name);
        found.map(|(_, values)| values.clone())
    };
    let shared = first.parameters.iter().map(|(name, _)| name);
    let shared = shared.filter(|name| infos.iter().all(|info| value(info, name).is_some()));
    let parameter = |name: &String| {
        let values = each(infos, |info, index| {
            value(info, name).map_or(f64::NAN, |values| *values.get(index))
        });
        (name.clone(), values)
    };
    let frames = each(infos, DatasetInfo::frames_of);
    DatasetInfo {
        name: name.to_owned(),
        frames: infos.iter().map(|info| info.frames).max().unwrap_or(0),
        frames_each: match frames {
            Varying::Same(_) => Vec::new(),
            Varying::Each(frames) => frames,
        },
        trajectories: infos.iter().map(|info| info.trajectories).sum(),
        parameters: shared.map(parameter).collect(),
        notes: notes(infos),
        grids,
        grid_each,
        axes,
        time,
        splits: splits(infos),
        statistics: if infos.iter().all(|info| info.statistics == first.statistics) {
            first.statistics.clone()
        } else {
            Vec::new()
        },
        ..first.clone()
    }
}

/// The parts of all files by name, one after the other, where every file has some: a name may come several times.
fn splits(infos: &[DatasetInfo]) -> Vec<(String, Range<usize>)> {
    if infos.iter().any(|info| info.splits.is_empty()) {
        return Vec::new();
    }
    let mut first = 0;
    let of_file = |info: &DatasetInfo| -> Vec<(String, Range<usize>)> {
        let begin = first;
        first += info.trajectories;
        let moved = |range: &Range<usize>| begin + range.start..begin + range.end;
        let splits = info.splits.iter();
        splits
            .map(|(name, range)| (name.clone(), moved(range)))
            .collect()
    };
    infos.iter().flat_map(of_file).collect()
}

/// The notes on all files, each once; parameters that some files lack.
fn notes(infos: &[DatasetInfo]) -> Vec<String> {
    let mut notes = Vec::new();
    for note in infos.iter().flat_map(|info| &info.notes) {
        if !notes.contains(note) {
            notes.push(note.clone());
        }
    }
    let has =
        |info: &DatasetInfo, name: &String| info.parameters.iter().any(|(other, _)| other == name);
    let all = infos.iter().flat_map(|info| &info.parameters);
    for (name, _) in all {
        let note = format!("the parameter `{name}` is left out: not all files have it");
        if !infos.iter().all(|info| has(info, name)) && !notes.contains(&note) {
            notes.push(note);
        }
    }
    notes
}

/// One value of every trajectory of every file.
fn each<T: PartialEq>(
    infos: &[DatasetInfo],
    value: impl Fn(&DatasetInfo, usize) -> T,
) -> Varying<T> {
    let value = &value;
    let of_file = |info: &DatasetInfo| -> Vec<T> {
        (0..info.trajectories)
            .map(|index| value(info, index))
            .collect()
    };
    Varying::of(infos.iter().flat_map(of_file).collect())
}

fn times(info: &DatasetInfo, index: usize) -> Vec<f64> {
    match &info.time {
        Time::Uniform(dt) => (0..info.frames_of(index))
            .map(|frame| frame as f64 * dt.get(index))
            .collect(),
        Time::Listed(times) => times.get(index).clone(),
    }
}
