//! Korteweg–de Vries: `uₜ + 6 u uₓ + uₓₓₓ = −ζ uₓₓₓₓ`, `ℒ̂ = ik³ − ζk⁴`, `𝒩(u) = −3 (u²)ₓ`.
//!
//! Solitons `u = (c/2) sech²(√c (x − ct) / 2)` move at speeds in proportion to their height and
//! pass through each other unchanged. Without `ζ` both `∫ u dx` and `∫ u² dx` are constant.
//! N. J. Zabusky & M. D. Kruskal, Phys. Rev. Lett. 15, 240 (1965); scaling of
//! P. G. Drazin & R. S. Johnson, "Solitons" (1989), with the sign of `u` reversed.

use super::convection::convection;
use crate::{
    Complex, Complex64, Dealias, Equation, EquationEntry, Nonlinear, Parameter, Real, Workspace,
};

/// Nonlinear dispersive waves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kdv {
    /// Hyper-viscosity `ζ ≥ 0`; a little of it damps waves that the grid cannot resolve.
    pub hyper_viscosity: f64,
}

/// Convection `6 u uₓ = ½ · 6 (u²)ₓ`.
const CONVECTION: f64 = 6.0;

impl Equation for Kdv {
    fn kind(&self) -> &'static str {
        ENTRY.kind
    }

    fn linear(&self, _channel: usize, k: &[f64]) -> Complex64 {
        Complex64::new(-self.hyper_viscosity * k[0].powi(4), k[0].powi(3))
    }

    fn dealias(&self) -> Dealias {
        Dealias::TwoThirds
    }

    fn is_linear(&self) -> bool {
        false
    }
}

impl<T: Real> Nonlinear<T> for Kdv {
    fn nonlinear(&self, work: &mut Workspace<T>, u_hat: &[Complex<T>], out: &mut [Complex<T>]) {
        convection(CONVECTION, work, u_hat, out);
    }
}

pub(super) const ENTRY: EquationEntry = EquationEntry {
    kind: "kdv",
    formula: "uₜ + 6 u uₓ + uₓₓₓ = −ζ uₓₓₓₓ",
    summary: "dispersive waves; solitons that pass through each other",
    dims: &[1],
    parameters: &[Parameter {
        name: "hyper_viscosity",
        symbol: "ζ",
        doc: "damping of the shortest waves; 0 conserves energy",
        default: Some(0.0),
        good: [0.0, 0.01],
        ..Parameter::NON_NEGATIVE
    }],
    build: |values, _dims| {
        Box::new(Kdv {
            hyper_viscosity: values[0],
        })
    },
    ..EquationEntry::LINEAR
};
