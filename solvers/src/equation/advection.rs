//! Advection: `uₜ + c uₓ = 0`, `ℒ̂ = −ick`.
//!
//! A state moves at speed `c` and keeps its shape: `u(x, t) = u₀(x − ct)`. The simplest test of
//! a surrogate, because every error is one of phase or of amplitude.

use crate::{Complex64, Equation, EquationEntry, Parameter};

/// Transport at constant speed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Advection {
    /// Velocity `c`; positive moves towards larger `x`.
    pub velocity: f64,
}

impl Equation for Advection {
    fn kind(&self) -> &'static str {
        ENTRY.kind
    }

    fn linear(&self, _channel: usize, k: &[f64]) -> Complex64 {
        Complex64::new(0.0, -self.velocity * k[0])
    }
}

pub(super) const ENTRY: EquationEntry = EquationEntry {
    kind: "advection",
    formula: "uₜ + c uₓ = 0",
    summary: "transport at constant speed; every state keeps its shape",
    fields: &["u"],
    dims: &[1],
    conserves_mean: true,
    parameters: &[Parameter {
        name: "velocity",
        symbol: "c",
        doc: "speed and direction of the transport",
        default: None,
        min: f64::NEG_INFINITY,
        max: f64::INFINITY,
        good: [0.1, 2.0],
    }],
    build: |values| {
        Box::new(Advection {
            velocity: values[0],
        })
    },
};
