//! The solver of the windows of a batch, as tensors, for losses that it is a part of.

use burn::tensor::{Device, Tensor};
use ondine_datasets::{Ensemble, Window};
use ondine_solvers::{SimulationSpec, SolverError};
use ondine_tensor_solvers::TensorStepper;
use std::fmt;
use std::sync::OnceLock;

/// Makes the solvers of batches.
pub struct SolverOf {
    ensemble: Ensemble,
    /// Frames per surrogate step.
    stride: usize,
    /// A stepper whose transforms the others share, with its device and its simulation.
    first: OnceLock<(Device, SimulationSpec, TensorStepper)>,
}

/// The solver of a batch: each state has the conditions of its window.
#[derive(Debug, Clone)]
pub struct BatchSolver {
    /// None where the conditions of a window are none of the equation.
    stepper: Option<TensorStepper>,
    stride: usize,
}

impl SolverOf {
    /// The solvers of the simulations of an ensemble, in steps of `stride` frames. Its equation has to have a
    /// [tensor form](ondine_tensor_solvers).
    pub fn new(ensemble: Ensemble, stride: usize) -> Self {
        Self {
            ensemble,
            stride,
            first: OnceLock::new(),
        }
    }

    /// The solver of windows of these simulations, or of a file of the same equation, on `device`.
    pub fn batch(&self, windows: &[Window], device: &Device) -> BatchSolver {
        let spec = |window: &Window| {
            let points = &self.ensemble.solver_points;
            self.ensemble.spec_of(&window.conditions, points, vec![])
        };
        let specs = windows.iter().map(spec).collect::<Result<Vec<_>, _>>();
        let device = device.clone().without_autodiff();
        let stepper = specs.and_then(|specs| self.stepper(&specs, &device));
        BatchSolver {
            stepper: stepper.ok(),
            stride: self.stride,
        }
    }

    fn stepper(
        &self,
        specs: &[SimulationSpec],
        device: &Device,
    ) -> Result<TensorStepper, SolverError> {
        let (made_on, first, stepper) = match self.first.get() {
            Some(first) => first,
            None => {
                let made = self.made(&specs[0], device)?;
                self.first
                    .get_or_init(|| (device.clone(), specs[0].clone(), made))
            }
        };
        if made_on != device {
            return self.made(&specs[0], device)?.of_others(specs);
        }
        if specs.iter().all(|spec| same(spec, first)) {
            return Ok(stepper.clone()); // one that stands for all
        }
        stepper.of_others(specs)
    }

    fn made(&self, spec: &SimulationSpec, device: &Device) -> Result<TensorStepper, SolverError> {
        let stepper = TensorStepper::new(std::slice::from_ref(spec), device)?;
        let (states, own) = (&self.ensemble.points, &self.ensemble.solver_points);
        Ok(if states == own {
            stepper
        } else {
            stepper.on_states_of(states)
        })
    }
}

/// Whether two simulations of an equation have the same conditions, to the bit.
fn same(a: &SimulationSpec, b: &SimulationSpec) -> bool {
    let numbers = |spec: &SimulationSpec| {
        let values = spec.parameters.iter().chain(spec.grid.length());
        let values = values.chain([&spec.dt]);
        values.map(|value| value.to_bits()).collect::<Vec<_>>()
    };
    numbers(a) == numbers(b)
}

impl fmt::Debug for SolverOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SolverOf")
            .field("stride", &self.stride)
            .finish_non_exhaustive()
    }
}

impl BatchSolver {
    /// The states one surrogate step later; no numbers where the conditions of a window are none of the equation.
    ///
    /// # Shapes   `[batch, point, channel]` → the same
    pub fn step(&self, u: Tensor<3>) -> Tensor<3> {
        match &self.stepper {
            Some(stepper) => (0..self.stride).fold(u, |u, _| stepper.step(u)),
            None => u * f64::NAN,
        }
    }
}
