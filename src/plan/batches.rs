//! Windows per batch over the steps of a training: `train.batch_schedule`.

use super::Plan;
use crate::recipe::{Recipe, RecipeError};
use ondine_datasets::policy::Reads;
use ondine_datasets::{Batches, MOST_CHANGES};

/// Largest growth of the replay ratio.
const MOST_GROWTH: f64 = 1e3;

impl Recipe {
    /// Checks changes of the windows per batch, and of their reads.
    pub(super) fn check_batches(&self) -> Result<(), RecipeError> {
        let key = "train.batch_schedule";
        let changes = &self.train.batch_schedule;
        self.ensure(changes.len() <= MOST_CHANGES, key, || {
            format!(
                "batch_schedule has {} changes, and a training at most {MOST_CHANGES}",
                changes.len()
            )
        })?;
        let mut before = 0.0;
        for change in changes {
            let from = change.from;
            self.ensure(from > before && from < 1.0, key, || {
                format!("from = {from} does not lie between {before} and 1: changes are shares of the steps, one after the other")
            })?;
            self.ensure(change.batch > 0, key, || {
                "batch must be 1 or more".to_owned()
            })?;
            before = from;
        }
        let mixed = self.replay.is_some() && !changes.is_empty();
        self.ensure(!mixed, key, || {
            "data.mix takes as many windows of the file for every batch: leave batch_schedule out, or mix".to_owned()
        })?;
        self.check_growth()
    }

    /// Checks the growth of the replay ratio.
    fn check_growth(&self) -> Result<(), RecipeError> {
        let Some(growth) = self.buffer.replay_growth else {
            return Ok(());
        };
        let key = "buffer.replay_growth";
        self.ensure((1.0..=MOST_GROWTH).contains(&growth), key, || {
            format!("replay_growth = {growth} lies outside [1, {MOST_GROWTH}]")
        })?;
        self.ensure(self.data.is_none(), key, || {
            "the windows of [data] are all there from the start, so that no reads of new ones rise: leave replay_growth out".to_owned()
        })?;
        let kind = self.policy.entry.kind;
        self.ensure(self.policy.entry.reads != Reads::Once, key, || {
            format!("`{kind}` hands out each window once, so that its replay ratio is 1: use another buffer, or leave replay_growth out")
        })
    }

    /// Windows of every batch.
    pub(crate) fn batches(&self) -> Batches {
        let steps = self.train.steps as f64;
        let changes = self.train.batch_schedule.iter();
        let first = Batches::of(self.train.batch as u64);
        changes.fold(first, |batches, change| {
            batches.then((change.from * steps).round() as u64, change.batch as u64)
        })
    }

    /// The same of those that are made while the network trains.
    pub(crate) fn streamed_batches(&self) -> Batches {
        match self.replayed() {
            0 => self.batches(),
            _ => Batches::of(self.streamed() as u64),
        }
    }

    /// Windows per batch that are made while the network trains, on average over the training.
    pub(super) fn mean_batch(&self) -> f64 {
        let changes = self.train.batch_schedule.iter();
        let ends = changes.clone().map(|change| change.from).chain([1.0]);
        let starts = [(0.0, self.streamed())].into_iter();
        let starts = starts.chain(changes.map(|change| (change.from, change.batch)));
        starts
            .zip(ends)
            .map(|((start, batch), end)| (end - start) * batch as f64)
            .sum()
    }

    /// The windows per batch in words: "32 windows, then 64 from step 500".
    #[cfg(feature = "cli")]
    pub(crate) fn batches_in_words(&self) -> String {
        let batches = self.batches();
        let said = batches.pieces().map(|(start, windows)| match start {
            0 => format!("{windows} windows"),
            start => format!("then {windows} from step {start}"),
        });
        said.collect::<Vec<_>>().join(", ")
    }
}

impl Plan {
    /// Windows of batch `step`, counted from 0, of this shard.
    #[must_use]
    pub fn batch(&self, step: usize) -> usize {
        self.recipe.batches().at(step as u64) as usize / self.share.size()
    }

    /// Windows of the largest batch of this shard.
    #[must_use]
    pub fn largest_batch(&self) -> usize {
        self.recipe.batches().largest() as usize / self.share.size()
    }
}
