//! Samplers: where in the space of parameters simulation `index` lies. One file and one entry of [`SAMPLERS`] each.

mod monte_carlo;
mod sobol;

/// Points of the unit cube, a pure function of the seed and the index.
pub trait Sampler: Send + Sync {
    /// Fills `point` with coordinates in `[0, 1)` of simulation `index`.
    fn point(&self, index: u64, point: &mut [f64]);
}

/// What the list of samplers knows of one.
pub struct SamplerEntry {
    /// Name in a recipe.
    pub kind: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// Largest number of coordinates.
    pub max_dims: usize,
    /// The sampler of a seed.
    pub build: fn(seed: u64) -> Box<dyn Sampler>,
}

/// Every sampler.
pub const SAMPLERS: &[&SamplerEntry] = &[&monte_carlo::ENTRY, &sobol::ENTRY];

/// Independent points for simulations that are drawn again: a design has no place for a second point of one index.
pub(crate) fn independent(seed: u64) -> Box<dyn Sampler> {
    (monte_carlo::ENTRY.build)(seed)
}

/// The sampler called `kind`.
pub fn find(kind: &str) -> Option<&'static SamplerEntry> {
    SAMPLERS.iter().copied().find(|entry| entry.kind == kind)
}
