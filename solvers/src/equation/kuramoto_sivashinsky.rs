//! Kuramoto–Sivashinsky: `uₜ + ½ (u²)ₓ + uₓₓ + ν uₓₓₓₓ = 0`, `ℒ̂ = k² − νk⁴`, `𝒩(u) = −½ (u²)ₓ`.
//!
//! Waves with `k² < 1/ν` grow, shorter ones are damped, convection couples them: chaos in space
//! and time on boxes longer than about `L = 22` (for `ν = 1`), with cells of width near
//! `2π √(2ν)`. The integral of `u` is constant. A.-K. Kassam & L. N. Trefethen, SIAM J. Sci.
//! Comput. 26, 1214 (2005); Y. Kuramoto & T. Tsuzuki (1976), G. I. Sivashinsky (1977).

use super::convection::convection;
use crate::{Complex64, Dealias, Equation, EquationEntry, Nonlinear, Parameter};

/// Chaotic cells that merge and split.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KuramotoSivashinsky {
    /// Viscosity `ν > 0` of the fourth derivative.
    pub viscosity: f64,
}

impl Equation for KuramotoSivashinsky {
    fn kind(&self) -> &'static str {
        ENTRY.kind
    }

    fn linear(&self, _channel: usize, k: &[f64]) -> Complex64 {
        let k_squared = k[0] * k[0];
        Complex64::new(k_squared - self.viscosity * k_squared * k_squared, 0.0)
    }

    fn dealias(&self) -> Dealias {
        Dealias::TwoThirds
    }

    fn nonlinear(&self) -> Option<Nonlinear> {
        Some(convection(1.0))
    }
}

pub(super) const ENTRY: EquationEntry = EquationEntry {
    kind: "kuramoto_sivashinsky",
    formula: "uₜ + ½ (u²)ₓ + uₓₓ + ν uₓₓₓₓ = 0",
    summary: "spatio-temporal chaos; cells that merge and split",
    dims: &[1],
    symmetries: crate::problem::Symmetries::ODD,
    parameters: &[Parameter {
        name: "viscosity",
        symbol: "ν",
        doc: "damping of short waves; waves with k² < 1/ν grow",
        default: Some(1.0),
        good: [0.5, 1.5],
        ..Parameter::POSITIVE
    }],
    build: |values, _dims| {
        Box::new(KuramotoSivashinsky {
            viscosity: values[0],
        })
    },
    page: super::Page {
        title: "Kuramoto–Sivashinsky",
        signs: "All terms stand on the left: +uₓₓ feeds waves with k² < 1/ν, +ν uₓₓₓₓ damps the \
                shorter ones. This is the form for the slope of a front; \
                `kuramoto_sivashinsky_potential` is the one for the front itself.",
        expect: "Waves near the length 2π √(2ν) grow at the rate 1/(4ν), convection hands their \
                 energy on to shorter ones, and cells form that drift, merge and split without \
                 end. On boxes longer than about 22 (for ν = 1) that is chaos: after a transient \
                 of some tens of time units, for which a warm-up is good, two states that differ \
                 by little part exponentially. No surrogate can follow a trajectory for ever, so \
                 its quality is the time for which it does, and whether its statistics hold \
                 afterwards.",
        references: &[
            "Y. Kuramoto & T. Tsuzuki, *Prog. Theor. Phys.* 55, 356 (1976)",
            "G. I. Sivashinsky, *Acta Astronaut.* 4, 1177 (1977)",
            "A.-K. Kassam & L. N. Trefethen, *SIAM J. Sci. Comput.* 26, 1214 (2005)",
            "P. Lippe et al., *PDE-Refiner: Achieving Accurate Long Rollouts with Neural PDE \
             Solvers* (NeurIPS 2023)",
        ],
        example: r#"
seed = 0

[equation]
kind = "kuramoto_sivashinsky"
viscosity = 1.0

[grid]
points = [256]
length = 64.0

[time]
dt = 0.5
frames = 201
substeps = 16

[initial]
kind = "sine_series"

[ensemble]
simulations = 1
"#,
    },
    ..EquationEntry::LINEAR
};
