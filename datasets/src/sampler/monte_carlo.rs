//! Independent uniform points.

use super::{Design, Sampler, SamplerConfig, SamplerEntry, SamplerError, decode};
use ondine_solvers::{Rng, Stream};
use serde::Deserialize;
use std::sync::Arc;

/// The entry of the list of samplers.
pub(super) const ENTRY: SamplerEntry = SamplerEntry {
    kind: "monte_carlo",
    summary: "independent uniform points",
    options: &[],
    max_dims: usize::MAX,
    decode: decode::<Config>,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {}

impl SamplerConfig for Config {
    fn build(&self, design: &Design<'_>) -> Result<Arc<dyn Sampler>, SamplerError> {
        Ok(sampler(design.seed))
    }
}

/// The sampler of a seed.
pub(super) fn sampler(seed: u64) -> Arc<dyn Sampler> {
    Arc::new(MonteCarlo { seed })
}

struct MonteCarlo {
    seed: u64,
}

impl Sampler for MonteCarlo {
    fn point(&self, index: u64, point: &mut [f64]) {
        let mut rng = Rng::stream(self.seed, Stream::Parameters, index);
        point.fill_with(|| rng.uniform(0.0, 1.0));
    }
}
