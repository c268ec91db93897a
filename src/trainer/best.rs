//! The best surrogate of a training by a held-out score, and the end of a training whose score gets no better.

use super::Trainer;
use crate::checkpoint::write_best;
use crate::run::{Best, RunError};
use ondine_datasets::Snapshot;
use std::collections::BTreeMap;

impl Trainer<'_> {
    /// Compares an evaluation with the best one so far, and keeps the surrogate where it is better.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(super) fn rank(&mut self, numbers: &BTreeMap<String, f64>) -> Result<(), RunError> {
        let Some(ranking) = self.plan.ranking() else {
            return Ok(());
        };
        let score = ranking.score(numbers);
        let better = score.filter(|score| {
            let before = self.best.as_ref();
            before.is_none_or(|best| ranking.is_better(*score, best.score))
        });
        let Some(score) = better else {
            self.best.iter_mut().for_each(|best| best.since += 1);
            return Ok(());
        };
        self.best = Some(Best {
            metric: ranking.number.to_owned(),
            step: self.step,
            score,
            since: 0,
        });
        self.keep_best()
    }

    /// Writes the surrogate as the best one.
    fn keep_best(&mut self) -> Result<(), RunError> {
        let state = self.state(&Snapshot::default(), Vec::new());
        let learner = &self.learner;
        write_best(self.run, &state, &learner.surrogate, learner.average())
    }

    /// Whether the score has not become better for as long as the recipe has patience; known to the first process.
    pub(super) fn is_exhausted(&self) -> bool {
        self.plan.is_exhausted(self.best.as_ref())
    }
}
