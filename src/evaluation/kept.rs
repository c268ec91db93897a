//! Held-out simulations that are kept in a file: those of a source that only the program that trains has.

use super::held_out::Truth;
use super::{HeldOut, JudgeError};
use crate::control::Control;
use crate::group::Alone;
use crate::plan::{HeldOutFile, Plan};
use crate::simulate::fields;
use ondine_datasets::DataError;
use ondine_datasets::files::{
    self, Axis, AxisKind, DatasetInfo, Dtype, Field, FieldKind, Provenance, Time, Trajectory,
    Varying, WellWriter,
};
use std::path::Path;

impl HeldOut {
    /// The held-out simulations of a plan by way of the file at `path`, which is written first where it is not there: all
    /// frames in 32-bit, and exact conditions. Frames are as far apart as a surrogate step after `steps` steps of training.
    ///
    /// # Errors
    /// As [`Self::simulate`], and when the file can't be written or read.
    pub fn kept(plan: &Plan, path: &Path, steps: usize) -> Result<Self, JudgeError> {
        let failed = |error: files::DatasetError| DataError::File(error.to_string());
        let failures = if path.exists() {
            Vec::new()
        } else {
            let source = plan
                .held_out_source()
                .ok_or_else(|| DataError::File(NO_SOURCE.to_owned()))?;
            let all = Self::of_stride(plan, &*source, 1, Control::none(), &Alone)?;
            write(plan, path, &all.trajectories).map_err(failed)?;
            all.failures
        };
        let reader = files::open(path).map_err(failed)?;
        let count = plan.recipe.evaluate.trajectories;
        let file = HeldOutFile {
            trajectories: (0..reader.info().trajectories.min(count)).collect(),
            reader,
            others: Vec::new(),
        };
        let read = Self::kept_back(plan, &file, steps).map_err(DataError::File)?;
        Ok(Self { failures, ..read })
    }
}

/// The error of a run whose held-out simulations can't be made.
const NO_SOURCE: &str = "no program has handed over simulations to judge on";

/// Writes simulations, all or nothing.
fn write(plan: &Plan, path: &Path, all: &[Truth]) -> Result<(), files::DatasetError> {
    let mut writer = WellWriter::create(path, &describe(plan, all), Dtype::F32)?;
    for (index, truth) in all.iter().enumerate() {
        let frames = truth.frames.iter().flat_map(|frame| frame.iter());
        let frames = frames.map(|&value| f64::from(value)).collect();
        let still: Vec<f64> = truth.static_fields.iter().map(|&u| f64::from(u)).collect();
        let put = writer.append(&Trajectory { index, frames });
        if let Err(error) = put.and_then(|()| writer.put_constants(index, &still)) {
            let _ = writer.discard(); // the error matters more
            return Err(error);
        }
    }
    writer.finish()
}

fn describe(plan: &Plan, all: &[Truth]) -> DatasetInfo {
    let each = |read: &dyn Fn(&Truth) -> f64| Varying::Each(all.iter().map(read).collect());
    let axis = |(place, axis): (usize, &ondine_solvers::problem::Axis)| Axis {
        points: axis.points,
        length: each(&|truth| truth.conditions.length[place]),
        kind: of_file(axis.kind),
    };
    let still = |name: &String| Field {
        name: name.clone(),
        kind: FieldKind::Scalar,
    };
    let names = plan.problem.condition_names().into_iter().enumerate();
    let parameter =
        |(place, name): (usize, String)| (name, each(&|truth| truth.conditions.parameters[place]));
    DatasetInfo {
        name: plan.recipe.name.clone(),
        trajectories: all.len(),
        frames: plan.evaluation_frames(),
        axes: plan.problem.axes.iter().enumerate().map(axis).collect(),
        axis_names: plan.problem.axis_names(),
        units: plan.recipe.units(),
        fields: fields(&plan.problem),
        constants: plan.problem.static_fields.iter().map(still).collect(),
        time: Time::Uniform(each(&|truth| truth.conditions.dt)),
        parameters: names.map(parameter).collect(),
        provenance: Provenance {
            seed: None,
            recipe: Some(plan.resolved()),
            ..Provenance::default()
        },
        ..DatasetInfo::default()
    }
}

/// An axis as the layout has it: one with two unlike ends, which it can't say, is written as one between walls with the same
/// points; the recipe in the file has its ends.
fn of_file(kind: AxisKind) -> AxisKind {
    if kind.ends().low == kind.ends().high {
        kind
    } else {
        AxisKind::WALLS
    }
}
