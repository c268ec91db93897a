//! Times of a training: what counts as training, and who waited.

use crate::observer::Progress;
use crate::plan::Plan;
use ondine_datasets::Telemetry;
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// Times that earlier processes of the run used up.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Spent {
    /// Seconds altogether.
    pub wall_s: f64,
    /// Seconds of training, evaluation left out.
    pub training_s: f64,
    /// Seconds that the trainer waited for windows.
    pub trainer_wait_s: f64,
    /// Seconds that all workers together waited for room.
    pub solver_wait_s: f64,
    /// Seconds that all workers together existed.
    pub solver_s: f64,
}

/// Measures one process of a run.
pub(crate) struct Clock {
    started: Instant,
    aside: Duration,
    idle: Duration,
    before: Spent,
    steps_before: usize,
}

impl Clock {
    /// A clock that starts now, after `steps` steps of earlier processes.
    pub(crate) fn start(before: Spent, steps: usize) -> Self {
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

    /// What has been used up by now.
    pub(crate) fn spent(&self, plan: &Plan, telemetry: &Telemetry) -> Spent {
        let wall = self.started.elapsed();
        let workers = match plan.recipe.data {
            Some(_) => 0.0,
            None => plan.recipe.ensemble.workers as f64,
        };
        let waited = telemetry.trainer_wait.saturating_sub(self.idle);
        Spent {
            wall_s: self.before.wall_s + wall.as_secs_f64(),
            training_s: self.before.training_s + wall.saturating_sub(self.aside).as_secs_f64(),
            trainer_wait_s: self.before.trainer_wait_s + waited.as_secs_f64(),
            solver_wait_s: self.before.solver_wait_s + telemetry.solver_wait.as_secs_f64(),
            solver_s: self.before.solver_s + workers * wall.as_secs_f64(),
        }
    }

    /// Where the training stands after `step` steps.
    pub(crate) fn progress(&self, plan: &Plan, telemetry: Telemetry, step: usize) -> Progress {
        let spent = self.spent(plan, &telemetry);
        let here_s = spent.training_s - self.before.training_s;
        let windows = (step - self.steps_before) * plan.recipe.train.batch;
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

impl Spent {
    /// What was used up after `before`.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        Self {
            wall_s: self.wall_s - before.wall_s,
            training_s: self.training_s - before.training_s,
            trainer_wait_s: self.trainer_wait_s - before.trainer_wait_s,
            solver_wait_s: self.solver_wait_s - before.solver_wait_s,
            solver_s: self.solver_s - before.solver_s,
        }
    }

    /// Share of the training time that the trainer waited for windows.
    pub fn trainer_share(&self) -> f64 {
        (self.trainer_wait_s / self.training_s.max(1e-9)).min(1.0)
    }

    /// Share of their time that workers waited for room.
    pub fn solver_share(&self) -> f64 {
        (self.solver_wait_s / self.solver_s.max(1e-9)).min(1.0)
    }
}
