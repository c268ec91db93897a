//! Hyper-diffusion: `uₜ = −ζ ∆²u`, `ℒ̂ = −ζ|k|⁴`.
//!
//! Like diffusion with a sharper distinction: short waves vanish at once, long ones hardly change.
//! The mean stays; the maximum may grow, unlike that of diffusion.

use super::{Parity, square, walled};
use crate::{Complex64, Equation, EquationEntry, Parameter};

/// Damping by the square of the Laplacian.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HyperDiffusion {
    /// Hyper-diffusivity `ζ ≥ 0`.
    pub hyper_diffusivity: f64,
}

impl Equation for HyperDiffusion {
    fn kind(&self) -> &'static str {
        PERIODIC.kind
    }

    fn linear(&self, _channel: usize, k: &[f64]) -> Complex64 {
        Complex64::new(-self.hyper_diffusivity * square(k).powi(2), 0.0)
    }
}

static WALLED: [EquationEntry; walled::ANY] = walled::walled(PERIODIC, Parity::Both);

pub(super) const ENTRY: EquationEntry = EquationEntry {
    bounded: Some(&WALLED),
    ..PERIODIC
};

const PERIODIC: EquationEntry = EquationEntry {
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
    page: super::Page {
        title: "Hyper-diffusion",
        signs: "`ζ` is positive and stands behind a minus: ∆² has the symbol +|k|⁴, so every wave \
                decays.",
        expect: "A wave k decays as exp(−ζ k⁴ t): one of half the length vanishes sixteen times \
                 as fast. At time t waves shorter than about 2π (ζ t)^¼ are gone and longer ones \
                 have hardly changed, so that most happens at the very start and the state then \
                 stands almost still. The mean stays, but unlike under `diffusion` the maximum \
                 may grow. A surrogate has to learn the sharp boundary between waves that stay \
                 and waves that vanish.",
        references: &[
            "F. Koehler, S. Niedermayr, R. Westermann & N. Thuerey, *APEBench: A Benchmark for \
             Autoregressive Neural Emulators of PDEs* (NeurIPS 2024)",
        ],
        example: r#"
seed = 1

[equation]
kind = "hyper_diffusion"
hyper_diffusivity = 1e-3

[grid]
points = [64, 64]
length = 6.283185307179586

[time]
dt = 0.02
frames = 31
substeps = 1

[initial]
kind = "gaussian_random_field"
exponent = 3.0

[ensemble]
simulations = 1
"#,
    },
    ..EquationEntry::LINEAR
};
