//! Where frames come from: our own solvers, or anything else that can run simulation `index`.

use crate::DataError;
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;
use std::sync::Arc;

/// What a network may know of a simulation besides its state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conditions {
    /// Time between two frames.
    pub dt: f64,
    /// Domain length of every axis.
    pub length: Vec<f64>,
    /// Distance of two grid points along every axis.
    pub spacing: Vec<f64>,
    /// Parameters of the equation, in the order of its list entry.
    pub parameters: Vec<f64>,
}

impl Conditions {
    /// The values of everything that may be drawn, in the order of [`Quantities::iter`](crate::Quantities::iter).
    pub fn values(&self) -> impl Iterator<Item = f64> {
        let values = self.parameters.iter().chain(&self.length).chain([&self.dt]);
        values.copied()
    }
}

/// Runs simulations by index, every one a function of the index alone.
pub trait Simulator: Send + Sync {
    /// The conditions of simulation `index`, without running it.
    fn conditions(&self, index: u64) -> Conditions;

    /// Runs simulation `index` and gives every frame (channel-major) to `sink`, until the sink breaks.
    ///
    /// # Errors
    /// When the simulation fails; the message names its parameters.
    fn run(
        &self,
        index: u64,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<(), DataError>;

    /// The simulator whose simulation `index` is attempt `attempt` of this one's: other draws from the same
    /// distributions, for simulations that failed, as pure as the first. Attempt 0 is this simulator. None, the
    /// default, for simulations that can't be drawn again.
    fn again(&self, _attempt: u32) -> Option<Arc<dyn Simulator>> {
        None
    }

    /// The simulator all whose simulations lie at `point` of the unit cube of what is drawn, whatever their index; the
    /// rest of a draw, such as initial states, stays that of the index. None, the default, where nothing can be placed.
    fn at(&self, _point: &[f64]) -> Option<Arc<dyn Simulator>> {
        None
    }

    /// Notes that nobody waits for frames any more: a run that is under way may end early.
    fn cancel(&self) {}
}
