//! The look at a simulation without Fourier modes: there are no waves between its points, so whole runs are compared over
//! the first frames.

use super::cost::{self, times};
use super::{Clock, Seen};
use crate::numbers::text::duration;
use ondine_datasets::Ensemble;
use ondine_solvers::{
    Errors, FrameErrors, Rollout, SimulationSpec, SolverError, measure_convergence,
};
use std::ops::ControlFlow;

/// Kept frames that are compared.
const FRAMES: usize = 5;

/// Time of a frame of all runs side by side over that of one: six on this grid, with up to twice the steps, and one with
/// twice the steps on three times the points.
const RUNS: f64 = 16.0;

/// Most values of a state on the finer grid.
const LARGEST: usize = 4 << 20;

/// The note of a solver that chooses its steps and captures jumps.
const JUMPS: &str = "The errors are not judged: solutions may jump, where errors stay large in a few cells on any grid, and time \
                     steps follow from the fastest wave. `ondine check --accuracy` measures both.";

pub(super) fn look(
    ensemble: &Ensemble,
    index: u64,
    spec: &SimulationSpec,
    clock: &Clock,
) -> Result<Seen, SolverError> {
    let mut seen = Seen::default();
    if ensemble.chooses_steps() {
        seen.notes.push(JUMPS.into());
        return Ok(seen);
    }
    let finer = FrameErrors::finer_grid(spec)?;
    if finer.num_points() > LARGEST {
        seen.notes.push(
            "The errors are not measured: a grid of a third of the spacing needs too much memory."
                .into(),
        );
        return Ok(seen);
    }
    let frame = cost::frame(spec, &ensemble.initial_state(spec, index)?)?;
    if clock.is_short_of(times(frame, RUNS)) {
        seen.notes.push(format!(
            "The errors are not measured: a frame of {} steps (time.substeps) takes about {}, and the look ends after {}.",
            spec.substeps,
            duration(frame.as_secs_f64()),
            clock.words()
        ));
        return Ok(seen);
    }
    let initial = |spec: &SimulationSpec| ensemble.initial_state(spec, index);
    let rollout = Rollout {
        warmup: ensemble.warmup,
        frames: ensemble.frames.min(FRAMES),
    };
    let mut tick = |_| {
        if clock.is_over() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let measured = match measure_convergence(spec, &initial, rollout, &mut tick) {
        Err(error @ SolverError::Diverged { .. }) => return Ok(seen.failed(&error)),
        measured => measured?,
    };
    let Some(measured) = measured else {
        let patience = clock.words();
        seen.notes.push(format!(
            "The errors are not measured: it takes longer than {patience}."
        ));
        return Ok(seen);
    };
    let largest = |errors: &Errors| errors.added.iter().copied().reduce(f64::max);
    seen.states = measured.temporal.added.len();
    seen.temporal = largest(&measured.temporal);
    seen.spatial = largest(&measured.spatial);
    Ok(seen)
}
