//! Cases of property tests, items of a buffer, samplers of designs, and how even draws are.

use ondine_datasets::Distribution;
use ondine_datasets::policy::Item;
use ondine_datasets::sampler::{Design, SAMPLERS, Sampler, SamplerEntry};
use ondine_solvers::initial::Options;
use proptest::prelude::ProptestConfig;
use proptest::test_runner::RngSeed;
use std::sync::Arc;

/// The same cases each time.
pub(crate) fn cases(count: u32) -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(0),
        ..ProptestConfig::with_cases(count)
    }
}

/// An item of a simulation, with a number of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Tag(pub(crate) u64, pub(crate) u32);

impl Item for Tag {
    fn simulation(&self) -> u64 {
        self.0
    }
}

/// `Σ (c − e)² / e` of draws of `batch` different items, scaled to the variance of independent draws: items drawn
/// without replacement scatter less by `(n − batch) / (n − 1)`.
pub(crate) fn chi_square(counts: &[f64], batch: usize) -> f64 {
    let n = counts.len() as f64;
    let expected = counts.iter().sum::<f64>() / n;
    let sum: f64 = counts.iter().map(|c| (c - expected).powi(2)).sum();
    sum / expected * (n - 1.0) / (n - batch as f64)
}

/// Names and priors of so many quantities, for designs.
pub(crate) fn quantities(dims: usize) -> Vec<(String, Distribution)> {
    let unit = Distribution::Uniform {
        uniform: [0.0, 1.0],
    };
    (0..dims)
        .map(|axis| (format!("q{axis}"), unit.clone()))
        .collect()
}

/// The samplers that need no options, for 512 simulations of 4 quantities.
pub(crate) fn without_options(seed: u64) -> Vec<(&'static SamplerEntry, Arc<dyn Sampler>)> {
    let quantities = quantities(4);
    let design = Design {
        seed,
        simulations: 512,
        quantities: &quantities,
    };
    let build = |entry: &&'static SamplerEntry| {
        let config = (entry.decode)(Options::parse("{}").expect("TOML")).ok()?;
        Some((*entry, config.build(&design).expect("nothing can be wrong")))
    };
    let samplers: Vec<_> = SAMPLERS.iter().filter_map(build).collect();
    assert_eq!(samplers.len(), SAMPLERS.len() - 1, "all but the table");
    samplers
}

/// One of these.
pub(crate) fn sampler(kind: &str, seed: u64) -> Arc<dyn Sampler> {
    let mut samplers = without_options(seed).into_iter();
    let found = samplers.find(|(entry, _)| entry.kind == kind);
    found.expect("it is in the list").1
}
