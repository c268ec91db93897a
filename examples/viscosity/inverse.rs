//! Viscosity of Burgers' equation from two frames: gradient descent through the steps of the solver.

use burn::tensor::{Device, Tensor};
use ondine::batch::to_tensor;
use ondine::burn;
use ondine::solvers::{Grid, Integrator, Precision, SimulationSpec, SolverError, equation};
use ondine::tensor_solvers::TensorStepper;
use std::f64::consts::TAU;
use std::ops::ControlFlow;

/// Two frames that were observed, and the simulation that they are of but for its viscosity.
pub(crate) struct Observed {
    pub(crate) spec: SimulationSpec,
    pub(crate) frames: [Vec<f64>; 2],
}

/// One iteration of the descent.
pub(crate) struct Iterate {
    pub(crate) viscosity: f64,
    pub(crate) loss: f64,
}

/// Two frames of a simulation in 64-bit numbers, without noise: a time unit, 20 steps of the integrator apart.
pub(crate) fn observe(viscosity: f64) -> Result<Observed, SolverError> {
    let spec = SimulationSpec {
        equation: equation::find("burgers").expect("in the list"),
        parameters: vec![viscosity],
        drawn: vec![],
        grid: Grid::new(&[128], &[TAU])?,
        dt: 1.0,
        substeps: 20,
        integrator: Integrator::Etdrk4,
        precision: Precision::F64,
        threads: 1,
    };
    let x = spec.grid.coordinates(0).into_iter();
    let first: Vec<f64> = x.map(|x| x.sin() + 0.5 * (2.0 * x + 1.0).cos()).collect();
    let second = simulated(&spec, &first)?;
    let frames = [first, second];
    Ok(Observed { spec, frames })
}

/// The state one frame after `first`, by the solver of simulations.
fn simulated(spec: &SimulationSpec, first: &[f64]) -> Result<Vec<f64>, SolverError> {
    let mut last = Vec::new();
    spec.run(first, 0, 2, &mut |_, u| {
        last = u.to_vec();
        ControlFlow::Continue(())
    })?;
    Ok(last)
}

impl Observed {
    /// Mean square between the second frame and the one that the solver makes of the first with the viscosity `e^θ`.
    fn loss(&self, theta: &Tensor<2>) -> Result<Tensor<1>, SolverError> {
        let stepper =
            TensorStepper::of_parameters(std::slice::from_ref(&self.spec), &theta.clone().exp())?;
        let [first, second] = self.frames.each_ref().map(|frame| {
            let values = frame.iter().map(|&u| u as f32).collect();
            to_tensor(values, [1, frame.len(), 1], &theta.device()) // [batch, point, channel]
        });
        Ok((stepper.step(first) - second).square().mean())
    }

    /// Iterations from a first guess on, each of Polyak's step `θ ← θ − L / L'`, as the least loss is 0 (B. T. Polyak,
    /// USSR Comput. Math. Math. Phys. 9, 14, 1969).
    pub(crate) fn descend(
        &self,
        guess: f64,
        iterations: usize,
    ) -> Result<Vec<Iterate>, SolverError> {
        let device = Device::flex().autodiff();
        let mut theta = guess.ln();
        let mut course = Vec::with_capacity(iterations);
        for _ in 0..iterations {
            let (loss, slope) = self.slope(theta, &device)?;
            course.push(Iterate {
                viscosity: theta.exp(),
                loss,
            });
            theta -= loss / slope;
        }
        Ok(course)
    }

    /// The loss and its derivative by `θ = ln ν`, by automatic differentiation.
    fn slope(&self, theta: f64, device: &Device) -> Result<(f64, f64), SolverError> {
        let theta = Tensor::<2>::full([1, 1], theta, device).require_grad();
        let loss = self.loss(&theta)?;
        let gradient = theta.grad(&loss.backward());
        let slope = gradient.map_or(0.0, |gradient| gradient.into_scalar::<f64>());
        Ok((loss.into_scalar(), slope))
    }

    /// The derivative of the loss by `ln ν`: by automatic differentiation, and by a central difference of the solver in
    /// 64 bits.
    pub(crate) fn check(&self, viscosity: f64) -> Result<[f64; 2], SolverError> {
        let (_, slope) = self.slope(viscosity.ln(), &Device::flex().autodiff())?;
        let [first, second] = &self.frames;
        let loss = |shift: f64| {
            let mut spec = self.spec.clone();
            spec.parameters = vec![(viscosity.ln() + shift).exp()];
            let squares = simulated(&spec, first)?.into_iter().zip(second);
            let squares = squares.map(|(u, v)| (u - v).powi(2));
            Ok::<f64, SolverError>(squares.sum::<f64>() / second.len() as f64)
        };
        let h = 1e-4;
        Ok([slope, (loss(h)? - loss(-h)?) / (2.0 * h)])
    }
}
