//! Accuracy of the simulations of a recipe, in time and in space, measured by self-convergence on a few of them.

use crate::control::{Advance, Control, Stopped};
use crate::parallel;
use crate::plan::PROBES;
use ondine_datasets::{DataError, Ensemble};
use ondine_solvers::{
    CellErrors, Convergence, Errors, Rollout, SimulationSpec, SolverError, measure_convergence,
};
use serde::Serialize;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};

/// From this relative error on, a reference no longer counts as the true trajectory.
pub const LOST: f64 = 0.1;

/// The errors of the solver, the largest of a few simulations each.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Accuracy {
    /// Simulations that were measured, the first ones of the recipe.
    pub simulations: u64,
    /// Steps between frames that were measured in each.
    pub frames: usize,
    /// The error of the time steps.
    pub temporal: Worst,
    /// The error of the grid.
    pub spatial: Worst,
    /// Relative L² distance of the first kept state from its samples, as waves between the points; absent for an equation
    /// between walls.
    pub sampling: Option<f64>,
    /// Largest share of the energy of a state in the top third of the resolved wavenumbers; absent for an equation
    /// between walls.
    pub spectrum_tail: Option<f64>,
    /// Mean errors of averages over cells; absent for equations that are solved otherwise, and where cells can't be halved.
    pub cells: Option<MeanError>,
}

/// Relative L¹ error of averages over cells, over all channels: small where solutions jump in a few cells.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MeanError {
    /// The error after some frames from the first kept one on, where it is largest.
    pub accumulated: Peak,
    /// The order in which it falls with the spacing, from half as many cells beside all of them, over all frames; about 1 where
    /// solutions jump.
    pub order: f64,
}

/// Relative L² errors over all channels, where they are largest.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Worst {
    /// The error that a single frame adds.
    pub a_frame: Peak,
    /// The error after some frames from the first kept one on, where it is largest.
    pub accumulated: Peak,
    /// The first accumulated error above 10 %, in the simulation that loses the true trajectory first.
    pub horizon: Option<Peak>,
}

/// An error and where it is reached.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Peak {
    /// Relative L² error, of a decayed state as in [`Errors`].
    pub error: f64,
    /// Number of the simulation.
    pub simulation: u64,
    /// Frames since the first kept one.
    pub frame: usize,
    /// Time since the first kept frame.
    pub time: f64,
}

/// Measurement of one simulation.
struct Probe {
    index: u64,
    dt: f64,
    convergence: Convergence,
}

/// Reasons for which there are no errors of a solver.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AccuracyError {
    /// A simulation failed.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The measurement was told to stop.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// Measures the first of `simulations` simulations at once, a thread each.
///
/// # Errors
/// When a simulation fails, or `control`, which follows every step of them, ends it.
pub fn measure(
    ensemble: &Ensemble,
    simulations: u64,
    control: Control<'_>,
) -> Result<Accuracy, AccuracyError> {
    let count = PROBES.min(simulations).max(1);
    let steps = (ensemble.frames.max(2) - 1) as u64;
    let (ended, of) = (AtomicUsize::new(0), (count * steps) as usize);
    let advanced = || {
        let done = ended.fetch_add(1, Ordering::Relaxed) + 1;
        let what = "measuring the accuracy, frames:";
        control.tell(Advance { what, done, of })
    };
    let indices: Vec<u64> = (0..count).collect();
    let measured = |&index: &u64| probe(ensemble, index, control, &advanced);
    Ok(Accuracy::of(&parallel::each(&indices, measured)?))
}

fn probe(
    ensemble: &Ensemble,
    index: u64,
    control: Control<'_>,
    advanced: &dyn Fn() -> Result<(), Stopped>,
) -> Result<Probe, AccuracyError> {
    let failed = |source: SolverError| DataError::Simulation { index, source };
    let spec = ensemble.spec(index).map_err(failed)?;
    let initial = |spec: &SimulationSpec| ensemble.initial_state(spec, index);
    let rollout = Rollout {
        warmup: ensemble.warmup,
        frames: ensemble.frames,
    };
    let mut tick = |done: usize| {
        let going = if done > 0 {
            advanced()
        } else {
            control.check()
        };
        match going {
            Ok(()) => ControlFlow::Continue(()),
            Err(Stopped) => ControlFlow::Break(()),
        }
    };
    let measured = measure_convergence(&spec, &initial, rollout, &mut tick).map_err(failed)?;
    Ok(Probe {
        index,
        dt: spec.dt,
        convergence: measured.ok_or(Stopped)?,
    })
}

impl Accuracy {
    fn of(probes: &[Probe]) -> Self {
        let tails = probes.iter().filter_map(|probe| probe.convergence.tail);
        let samples = probes.iter().filter_map(|probe| probe.convergence.sampling);
        let steps = |probe: &Probe| probe.convergence.temporal.added.len();
        Self {
            simulations: probes.len() as u64,
            frames: probes.first().map_or(0, steps),
            temporal: Worst::of(probes, |convergence| &convergence.temporal),
            spatial: Worst::of(probes, |convergence| &convergence.spatial),
            sampling: samples.reduce(f64::max),
            spectrum_tail: tails.reduce(f64::max),
            cells: MeanError::of(probes),
        }
    }
}

impl MeanError {
    /// The smallest order by which an error is told from a distance.
    const FIRM: f64 = 0.5;

    fn of(probes: &[Probe]) -> Option<Self> {
        let cells = |probe: &Probe| probe.convergence.cells.clone();
        let all: Vec<CellErrors> = probes.iter().filter_map(cells).collect();
        let order = CellErrors::order(&all)?;
        let factor = CellErrors::extrapolation(order.max(Self::FIRM));
        let errors = probes.iter().zip(&all);
        let largest = largest(errors.flat_map(|(probe, errors)| peaks(probe, &errors.grid)))?;
        Some(Self {
            accumulated: Peak {
                error: factor * largest.error,
                ..largest
            },
            order,
        })
    }
}

impl Worst {
    fn of(probes: &[Probe], errors: impl Fn(&Convergence) -> &Errors) -> Self {
        let peaks = |read: fn(&Errors) -> &[f64]| {
            let of = |probe| peaks(probe, read(errors(&probe.convergence)));
            probes.iter().flat_map(of).collect::<Vec<Peak>>()
        };
        let largest = |peaks: &[Peak]| {
            largest(peaks.iter().copied()).expect("at least one simulation of one step")
        };
        let accumulated = peaks(|errors| &errors.accumulated);
        let lost = accumulated.iter().filter(|peak| peak.error > LOST);
        Self {
            a_frame: largest(&peaks(|errors| &errors.added)),
            accumulated: largest(&accumulated),
            horizon: lost.min_by(|a, b| a.time.total_cmp(&b.time)).copied(),
        }
    }
}

fn largest(peaks: impl Iterator<Item = Peak>) -> Option<Peak> {
    peaks.max_by(|a, b| a.error.total_cmp(&b.error))
}

fn peaks(probe: &Probe, errors: &[f64]) -> Vec<Peak> {
    let peak = |(&error, frame): (&f64, usize)| Peak {
        error,
        simulation: probe.index,
        frame,
        time: frame as f64 * probe.dt,
    };
    errors.iter().zip(1..).map(peak).collect()
}
