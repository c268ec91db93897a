//! Latin hypercube: with `n` simulations every quantity has one value in each of `n` equal parts of its range.
//!
//! M. D. `McKay`, R. J. Beckman & W. J. Conover, Technometrics 21, 239 (1979): `xₖ = (πₖ(i) + u) / n` with a random
//! permutation `πₖ` for every axis and a uniform `u`. Permutations are computed by key, so any simulation can be made alone. Simulations
//! beyond the first `n` begin another hypercube with other permutations.

use super::permutation::Permutation;
use super::{Design, Sampler, SamplerConfig, SamplerEntry, SamplerError, decode};
use ondine_solvers::{Rng, Stream};
use serde::{Deserialize, Serialize};
use std::num::NonZeroU64;
use std::path::Path;
use std::sync::Arc;

/// The entry of the list of samplers.
pub(super) const ENTRY: SamplerEntry = SamplerEntry {
    kind: "latin_hypercube",
    summary: "every quantity covers its range evenly once all simulations are done",
    options: &[(
        "strata",
        "parts of every range, 1 or more; default ensemble.simulations",
    )],
    max_dims: usize::MAX,
    decode: decode::<Config>,
};

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Config {
    strata: Option<NonZeroU64>,
}

impl SamplerConfig for Config {
    fn build(&self, design: &Design<'_>) -> Result<Arc<dyn Sampler>, SamplerError> {
        let strata = self.strata.map_or(design.simulations, NonZeroU64::get);
        Ok(Arc::new(LatinHypercube::new(design.seed, strata)))
    }

    /// A hypercube of their own.
    fn build_held_out(&self, design: &Design<'_>) -> Result<Arc<dyn Sampler>, SamplerError> {
        Ok(Arc::new(LatinHypercube::new(
            design.seed,
            design.simulations,
        )))
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(self).expect("a number is a TOML value")
    }

    fn complete(
        &self,
        simulations: u64,
        _folder: &Path,
    ) -> Result<Option<Arc<dyn SamplerConfig>>, SamplerError> {
        let strata = self.strata.or(NonZeroU64::new(simulations));
        Ok(Some(Arc::new(Self { strata })))
    }
}

struct LatinHypercube {
    seed: u64,
    strata: u64,
}

impl LatinHypercube {
    fn new(seed: u64, strata: u64) -> Self {
        let strata = strata.max(1);
        Self { seed, strata }
    }
}

impl Sampler for LatinHypercube {
    fn point(&self, index: u64, point: &mut [f64]) {
        let (cube, row) = (index / self.strata, index % self.strata);
        let mut keys = Rng::stream(self.seed, Stream::Sampler, cube);
        let mut inside = Rng::stream(self.seed, Stream::Parameters, index);
        for coordinate in point {
            let key = keys.integer(0, u64::MAX);
            let stratum = Permutation::new(self.strata, key).at(row) as f64;
            let unit = (stratum + inside.uniform(0.0, 1.0)) / self.strata as f64;
            *coordinate = unit.min(1.0_f64.next_down()); // rounding may reach 1
        }
    }
}
