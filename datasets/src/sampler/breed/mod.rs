//! Breed: new simulations are drawn near those that the surrogate finds hard.
//!
//! S. Dymchenko & B. Raffin, "Loss-driven sampling within hard-to-learn areas for simulation-based neural network
//! training" (2024), arXiv:2410.05860: adaptive multiple importance sampling with the loss as the target. Every so many
//! training steps there is a new [`Generation`]. Its parents are the last simulations of which losses are known
//! ([`Difficulty`]), each with the probability of its mean deviation. With a share of them as its probability, a
//! simulation that has not begun is a child: a normal draw around a parent. Otherwise it is a draw of the base sampler, so
//! that no part of the prior is forgotten. Points are those of the unit cube, in which every prior is uniform, so `sigma`
//! is a share of each range.
//!
//! The loss of one step as the signal lowers the largest errors and their spread; errors of rollouts have not been seen to
//! get smaller by it. `signal = "rollout"` takes the error after several predicted steps instead.

mod difficulty;
mod generation;
mod options;

pub use difficulty::Difficulty;
pub use generation::{Generation, Lineage, Parent};
pub use options::{Base, Breed, Signal};

use super::{Design, Sampler, SamplerConfig, SamplerEntry, SamplerError, find};
use ondine_solvers::initial::Options;
use serde::Deserialize;
use serde::de::Error;
use std::path::Path;
use std::sync::Arc;

/// The entry of the list of samplers.
pub(super) const ENTRY: SamplerEntry = SamplerEntry {
    kind: "breed",
    summary: "more simulations where the surrogate is wrong: children of the hardest, the rest from a base sampler",
    options: &[
        (
            "base",
            "what the rest is drawn by: sobol, halton, latin_hypercube or monte_carlo; default sobol",
        ),
        (
            "signal",
            "what is hard: loss of training, or error of a rollout of `steps`; default loss",
        ),
        (
            "start",
            "share of children in the first generation, 0 to 0.95; default 0.15",
        ),
        (
            "end",
            "share of children in the end, 0 to 0.95; default 0.75",
        ),
        ("breakpoint", "generations from start to end; default 10"),
        (
            "sigma",
            "standard deviation of children as a share of each range, up to 1; default 0.1",
        ),
        (
            "window",
            "simulations that may be parents, the latest; default 100",
        ),
        (
            "every",
            "training steps between two generations; default 100",
        ),
        (
            "min_records",
            "losses of a simulation before it may be a parent; default 8, 1 with rollout",
        ),
        (
            "min_simulations",
            "such simulations before the first generation; default 10",
        ),
        (
            "lead",
            "simulations that may have begun before their turn when deterministic; default 8",
        ),
        ("steps", "steps of a rollout, with that signal; default 8"),
    ],
    max_dims: usize::MAX,
    decode,
};

fn decode(options: Options<'_>) -> Result<Arc<dyn SamplerConfig>, toml::de::Error> {
    let breed = Breed::deserialize(options)?;
    match (breed.signal, breed.steps) {
        (Signal::Loss, Some(_)) => {
            let message = "`steps` are those of signal = \"rollout\": leave it out";
            Err(toml::de::Error::custom(message))
        }
        _ => Ok(Arc::new(breed)),
    }
}

impl SamplerConfig for Breed {
    /// The base: without a training there are no generations.
    fn build(&self, design: &Design<'_>) -> Result<Arc<dyn Sampler>, SamplerError> {
        if design.quantities.is_empty() {
            return Err(SamplerError::NothingVaries { kind: ENTRY.kind });
        }
        self.base(design)?.build(design)
    }

    fn build_held_out(&self, design: &Design<'_>) -> Result<Arc<dyn Sampler>, SamplerError> {
        self.base(design)?.build_held_out(design)
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(self).expect("numbers and names are TOML values")
    }

    fn complete(
        &self,
        _simulations: u64,
        _folder: &Path,
    ) -> Result<Option<Arc<dyn SamplerConfig>>, SamplerError> {
        Ok(Some(Arc::new(self.completed())))
    }

    fn breed(&self) -> Option<&Breed> {
        Some(self)
    }
}

impl Breed {
    fn base(&self, design: &Design<'_>) -> Result<Arc<dyn SamplerConfig>, SamplerError> {
        let entry = find(self.base.kind()).expect("bases are in the list");
        let (dims, max) = (design.quantities.len(), entry.max_dims);
        if dims > max {
            let kind = entry.kind;
            return Err(SamplerError::Dimensions { kind, max, dims });
        }
        let none = Options::parse("{}").expect("an empty table");
        Ok((entry.decode)(none).expect("bases need no options"))
    }
}
