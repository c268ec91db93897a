//! Times of a training: what counts as training, and who waited.

use crate::plan::Plan;
use crate::telemetry::{Progress, TimeUsed};
use ondine_datasets::Telemetry;
use std::time::{Duration, Instant};

/// Measures one process of a run.
pub(crate) struct Clock {
    started: Instant,
    aside: Duration,
    idle: Duration,
    before: TimeUsed,
    steps_before: usize,
}

impl Clock {
    /// A clock that starts now, after `steps` steps of earlier processes.
    pub(crate) fn start(before: TimeUsed, steps: usize) -> Self {
        Self {
            started: Instant::now(),
            aside: Duration::ZERO,
            idle: Duration::ZERO,
            before,
            steps_before: steps,
        }
    }

    /// Notes that everything until now was preparation, in which the trainer waited for `idle`.
    pub(crate) fn prepared(&mut self, idle: Duration) {
        self.aside = self.started.elapsed();
        self.idle = idle;
    }

    /// Runs something that is no training.
    pub(crate) fn aside<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let started = Instant::now();
        let result = work();
        self.aside += started.elapsed();
        result
    }

    /// Notes that everything since then was no training.
    pub(crate) fn was_aside(&mut self, since: Instant) {
        self.aside += since.elapsed();
    }

    /// Times used up to now.
    pub(crate) fn spent(&self, telemetry: &Telemetry) -> TimeUsed {
        let wall = self.started.elapsed();
        let waited = telemetry.trainer_wait.saturating_sub(self.idle);
        TimeUsed {
            wall_s: self.before.wall_s + wall.as_secs_f64(),
            training_s: self.before.training_s + wall.saturating_sub(self.aside).as_secs_f64(),
            trainer_wait_s: self.before.trainer_wait_s + waited.as_secs_f64(),
            solver_wait_s: self.before.solver_wait_s + telemetry.solver_wait.as_secs_f64(),
            solver_s: self.before.solver_s + telemetry.worker_time.as_secs_f64(),
        }
    }

    /// Progress of the training after `step` steps.
    pub(crate) fn progress(&self, plan: &Plan, telemetry: Telemetry, step: usize) -> Progress {
        let spent = self.spent(&telemetry);
        let here_s = spent.training_s - self.before.training_s;
        let batches = plan.recipe.batches();
        let windows = batches.before(step as u64) - batches.before(self.steps_before as u64);
        Progress {
            step,
            steps: plan.recipe.train.steps,
            time_s: spent.wall_s,
            samples_per_s: windows as f64 / here_s.max(1e-9),
            simulations: plan.recipe.ensemble.simulations,
            trainer_wait: spent.trainer_share(),
            solver_wait: spent.solver_share(),
            stage: plan.stage_number(step),
            epoch: plan.epochs(telemetry.handed_out),
            telemetry,
        }
    }
}
