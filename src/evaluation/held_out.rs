//! Held-out simulations: the truth that rollouts are judged against.

use crate::plan::Plan;
use ondine_datasets::{Conditions, DataError, Failure, FailureLog, Simulator, guarded};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// One held-out simulation.
#[derive(Debug, Clone)]
pub struct Truth {
    /// Its conditions.
    pub conditions: Conditions,
    /// Time of a surrogate step.
    pub dt: f64,
    /// Frames a surrogate step apart, channel-major, the initial state first.
    pub frames: Vec<Arc<[f32]>>,
}

/// Simulations from a seed of their own, never trained on.
#[derive(Debug, Clone)]
pub struct HeldOut {
    /// The simulations; all have the same number of frames.
    pub trajectories: Vec<Truth>,
    /// Frames of each that a forecast begins with, one or a bundle.
    pub known: usize,
    /// Seed of their ensemble; none where they come from a file.
    pub seed: Option<u64>,
    /// Attempts at them that failed and were drawn again.
    pub failures: Vec<Failure>,
}

impl HeldOut {
    /// Runs the held-out simulations of a plan on all cores; their frames are as far apart as a surrogate step after
    /// `steps` steps of training. One that fails is drawn again, as in training.
    ///
    /// # Errors
    /// When one of them fails too often, see [`FailureLog::note`].
    ///
    /// # Panics
    /// When a thread can't be joined.
    pub fn simulate(plan: &Plan, steps: usize) -> Result<Self, DataError> {
        Self::of(plan, &*plan.judge(), steps)
    }

    /// As [`Self::simulate`], by another simulator.
    pub(crate) fn of(
        plan: &Plan,
        simulator: &dyn Simulator,
        steps: usize,
    ) -> Result<Self, DataError> {
        let count = plan.recipe.evaluate.trajectories as u64;
        let stride = plan.stage_after(steps).layout.stride;
        let next = AtomicU64::new(0);
        let work = || -> Result<Vec<(u64, Done)>, DataError> {
            let mut done = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index >= count {
                    return Ok(done);
                }
                done.push((index, attempts(plan, simulator, index, stride)?));
            }
        };
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let mut all = thread::scope(|scope| {
            let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
            let mut all = Vec::new();
            for thread in threads {
                all.extend(thread.join().expect("panics of solvers are caught")?);
            }
            Ok(all)
        })?;
        all.sort_by_key(|(index, _)| *index);
        let done = all.into_iter().map(|(_, done)| done);
        let (trajectories, failures): (Vec<_>, Vec<_>) = done.unzip();
        Ok(Self {
            trajectories,
            known: plan.fields.bundle,
            seed: Some(plan.held_out.seed),
            failures: failures.concat(),
        })
    }

    /// The attempt at which simulation `index` succeeded.
    pub(super) fn attempt(&self, index: u64) -> u32 {
        FailureLog::new(self.failures.clone(), 0).attempt(index)
    }

    /// Number of frames to forecast.
    pub fn steps(&self) -> usize {
        self.trajectories[0].frames.len() - self.known
    }

    /// Lead time of every forecast frame, from the last known one, averaged over the simulations.
    pub fn mean_times(&self) -> Vec<f64> {
        let sum: f64 = self.trajectories.iter().map(|truth| truth.dt).sum();
        let dt = sum / self.trajectories.len() as f64;
        (1..=self.steps()).map(|step| step as f64 * dt).collect()
    }
}

impl Truth {
    /// Its frames from the last of `known` ones on.
    pub(crate) fn since_last(&self, known: usize) -> &[Arc<[f32]>] {
        &self.frames[known - 1..]
    }
}

/// A simulation with the attempts at it that failed.
type Done = (Truth, Vec<Failure>);

/// Attempts one simulation until it succeeds.
fn attempts(
    plan: &Plan,
    simulator: &dyn Simulator,
    index: u64,
    stride: usize,
) -> Result<Done, DataError> {
    let mut log = FailureLog::new(Vec::new(), plan.max_failures());
    let mut attempt = 0;
    loop {
        let again = simulator.again(attempt);
        let drawn = again.as_deref().unwrap_or(simulator);
        let error = match guarded(index, || truth(drawn, index, stride)) {
            Ok(truth) => return Ok((truth, log.all().to_vec())),
            Err(error) => error,
        };
        let conditions = guarded(index, || Ok(drawn.conditions(index))).ok();
        attempt = log.note(index, conditions, error, false)?;
    }
}

fn truth(simulator: &dyn Simulator, index: u64, stride: usize) -> Result<Truth, DataError> {
    let conditions = simulator.conditions(index);
    let mut frames = Vec::new();
    let mut count = 0;
    simulator.run(index, &mut |frame| {
        if count % stride == 0 {
            frames.push(frame.iter().map(|&value| value as f32).collect());
        }
        count += 1;
        ControlFlow::Continue(())
    })?;
    Ok(Truth {
        dt: conditions.dt * stride as f64,
        conditions,
        frames,
    })
}
