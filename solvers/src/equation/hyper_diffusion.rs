//! Hyper-diffusion: `uₜ = −ζ ∆²u`, `ℒ̂ = −ζ|k|⁴`.
//!
//! Like diffusion with a sharper distinction: short waves vanish at once, long ones hardly change.
//! The mean stays; the maximum may grow, unlike that of diffusion.

use super::square;
use crate::{Complex64, Equation, EquationEntry, Nonlinear, Parameter, Real};

/// Damping by the square of the Laplacian.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HyperDiffusion {
    /// Hyper-diffusivity `ζ ≥ 0`.
    pub hyper_diffusivity: f64,
}

impl Equation for HyperDiffusion {
    fn kind(&self) -> &'static str {
        ENTRY.kind
    }

    fn linear(&self, _channel: usize, k: &[f64]) -> Complex64 {
        Complex64::new(-self.hyper_diffusivity * square(k).powi(2), 0.0)
    }
}

impl<T: Real> Nonlinear<T> for HyperDiffusion {}

pub(super) const ENTRY: EquationEntry = EquationEntry {
    kind: "hyper_diffusion",
    formula: "uₜ = −ζ ∆²u",
    summary: "damping of short waves only",
    parameters: &[Parameter {
        name: "hyper_diffusivity",
        symbol: "ζ",
        doc: "a wave k decays as exp(−ζ k⁴ t)",
        good: [1e-4, 0.01],
        ..Parameter::NON_NEGATIVE
    }],
    build: |values, _dims| {
        Box::new(HyperDiffusion {
            hyper_diffusivity: values[0],
        })
    },
    ..EquationEntry::LINEAR
};
