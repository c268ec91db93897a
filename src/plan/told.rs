//! The numbers that the network of a plan is told, and what lies outside of its training.

use super::Plan;
use crate::told::{self, Outside, Quantity, Told};
use ondine_datasets::Conditions;
use ondine_models::Reach;
use ondine_solvers::problem::Axis;
use std::collections::BTreeMap;

impl Plan {
    /// The numbers that the network is told beside the state, with the trained ranges over all stages.
    pub fn told(&self) -> Vec<Told> {
        let strides = self.stages.iter().map(|stage| stage.layout.stride);
        let shortest = strides.clone().min().unwrap_or(1);
        let longest = strides.max().unwrap_or(1);
        told::list(&self.problem, self.model.inputs(), [shortest, longest])
    }

    /// The names of the numbers that the network is told.
    pub fn told_names(&self) -> Vec<String> {
        self.told().into_iter().map(|told| told.name).collect()
    }

    /// The conditions of a simulation, by name, as far as they mean anything to the surrogate: those of the problem, `dt` of
    /// the frames, `length` or `length_x`, … of the box. On another grid than the trained one also the spacing `dx`, …, if
    /// the network counts distances by points; and `time`, which is the `end` of what is asked for from frame 0 on, if it
    /// is told times and that one is outside of the trained ones.
    pub fn conditions(&self, grid: &[usize], of: &Conditions, end: f64) -> BTreeMap<String, f64> {
        let names = self.problem.drawn_names().into_iter();
        let mut named: BTreeMap<String, f64> = names.zip(of.values()).collect();
        if self.model.reach() == Reach::Points && *grid != self.fields.grid[..] {
            let spacings = self.problem.axes.iter().map(Axis::spacing_name);
            named.extend(spacings.zip(of.spacing.iter().copied()));
        }
        let mut told = self.told().into_iter();
        let time = told.find(|told| told.quantity == Quantity::Time);
        if let Some(time) = time.filter(|time| !told::inside(time.range, end)) {
            named.insert(time.name, end);
        }
        named
    }

    /// Every condition that lies outside of its trained range in one of `simulations`, which are [`Self::conditions`].
    pub fn outside(&self, simulations: &[BTreeMap<String, f64>]) -> Vec<Outside> {
        Outside::of(&self.problem, self.model.inputs(), simulations)
    }
}
