//! Dispersion: `uₜ = a uₓₓₓ`, `ℒ̂ = −i a k³`.
//!
//! Each wave keeps its height and moves at the speed `a k²`: short waves run ahead of long ones,
//! so that a bump dissolves into a train of ripples. G. B. Airy (1841).

use crate::{Complex64, Equation, EquationEntry, Parameter};

/// Waves whose speed depends on their length.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dispersion {
    /// Dispersivity `a`; positive moves waves towards larger `x`.
    pub dispersivity: f64,
}

impl Equation for Dispersion {
    fn kind(&self) -> &'static str {
        ENTRY.kind
    }

    fn linear(&self, _channel: usize, k: &[f64]) -> Complex64 {
        Complex64::new(0.0, -self.dispersivity * k[0].powi(3))
    }
}

pub(super) const ENTRY: EquationEntry = EquationEntry {
    kind: "dispersion",
    formula: "uₜ = a uₓₓₓ",
    summary: "waves whose speed grows with the square of their wavenumber",
    dims: &[1],
    symmetries: crate::problem::Symmetries::SHIFTS,
    parameters: &[Parameter {
        name: "dispersivity",
        symbol: "a",
        doc: "a wave k moves at the speed a k²",
        good: [0.01, 0.1],
        ..Parameter::ANY
    }],
    build: |values, _dims| {
        Box::new(Dispersion {
            dispersivity: values[0],
        })
    },
    page: super::Page {
        title: "Dispersion",
        signs: "With a positive `a` waves move towards larger x, and short ones run ahead. The \
                linear part of `kdv` has the other sign: there all waves move towards smaller x.",
        expect: "Each wave keeps its height and moves at the speed a k²; a group of them moves \
                 three times as fast, at 3a k². A bump dissolves into ripples, the shortest \
                 ahead. On a periodic box the ripples come round, meet the slow waves and \
                 interfere, so that after a while the state looks random, although no information \
                 is lost. To a surrogate the shortest waves are the hard ones: they turn fastest \
                 in a step and nothing damps an error.",
        references: &[
            "G. B. Airy, *Tides and Waves* (1841)",
            "G. B. Whitham, *Linear and Nonlinear Waves* (1974)",
            "F. Koehler, S. Niedermayr, R. Westermann & N. Thuerey, *APEBench: A Benchmark for \
             Autoregressive Neural Emulators of PDEs* (NeurIPS 2024)",
        ],
        example: r#"
seed = 1

[equation]
kind = "dispersion"
dispersivity = 0.1

[grid]
points = [256]
length = 30.0

[time]
dt = 0.02
frames = 201
substeps = 1

[initial]
kind = "blobs"
count = 1
width = 0.015

[ensemble]
simulations = 1
"#,
    },
    ..EquationEntry::LINEAR
};
