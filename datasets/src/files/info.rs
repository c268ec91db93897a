//! Contents of a file of trajectories beside the frames.

use super::by_name::component_names;
use super::grids::FileGrid;
use super::provenance::Provenance;
use super::room::filled;
use super::statistics::Statistics;
use super::{AxisKind, DatasetError, Field, FieldKind, Time, Varying, channel_names};
use ondine_solvers::words::counted;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

/// Runs of trajectories of one number of frames that an error lists.
const LISTED_LENGTHS: usize = 5;

/// An axis of the grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// Number of points.
    pub points: usize,
    /// Length of the domain.
    pub length: Varying<f64>,
    /// The boundaries at its ends and the placement of its points.
    pub kind: AxisKind,
}

impl Axis {
    /// Positions of the points, of all trajectories or of each.
    pub fn coordinates(&self) -> Varying<Vec<f64>> {
        let at = |&length: &f64| self.kind.coordinates(self.points, length);
        self.length.map(at)
    }
}

/// Contents of a file of trajectories beside the frames.
#[derive(Debug, Clone, PartialEq)]
pub struct DatasetInfo {
    /// Name of the dataset; files with equal names belong together.
    pub name: String,
    /// Number of trajectories.
    pub trajectories: usize,
    /// Frames of each trajectory; of the longest, where their numbers differ.
    pub frames: usize,
    /// The grid, one to three axes: x, y, z; that of the first trajectory, where they have different numbers of points.
    pub axes: Vec<Axis>,
    /// The fields, in the order of their channels.
    pub fields: Vec<Field>,
    /// When the frames were taken.
    pub time: Time,
    /// Moment that the times count from, in their unit after 1970-01-01 00:00 of Gregory's calendar; none where the file states none.
    pub time_origin: Option<f64>,
    /// Names and values of the equation's parameters.
    pub parameters: Vec<(String, Varying<f64>)>,
    /// Origin of the dataset.
    pub provenance: Provenance,
    /// Names of the axes in the file; empty where they are x, y, z.
    pub axis_names: Vec<String>,
    /// Place of the first point of every axis in the file, in spacings from 0, where the file lists the points.
    pub first_points: Vec<Option<f64>>,
    /// Fields that do not change in time, such as a mask of obstacles; [`DatasetReader::constants`](super::DatasetReader::constants)
    /// has their values.
    pub constants: Vec<Field>,
    /// Name of the one of them that is 0 at points without data and 1 at others; none where all points have data.
    pub mask: Option<String>,
    /// Physical units as the file states them, by the names of fields, static fields, parameters and axes, and `time`.
    pub units: BTreeMap<String, String>,
    /// Names of numbers that change in time and are the same at all points, such as an inflow;
    /// [`DatasetReader::series`](super::DatasetReader::series) has their values.
    pub series: Vec<String>,
    /// Parts of the trajectories that the dataset names itself, as `train`, `valid` and `test`; empty where it does not.
    pub splits: Vec<(String, Range<usize>)>,
    /// Mean and standard deviation of fields over the dataset, where it says them.
    pub statistics: Vec<Statistics>,
    /// Frames of every trajectory, where their numbers differ; empty where all have `frames`.
    pub frames_each: Vec<usize>,
    /// All grids, that of `axes` first, where trajectories have different ones; empty where all have that of `axes`. The ends
    /// of the axes and the placement of points are the same.
    pub grids: Vec<FileGrid>,
    /// The grid of every trajectory, by its place in `grids`; empty where all have that of `axes`.
    pub grid_each: Vec<usize>,
    /// Variables of the file that were left out and facts that were supplied, in sentences: they are no errors, and worth
    /// knowing before training.
    pub notes: Vec<String>,
}

impl Default for DatasetInfo {
    /// The description of nothing, to be filled in: no trajectory, no axis, no field.
    fn default() -> Self {
        Self {
            name: String::new(),
            trajectories: 0,
            frames: 0,
            axes: Vec::new(),
            fields: Vec::new(),
            time: Time::Uniform(Varying::Same(1.0)),
            time_origin: None,
            parameters: Vec::new(),
            provenance: Provenance::default(),
            axis_names: Vec::new(),
            first_points: Vec::new(),
            constants: Vec::new(),
            mask: None,
            units: BTreeMap::new(),
            series: Vec::new(),
            splits: Vec::new(),
            statistics: Vec::new(),
            frames_each: Vec::new(),
            grids: Vec::new(),
            grid_each: Vec::new(),
            notes: Vec::new(),
        }
    }
}

impl DatasetInfo {
    /// Name of an axis, counted from 0.
    pub fn axis_name(&self, axis: usize) -> &str {
        match self.axis_names.get(axis) {
            Some(name) => name,
            None => ["x", "y", "z"].get(axis).unwrap_or(&"axis"),
        }
    }

    /// Frames of trajectory `index`.
    pub fn frames_of(&self, index: usize) -> usize {
        self.frames_each.get(index).copied().unwrap_or(self.frames)
    }

    /// Frames of the shortest trajectory.
    pub fn shortest(&self) -> usize {
        let shortest = self.frames_each.iter().min();
        shortest.copied().unwrap_or(self.frames)
    }

    /// Points per axis of [`Self::axes`]; [`Self::points_of`] has those of a trajectory.
    pub fn points(&self) -> Vec<usize> {
        self.axes.iter().map(|axis| axis.points).collect()
    }

    /// Grid points in all.
    pub fn num_points(&self) -> usize {
        self.axes.iter().map(|axis| axis.points).product()
    }

    /// Channels of a frame.
    pub fn channels(&self) -> usize {
        let dims = self.axes.len();
        self.fields.iter().map(|f| f.kind.components(dims)).sum()
    }

    /// Values of a frame.
    pub fn frame_len(&self) -> usize {
        self.channels() * self.num_points()
    }

    /// Domain length of every axis in trajectory `index`.
    pub fn length(&self, index: usize) -> Vec<f64> {
        self.axes.iter().map(|a| *a.length.get(index)).collect()
    }

    /// Distance of neighbouring points along every axis in trajectory `index`.
    pub fn spacing(&self, index: usize) -> Vec<f64> {
        let axes = self.axes.iter().zip(self.points_of(index));
        axes.map(|(axis, points)| axis.kind.spacing(points, *axis.length.get(index)))
            .collect()
    }

    /// Mean and standard deviation of every channel over the dataset, where it says them.
    ///
    /// # Errors
    /// The name of the first channel of which it says nothing.
    pub fn channel_statistics(&self) -> Result<Vec<[f64; 2]>, String> {
        let mut known: Vec<(String, [f64; 2])> = Vec::new();
        for of in &self.statistics {
            let numbers = of.mean.iter().zip(&of.std).map(|(&mean, &std)| [mean, std]);
            known.extend(self.component_names(of).into_iter().zip(numbers));
        }
        let of = |name: String| {
            let found = known.iter().find(|(other, _)| *other == name);
            found.map(|(_, numbers)| *numbers).ok_or(name)
        };
        channel_names(self).into_iter().map(of).collect()
    }

    /// The names of the channels of a field with so many statistics.
    fn component_names(&self, of: &Statistics) -> Vec<String> {
        let dims = self.axes.len();
        let kinds = [FieldKind::Scalar, FieldKind::Vector, FieldKind::Tensor];
        let kind = kinds
            .into_iter()
            .find(|kind| kind.components(dims) == of.mean.len());
        let name = of.field.clone();
        kind.map_or(Vec::new(), |kind| {
            component_names(&Field { name, kind }, dims)
        })
    }

    /// Refuses what cannot be written because it cannot be read.
    pub(super) fn check(&self) -> Result<(), DatasetError> {
        let refuse = |what| {
            let name = self.name.clone();
            DatasetError::Description { name, what }
        };
        self.check_readable().map_err(refuse)?;
        let one = self.check_one_grid();
        one.map_err(|grids| {
            refuse(format!(
                "{grids}, and a file has one: write one file for each"
            ))
        })?;
        if self.frames_each.is_empty() {
            return Ok(());
        }
        let (low, high) = (self.shortest(), self.frames);
        Err(refuse(format!(
            "its trajectories have {low} to {high} frames, and a file has one number for all: write one file for each ({})",
            self.lengths()
        )))
    }

    /// Neighbouring trajectories of one number of frames, the first few, in words.
    fn lengths(&self) -> String {
        let mut first = 0;
        let runs = self.frames_each.chunk_by(|a, b| a == b).map(|run| {
            first += run.len();
            format!("{}..{first} have {}", first - run.len(), run[0])
        });
        let mut runs: Vec<String> = runs.collect();
        if runs.len() > LISTED_LENGTHS {
            runs.truncate(LISTED_LENGTHS);
            runs.push("...".to_owned());
        }
        runs.join(", ")
    }

    /// Why it describes no dataset: empty dimensions, and lists that are not one value a trajectory.
    pub(super) fn check_readable(&self) -> Result<(), String> {
        if self.trajectories == 0 || self.frames == 0 {
            return Err("it has no trajectory or no frame".into());
        }
        if self.fields.is_empty() {
            return Err("it has no field".into());
        }
        if !(1..=3).contains(&self.axes.len()) || self.axes.iter().any(|axis| axis.points == 0) {
            return Err(format!(
                "its grid {:?} is not one to three axes with at least one point each",
                self.points()
            ));
        }
        let sizes = self.axes.iter().map(|axis| axis.points);
        let mut sizes = sizes.chain([self.trajectories, self.frames, 8 * 9 * self.fields.len()]);
        if sizes.try_fold(1_usize, usize::checked_mul).is_none() {
            return Err(format!(
                "{} trajectories of {} frames with {:?} points are more than any memory holds",
                self.trajectories,
                self.frames,
                self.points()
            ));
        }
        for (what, values) in self.list_lengths() {
            if values != self.trajectories {
                return Err(format!(
                    "{} of `{what}` for {} trajectories",
                    counted(values, "value"),
                    self.trajectories
                ));
            }
        }
        match self.wrong_times() {
            Some(times) => Err(format!("{times} times for {} frames", self.frames)),
            None => Ok(()),
        }
    }

    /// Refuses frames that the dataset at `path` does not hold.
    pub(super) fn check_range(
        &self,
        path: &Path,
        trajectory: usize,
        frames: &Range<usize>,
    ) -> Result<(), DatasetError> {
        if trajectory < self.trajectories
            && frames.end <= self.frames_of(trajectory)
            && !frames.is_empty()
        {
            return Ok(());
        }
        Err(DatasetError::OutOfRange {
            path: path.to_path_buf(),
            trajectory,
            start: frames.start,
            end: frames.end,
            trajectories: self.trajectories,
            frames: self.frames_of(trajectory),
        })
    }

    /// Zeros for a block of the dataset at `path`, which is refused where the dataset does not hold it.
    pub(super) fn empty_block(
        &self,
        path: &Path,
        trajectories: &Range<usize>,
        frames: &Range<usize>,
    ) -> Result<Vec<f64>, DatasetError> {
        let last = trajectories.end.saturating_sub(1);
        self.check_range(path, trajectories.start.max(last), frames)?;
        let extents = [trajectories.len(), frames.len(), self.frame_len()];
        filled(&self.name, &extents, 0.0)
    }

    /// Name and number of values of everything that varies.
    fn list_lengths(&self) -> Vec<(&str, usize)> {
        fn count<T>(values: &Varying<T>) -> Option<usize> {
            match values {
                Varying::Same(_) => None,
                Varying::Each(values) => Some(values.len()),
            }
        }
        let parameters = self.parameters.iter().map(|(n, v)| (n.as_str(), count(v)));
        let lengths = self.axes.iter().map(|a| ("length", count(&a.length)));
        let time = match &self.time {
            Time::Uniform(dt) => count(dt),
            Time::Listed(times) => count(times),
        };
        let attempts = &self.provenance.attempts;
        let list = |list: usize| (list > 0).then_some(list);
        let own = [
            ("time", time),
            ("attempts", list(attempts.len())),
            ("frames", list(self.frames_each.len())),
            ("grids", list(self.grid_each.len())),
        ];
        let all = parameters.chain(lengths).chain(own);
        all.filter_map(|(name, count)| Some((name, count?)))
            .collect()
    }

    /// The length of a list of times that is not one time a frame.
    fn wrong_times(&self) -> Option<usize> {
        let lists = match &self.time {
            Time::Uniform(_) => return None,
            Time::Listed(Varying::Same(times)) => std::slice::from_ref(times),
            Time::Listed(Varying::Each(lists)) => lists,
        };
        let lengths = lists.iter().map(Vec::len).enumerate();
        let wrong = |&(index, n): &(usize, usize)| n != self.frames_of(index);
        lengths.into_iter().find(wrong).map(|(_, n)| n)
    }
}
