//! Advection and diffusion: `uₜ + c·∇u = ν ∆u`, `ℒ̂ = −i c·k − ν|k|²`.
//!
//! A state moves with velocity `c` and smooths out on the way.

use super::{dot, square};
use crate::{Complex64, Equation, EquationEntry, Nonlinear, Parameter, Real};

/// Transport at constant velocity, with diffusion.
#[derive(Debug, Clone, PartialEq)]
pub struct AdvectionDiffusion {
    /// Velocity `c`, one component per axis; positive moves towards larger `x`.
    pub velocity: Vec<f64>,
    /// Diffusivity `ν ≥ 0`.
    pub diffusivity: f64,
}

impl Equation for AdvectionDiffusion {
    fn kind(&self) -> &'static str {
        ENTRY.kind
    }

    fn linear(&self, _channel: usize, k: &[f64]) -> Complex64 {
        Complex64::new(-self.diffusivity * square(k), -dot(&self.velocity, k))
    }
}

impl<T: Real> Nonlinear<T> for AdvectionDiffusion {}

pub(super) const ENTRY: EquationEntry = EquationEntry {
    kind: "advection_diffusion",
    formula: "uₜ + c·∇u = ν ∆u",
    summary: "transport at constant velocity, smoothing out on the way",
    parameters: &[
        Parameter {
            name: "velocity",
            symbol: "c",
            doc: "speed and direction of the transport",
            good: [0.1, 2.0],
            per_axis: true,
            ..Parameter::ANY
        },
        Parameter {
            name: "diffusivity",
            symbol: "ν",
            doc: "a wave k decays as exp(−ν k² t)",
            good: [0.01, 0.1],
            ..Parameter::NON_NEGATIVE
        },
    ],
    build: |values, dims| {
        Box::new(AdvectionDiffusion {
            velocity: values[..dims].to_vec(),
            diffusivity: values[dims],
        })
    },
    ..EquationEntry::LINEAR
};
