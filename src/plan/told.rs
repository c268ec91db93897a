//! The numbers that the network of a plan is told, and what lies outside of its training.

use super::Plan;
use crate::told::{Outside, Told};
use ondine_datasets::Conditions;
use std::collections::BTreeMap;

impl Plan {
    /// As [`Network::told`](super::Network::told).
    pub fn told(&self) -> Vec<Told> {
        self.network().told()
    }

    /// The names of the numbers that the network is told.
    pub fn told_names(&self) -> Vec<String> {
        self.told().into_iter().map(|told| told.name).collect()
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
