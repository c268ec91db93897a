//! Supply of a training with windows: workers, their time, the sampler that adapts, the policy of the buffer.

use super::Plan;
use crate::recipe::Workers;
use ondine_datasets::policy::Policy;
use ondine_datasets::sampler::breed::{Breed, Generation, Lineage};
use ondine_datasets::{Autoscale, Window};
use std::time::Duration;

impl Plan {
    /// Time that a simulation may take; none without a limit.
    pub fn time_limit(&self) -> Option<Duration> {
        self.recipe.ensemble.time_limit.map(Duration::from_secs_f64)
    }

    /// Number of workers. An automatic number begins with the simulations that the first step waits for.
    pub fn workers(&self) -> Autoscale {
        let workers = self.recipe.ensemble.workers;
        let per_simulation = self.cut.windows(self.recipe.time.frames).max(1);
        let at_once = self.recipe.ensemble.at_once().div_ceil(self.shards_here);
        match workers {
            Workers::Fixed(_) => at_once.into(),
            Workers::Auto => {
                let first = self.watermark.div_ceil(per_simulation);
                Autoscale::automatic(first, at_once)
            }
        }
    }

    /// Options of a sampler that adapts to losses; none for others.
    pub fn breed(&self) -> Option<&Breed> {
        let online = self.recipe.data.is_none();
        self.recipe.sampler.options.breed().filter(|_| online)
    }

    /// These generations with what else their simulations follow from, where the sampler makes generations.
    pub fn lineage(&self, generations: Vec<Generation>) -> Option<Lineage> {
        Some(Lineage {
            seed: self.recipe.seed,
            lead: u64::from(self.breed()?.lead),
            generations,
        })
    }

    /// The empty policy of a buffer for `capacity` windows.
    pub fn policy(&self, capacity: usize) -> Box<dyn Policy<Window>> {
        let options = &self.recipe.policy.options;
        options.build(capacity, self.watermark)
    }
}
