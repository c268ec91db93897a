//! Samplers: where in the space of parameters simulation `index` lies. One file and one entry of [`SAMPLERS`] each.

pub mod breed;
mod error;
mod halton;
mod latin_hypercube;
mod monte_carlo;
mod permutation;
mod sobol;
mod table;

pub use error::SamplerError;

use crate::Distribution;
use breed::Breed;
use ondine_solvers::initial::Options;
use serde::de::DeserializeOwned;
use std::path::Path;
use std::sync::Arc;

/// Points of the unit cube, a pure function of what the sampler was built for and of the index.
pub trait Sampler: Send + Sync {
    /// Fills `point` with coordinates in `[0, 1)` of simulation `index`.
    fn point(&self, index: u64, point: &mut [f64]);

    /// The values of simulation `index`: those below which the share of each prior lies that the point has.
    fn values(&self, index: u64, priors: &[Distribution]) -> Vec<f64> {
        let mut point = vec![0.0; priors.len()];
        self.point(index, &mut point);
        let pairs = priors.iter().zip(point);
        pairs.map(|(prior, unit)| prior.quantile(unit)).collect()
    }
}

/// A sampler as a recipe names it, with its options.
pub trait SamplerConfig: Send + Sync {
    /// The sampler of a design.
    ///
    /// # Errors
    /// When the options do not fit the design.
    fn build(&self, design: &Design<'_>) -> Result<Arc<dyn Sampler>, SamplerError>;

    /// The sampler of simulations that are held out for evaluation.
    ///
    /// # Errors
    /// When the options do not fit the design.
    fn build_held_out(&self, design: &Design<'_>) -> Result<Arc<dyn Sampler>, SamplerError> {
        self.build(design)
    }

    /// Every option with the value in use, without `kind`.
    fn options(&self) -> toml::Table {
        toml::Table::new()
    }

    /// Use of losses by an adaptive sampler; none, the default, for the others.
    fn breed(&self) -> Option<&Breed> {
        None
    }

    /// The same with nothing left to defaults, if something is: for a recipe of `simulations` in `folder`.
    ///
    /// # Errors
    /// When a file that is named can't be read.
    fn complete(
        &self,
        _simulations: u64,
        _folder: &Path,
    ) -> Result<Option<Arc<dyn SamplerConfig>>, SamplerError> {
        Ok(None)
    }
}

/// The draws that a sampler makes points for.
#[derive(Debug, Clone, Copy)]
pub struct Design<'a> {
    /// Seed of all draws.
    pub seed: u64,
    /// Number of simulations.
    pub simulations: u64,
    /// Names and priors of the quantities that are drawn, in the order of a point's coordinates.
    pub quantities: &'a [(String, Distribution)],
}

/// A sampler: its row of the list.
pub struct SamplerEntry {
    /// Name in a recipe.
    pub kind: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// Each option with its default and meaning in words.
    pub options: &'static [(&'static str, &'static str)],
    /// Largest number of coordinates.
    pub max_dims: usize,
    /// Reads and checks the options; unknown ones are an error.
    pub decode: for<'a> fn(Options<'a>) -> Result<Arc<dyn SamplerConfig>, toml::de::Error>,
}

/// Every sampler.
pub const SAMPLERS: &[&SamplerEntry] = &[
    &sobol::ENTRY,
    &halton::ENTRY,
    &latin_hypercube::ENTRY,
    &monte_carlo::ENTRY,
    &table::ENTRY,
    &breed::ENTRY,
];

/// Independent points for simulations that are drawn again: a design has no place for a second point of one index.
pub(crate) fn independent(seed: u64) -> Arc<dyn Sampler> {
    monte_carlo::sampler(seed)
}

/// One point for every simulation.
pub(crate) fn fixed(point: &[f64]) -> Arc<dyn Sampler> {
    Arc::new(Fixed(point.to_vec()))
}

struct Fixed(Vec<f64>);

impl Sampler for Fixed {
    fn point(&self, _index: u64, point: &mut [f64]) {
        point.copy_from_slice(&self.0);
    }
}

/// The sampler called `kind`.
pub fn find(kind: &str) -> Option<&'static SamplerEntry> {
    SAMPLERS.iter().copied().find(|entry| entry.kind == kind)
}

/// The `decode` of an entry whose options are the fields of `C`.
fn decode<C: SamplerConfig + DeserializeOwned + 'static>(
    options: Options<'_>,
) -> Result<Arc<dyn SamplerConfig>, toml::de::Error> {
    Ok(Arc::new(C::deserialize(options)?))
}

/// Worked example of `docs/book/extending.md`, compiled for its own test alone.
#[cfg(test)]
#[path = "../../../examples/extending/r_sequence.rs"]
pub mod r_sequence;
