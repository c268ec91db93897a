//! Dispersion: `uₜ = a uₓₓₓ`, `ℒ̂ = −i a k³`.
//!
//! Each wave keeps its height and moves at the speed `a k²`: short waves run ahead of long ones,
//! so that a bump dissolves into a train of ripples. G. B. Airy (1841).

use crate::{Complex64, Equation, EquationEntry, Nonlinear, Parameter, Real};

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

impl<T: Real> Nonlinear<T> for Dispersion {}

pub(super) const ENTRY: EquationEntry = EquationEntry {
    kind: "dispersion",
    formula: "uₜ = a uₓₓₓ",
    summary: "waves whose speed grows with the square of their wavenumber",
    dims: &[1],
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
    ..EquationEntry::LINEAR
};
