//! Checks of `[train]`, its optimiser and the number of its steps.

use super::Draft;
use crate::recipe::{OptimizerKind, Recipe, RecipeError};
use ondine_datasets::RateLimiter;
use ondine_datasets::policy::Reads;

/// More reads of a window than any training makes.
const MAX_READS: f64 = 1e6;

impl Recipe {
    /// Checks that the optimisation can run.
    pub(super) fn check_training(&self) -> Result<(), RecipeError> {
        let train = &self.train;
        self.ensure(train.steps > 0, "train.steps", || {
            "train.steps must be 1 or more, where `train.epochs` or `buffer.reads_per_sample` do \
             not give them"
                .into()
        })?;
        for (path, value) in [
            ("train.batch", Some(train.batch)),
            ("train.shards", train.shards),
            ("train.log", train.log),
            ("train.checkpoint", train.checkpoint),
        ] {
            self.ensure(value != Some(0), path, || {
                format!("{path} must be 1 or more")
            })?;
        }
        self.ensure((0.0..1.0).contains(&train.ema), "train.ema", || {
            format!("ema = {} lies outside [0, 1); 0 is none", train.ema)
        })?;
        self.ensure(train.clip >= 0.0, "train.clip", || {
            format!("clip = {} is negative; 0 is no limit", train.clip)
        })?;
        self.check_accumulate()?;
        self.check_start()?;
        self.check_best()?;
        self.check_optimizer()
    }

    /// Checks that a batch has the windows for the parts that it is learned in.
    fn check_accumulate(&self) -> Result<(), RecipeError> {
        let parts = self.train.accumulate.unwrap_or(1);
        let windows = self.batches().smallest() as usize / self.train.shards.unwrap_or(1);
        self.ensure((1..=windows).contains(&parts), "train.accumulate", || {
            let of = match self.train.shards {
                None => "of a batch",
                Some(_) => "that a shard has of a batch",
            };
            format!("accumulate = {parts} lies outside [1, {windows}], the windows {of}")
        })
    }

    /// Checks the momentum of gradient descent.
    fn check_momentum(&self) -> Result<(), RecipeError> {
        let Some(momentum) = self.optimizer.momentum else {
            return Ok(());
        };
        let path = "train.optimizer.momentum";
        self.ensure(self.optimizer.kind == OptimizerKind::Sgd, path, || {
            "momentum is that of kind = \"sgd\"; \"adamw\" has betas".to_owned()
        })?;
        self.ensure((0.0..1.0).contains(&momentum), path, || {
            format!("momentum = {momentum} lies outside [0, 1)")
        })
    }

    fn check_optimizer(&self) -> Result<(), RecipeError> {
        let optimizer = &self.optimizer;
        self.check_rates()?;
        self.check_momentum()?;
        self.ensure(
            optimizer.weight_decay >= 0.0,
            "train.optimizer.weight_decay",
            || format!("weight_decay = {} is negative", optimizer.weight_decay),
        )?;
        let betas = optimizer.betas;
        self.ensure(
            betas.iter().all(|b| (0.0..1.0).contains(b)),
            "train.optimizer.betas",
            || format!("betas = {betas:?} lie outside [0, 1)"),
        )
    }
}

impl Draft {
    /// Fixes the number of steps by the reads of a window or the epochs of a file, or checks that they fit each other.
    pub(super) fn settle_steps(&mut self) -> Result<(), RecipeError> {
        self.check_epochs()?;
        let epochs = ("train.epochs", self.train.epochs);
        let reads = ("buffer.reads_per_sample", self.buffer.reads_per_sample);
        for (key, asked) in [epochs, reads] {
            if let Some(asked) = asked {
                self.settle_steps_by(key, asked)?;
            }
        }
        Ok(())
    }

    fn settle_steps_by(&mut self, key: &str, reads: f64) -> Result<(), RecipeError> {
        let name = key.rsplit('.').next().unwrap_or(key);
        self.ensure(reads > 0.0 && reads <= MAX_READS, key, || {
            format!("{name} = {reads} lies outside (0, {MAX_READS}]")
        })?;
        let once = self.policy.entry.reads == Reads::Once && self.data.is_none();
        self.ensure(!once || reads <= 1.0, key, || {
            let kind = self.policy.entry.kind;
            format!("`{kind}` hands out each window once, not {reads} times: use another buffer")
        })?;
        let (windows, batch) = (self.windows(), self.mean_batch().max(1.0));
        let steps = RateLimiter::steps_for(reads, windows, batch) as usize;
        let asked = format!("{reads} reads of each of {windows} windows");
        if self.train.steps == 0 {
            self.ensure(steps > 0, key, || {
                format!("{asked} fill no batch of {batch}")
            })?;
            self.train.steps = steps;
        }
        let given = self.train.steps;
        self.ensure(given.abs_diff(steps) <= 1, "train.steps", || {
            format!(
                "{asked} are {steps} steps of {batch}, not {given}: leave out `train.steps` or \
                 `{key}`"
            )
        })
    }
}
