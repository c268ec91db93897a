//! Independent uniform points.

use super::{Sampler, SamplerEntry};
use ondine_solvers::{Rng, Stream};

/// The entry of the list of samplers.
pub(super) const ENTRY: SamplerEntry = SamplerEntry {
    kind: "monte_carlo",
    summary: "independent uniform points",
    max_dims: usize::MAX,
    build: |seed| Box::new(MonteCarlo { seed }),
};

struct MonteCarlo {
    seed: u64,
}

impl Sampler for MonteCarlo {
    fn point(&self, index: u64, point: &mut [f64]) {
        let mut rng = Rng::stream(self.seed, Stream::Parameters, index);
        point.fill_with(|| rng.uniform(0.0, 1.0));
    }
}
