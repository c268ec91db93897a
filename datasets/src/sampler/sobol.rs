//! Sobol points with Owen scrambling: any first part of the sequence covers the cube evenly.
//!
//! Burley (2020), Practical hash-based Owen scrambling, JCGT 9(4). The sequence of one scrambling holds `2¹⁶` points;
//! every further block of that size gets a scrambling of its own.

use super::{Design, Sampler, SamplerConfig, SamplerEntry, SamplerError, decode};
use ondine_solvers::{Rng, Stream};
use serde::Deserialize;
use std::sync::Arc;

/// Points of one scrambling.
const BLOCK: u64 = 1 << 16;

/// The entry of the list of samplers.
pub(super) const ENTRY: SamplerEntry = SamplerEntry {
    kind: "sobol",
    summary: "scrambled Sobol points: even coverage from the first simulations on",
    options: &[],
    max_dims: sobol_burley::NUM_DIMENSIONS as usize,
    decode: decode::<Config>,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {}

impl SamplerConfig for Config {
    fn build(&self, design: &Design<'_>) -> Result<Arc<dyn Sampler>, SamplerError> {
        Ok(Arc::new(Sobol { seed: design.seed }))
    }
}

/// The sequence of a seed.
pub(super) struct Sobol {
    pub(super) seed: u64,
}

impl Sampler for Sobol {
    fn point(&self, index: u64, point: &mut [f64]) {
        let mut rng = Rng::stream(self.seed, Stream::Sampler, index / BLOCK);
        let scrambling = rng.uniform(0.0, f64::from(u32::MAX)) as u32;
        for (axis, coordinate) in point.iter_mut().enumerate() {
            let position = (index % BLOCK) as u32;
            *coordinate = f64::from(sobol_burley::sample(position, axis as u32, scrambling));
        }
    }
}
