//! Advection: `uₜ + c·∇u = 0`, `ℒ̂ = −i c·k`.
//!
//! A state moves with velocity `c` and keeps its shape: `u(x, t) = u₀(x − ct)`. The simplest test
//! of a surrogate, because every error is one of phase or of amplitude.

use super::dot;
use crate::{Complex64, Equation, EquationEntry, Nonlinear, Parameter, Real};

/// Transport at constant velocity.
#[derive(Debug, Clone, PartialEq)]
pub struct Advection {
    /// Velocity `c`, one component per axis; positive moves towards larger `x`.
    pub velocity: Vec<f64>,
}

impl Equation for Advection {
    fn kind(&self) -> &'static str {
        ENTRY.kind
    }

    fn linear(&self, _channel: usize, k: &[f64]) -> Complex64 {
        Complex64::new(0.0, -dot(&self.velocity, k))
    }
}

impl<T: Real> Nonlinear<T> for Advection {}

pub(super) const ENTRY: EquationEntry = EquationEntry {
    kind: "advection",
    formula: "uₜ + c·∇u = 0",
    summary: "transport at constant velocity; every state keeps its shape",
    parameters: &[Parameter {
        name: "velocity",
        symbol: "c",
        doc: "speed and direction of the transport",
        good: [0.1, 2.0],
        per_axis: true,
        ..Parameter::ANY
    }],
    build: |values, _dims| {
        Box::new(Advection {
            velocity: values.to_vec(),
        })
    },
    ..EquationEntry::LINEAR
};
