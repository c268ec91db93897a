//! The catalogue of equations `uₜ = ℒu + 𝒩(u)`: a linear symbol and a nonlinear term each.
//!
//! A new equation is one file of this folder and one line of [`EQUATIONS`].

mod acoustics;
mod advection;
mod advection_diffusion;
mod allen_cahn;
mod bounded;
mod burgers;
mod cahn_hilliard;
mod combined;
mod convection;
mod diffusion;
mod diffusion_sorption;
mod dispersion;
mod entry;
mod euler;
mod euler_with_cooling;
mod fisher_kpp;
mod fitzhugh_nagumo;
mod gray_scott;
mod heat;
mod hyper_diffusion;
mod inviscid_burgers;
mod kdv;
mod kolmogorov_flow;
mod kuramoto_sivashinsky;
mod kuramoto_sivashinsky_potential;
mod navier_stokes;
mod page;
mod parameter;
pub(crate) mod parity;
mod problem;
mod rotational;
mod shallow_water;
mod swift_hohenberg;
mod values;
mod vorticity;
mod walled;
mod wave;
mod weno;
mod workspace;

pub use advection::Advection;
pub use advection_diffusion::AdvectionDiffusion;
pub use allen_cahn::AllenCahn;
pub use burgers::Burgers;
pub use cahn_hilliard::CahnHilliard;
pub use combined::{Combined, Force};
pub use diffusion::Diffusion;
pub use dispersion::Dispersion;
pub use entry::{BoxedStepper, DrawnAs, EquationEntry, OwnInitial, OwnStepper, StillFields};
pub use fisher_kpp::FisherKpp;
pub use fitzhugh_nagumo::FitzHughNagumo;
pub use gray_scott::GrayScott;
pub use hyper_diffusion::HyperDiffusion;
pub use kdv::Kdv;
pub use kolmogorov_flow::KolmogorovFlow;
pub use kuramoto_sivashinsky::KuramotoSivashinsky;
pub use kuramoto_sivashinsky_potential::KuramotoSivashinskyPotential;
pub use navier_stokes::NavierStokes;
pub use page::Page;
pub use parameter::Parameter;
pub use parity::Parity;
pub use swift_hohenberg::SwiftHohenberg;
pub use wave::Wave;
pub use workspace::Workspace;

use crate::nonlinear::{Nonlinear, OwnTerm};
use crate::{Complex64, Dealias, Grid, SolverError};

/// The right-hand side `ℒu + 𝒩(u, t)` of an equation, mode by mode, for fixed parameters.
///
/// A linear equation says only [`kind`](Self::kind) and [`linear`](Self::linear).
///
/// ```
/// use ondine_solvers::{Complex64, Equation};
///
/// /// Decay `uₜ = −u`.
/// struct Decay;
///
/// impl Equation for Decay {
///     fn kind(&self) -> &'static str {
///         "decay"
///     }
///     fn linear(&self, _channel: usize, _k: &[f64]) -> Complex64 {
///         Complex64::new(-1.0, 0.0)
///     }
/// }
/// assert!(Decay.is_linear());
/// ```
pub trait Equation: Send + Sync {
    /// Name of the equation in a recipe and in errors.
    fn kind(&self) -> &'static str;

    /// Symbol `ℒ̂(k)` of the linear operator for one channel at the wavenumber vector `k`, one
    /// entry per axis, multiples of `2π/L`: `∂/∂x` is `i k[0]`. Real operators have
    /// `ℒ̂(−k) = ℒ̂(k)*`.
    fn linear(&self, channel: usize, k: &[f64]) -> Complex64;

    /// Number of fields of a state.
    fn channels(&self) -> usize {
        1
    }

    /// The part of the spectrum that the nonlinear term may use.
    fn dealias(&self) -> Dealias {
        Dealias::None
    }

    /// The nonlinear term; none, the default, of a linear equation.
    fn nonlinear(&self) -> Option<Nonlinear> {
        None
    }

    /// A nonlinear term that is no function of the fields at one point, in the place of
    /// [`nonlinear`](Self::nonlinear).
    fn own_term(&self) -> Option<Box<dyn OwnTerm>> {
        None
    }

    /// Whether `𝒩 = 0`; the solution in time is then exact.
    fn is_linear(&self) -> bool {
        self.nonlinear().is_none() && self.own_term().is_none()
    }

    /// The mirror images that the nonlinear term keeps, and so the walls that the equation may have:
    /// all where there is none. Whether the linear operator keeps them is seen from its symbol.
    fn parity(&self) -> Parity {
        if self.is_linear() {
            Parity::Both
        } else {
            Parity::Neither
        }
    }

    /// Whether solutions may have shocks, which the scheme keeps a few points wide on any grid.
    /// There is then no error in space by waves between the points: they ring at a shock.
    fn captures_shocks(&self) -> bool {
        false
    }

    /// The solution `e^{ℒ̂ dt}` of a linear equation whose channels act on each other: a matrix of
    /// `channels × channels` entries, row by row. `None`, the default, says that each channel
    /// follows its own [`linear`](Self::linear) symbol.
    fn propagator(&self, k: &[f64], dt: f64) -> Option<Vec<Complex64>> {
        let _ = (k, dt);
        None
    }

    /// Says what is wrong with `grid` for this equation, if anything.
    ///
    /// # Errors
    ///
    /// For example a force whose waves the grid does not resolve.
    fn check(&self, grid: &Grid) -> Result<(), SolverError> {
        let _ = grid;
        Ok(())
    }
}

/// Every equation that can be named.
pub const EQUATIONS: &[&EquationEntry] = &[
    &advection::ENTRY,
    &diffusion::ENTRY,
    &advection_diffusion::ENTRY,
    &dispersion::ENTRY,
    &hyper_diffusion::ENTRY,
    &wave::ENTRY,
    &burgers::ENTRY,
    &kdv::ENTRY,
    &combined::ENTRY,
    &kuramoto_sivashinsky::ENTRY,
    &kuramoto_sivashinsky_potential::ENTRY,
    &fisher_kpp::ENTRY,
    &allen_cahn::ENTRY,
    &cahn_hilliard::ENTRY,
    &swift_hohenberg::ENTRY,
    &gray_scott::ENTRY,
    &fitzhugh_nagumo::ENTRY,
    &diffusion_sorption::ENTRY,
    &navier_stokes::ENTRY,
    &kolmogorov_flow::ENTRY,
    &heat::ENTRY,
    &inviscid_burgers::ENTRY,
    &euler::ENTRY,
    &euler::WITH_VISCOSITY,
    &euler_with_cooling::ENTRY,
    &shallow_water::ENTRY,
    &shallow_water::OVER_TOPOGRAPHY,
    &acoustics::ENTRY,
];

/// The equation called `kind`.
#[must_use]
pub fn find(kind: &str) -> Option<&'static EquationEntry> {
    EQUATIONS.iter().copied().find(|entry| entry.kind == kind)
}

/// `|k|²`.
fn square(k: &[f64]) -> f64 {
    dot(k, k)
}

/// `a·b`.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Worked example of `docs/book/extending.md`, compiled for its own test alone.
#[cfg(test)]
#[path = "../../../examples/extending/nagumo.rs"]
pub mod nagumo;
