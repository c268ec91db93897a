//! The solver of the windows of a batch, as tensors, for losses that it is a part of.

use super::Steppers;
use burn::tensor::{Device, Tensor};
use ondine_datasets::{Ensemble, Window};
use ondine_tensor_solvers::TensorStepper;
use std::fmt;

/// Makes the solvers of batches.
pub struct SolverOf {
    ensemble: Ensemble,
    /// Frames per surrogate step.
    stride: usize,
    steppers: Steppers,
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
            steppers: Steppers::default(),
        }
    }

    /// The solver of windows of these simulations, or of a file of the same equation, on `device`.
    pub fn batch(&self, windows: &[Window], device: &Device) -> BatchSolver {
        let spec = |window: &Window| {
            let points = &self.ensemble.solver_points;
            self.ensemble.spec_of(&window.conditions, points, vec![])
        };
        let specs = windows.iter().map(spec).collect::<Result<Vec<_>, _>>();
        let stepper =
            specs.and_then(|specs| self.steppers.of(&specs, &self.ensemble.points, device));
        BatchSolver {
            stepper: stepper.ok(),
            stride: self.stride,
        }
    }
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
