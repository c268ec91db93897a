//! Quantities that simulations of an equation are drawn with.

use crate::{Conditions, Distribution};

/// Everything that may be drawn per simulation.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantities {
    /// Parameters of the equation, in the order of its list entry.
    pub parameters: Vec<Distribution>,
    /// Domain length of every axis.
    pub length: Vec<Distribution>,
    /// Time between two frames.
    pub dt: Distribution,
}

impl Quantities {
    /// Number of quantities that vary, the dimension of the sampler's cube.
    pub fn dims(&self) -> usize {
        self.iter().filter(|quantity| quantity.varies()).count()
    }

    /// All of them: equation parameters, then lengths, then `dt`.
    pub fn iter(&self) -> impl Iterator<Item = &Distribution> {
        self.parameters.iter().chain(&self.length).chain([&self.dt])
    }

    /// Point of conditions in the unit cube of the quantities that vary: the share of each prior below their value.
    pub fn point(&self, conditions: &Conditions) -> Vec<f64> {
        let pairs = self.iter().zip(conditions.values());
        pairs
            .filter(|(quantity, _)| quantity.varies())
            .map(|(quantity, value)| quantity.share_below(value))
            .collect()
    }
}
