//! Checks that the file of `[data]` holds the trajectories that the recipe describes.

use super::Draft;
use crate::recipe::{DataFile, DataSection, FieldScales, Recipe, RecipeError};
use ondine_datasets::files::{DatasetInfo, FieldKind, channel_names, constant_names};
use ondine_datasets::{Distribution, offline};
use ondine_solvers::{Boundary, Ends, Problem};

/// Values of static fields that a check reads at most.
const STATIC_VALUES: usize = 1 << 24;

/// Share of a value by which it may lie outside of its range: files of other programs keep times in 32-bit.
const ROUNDING: f64 = 1e-5;

/// The file that is trained on, in words.
const FILE: &str = "the file of [data]";

/// The equation that a file was written for, where it says so.
pub(crate) fn origin(info: &DatasetInfo) -> Option<String> {
    let recipe = info.provenance.recipe.as_deref()?;
    let recipe = recipe.parse::<toml::Table>().ok()?;
    let kind = recipe.get("equation")?.get("kind")?.as_str()?;
    Some(kind.to_owned())
}

/// Checks that the axes of a file are periodic where those of a problem are; the error names the file's grid `grid`.
pub(crate) fn check_ends(info: &DatasetInfo, problem: &Problem, grid: &str) -> Result<(), String> {
    let mut pairs = info.axes.iter().zip(&problem.axes);
    if pairs.all(|(there, here)| there.kind.is_periodic() == here.kind.is_periodic()) {
        return Ok(());
    }
    let kind = &problem.name;
    let ends = problem.bounds().unwrap_or(Ends::both(Boundary::Periodic));
    Err(format!("`{kind}` is {ends}, and {grid} is not"))
}

/// The key that says what lies at the ends of axes, where a file does not; nothing where it says so of all.
fn unstated(info: &DatasetInfo) -> String {
    let mut axes = info.axes.iter().enumerate();
    let open = axes.find(|(_, axis)| axis.kind.ends() == Ends::both(Boundary::Open));
    open.map_or(String::new(), |(at, _)| {
        let name = info.axis_name(at);
        format!("; if the file does not state its ends, write ends = {{ {name} = \"periodic\" }} or \"wall\" in [data]")
    })
}

impl Recipe {
    /// Checks that a file holds states, conditions and times of the problem.
    pub(super) fn check_contents(&self, data: &DataSection) -> Result<(), RecipeError> {
        let info = data.source.reader.info();
        self.check_origin(&data.source)?;
        self.check_file_grid(info)?;
        self.check_static_fields(info)?;
        self.check_mask(info)?;
        self.check_file_values(info)?;
        self.check_judged()?;
        self.check_scales()
    }

    /// Checks that epochs make sense: they are passes over a file.
    pub(super) fn check_epochs(&self) -> Result<(), RecipeError> {
        let given = self.train.epochs.is_some();
        self.ensure(!given || self.data.is_some(), "train.epochs", || {
            let why = match self.replay {
                Some(_) => "data.mix makes a part of every batch of it",
                None => "the recipe has no [data]",
            };
            format!(
                "epochs are passes over a file, and {why}: write train.steps or buffer.reads_per_sample"
            )
        })
    }

    fn check_trajectories(&self, info: &DatasetInfo) -> Result<(), RecipeError> {
        self.ensure(info.trajectories > 0, "data.source", || {
            "the file holds no trajectory".into()
        })?;
        let (frames, there) = (self.time.frames, info.frames);
        self.ensure(frames == there, "time.frames", || {
            format!("frames = {frames}, and the file of [data] has {there} frames a trajectory")
        })
    }

    /// Checks that the file was written from a recipe with this equation, where it says so.
    fn check_origin(&self, file: &DataFile) -> Result<(), RecipeError> {
        let Some(equation) = self.equation() else {
            return Ok(()); // it is the problem that was written down, whatever the file says
        };
        let kind = origin(file.reader.info());
        let here = equation.kind;
        let there = kind.as_deref().unwrap_or(here);
        self.ensure(here == there, "equation.kind", || {
            format!("the file of [data] holds simulations of `{there}`, not of `{here}`")
        })
    }

    fn check_file_grid(&self, info: &DatasetInfo) -> Result<(), RecipeError> {
        let (here, there) = (&self.grid.points, info.points());
        self.ensure(*here == there, "grid.points", || {
            let all = info.all_points();
            match &all[..] {
                [_] => format!("points = {here:?}, and the file of [data] has {there:?}"),
                several => format!("points = {here:?}, and the files of [data] have the grids {several:?}: write one of them"),
            }
        })?;
        let fits = check_ends(info, &self.problem(), "the grid of the file");
        fits.or_else(|misfit| self.error("data.source", format!("{misfit}{}", unstated(info))))?;
        let (here, there) = (self.problem().field_names(), info.channels());
        self.check_channels(info, &here)?;
        self.ensure(here.len() == there, "data.source", || {
            let names: Vec<&str> = info
                .fields
                .iter()
                .map(|field| field.name.as_str())
                .collect();
            format!(
                "`{}` has the channels {}, and the file {there}: {}",
                self.problem().name,
                here.join(", "),
                names.join(", ")
            )
        })
    }

    /// Checks that the file has the static fields of the problem.
    fn check_static_fields(&self, info: &DatasetInfo) -> Result<(), RecipeError> {
        let (names, known) = (self.problem().static_fields, constant_names(info));
        let unknown = names.iter().find(|name| !known.contains(name));
        if let Some(name) = unknown {
            let fault = offline::missing(name, &known);
            return self.error(
                "problem.static_fields",
                format!("the file of [data]: {fault}"),
            );
        }
        self.screen_static_fields(info, &names)
    }

    /// Checks that the static fields of the first trajectories have finite values.
    fn screen_static_fields(
        &self,
        info: &DatasetInfo,
        names: &[String],
    ) -> Result<(), RecipeError> {
        let Some(data) = self.file().filter(|_| !names.is_empty()) else {
            return Ok(());
        };
        let each = constant_names(info).len() * info.most_points();
        let most = (STATIC_VALUES / each.max(1)).max(1);
        let read = |index| offline::static_fields(&*data.source.reader, index, names);
        let mut screened = (0..info.trajectories.min(most)).map(read);
        let fault = screened.find_map(Result::err);
        fault.map_or(Ok(()), |fault| {
            let help = "mend the file, or write a [problem] without that field";
            self.error("data.source", format!("{fault}: {help}"))
        })
    }

    /// Checks that the fields of `[problem]` are those of the file, in its order; only scalars are found by name.
    fn check_channels(&self, info: &DatasetInfo, here: &[String]) -> Result<(), RecipeError> {
        let there = channel_names(info);
        let same = here.len() != there.len()
            || here
                .iter()
                .zip(&there)
                .all(|(a, b)| a.eq_ignore_ascii_case(b));
        let known = self.equation().is_some()
            || info
                .fields
                .iter()
                .all(|field| field.kind == FieldKind::Scalar);
        self.ensure(known || same, "problem.fields", || {
            format!(
                "the channels are {}, and those of the file of [data] {}: write the fields in its order, by their names",
                here.join(", "),
                there.join(", ")
            )
        })
    }

    /// Checks that conditions are there, and in the ranges that the network is scaled by.
    fn check_file_values(&self, info: &DatasetInfo) -> Result<(), RecipeError> {
        self.check_times(info, "data.source")?;
        let names = self.problem().condition_names();
        for (name, range) in names.iter().zip(&self.parameters) {
            let path = match self.equation() {
                Some(_) => format!("equation.{name}"),
                None => format!("problem.conditions.{name}"),
            };
            let found = info.parameters.iter().find(|(other, _)| other == name);
            let Some((_, values)) = found else {
                let names: Vec<&str> = info
                    .parameters
                    .iter()
                    .map(|(name, _)| name.as_str())
                    .collect();
                let names = if names.is_empty() {
                    "none".to_owned()
                } else {
                    names.join(", ")
                };
                return self.error(
                    &path,
                    format!("the file of [data] has no parameter `{name}`; it has: {names}"),
                );
            };
            let values = |index: usize| *values.get(index);
            self.check_range((&path, name), range, values, (info, FILE))?;
        }
        self.check_spacings(info, FILE)
    }

    /// Checks that frames are evenly spaced in the file that a key names.
    pub(super) fn check_times(&self, info: &DatasetInfo, key: &str) -> Result<(), RecipeError> {
        let uneven = (0..info.trajectories).find_map(|index| info.time.check(index).err());
        match uneven {
            Some(uneven) => self.error(key, format!("the file cannot be trained on: {uneven}")),
            None => Ok(()),
        }
    }

    /// Checks that times and lengths of `file` are those of the recipe.
    pub(super) fn check_spacings(&self, info: &DatasetInfo, file: &str) -> Result<(), RecipeError> {
        let of = (info, file);
        let dt = |index| info.time.dt(index);
        self.check_range(("time.dt", "dt"), &self.time.dt, dt, of)?;
        let ranges = self.grid.length.axes(info.axes.len());
        for (axis, range) in info.axes.iter().zip(ranges) {
            let length = |index: usize| *axis.length.get(index);
            self.check_range(("grid.length", "length"), &range, length, of)?;
        }
        Ok(())
    }

    /// Checks that the file says means and standard deviations of all fields, where they are to be taken from it.
    fn check_scales(&self) -> Result<(), RecipeError> {
        let data = self.file().filter(|data| data.scales == FieldScales::File);
        let Some(info) = data.map(|data| data.source.reader.info()) else {
            return Ok(());
        };
        match info.channel_statistics() {
            Ok(_) => Ok(()),
            Err(field) => self.error(
                "data.scales",
                format!(
                    "scales = \"file\", and the file of [data] says no mean and standard deviation of `{field}`, as the \
                     `stats.yaml` of a folder of The Well does: write scales = \"measured\""
                ),
            ),
        }
    }

    fn check_range(
        &self,
        (path, name): (&str, &str),
        range: &Distribution,
        value: impl Fn(usize) -> f64,
        (info, file): (&DatasetInfo, &str),
    ) -> Result<(), RecipeError> {
        let [low, high] = range.range();
        let slack = ROUNDING * low.abs().max(high.abs());
        let outside = |index: &usize| {
            let value = value(*index);
            !(low - slack..=high + slack).contains(&value)
        };
        match (0..info.trajectories).find(outside) {
            None => Ok(()),
            Some(index) => {
                let (value, range) = (
                    value(index),
                    if !range.varies() {
                        format!("{low}")
                    } else {
                        format!("[{low}, {high}]")
                    },
                );
                self.error(
                    path,
                    format!("`{name}` is {range}, and {value} in trajectory {index} of {file}"),
                )
            }
        }
    }
}

impl Draft {
    /// Checks that the simulations of the file are those of the recipe; their number is that of the file.
    pub(super) fn check_data(&mut self) -> Result<(), RecipeError> {
        let Some(data) = self.data.clone() else {
            return Ok(());
        };
        self.check_trajectories(data.source.reader.info())?;
        self.check_contents(&data)?;
        self.settle_grids(data.source.reader.info())?;
        let count = self.settle_trajectories(&data)?;
        self.ensemble.simulations = count;
        self.data = Some(DataSection {
            trajectories: Some(count),
            ..data
        });
        Ok(())
    }

    /// The number of trajectories of a file that are trained on; of held-out ones the evaluation is settled.
    pub(super) fn settle_trajectories(&mut self, data: &DataSection) -> Result<u64, RecipeError> {
        let info = data.source.reader.info();
        let skipped = data.skipped();
        let skipped = skipped.or_else(|error| self.error("data.source", error))?;
        let there = (info.trajectories - skipped.len()) as u64;
        self.ensure(there > 0, "data.skip", || {
            "every trajectory of the file has values that are no data, and all are left out".into()
        })?;
        let [trained, judged] = self.split()?;
        let there = trained.len() as u64;
        match &data.judged {
            Some(file) => {
                let info = file.reader.info();
                let all: Vec<usize> = (0..info.trajectories).collect();
                self.check_judged_grids(info, &file.path)?;
                self.judge_on(&all, info)?;
            }
            None => self.judge_on(&judged, info)?,
        }
        let count = data.trajectories.unwrap_or(there);
        self.ensure((1..=there).contains(&count), "data.trajectories", || {
            let bad = match skipped.len() {
                0 => String::new(),
                left_out => format!(", and {left_out} more are left out by data.skip"),
            };
            let held_out = match data.held_out {
                None => String::new(),
                Some(_) if data.judged.is_some() => String::new(),
                Some(_) => format!(", and {} more are held out by data.held_out", judged.len()),
            };
            format!(
                "trajectories = {count} lies outside [1, {there}]: the file holds {there}{bad}{held_out}"
            )
        })?;
        self.check_block(data, count)?;
        Ok(count)
    }
}
