//! Advection: `uₜ + c·∇u = 0`, `ℒ̂ = −i c·k`.
//!
//! A state moves with velocity `c` and keeps its shape: `u(x, t) = u₀(x − ct)`. The simplest test
//! of a surrogate, because every error is one of phase or of amplitude.

use super::dot;
use crate::{Complex64, Equation, EquationEntry, Parameter};

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

pub(super) const ENTRY: EquationEntry = EquationEntry {
    kind: "advection",
    formula: "uₜ + c·∇u = 0",
    summary: "transport at constant velocity; every state keeps its shape",
    symmetries: crate::problem::Symmetries::SHIFTS,
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
    page: super::Page {
        title: "Advection",
        signs: "A positive component of `c` moves the state towards larger values of its \
                coordinate. In two and three dimensions `velocity` has one component an axis; a \
                plain number stands for all of them.",
        expect: "The state moves as a whole and keeps its shape, u(x, t) = u₀(x − ct), and after \
                 the time L/c it is back where it was. Nothing grows, decays or mixes. A \
                 surrogate can therefore err in two ways only, in the phase and in the height of \
                 a wave, and both errors add up over a rollout; short waves show them first. A \
                 step that moves the state by many grid spacings needs a network that sees as \
                 far.",
        references: &[
            "L. C. Evans, *Partial Differential Equations*, 2nd ed. (2010), §2.1",
            "F. Koehler, S. Niedermayr, R. Westermann & N. Thuerey, *APEBench: A Benchmark for \
             Autoregressive Neural Emulators of PDEs* (NeurIPS 2024)",
        ],
        example: r#"
seed = 0

[equation]
kind = "advection"
velocity = 0.5

[grid]
points = [128]
length = 6.283185307179586

[time]
dt = 0.1
frames = 201
substeps = 1

[initial]
kind = "fourier_series"

[ensemble]
simulations = 1
"#,
    },
    ..EquationEntry::LINEAR
};
