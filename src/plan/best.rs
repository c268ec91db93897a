//! The score by which a training keeps its best surrogate, and ends early.

use super::{Draft, HeldOutFrom, Plan};
use crate::files::Best;
use crate::metric::{RANKINGS, Ranking};
use crate::recipe::{Recipe, RecipeError, SourceSection, suggest};

impl Recipe {
    /// Checks that there is a score to rank surrogates by.
    pub(super) fn check_best(&self) -> Result<(), RecipeError> {
        let patience = self.train.patience;
        self.ensure(patience != Some(0), "train.patience", || {
            "train.patience must be 1 or more: leave it out to train to the last step".to_owned()
        })?;
        let Some(metric) = &self.train.best else {
            return self.check_default(patience);
        };
        if Ranking::of(metric).is_none() {
            let known = RANKINGS.map(|ranking| ranking.metric);
            let what = format!("`{metric}` ranks no surrogates");
            let mut error = self.source.error_at("train.best", what);
            error.help = Some(suggest(metric, &known));
            return Err(error);
        }
        let metrics = &self.evaluate.metrics;
        self.ensure(metrics.contains(metric), "train.best", || {
            format!(
                "best = \"{metric}\" is none of evaluate.metrics = {metrics:?}: write it there too"
            )
        })
    }

    /// Checks that one of the metrics can rank where none is chosen.
    fn check_default(&self, patience: Option<usize>) -> Result<(), RecipeError> {
        let ranks = patience.is_none() || self.ranking_metric().is_some();
        self.ensure(ranks, "train.patience", || {
            let metrics = &self.evaluate.metrics;
            format!(
                "none of evaluate.metrics = {metrics:?} ranks surrogates: write \"nrmse\" there too"
            )
        })
    }

    /// The first metric that ranks surrogates.
    fn ranking_metric(&self) -> Option<&String> {
        let mut metrics = self.evaluate.metrics.iter();
        metrics.find(|metric| Ranking::of(metric).is_some())
    }

    /// Whether the simulations are those of a program.
    pub(super) fn is_of_library(&self) -> bool {
        self.trajectories == SourceSection::Library
    }
}

impl Draft {
    /// Chooses a metric for a training that has patience and none.
    pub(super) fn settle_best(&mut self) {
        if self.train.patience.is_some() && self.train.best.is_none() {
            self.train.best = self.ranking_metric().cloned();
        }
    }

    /// Checks that there are trajectories to judge a training on that is to keep its best surrogate.
    pub(super) fn check_held_out_for_best(
        &self,
        held_out: &HeldOutFrom,
        training: bool,
    ) -> Result<(), RecipeError> {
        let judged = !training || !matches!(held_out, HeldOutFrom::None);
        let key = if self.train.patience.is_some() {
            "train.patience"
        } else {
            "train.best"
        };
        self.ensure(judged || self.train.best.is_none(), key, || {
            "there is no score, since no trajectories are held out: write data.held_out, or hand simulations over to judge on"
                .to_owned()
        })
    }
}

impl Plan {
    /// The metric by which the best surrogate is kept, if one is.
    pub(crate) fn ranking(&self) -> Option<Ranking> {
        Ranking::of(self.recipe.train.best.as_deref()?)
    }

    /// Whether a training ends that has had no better score for so long.
    pub(crate) fn is_exhausted(&self, best: Option<&Best>) -> bool {
        let patience = self.recipe.train.patience;
        patience
            .zip(best)
            .is_some_and(|(patience, best)| best.since >= patience)
    }
}
