//! Burgers: `uₜ + ½ (u²)ₓ = ν uₓₓ`, `ℒ̂ = −νk²`, `𝒩(u) = −½ (u²)ₓ`.
//!
//! Waves steepen into fronts and then decay. A front across which `u` falls by `Δu` is about
//! `4ν / Δu` wide; the grid has to resolve it. The integral of `u` is constant, the energy
//! `∫ u² dx` never grows. J. M. Burgers, Adv. Appl. Mech. 1, 171 (1948).

use super::convection::convection;
use crate::{Complex64, Dealias, Equation, EquationEntry, Parameter, Workspace};

/// Convection and diffusion of a velocity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Burgers {
    /// Viscosity `ν ≥ 0`.
    pub viscosity: f64,
}

impl Equation for Burgers {
    fn kind(&self) -> &'static str {
        ENTRY.kind
    }

    fn linear(&self, _channel: usize, k: &[f64]) -> Complex64 {
        Complex64::new(-self.viscosity * k[0] * k[0], 0.0)
    }

    fn dealias(&self) -> Dealias {
        Dealias::TwoThirds
    }

    fn is_linear(&self) -> bool {
        false
    }

    fn nonlinear(&self, work: &mut Workspace, u_hat: &[Complex64], out: &mut [Complex64]) {
        convection(1.0, work, u_hat, out);
    }
}

pub(super) const ENTRY: EquationEntry = EquationEntry {
    kind: "burgers",
    formula: "uₜ + ½ (u²)ₓ = ν uₓₓ",
    summary: "convection and diffusion; waves steepen into fronts and decay",
    fields: &["u"],
    dims: &[1],
    conserves_mean: true,
    parameters: &[Parameter {
        name: "viscosity",
        symbol: "ν",
        doc: "sets the width of the fronts, about 4ν / Δu for a jump Δu",
        default: None,
        min: 0.0,
        max: f64::INFINITY,
        good: [0.01, 0.1],
    }],
    build: |values| {
        Box::new(Burgers {
            viscosity: values[0],
        })
    },
};
