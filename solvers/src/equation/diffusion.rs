//! Diffusion: `uₜ = ν ∆u`, `ℒ̂ = −ν|k|²`.
//!
//! Differences even out, short waves first: a wave `k` decays as `e^{−ν|k|²t}`. The mean stays,
//! the maximum never grows. J. Fourier, "Théorie analytique de la chaleur" (1822).

use super::{Parity, square, walled};
use crate::{Complex64, Equation, EquationEntry, Parameter};

/// Spreading of heat or of a dissolved substance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Diffusion {
    /// Diffusivity `ν ≥ 0`.
    pub diffusivity: f64,
}

impl Equation for Diffusion {
    fn kind(&self) -> &'static str {
        PERIODIC.kind
    }

    fn linear(&self, _channel: usize, k: &[f64]) -> Complex64 {
        Complex64::new(-self.diffusivity * square(k), 0.0)
    }
}

static WALLED: [EquationEntry; walled::ANY] = walled::walled(PERIODIC, Parity::Both);

pub(super) const ENTRY: EquationEntry = EquationEntry {
    bounded: Some(&WALLED),
    ..PERIODIC
};

const PERIODIC: EquationEntry = EquationEntry {
    kind: "diffusion",
    formula: "uₜ = ν ∆u",
    summary: "differences even out, short waves first",
    parameters: &[Parameter {
        name: "diffusivity",
        symbol: "ν",
        doc: "a wave k decays as exp(−ν k² t)",
        good: [0.01, 0.1],
        ..Parameter::NON_NEGATIVE
    }],
    build: |values, _dims| {
        Box::new(Diffusion {
            diffusivity: values[0],
        })
    },
    page: super::Page {
        title: "Diffusion",
        signs: "`ν` is positive: what is above its surroundings falls. A negative value, which \
                would make every short wave grow without bound, is refused.",
        expect: "A wave k decays as exp(−ν k² t), so that short waves vanish first and the \
                 longest wave of the box, after a time of about L² / (4π²ν), last. The mean stays \
                 and the maximum never grows. To a surrogate the start is the hard part, where \
                 much changes in a step; later hardly anything does, and persistence is a strong \
                 baseline. An error relative to a state that has almost vanished says little.",
        references: &[
            "J. Fourier, *Théorie analytique de la chaleur* (1822)",
            "L. C. Evans, *Partial Differential Equations*, 2nd ed. (2010), §2.3",
            "F. Koehler, S. Niedermayr, R. Westermann & N. Thuerey, *APEBench: A Benchmark for \
             Autoregressive Neural Emulators of PDEs* (NeurIPS 2024)",
        ],
        example: r#"
seed = 3

[equation]
kind = "diffusion"
diffusivity = 0.02

[grid]
points = [128]
length = 6.283185307179586

[time]
dt = 0.05
frames = 201
substeps = 1

[initial]
kind = "gaussian_random_field"
exponent = 2.0

[ensemble]
simulations = 1
"#,
    },
    ..EquationEntry::LINEAR
};
