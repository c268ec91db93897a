//! Advection and diffusion: `uₜ + c·∇u = ν ∆u`, `ℒ̂ = −i c·k − ν|k|²`.
//!
//! A state moves with velocity `c` and smooths out on the way.

use super::{Parity, dot, square, walled};
use crate::{Complex64, Equation, EquationEntry, Parameter};

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
        PERIODIC.kind
    }

    fn linear(&self, _channel: usize, k: &[f64]) -> Complex64 {
        Complex64::new(-self.diffusivity * square(k), -dot(&self.velocity, k))
    }
}

static WALLED: [EquationEntry; walled::ANY] = walled::walled(PERIODIC, Parity::Both);

pub(super) const ENTRY: EquationEntry = EquationEntry {
    bounded: Some(&WALLED),
    ..PERIODIC
};

const PERIODIC: EquationEntry = EquationEntry {
    kind: "advection_diffusion",
    formula: "uₜ + c·∇u = ν ∆u",
    summary: "transport at constant velocity, smoothing out on the way",
    symmetries: crate::problem::Symmetries::SHIFTS,
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
    page: super::Page {
        title: "Advection and diffusion",
        signs: "As in `advection` and `diffusion`: a positive component of `c` moves the state \
                towards larger values of its coordinate, a positive `ν` smooths it.",
        expect: "A state moves with `c` and spreads on the way: the mean square width of a spot \
                 grows by 2νt along every axis while its centre moves by ct. The Péclet number \
                 cL/ν says which of the two rules; with the good values on a box of length 2π it \
                 lies between 6 and 1300. A surrogate has to keep the phase of what is still \
                 there, and errors of short waves die out by themselves, so long rollouts are \
                 easier than those of `advection`.",
        references: &[
            "C. Canuto, M. Y. Hussaini, A. Quarteroni & T. A. Zang, *Spectral Methods: \
             Fundamentals in Single Domains* (2006)",
            "F. Koehler, S. Niedermayr, R. Westermann & N. Thuerey, *APEBench: A Benchmark for \
             Autoregressive Neural Emulators of PDEs* (NeurIPS 2024)",
        ],
        example: r#"
seed = 3

[equation]
kind = "advection_diffusion"
velocity = [1.0, 0.5]
diffusivity = 0.01

[grid]
points = [64, 64]
length = 6.283185307179586

[time]
dt = 0.1
frames = 37
substeps = 1

[initial]
kind = "blobs"
count = 4
width = 0.05

[ensemble]
simulations = 1
"#,
    },
    ..EquationEntry::LINEAR
};
