//! Steppers of one equation as tensors, made anew for other conditions alone.

use burn::tensor::Device;
use ondine_solvers::{SimulationSpec, SolverError};
use ondine_tensor_solvers::TensorStepper;
use std::sync::OnceLock;

/// Makes steppers of batches of simulations of one equation, which share their transforms.
#[derive(Default)]
pub(crate) struct Steppers {
    /// The first stepper, with its device, the points of its states and its simulation.
    first: OnceLock<(Device, Vec<usize>, SimulationSpec, TensorStepper)>,
}

impl Steppers {
    /// The stepper of a batch of simulations for states on `points`, on a device without automatic differentiation.
    ///
    /// # Errors
    /// Those of [`TensorStepper::new`].
    pub(crate) fn of(
        &self,
        specs: &[SimulationSpec],
        points: &[usize],
        device: &Device,
    ) -> Result<TensorStepper, SolverError> {
        let device = device.clone().without_autodiff();
        let (made_on, states, first, stepper) = match self.first.get() {
            Some(first) => first,
            None => {
                let made = made(&specs[0], points, &device)?;
                let first = (device.clone(), points.to_vec(), specs[0].clone(), made);
                self.first.get_or_init(|| first)
            }
        };
        if *made_on != device || states != points || first.grid.points() != specs[0].grid.points() {
            return made(&specs[0], points, &device)?.of_others(specs);
        }
        if specs.iter().all(|spec| same(spec, first)) {
            return Ok(stepper.clone()); // one that stands for all
        }
        stepper.of_others(specs)
    }
}

fn made(
    spec: &SimulationSpec,
    points: &[usize],
    device: &Device,
) -> Result<TensorStepper, SolverError> {
    let stepper = TensorStepper::new(std::slice::from_ref(spec), device)?;
    Ok(if spec.grid.points() == points {
        stepper
    } else {
        stepper.on_states_of(points)
    })
}

/// Whether two simulations of an equation have the same conditions, to the bit.
fn same(a: &SimulationSpec, b: &SimulationSpec) -> bool {
    let numbers = |spec: &SimulationSpec| {
        let values = spec.parameters.iter().chain(&spec.drawn);
        let values = values.chain(spec.grid.length()).chain([&spec.dt]);
        values.map(|value| value.to_bits()).collect::<Vec<_>>()
    };
    numbers(a) == numbers(b)
}
