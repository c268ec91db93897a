//! Keys of a recipe that a program sets most.

use super::Training;
use ondine_models::ModelConfig;

impl<'a> Training<'a> {
    /// The surrogate with its options, as `FnoConfig` and the others have them.
    #[must_use]
    pub fn model(self, model: &ModelConfig) -> Self {
        let mut table = model.options();
        table.insert("kind".to_owned(), model.kind().into());
        self.with("model", table)
    }

    /// The network of this kind, with default options.
    #[must_use]
    pub fn network(self, kind: &str) -> Self {
        self.with("model.kind", kind)
    }

    /// Simulations of the whole training.
    #[must_use]
    pub fn simulations(self, count: usize) -> Self {
        self.with("ensemble.simulations", count as i64)
    }

    /// Training steps.
    #[must_use]
    pub fn steps(self, count: usize) -> Self {
        self.with("train.steps", count as i64)
    }

    /// Windows per step.
    #[must_use]
    pub fn batch(self, count: usize) -> Self {
        self.with("train.batch", count as i64)
    }

    /// Seed of all draws.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        self.with("seed", i64::try_from(seed).unwrap_or(i64::MAX))
    }

    /// The same with a key that exists; its value is checked with the recipe.
    fn with(mut self, key: &str, value: impl Into<toml::Value>) -> Self {
        let value: toml::Value = value.into();
        self.overrides.push(format!("{key}={value}"));
        self
    }
}
