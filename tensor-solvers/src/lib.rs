//! Equations of [`ondine_solvers`] on tensors: batched, on any device, differentiable.
//!
//! The same linear symbols, nonlinear terms and exponential integrators, interpreted by `burn`. A frame of a batch is a few
//! dozen tensor operations, and automatic differentiation goes back through them: to the states before, for losses that a
//! solver is a part of, and to the parameters of the equation, for inverse problems.
//!
//! ```
//! use burn::tensor::{Device, Tensor};
//! use ondine_solvers::{Grid, Integrator, Precision, SimulationSpec, equation};
//! use ondine_tensor_solvers::TensorStepper;
//!
//! let spec = SimulationSpec {
//!     equation: equation::find("burgers").expect("in the list"),
//!     parameters: vec![0.05],
//!     drawn: vec![],
//!     grid: Grid::new(&[64], &[1.0])?,
//!     dt: 0.1,
//!     substeps: 4,
//!     integrator: Integrator::Etdrk2,
//!     precision: Precision::F32,
//!     threads: 1,
//! };
//! let device = Device::flex().autodiff();
//! let viscosity = Tensor::<2>::full([1, 1], 0.05, &device).require_grad(); // [batch, parameter]
//! let stepper = TensorStepper::of_parameters(&[spec], &viscosity)?;
//!
//! let x = Tensor::<1, burn::tensor::Int>::arange(0..64, &device).float() / 64.0;
//! let u = (x * std::f64::consts::TAU).sin().reshape([1, 64, 1]); // [batch, point, channel]
//! let next = stepper.step(u.clone());
//! let energy = next.square().mean();
//!
//! let slope: f32 = viscosity.grad(&energy.backward()).expect("it was used").into_scalar();
//! assert!(slope < 0.0); // more viscosity leaves less energy
//! # Ok::<(), ondine_solvers::SolverError>(())
//! ```

mod alike;
mod fourier;
mod function;
mod linear;
mod numbers;
mod resample;
mod scheme;
mod stepper;
mod term;
mod transforms;
mod weight;

pub use resample::TensorResample;
pub use stepper::TensorStepper;
