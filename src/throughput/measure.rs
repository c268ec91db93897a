//! Costs of a plan on this machine.

use super::Costs;
use crate::parallel::Busy;
use crate::plan::Plan;
use crate::teacher::call_from_source;
use crate::trainer::Timed;
use burn::tensor::Device;
use ondine_datasets::{DataError, Source, Window, WindowCutter};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// Time for steps of each batch size, and for simulations.
const SPAN: Duration = Duration::from_secs(2);

/// Simulations that are timed, at most.
const MOST: u64 = 16;

/// Bytes of a value on its way.
const VALUE: usize = 4;

/// Why the costs of a plan can't be measured.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum MeasureError {
    /// No solver of the list makes the simulations.
    #[error(
        "the costs of simulations are those of the solver of an [equation], and the recipe trains on {0}: write a recipe with \
         [equation]"
    )]
    NoSolver(&'static str),
    /// The simulations are made on the device of the training.
    #[error(
        "the model is one of solvers on threads, and the recipe makes its simulations on the device of the training: write \
         source.kind = \"ensemble\" for a plan with threads"
    )]
    OnDevice,
    /// The teacher of the objective can't be had.
    #[error("{0}")]
    Teacher(String),
    /// The first simulations failed.
    #[error(transparent)]
    Data(#[from] DataError),
}

/// Times a few simulations, and steps of the training on a device, alone on this machine: some seconds.
///
/// # Errors
/// When a simulation fails, or there is no solver to time.
pub fn measure(plan: &Plan, device: &Device) -> Result<Costs, MeasureError> {
    if plan.recipe.trajectories.device_batch().is_some() {
        return Err(MeasureError::OnDevice);
    }
    let online = plan.solver.as_ref().filter(|_| plan.recipe.data.is_none());
    let origin = if plan.recipe.data.is_some() {
        "a file"
    } else {
        "simulation codes"
    };
    let solver = online.ok_or(MeasureError::NoSolver(origin))?;
    let (windows, simulation_s) = simulated(plan, &solver.training)?;
    let called = call_from_source(plan, &device.clone().autodiff());
    called.map_err(|error| MeasureError::Teacher(error.to_string()))?;
    let mut timed = Timed::new(plan, device, windows);
    let (batch, few) = (plan.recipe.train.batch, plan.recipe.train.batch.div_ceil(4));
    let busy = Busy::now();
    let whole = timed.seconds(batch, SPAN);
    let busy_cores = busy.cores().unwrap_or(1.0);
    let part = timed.seconds(few, SPAN);
    let window_s = slope([few, batch], [part, whole]);
    let values = plan.channels() * plan.points().iter().product::<usize>();
    let frames = plan.recipe.time.frames;
    let steps = plan.recipe.train.steps as f64;
    Ok(Costs {
        batch,
        step_s: (whole - window_s * batch as f64).max(0.0),
        window_s,
        busy_cores,
        gradient_bytes: (VALUE * timed.weights()) as f64,
        simulation_s,
        simulation_bytes: (VALUE * values * frames) as f64,
        simulations_per_step: plan.recipe.ensemble.simulations as f64 / steps,
    })
}

/// Seconds per window of two batches; none where they are one, or the larger is not the slower.
fn slope([few, batch]: [usize; 2], [part, whole]: [f64; 2]) -> f64 {
    if few == batch {
        return 0.0;
    }
    ((whole - part) / (batch - few) as f64).max(0.0)
}

/// The windows of the first simulations, and the mean seconds of one.
fn simulated(plan: &Plan, source: &dyn Source) -> Result<(Vec<Window>, f64), DataError> {
    let (mut windows, since, mut count) = (Vec::new(), Instant::now(), 0);
    let most = MOST.min(plan.recipe.ensemble.simulations);
    while count == 0 || count < most && since.elapsed() < SPAN {
        let mut cutter = WindowCutter::new(plan.cut, count, source.conditions(count));
        let mut own = Vec::new();
        source.run(count, &mut |frame| {
            own.extend(cutter.push(frame));
            ControlFlow::Continue(())
        })?;
        Window::share(&mut own, &source.static_fields(count));
        windows.extend(own);
        count += 1;
    }
    Ok((windows, since.elapsed().as_secs_f64() / count as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cost_of_a_window_is_the_slope_between_two_batches() {
        assert!((slope([8, 32], [0.010, 0.034]) - 0.001).abs() < 1e-12);
        assert!(slope([1, 1], [0.01, 0.01]).abs() < 1e-12);
        assert!(slope([8, 32], [0.011, 0.010]).abs() < 1e-12);
    }
}
