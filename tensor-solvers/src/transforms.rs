//! Transforms between states and the modes of a solver, whose points may be others.

use burn::tensor::Device;
use ondine_solvers::SimulationSpec;

use crate::fourier::Fourier;
use crate::numbers::Numbers;

/// Transforms between states and modes.
#[derive(Debug, Clone)]
pub(crate) struct Transforms {
    pub(crate) device: Device,
    /// Points of the solver.
    pub(crate) points: Vec<usize>,
    /// Of all modes, and of those below the dealiasing bound, on the points of states.
    pub(crate) all: Fourier,
    pub(crate) kept: Option<Fourier>,
    /// Of the latter on the points of the solver.
    pub(crate) inner: Option<Fourier>,
}

impl Transforms {
    /// For states on the points of the solver.
    pub(crate) fn new(spec: &SimulationSpec, numbers: &Numbers) -> Self {
        let (points, device) = (spec.grid.points(), &numbers.device);
        let tables = numbers.first();
        let term = tables.term.as_ref();
        let kept = term.map(|term| Fourier::new(points, points, &term.kept, device));
        Self {
            device: device.clone(),
            points: points.to_vec(),
            all: Fourier::new(points, points, &tables.all, device),
            inner: kept.clone(),
            kept,
        }
    }

    /// For states on other points.
    pub(crate) fn on(self, states: &[usize]) -> Self {
        let Self { device, points, .. } = &self;
        let on_states = |fourier: &Fourier| fourier.on(states, points, device);
        Self {
            all: on_states(&self.all),
            kept: self.inner.as_ref().map(on_states),
            ..self
        }
    }
}
