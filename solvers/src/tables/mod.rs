//! An equation on a grid as plain numbers: factors of modes and a list of operations at points, for back ends that this crate
//! does not know, such as tensors on a device.
//!
//! ```text
//! û⁺ = e^{ℒ̂ T} û                     over a frame of length T, of all modes; exact above the dealiasing bound
//! v̂ᵢ = Σ_c sᵢ_c û_c                   inputs, brought to the points
//! p  = f(v)                           operations at each point
//! 𝒩̂_c = Σⱼ t_cⱼ p̂ⱼ + Σ_d a û_d + …    products and couplings of modes below the bound
//! ```
//!
//! and the weights of the exponential integrator for these modes. Modes are those of [`Transform`](crate::Transform) but for
//! their scale: `û(k) = 1/N Σⱼ u(xⱼ) e^{−ik·xⱼ}`, so that they are amplitudes.

mod build;
mod tangent;
mod waves;

pub use waves::Waves;

use crate::nonlinear::Program;
use crate::{Complex64, SimulationSpec, SolverError};

/// Everything that a step of a simulation computes with.
///
/// ```
/// use ondine_solvers::{Grid, Integrator, Precision, SimulationSpec, Tables, equation};
///
/// let spec = SimulationSpec {
///     equation: equation::find("burgers").expect("in the list"),
///     parameters: vec![0.01],
///     drawn: vec![],
///     grid: Grid::new(&[32], &[1.0])?,
///     dt: 0.1,
///     substeps: 4,
///     integrator: Integrator::Etdrk2,
///     precision: Precision::F64,
///     threads: 1,
/// };
/// let tables = Tables::new(&spec)?;
/// assert_eq!(tables.all.len(), 17); // half of the modes of a real field, and the highest
/// let term = tables.term.expect("convection");
/// assert_eq!(term.kept.len(), 11); // k = 0 … 10, below 32/3
/// assert_eq!(term.weights.len(), 3); // eᶻ, φ₁, φ₂
/// # Ok::<(), ondine_solvers::SolverError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Tables {
    /// Number of fields.
    pub channels: usize,
    /// All modes.
    pub all: Waves,
    /// The linear operator over a frame, of all modes.
    pub frame: Propagator,
    /// The nonlinear term with its integrator; none of a linear equation.
    pub term: Option<TermTables>,
}

/// The solution `e^{ℒ̂ T}` of a linear operator.
#[derive(Debug, Clone, PartialEq)]
pub enum Propagator {
    /// A factor of each mode of each channel, channel after channel.
    Each(Vec<Complex64>),
    /// A matrix of `channels × channels` entries per mode, row by row; all modes of each entry.
    Coupled(Vec<Vec<Complex64>>),
}

/// A nonlinear term, and the weights of its integrator.
#[derive(Debug, Clone, PartialEq)]
pub struct TermTables {
    /// Modes below the dealiasing bound, those that it acts on.
    pub kept: Waves,
    /// Weights of a step of the integrator for the kept modes of all channels, channel after channel, in the order of
    /// the formulas of [`etdrk`](crate::etdrk): `eᶻ, φ₁`; `eᶻ, φ₁, φ₂`; `eᶻ, e^{z/2}, φ₁, φ₁(z/2)/2, α, 4β, γ`;
    /// `eᶻ, e^{z/2}, φ₁(z/2)/2, α, 2β, γ`. All but the exponentials are times `dt`.
    pub weights: Vec<Vec<Complex64>>,
    /// The function of the inputs at a point.
    pub program: Program,
    /// Its parameters.
    pub parameters: Vec<f64>,
    /// Fields that are brought to the points: sums of channels, each with its factors.
    pub inputs: Vec<Vec<(usize, Factors)>>,
    /// Products as parts of channels.
    pub outputs: Vec<OutputTable>,
    /// Channels as parts of others: channel, the channel that it is a multiple of, factor.
    pub couplings: Vec<(usize, usize, f64)>,
    /// Modes that are constant in time: channel, place among the kept modes, value.
    pub constants: Vec<(usize, usize, Complex64)>,
}

/// A product as a part of a channel.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputTable {
    /// The channel.
    pub channel: usize,
    /// The number of the product.
    pub product: usize,
    /// Factors of its kept modes.
    pub factors: Factors,
}

/// Factors of the kept modes.
#[derive(Debug, Clone, PartialEq)]
pub enum Factors {
    /// One of all modes.
    Constant(f64),
    /// One of each.
    Real(Vec<f64>),
    /// `i` times one of each.
    Imaginary(Vec<f64>),
}

impl Tables {
    /// The tables of a simulation.
    ///
    /// # Errors
    ///
    /// [`SolverError::NoTables`] of an equation that is not solved by periodic Fourier modes and a function of the fields at
    /// one point, and what is wrong with the simulation, see [`SimulationSpec::stepper`].
    pub fn new(spec: &SimulationSpec) -> Result<Self, SolverError> {
        build::check(spec)?;
        Ok(build::tables(spec, &spec.parameters))
    }

    /// Derivatives of all tables by each parameter of the equation, in the order of [`SimulationSpec::parameters`]; by one
    /// that is a whole number, zero.
    ///
    /// Relative errors are about 10⁻¹⁰.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn tangents(spec: &SimulationSpec) -> Result<Vec<Self>, SolverError> {
        build::check(spec)?;
        Ok(tangent::tangents(spec))
    }
}
