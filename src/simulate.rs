//! Simulations without training: many at once, into a dataset.

use crate::plan::SimulationPlan;
use ondine_datasets::hdf5::{
    Axis, Boundary, DatasetError, DatasetInfo, DatasetReader, Dtype, Field, FieldKind, Provenance,
    Time, Trajectory, Varying, WellReader, WellWriter,
};
use ondine_datasets::{Conditions, DataError, Distribution, Simulator};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

/// Why no dataset was written.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    /// A file can't be read or written.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// A simulation failed.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The initial states do not fit the recipe.
    #[error("{path}: {what}")]
    Initial {
        /// The file of initial states.
        path: String,
        /// What does not fit, with numbers.
        what: String,
    },
    /// The grid of the equation lies otherwise than files can say.
    #[error("`{0}` can't be written: its points do not lie as the file format says of walls")]
    Walls(&'static str),
    /// The simulations were told to stop.
    #[error("interrupted; no file was written")]
    Interrupted,
}

/// The last frame of every trajectory of a file, channel-major, for simulations on `points` with `channels`.
///
/// # Errors
/// When the file is no dataset or holds other states.
pub fn initial_states(
    path: &Path,
    points: &[usize],
    channels: usize,
) -> Result<Vec<Vec<f64>>, SimulateError> {
    let reader = WellReader::open(path)?;
    let info = reader.info();
    let misfit = |what: String| SimulateError::Initial {
        path: path.display().to_string(),
        what,
    };
    if info.points() != points {
        let found = info.points();
        return Err(misfit(format!(
            "its grid has {found:?} points: write grid.points = {found:?}, not {points:?}"
        )));
    }
    if info.channels() != channels {
        let found = info.channels();
        return Err(misfit(format!(
            "its states have {found} channels, those of the equation {channels}"
        )));
    }
    let last = |index| reader.last_frame(index).map_err(SimulateError::from);
    (0..info.trajectories).map(last).collect()
}

/// Runs the simulations of a plan on all cores and writes them to `path`; tells `progress` how many are done.
///
/// # Errors
/// When a simulation fails, the disk refuses or `stop` is set; then there is no file at `path`.
pub fn simulate(
    plan: &SimulationPlan,
    path: &Path,
    dtype: Dtype,
    stop: &AtomicBool,
    progress: &mut dyn FnMut(u64),
) -> Result<(), SimulateError> {
    if plan.recipe.equation.direct.is_some() {
        return Err(SimulateError::Walls(plan.recipe.equation.kind));
    }
    let mut writer = WellWriter::create(path, &info(plan), dtype)?;
    match fill(plan, &mut writer, stop, progress) {
        Ok(()) => Ok(writer.finish()?),
        Err(error) => {
            // What is left of the file has no use; the error matters more than a file that can't be removed.
            let _ = writer.discard();
            Err(error)
        }
    }
}

fn fill(
    plan: &SimulationPlan,
    writer: &mut WellWriter,
    stop: &AtomicBool,
    progress: &mut dyn FnMut(u64),
) -> Result<(), SimulateError> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicU64::new(0);
    let (sender, receiver) = sync_channel(cores);
    thread::scope(|scope| {
        for _ in 0..cores {
            let (sender, next) = (sender.clone(), &next);
            scope.spawn(move || work(plan, next, stop, &sender));
        }
        drop(sender);
        // The receiver lives in this closure: an early return drops it, and the workers stop at their next send.
        for (done, trajectory) in (1..).zip(receiver) {
            let trajectory = trajectory?;
            if stop.load(Ordering::Relaxed) {
                return Err(SimulateError::Interrupted); // the trajectory may have been cut short
            }
            writer.append(&trajectory)?;
            progress(done);
        }
        match stop.load(Ordering::Relaxed) {
            true => Err(SimulateError::Interrupted), // no worker had begun
            false => Ok(()),
        }
    })
}

/// Runs simulations until none is left, somebody says stop or nobody listens.
fn work(
    plan: &SimulationPlan,
    next: &AtomicU64,
    stop: &AtomicBool,
    sender: &SyncSender<Result<Trajectory, DataError>>,
) {
    while !stop.load(Ordering::Relaxed) {
        let index = next.fetch_add(1, Ordering::Relaxed);
        if index >= plan.recipe.ensemble.simulations {
            return;
        }
        if sender.send(trajectory(plan, index, stop)).is_err() {
            return;
        }
    }
}

fn trajectory(
    plan: &SimulationPlan,
    index: u64,
    stop: &AtomicBool,
) -> Result<Trajectory, DataError> {
    let mut frames = Vec::new();
    let mut keep = |frame: &[f64]| {
        frames.extend_from_slice(frame);
        match stop.load(Ordering::Relaxed) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    };
    let initial = plan
        .initial
        .as_ref()
        .map(|states| &states[index as usize][..]);
    plan.ensemble.run_from(index, initial, &mut keep)?;
    Ok(Trajectory {
        index: index as usize,
        frames,
    })
}

/// What the file says of itself.
fn info(plan: &SimulationPlan) -> DatasetInfo {
    let recipe = &plan.recipe;
    let count = recipe.ensemble.simulations;
    let conditions: Vec<Conditions> = (0..count).map(|i| plan.ensemble.conditions(i)).collect();
    let varying = |prior: &Distribution, read: &dyn Fn(&Conditions) -> f64| match prior.varies() {
        true => Varying::Each(conditions.iter().map(read).collect()),
        false => Varying::Same(prior.center()),
    };
    let quantities = &plan.ensemble.quantities;
    let axis = |(i, &points): (usize, &usize)| Axis {
        points,
        length: varying(&quantities.length[i], &|one| one.length[i]),
        boundary: Boundary::Periodic,
    };
    let dims = plan.ensemble.points.len();
    let names = recipe.equation.value_names(dims).into_iter().enumerate();
    let parameter = |(i, name): (usize, String)| {
        (
            name,
            varying(&quantities.parameters[i], &|one| one.parameters[i]),
        )
    };
    DatasetInfo {
        name: recipe.name.clone(),
        trajectories: count as usize,
        frames: plan.ensemble.frames,
        axes: plan.ensemble.points.iter().enumerate().map(axis).collect(),
        fields: fields(plan, dims),
        time: Time::Uniform(varying(&quantities.dt, &|one| one.dt)),
        parameters: names.map(parameter).collect(),
        provenance: Provenance {
            seed: Some(recipe.seed),
            recipe: Some(recipe.resolved()),
            ..Provenance::default()
        },
    }
}

/// A vector state is one field with components, any other one field a channel.
fn fields(plan: &SimulationPlan, dims: usize) -> Vec<Field> {
    let equation = plan.recipe.equation;
    let field = |name: &str, kind| Field {
        name: name.to_owned(),
        kind,
    };
    match equation.vector && dims > 1 {
        true => vec![field("velocity", FieldKind::Vector)],
        false => {
            let names = equation.fields_in(dims).iter();
            names.map(|name| field(name, FieldKind::Scalar)).collect()
        }
    }
}
