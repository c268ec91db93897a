//! The conditioning inputs of the network of a plan, and what lies outside of its training.

use super::Plan;
use crate::conditioning::{Conditioning, Outside};
use ondine_datasets::Conditions;
use std::collections::BTreeMap;

impl Plan {
    /// As [`Network::conditioning`](super::Network::conditioning).
    pub fn conditioning(&self) -> Vec<Conditioning> {
        self.network().conditioning()
    }

    /// The names of the conditioning inputs of the network.
    pub fn conditioning_names(&self) -> Vec<String> {
        self.conditioning()
            .into_iter()
            .map(|told| told.name)
            .collect()
    }

    /// As [`Network::conditions`](super::Network::conditions).
    pub fn conditions(&self, grid: &[usize], of: &Conditions, end: f64) -> BTreeMap<String, f64> {
        self.network().conditions(grid, of, end)
    }

    /// As [`Network::outside`](super::Network::outside).
    pub fn outside(&self, simulations: &[BTreeMap<String, f64>]) -> Vec<Outside> {
        self.network().outside(simulations)
    }
}
