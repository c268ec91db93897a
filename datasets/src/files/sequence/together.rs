//! The contents of files that follow one another in time, together.

use super::invalid;
use super::numbered::Numbered;
use crate::files::folder::name;
use crate::files::spacing::Uneven;
use crate::files::{DatasetError, DatasetInfo, Time, Varying, differs};
use std::path::{Path, PathBuf};

/// Relative difference of lengths that files of one simulation round differently.
const ROUNDED: f64 = 1e-6;

/// The remedy where files are no frames of one trajectory.
const OF_THEIR_OWN: &str =
    "where each file is a trajectory of its own, write files = \"trajectories\" in [data]";

/// The contents of files, one after the other.
#[derive(Default)]
pub(super) struct Together {
    first: Option<(PathBuf, DatasetInfo)>,
    /// Frames of every file.
    frames: Vec<usize>,
    /// Times of every file.
    times: Vec<Time>,
    /// Origins of the times of every file.
    origins: Vec<Option<f64>>,
    /// Parameters that have other values in some file than in the first.
    changing: Vec<String>,
}

impl Together {
    /// Adds the next file.
    pub(super) fn add(&mut self, file: &Path, info: &DatasetInfo) -> Result<(), DatasetError> {
        self.frames.push(info.frames);
        self.times.push(info.time.clone());
        self.origins.push(info.time_origin);
        let Some((first, before)) = &self.first else {
            self.first = Some((file.to_path_buf(), info.clone()));
            return Ok(());
        };
        if let Some(what) = differs(before, info).or_else(|| unlike(before, info)) {
            let what = format!(
                "{what}, in {}: files that follow one another in time have to agree; {OF_THEIR_OWN}",
                first.display()
            );
            return Err(invalid(file, what));
        }
        for (name, values) in &before.parameters {
            let same = info
                .parameters
                .iter()
                .any(|other| (&other.0, &other.1) == (name, values));
            if !same && !self.changing.contains(name) {
                self.changing.push(name.clone());
            }
        }
        Ok(())
    }

    /// The first frame of every file, and the number of all.
    pub(super) fn first_frames(&self) -> Vec<usize> {
        let mut first = vec![0];
        for frames in &self.frames {
            first.push(first[first.len() - 1] + frames);
        }
        first
    }

    /// The description of all files, of one frame each `dt` apart where they state no times.
    pub(super) fn described(
        &self,
        numbered: &Numbered,
        dt: Option<f64>,
    ) -> Result<DatasetInfo, DatasetError> {
        let Some((path, first)) = &self.first else {
            return Err(DatasetError::Description {
                name: "sequence".to_owned(),
                what: "it has no files".to_owned(),
            });
        };
        let several = !first.frames_each.is_empty() || !first.grids.is_empty();
        if several {
            let what = format!(
                "its trajectories differ in frames or points, and files that follow one another have one of each; {OF_THEIR_OWN}"
            );
            return Err(invalid(path, what));
        }
        let time = self
            .time(first.trajectories, dt)
            .map_err(|what| invalid(path, what))?;
        self.check_times(&time, first.trajectories, numbered)?;
        let kept = first
            .parameters
            .iter()
            .filter(|(name, _)| !self.changing.contains(name));
        Ok(DatasetInfo {
            frames: self.frames.iter().sum(),
            time,
            parameters: kept.cloned().collect(),
            notes: self.notes(path, first),
            ..first.clone()
        })
    }

    fn notes(&self, path: &Path, first: &DatasetInfo) -> Vec<String> {
        let changing = self.changing.iter().map(|name| {
            format!("the number `{name}` is left out: it changes from file to file of a trajectory")
        });
        let files = format!(
            "files that are called alike but for a number, as `{}`, are one trajectory, in the order of the numbers",
            name(path)
        );
        let own = first.notes.iter().cloned();
        own.chain(changing).chain([files]).collect()
    }

    /// The times of all files, from the origin of the first.
    fn time(&self, trajectories: usize, dt: Option<f64>) -> Result<Time, String> {
        let uniform = |time: &&Time| matches!(time, Time::Uniform(_));
        match self.times.iter().filter(uniform).count() {
            0 => Ok(Time::Listed(self.listed(trajectories))),
            all if all < self.times.len() => {
                Err("it states its time, or other files do, and some do not: write the time into all of them".to_owned())
            }
            _ if self.frames.iter().all(|frames| *frames == 1) => match dt {
                Some(dt) => Ok(Time::Uniform(Varying::Same(dt))),
                None => Err("its frame has no time, nor have those of the other files: say in `[data.layout]` the time between \
                             two of them as dt = 0.1, or where they state it as coordinates = { time = \"/time\" }"
                    .to_owned()),
            },
            _ => Ok(self.times[0].clone()),
        }
    }

    fn listed(&self, trajectories: usize) -> Varying<Vec<f64>> {
        let shift = |file: usize| match (self.origins[0], self.origins[file]) {
            (Some(first), Some(own)) => own - first,
            _ => 0.0,
        };
        let of_file = |file: usize, trajectory: usize| -> Vec<f64> {
            match &self.times[file] {
                Time::Listed(times) => times
                    .get(trajectory)
                    .iter()
                    .map(|time| time + shift(file))
                    .collect(),
                Time::Uniform(_) => Vec::new(),
            }
        };
        let of = |trajectory: usize| -> Vec<f64> {
            (0..self.times.len())
                .flat_map(|file| of_file(file, trajectory))
                .collect()
        };
        Varying::of((0..trajectories).map(of).collect())
    }

    /// Refuses times that do not rise, and files between which one is missing. Where numbers of files are not evenly spaced, as
    /// counts of steps may be, the times decide.
    fn check_times(
        &self,
        time: &Time,
        trajectories: usize,
        numbered: &Numbered,
    ) -> Result<(), DatasetError> {
        let Time::Listed(times) = time else {
            return numbered
                .gap()
                .map_or(Ok(()), |gap| Err(self.missing(numbered, &gap)));
        };
        let lists = if times.varies() { trajectories } else { 1 };
        for trajectory in 0..lists {
            match Uneven::find(times.get(trajectory)) {
                None => {}
                Some(Uneven::Step { .. }) => {
                    if let Some(gap) = numbered.gap() {
                        return Err(self.missing(numbered, &gap));
                    }
                }
                Some(uneven @ (Uneven::NotRising { at, .. } | Uneven::NotFinite { at, .. })) => {
                    return Err(self.not_rising(numbered, at, &uneven.describe("frame")));
                }
            }
        }
        Ok(())
    }

    fn missing(&self, numbered: &Numbered, gap: &str) -> DatasetError {
        let folder = numbered.files[0].parent().unwrap_or(&numbered.files[0]);
        let what = format!(
            "a file is missing: {gap}; put it there, or name the files on one side of the gap (data.source takes a list)"
        );
        invalid(folder, what)
    }

    fn not_rising(&self, numbered: &Numbered, frame: usize, what: &str) -> DatasetError {
        let file = self.first_frames().partition_point(|first| *first <= frame) - 1;
        let what = format!(
            "its time does not follow that of the file before: {what}; {OF_THEIR_OWN}, and else write the true times into the files, or describe \
             them by [data.layout] with dt"
        );
        invalid(&numbered.files[file], what)
    }
}

/// Difference in points, lengths or trajectories, in words.
fn unlike(first: &DatasetInfo, other: &DatasetInfo) -> Option<String> {
    if first.points() != other.points() {
        let (found, expected) = (other.points(), first.points());
        return Some(format!("its grid has {found:?} points, not {expected:?}"));
    }
    if first.trajectories != other.trajectories {
        let (found, expected) = (other.trajectories, first.trajectories);
        return Some(format!("it has {found} trajectories, not {expected}"));
    }
    let close = |(a, b): (f64, f64)| (a - b).abs() <= ROUNDED * a.abs();
    let all = 0..first.trajectories;
    let moved = all.into_iter().find(|&at| {
        let pairs = first.length(at).into_iter().zip(other.length(at));
        !pairs.into_iter().all(close)
    })?;
    let (found, expected) = (other.length(moved), first.length(moved));
    Some(format!(
        "its axes have the lengths {found:?}, not {expected:?}"
    ))
}
