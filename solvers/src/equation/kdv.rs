//! Korteweg–de Vries: `uₜ + 6 u uₓ + uₓₓₓ = −ζ uₓₓₓₓ`, `ℒ̂ = ik³ − ζk⁴`, `𝒩(u) = −3 (u²)ₓ`.
//!
//! Solitons `u = (c/2) sech²(√c (x − ct) / 2)` move at speeds in proportion to their height and
//! pass through each other unchanged. Without `ζ` both `∫ u dx` and `∫ u² dx` are constant.
//! N. J. Zabusky & M. D. Kruskal, Phys. Rev. Lett. 15, 240 (1965); scaling of
//! P. G. Drazin & R. S. Johnson, "Solitons" (1989), with the sign of `u` reversed.

use super::convection::convection;
use crate::{Complex64, Dealias, Equation, EquationEntry, Nonlinear, Parameter};

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

    fn nonlinear(&self) -> Option<Nonlinear> {
        Some(convection(CONVECTION))
    }
}

pub(super) const ENTRY: EquationEntry = EquationEntry {
    kind: "kdv",
    formula: "uₜ + 6 u uₓ + uₓₓₓ = −ζ uₓₓₓₓ",
    summary: "dispersive waves; solitons that pass through each other",
    dims: &[1],
    symmetries: crate::problem::Symmetries::SHIFTS,
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
    page: super::Page {
        title: "Korteweg–de Vries",
        signs: "Solitons are elevations, u > 0, and move towards larger x; small waves move the \
                other way, at the speed −k². Many texts write −6 u uₓ: their u is minus this one.",
        expect: "Solitons (c/2) sech²(√c (x − ct) / 2) rise out of any positive bump: the higher, \
                 the narrower and the faster. They pass through each other unchanged but for a \
                 shift of their places, and leave small waves behind that run to the left. \
                 Without ζ both ∫ u dx and ∫ u² dx are constant. The highest soliton, about 2/√c \
                 wide, sets the grid; where it is not resolved, a little ζ keeps the shortest \
                 waves down. A surrogate loses the places of the fast solitons first, and has to \
                 learn the shift of a collision.",
        references: &[
            "N. J. Zabusky & M. D. Kruskal, *Phys. Rev. Lett.* 15, 240 (1965)",
            "C. S. Gardner, J. M. Greene, M. D. Kruskal & R. M. Miura, *Phys. Rev. Lett.* 19, \
             1095 (1967)",
            "P. G. Drazin & R. S. Johnson, *Solitons: an Introduction* (1989)",
        ],
        example: r#"
seed = 1

[equation]
kind = "kdv"

[grid]
points = [256]
length = 60.0

[time]
dt = 0.1
frames = 401
substeps = 16

[initial]
kind = "blobs"
count = 1
width = 0.04

[ensemble]
simulations = 1
"#,
    },
    ..EquationEntry::LINEAR
};
