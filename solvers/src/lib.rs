//! `uₜ = ℒu + 𝒩(u)` on periodic boxes and between walls in one, two and three dimensions: grids, Fourier
//! and cosine transforms, exponential integrators, equations and random initial states; [finite volumes](finite_volume) for
//! conservation laws with shocks and walls, heat between walls. What is solved is a [`Problem`], for any solver.
//!
//! The crate knows no neural network and links no tensor library, so a simulation code can use
//! it alone. States are plain `f64` slices, channel after channel; every random number is a
//! function of a seed, a [`Stream`] and an index.
//!
//! | seam | trait | list | one member |
//! |---|---|---|---|
//! | equations | [`Equation`] | [`equation::EQUATIONS`] | `equation/burgers.rs` |
//! | functions at points | [`nonlinear::Pointwise`] | none | `equation/allen_cahn.rs` |
//! | initial states | [`InitialState`] | [`initial::INITIAL_STATES`] | `initial/sine_series.rs` |
//! | conservation laws | [`finite_volume::Law`] | none | `finite_volume/euler.rs` |
//! | time integration | [`Stepper`] | [`Integrator`] | `etdrk/etdrk4.rs` |
//!
//! # Example
//!
//! A chaotic Kuramoto–Sivashinsky flow: ten frames after a warm-up of twenty.
//!
//! ```
//! use std::ops::ControlFlow;
//! use ondine_solvers::{Grid, Integrator, Precision, SimulationSpec, equation};
//!
//! let simulation = SimulationSpec {
//!     equation: equation::find("kuramoto_sivashinsky").expect("in the list"),
//!     parameters: vec![1.0],
//!     drawn: vec![],
//!     grid: Grid::new(&[128], &[64.0])?,
//!     dt: 0.2,
//!     substeps: 2,
//!     integrator: Integrator::Etdrk4,
//!     precision: Precision::F64,
//!     threads: 1,
//! };
//! let x = simulation.grid.coordinates(0);
//! let u0: Vec<f64> = x.iter().map(|x| (x / 64.0 * std::f64::consts::TAU).sin()).collect();
//!
//! let mut frames = Vec::new();
//! simulation.run(&u0, 20, 10, &mut |_, u| {
//!     frames.push(u.to_vec());
//!     ControlFlow::Continue(())
//! })?;
//! assert_eq!(frames.len(), 10);
//! # Ok::<(), ondine_solvers::SolverError>(())
//! ```

pub mod accuracy;
mod batch;
mod cells;
pub mod convergence;
pub mod equation;
mod error;
pub mod etdrk;
pub mod finite_difference;
pub mod finite_volume;
pub mod grid;
pub mod initial;
pub mod lyapunov;
pub mod nonlinear;
pub mod problem;
mod random;
mod real;
mod rollout;
mod simulation;
pub mod spectral;
mod stepper;
pub mod tables;
mod threads;
pub mod words;

pub use accuracy::{Measured, substeps_for, substeps_watched};
pub use batch::Batch;
pub use cells::CellAverages;
pub use convergence::{CellErrors, Convergence, Errors, FrameErrors, measure_convergence};
pub use equation::{Equation, EquationEntry, OwnStepper, Parameter, Workspace};
pub use error::{Divergence, SolverError};
pub use etdrk::{Etdrk, Integrator};
pub use grid::{Axis, AxisError, AxisKind, Boundary, Ends, Grid, Obstacle, Placement};
pub use initial::{Field, InitialEntry, InitialState, Profile, sample};
pub use nonlinear::Nonlinear;
pub use problem::Problem;
pub use random::{Rng, Stream};
pub use real::{Precision, Real};
pub use realfft::num_complex::{Complex, Complex64};
pub use rollout::{GROWTH_BOUND, Rollout};
pub use simulation::SimulationSpec;
pub use spectral::{Dealias, Resample, Transform, Wavenumbers};
pub use stepper::{Stepper, Substeps};
pub use tables::Tables;
pub use threads::Threads;
