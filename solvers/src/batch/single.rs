//! One simulation by the arithmetic of a batch.

use super::group::Group;
use super::lane::Lane;
use crate::{Grid, SimulationSpec, SolverError, Stepper};

/// A stepper whose step is one frame of a simulation.
pub(crate) struct Single<T: Lane> {
    group: Group<T>,
    grid: Grid,
    dt: f64,
}

impl<T: Lane> Single<T> {
    /// The stepper of a simulation that a batch takes.
    ///
    /// # Errors
    ///
    /// As [`SimulationSpec::stepper`].
    pub(crate) fn new(spec: &SimulationSpec) -> Result<Self, SolverError> {
        Ok(Self {
            group: Group::new(std::slice::from_ref(spec))?,
            grid: spec.grid.clone(),
            dt: spec.frame_time(),
        })
    }
}

impl<T: Lane> Stepper for Single<T> {
    fn grid(&self) -> &Grid {
        &self.grid
    }

    fn channels(&self) -> usize {
        self.group.channels()
    }

    fn dt(&self) -> f64 {
        self.dt
    }

    fn start(&mut self, u: &[f64]) {
        self.group.start(0, u);
    }

    fn step(&mut self) {
        self.group.step();
    }

    fn read(&mut self, u: &mut [f64]) {
        self.group.read(0, u);
    }
}
