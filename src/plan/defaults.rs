//! Defaults that depend on several keys, and the rate limiter that follows from them.

use super::Draft;
use crate::recipe::{Recipe, Workers};
use ondine_datasets::RateLimiter;
use ondine_datasets::policy::Reads;

/// Keys whose defaults depend on other keys.
pub(super) struct Defaults {
    pub(super) deterministic: bool,
    pub(super) watermark: usize,
    pub(super) log_every: usize,
    pub(super) evaluate_every: usize,
    pub(super) checkpoint_every: usize,
    pub(super) evaluation_frames: usize,
    pub(super) max_failures: u64,
}

impl Recipe {
    /// Production spread over the training: a simulation a worker ahead, or a batch, and one step behind.
    pub(super) fn pace(&self) -> RateLimiter {
        let per_simulation = self.cut().windows(self.time.frames) as u64;
        let pace = RateLimiter {
            total: self.windows(),
            watermark: self.watermark() as u64,
            steps: self.train.steps as u64,
            drain: 0,
            ahead: (self.at_once() as u64)
                .saturating_mul(per_simulation)
                .max(self.streamed_batches().largest()),
            behind: 0,
            batches: self.streamed_batches(),
            growth: self.buffer.replay_growth.unwrap_or(1.0),
        };
        let behind = pace.per_step();
        let pace = RateLimiter { behind, ..pace };
        match self.policy.entry.reads {
            Reads::Many => pace.draining(self.buffer.capacity),
            Reads::Once | Reads::Chance => pace,
        }
    }

    /// Windows of all simulations.
    pub(super) fn windows(&self) -> u64 {
        if let Some(windows) = self.ragged_windows() {
            return windows;
        }
        let windows = self.cut().windows(self.time.frames) as u64;
        self.ensemble.simulations.saturating_mul(windows)
    }

    /// Windows of a file whose trajectories have different numbers of frames; none of any other.
    fn ragged_windows(&self) -> Option<u64> {
        let info = self.data.as_ref()?.source.reader.info();
        if info.frames_each.is_empty() {
            return None;
        }
        let [trained, _] = self.split().ok()?;
        let count = usize::try_from(self.ensemble.simulations).unwrap_or(usize::MAX);
        let windows = |&index: &usize| self.cut().windows(info.frames_of(index)) as u64;
        Some(trained.iter().take(count).map(windows).sum())
    }

    /// As typed, or a tenth of the capacity.
    pub(super) fn watermark(&self) -> usize {
        let default = (self.buffer.capacity / 10).max(self.train.batch);
        let possible = usize::try_from(self.windows()).unwrap_or(usize::MAX);
        match self.data {
            // As many windows of a file give the scales, which has no buffer to fill.
            Some(_) => self.buffer.watermark.unwrap_or(default).min(possible),
            None => self.buffer.watermark.unwrap_or(default.min(possible)),
        }
    }

    pub(crate) fn evaluation_frames(&self) -> usize {
        self.evaluate.frames.unwrap_or(self.time.frames)
    }
}

impl Draft {
    /// Writes the defaults that depend on other keys into the recipe, so that its resolved form has them.
    pub(super) fn fill_defaults(&mut self) -> Defaults {
        let steps = self.train.steps;
        let frames = self.evaluation_frames();
        let watermark = self.watermark();
        self.schedule.warmup = Some(self.schedule.warmup(steps));
        let one = self.ensemble.workers == Workers::Fixed(1) && self.ensemble.launcher.is_none();
        let in_order = one || self.data.is_some();
        self.settle_best();
        Defaults {
            max_failures: self.allow_failures(),
            deterministic: *self.deterministic.get_or_insert(in_order),
            watermark: *self.buffer.watermark.get_or_insert(watermark),
            log_every: *self.train.log.get_or_insert((steps / 200).max(1)),
            evaluate_every: *self.evaluate.every.get_or_insert(steps.div_ceil(5)),
            checkpoint_every: *self.train.checkpoint.get_or_insert(steps.div_ceil(10)),
            evaluation_frames: *self.evaluate.frames.get_or_insert(frames),
        }
    }

    /// Unless typed, a tenth of the simulations may fail.
    pub(super) fn allow_failures(&mut self) -> u64 {
        let failures = (self.ensemble.simulations / 10).max(10);
        *self.ensemble.max_failures.get_or_insert(failures)
    }
}
