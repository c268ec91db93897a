//! A plan that several processes carry out together: each has a share of the simulations, of the buffer and of every batch.

use super::{Draft, Plan, Solver};
use crate::recipe::{Recipe, RecipeError};
use ondine_datasets::policy::Reads;
use ondine_datasets::{BufferConfig, Share};

impl Plan {
    /// The same plan as one of several processes carries it out: of its shards, where it has several, the first.
    ///
    /// # Errors
    /// When a batch or the simulations can't be shared out to so many, or the sampler or the source is for one process alone.
    pub fn shared(mut self, share: Share) -> Result<Self, RecipeError> {
        let (ranks, shards) = (share.size(), self.recipe.shards(share)?);
        self.shards_here = shards / ranks;
        let first = Share::new(share.rank() * self.shards_here, shards);
        self.recipe.check_share(first)?;
        self.become_shard(first);
        Ok(self)
    }

    fn become_shard(&mut self, share: Share) {
        self.share = share;
        let seed = self.seed();
        for stage in &mut self.stages {
            stage.augment.seed = seed;
        }
    }

    /// The plans of the shards of this process beside this one.
    pub(crate) fn beside(&self) -> Vec<Self> {
        let first = self.share.rank();
        let others = first + 1..first + self.shards_here;
        others
            .map(|shard| self.of_shard(Share::new(shard, self.share.size())))
            .collect()
    }

    /// The same plan for another shard. None takes simulations of codes or workers.
    fn of_shard(&self, share: Share) -> Self {
        let solver = self.solver.as_ref().map(|solver| Solver {
            training: solver.training.clone(),
            held_out: solver.held_out.clone(),
        });
        let mut draft = Draft::new(Recipe::clone(&self.recipe));
        let mut plan = Self {
            recipe: self.recipe.clone(),
            problem: self.problem.clone(),
            quantities: self.quantities.clone(),
            solver,
            held_out: self.held_out.clone(),
            given: self.given.clone(),
            coupled: None,
            elsewhere: None,
            cut: self.cut,
            fields: self.fields.clone(),
            model: self.model.clone(),
            stages: draft.build_stages(&self.problem, self.solver.as_ref().map(|of| &of.training)),
            pace: self.pace,
            order: self.order,
            watermark: self.watermark,
            log_every: self.log_every,
            evaluate_every: self.evaluate_every,
            checkpoint_every: self.checkpoint_every,
            max_failures: self.max_failures,
            solver_errors: self.solver_errors.clone(),
            worker_program: self.worker_program.clone(),
            share,
            shards_here: self.shards_here,
        };
        plan.become_shard(share);
        plan
    }

    /// The place of this process among those that train together.
    pub(super) fn ranks(&self) -> Share {
        let of = |shards: usize| shards / self.shards_here;
        Share::new(of(self.share.rank()), of(self.share.size()))
    }

    /// Seed of this process's draws.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.share.seed(self.recipe.seed)
    }

    /// Simulations of this process that may fail.
    pub(crate) fn max_failures_here(&self) -> u64 {
        self.max_failures.div_ceil(self.share.size() as u64)
    }

    /// Windows of one simulation.
    pub(crate) fn windows_each(&self) -> u64 {
        self.cut.windows(self.recipe.time.frames) as u64
    }

    /// Settings of the buffer of this process.
    pub(crate) fn buffer(&self) -> BufferConfig {
        let own = self.recipe.of_share(self.share);
        let alone = self.share == Share::ALL;
        BufferConfig {
            capacity: own.buffer.capacity,
            watermark: self.share.of(self.watermark),
            order: self.order,
            pace: if alone { self.pace } else { own.pace() },
            seed: self.seed(),
        }
    }

    /// Windows per batch of this process from a file beside the simulations, and those that are made.
    pub(crate) fn mixed(&self) -> [usize; 2] {
        let recipe = &self.recipe;
        [recipe.replayed(), recipe.streamed()].map(|count| count / self.share.size())
    }
}

impl Recipe {
    /// The recipe of a process with a share of the simulations, of the buffer and of every batch.
    fn of_share(&self, share: Share) -> Self {
        let mut own = self.clone();
        own.train.batch /= share.size();
        let changes = own.train.batch_schedule.iter_mut();
        changes.for_each(|change| change.batch /= share.size());
        own.buffer.capacity = share.of(own.buffer.capacity);
        own.buffer.watermark = own.buffer.watermark.map(|watermark| share.of(watermark));
        if own.data.is_none() {
            own.ensemble.simulations = share.count(own.ensemble.simulations);
        }
        own
    }

    /// Number of the shards of the training where a process has this share of it.
    fn shards(&self, share: Share) -> Result<usize, RecipeError> {
        let ranks = share.size();
        let shards = self.train.shards.unwrap_or(ranks);
        self.ensure(shards > 0 && shards.is_multiple_of(ranks), "train.shards", || {
            let above = shards.max(1).next_multiple_of(ranks);
            format!("shards = {shards} can't be shared out evenly to {ranks} ranks: write {above}, or start another number of ranks")
        })?;
        let one_each = shards == ranks || self.ensemble.launcher.is_none();
        self.ensure(one_each, "ensemble.launcher", || {
            format!("workers come to ranks with one shard, and shards = {shards} are for {ranks} ranks: remove one of them")
        })?;
        Ok(shards)
    }

    /// Checks that so many processes can share out the work, in shards where it has some.
    #[cfg(feature = "cli")]
    pub(crate) fn check_ranks(&self, share: Share) -> Result<(), RecipeError> {
        self.check_share(Share::new(0, self.shards(share)?))
    }

    /// Checks that processes can share out the work.
    fn check_share(&self, share: Share) -> Result<(), RecipeError> {
        let ranks = share.size();
        if ranks == 1 {
            return Ok(());
        }
        self.ensure(self.trajectories.coupled().is_none(), "source.kind", || {
            let kind = self.trajectories.kind();
            format!("kind = \"{kind}\": simulation codes give their frames to one rank, not to {ranks}: train without mpirun")
        })?;
        let breeds = self.data.is_none() && self.sampler.options.breed().is_some();
        self.ensure(!breeds, "ensemble.sampler", || {
            format!("`breed` follows the losses of one rank, not of {ranks}: write another sampler, or train without mpirun")
        })?;
        self.check_shared_batch(ranks)?;
        if self.data.is_some() {
            return Ok(());
        }
        self.check_shared_simulations(share)
    }

    fn check_shared_batch(&self, ranks: usize) -> Result<(), RecipeError> {
        let batch = self.train.batch;
        let changes = self.train.batch_schedule.iter();
        let changes = changes.map(|change| ("train.batch_schedule", change.batch));
        for (key, batch) in [("train.batch", batch)].into_iter().chain(changes) {
            self.ensure(batch.is_multiple_of(ranks), key, || {
                let above = batch.next_multiple_of(ranks);
                let lower = match above - ranks {
                    0 => String::new(),
                    below => format!("{below} or "),
                };
                format!(
                    "batch = {batch} windows can't be shared out evenly to {ranks} ranks: write {lower}{above}, or start another \
                     number of ranks"
                )
            })?;
        }
        let replayed = self.replayed();
        self.ensure(replayed.is_multiple_of(ranks), "data.mix", || {
            format!(
                "{replayed} of {batch} windows of a batch come from the file, which can't be shared out evenly to {ranks} ranks: write \
                 another share"
            )
        })
    }

    fn check_shared_simulations(&self, share: Share) -> Result<(), RecipeError> {
        let (ranks, simulations) = (share.size(), self.ensemble.simulations);
        let enough = simulations >= ranks as u64;
        self.ensure(enough, "ensemble.simulations", || {
            format!("simulations = {simulations} are fewer than the {ranks} ranks: write {ranks} or more, or start fewer ranks")
        })?;
        let fewest = self.of_share(Share::new(ranks - 1, ranks));
        let (windows, batches) = (fewest.windows(), fewest.streamed_batches());
        let read = batches.before(self.train.steps as u64);
        let once = self.policy.entry.reads == Reads::Once;
        self.ensure(!once || read <= windows, "ensemble.simulations", || {
            let kind = self.policy.entry.kind;
            let (steps, batch) = (self.train.steps, fewest.mean_batch());
            let need = read.div_ceil((self.windows() / simulations).max(1)) * ranks as u64;
            format!(
                "`{kind}` hands out each window once, and the {windows} of the last of {ranks} ranks are fewer than the {read} that \
                 {steps} steps of {batch} need: write simulations = {need}"
            )
        })
    }
}
