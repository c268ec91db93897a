//! Diffusion: `uₜ = ν ∆u`, `ℒ̂ = −ν|k|²`.
//!
//! Differences even out, short waves first: a wave `k` decays as `e^{−ν|k|²t}`. The mean stays,
//! the maximum never grows. J. Fourier, "Théorie analytique de la chaleur" (1822).

use super::square;
use crate::{Complex64, Equation, EquationEntry, Nonlinear, Parameter, Real};

/// Spreading of heat or of a dissolved substance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Diffusion {
    /// Diffusivity `ν ≥ 0`.
    pub diffusivity: f64,
}

impl Equation for Diffusion {
    fn kind(&self) -> &'static str {
        ENTRY.kind
    }

    fn linear(&self, _channel: usize, k: &[f64]) -> Complex64 {
        Complex64::new(-self.diffusivity * square(k), 0.0)
    }
}

impl<T: Real> Nonlinear<T> for Diffusion {}

pub(super) const ENTRY: EquationEntry = EquationEntry {
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
    ..EquationEntry::LINEAR
};
