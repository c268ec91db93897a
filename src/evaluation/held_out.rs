//! Held-out simulations: the truth that rollouts are judged against.

use crate::plan::Plan;
use ondine_datasets::{Conditions, DataError, Ensemble, Simulator};
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
}

impl HeldOut {
    /// Runs the held-out simulations of a plan on all cores; their frames are as far apart as a surrogate step after
    /// `steps` steps of training.
    ///
    /// # Errors
    /// When one of them fails.
    ///
    /// # Panics
    /// When a solver panics.
    pub fn simulate(plan: &Plan, steps: usize) -> Result<Self, DataError> {
        let count = plan.recipe.evaluate.trajectories as u64;
        let stride = plan.stage_after(steps).layout.stride;
        let next = AtomicU64::new(0);
        let work = || -> Result<Vec<(u64, Truth)>, DataError> {
            let mut done = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index >= count {
                    return Ok(done);
                }
                done.push((index, truth(&plan.held_out, index, stride)?));
            }
        };
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let mut all = thread::scope(|scope| {
            let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
            let mut all = Vec::new();
            for thread in threads {
                all.extend(thread.join().expect("solvers do not panic")?);
            }
            Ok(all)
        })?;
        all.sort_by_key(|(index, _)| *index);
        Ok(Self {
            trajectories: all.into_iter().map(|(_, truth)| truth).collect(),
        })
    }

    /// Number of surrogate steps.
    pub fn steps(&self) -> usize {
        self.trajectories[0].frames.len() - 1
    }

    /// Time after every surrogate step, averaged over the simulations.
    pub fn mean_times(&self) -> Vec<f64> {
        let sum: f64 = self.trajectories.iter().map(|truth| truth.dt).sum();
        let dt = sum / self.trajectories.len() as f64;
        (1..=self.steps()).map(|step| step as f64 * dt).collect()
    }
}

fn truth(ensemble: &Ensemble, index: u64, stride: usize) -> Result<Truth, DataError> {
    let conditions = ensemble.conditions(index);
    let mut frames = Vec::new();
    let mut count = 0;
    ensemble.run(index, &mut |frame| {
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
