//! Waves: `uₜₜ = c² ∆u`, as `uₜ = v`, `vₜ = c² ∆u`.
//!
//! With `ω = c|k|` each mode turns in the plane of `u` and `v/ω`:
//!
//! ```text
//! û(t + dt) =    cos(ω dt) û + sin(ω dt)/ω v̂
//! v̂(t + dt) = −ω sin(ω dt) û +   cos(ω dt) v̂
//! ```
//!
//! and the mean of `u` grows at the rate of the mean of `v`, which is constant. So is the energy
//! `½ ∫ v² + c² |∇u|² dx`. J. le R. d'Alembert (1747).

use super::{Parity, square, walled};
use crate::problem::{Field, Meaning};
use crate::{Complex64, Equation, EquationEntry, Parameter};

/// Sound and strings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wave {
    /// Speed `c > 0`.
    pub speed: f64,
}

impl Equation for Wave {
    fn kind(&self) -> &'static str {
        PERIODIC.kind
    }

    fn channels(&self) -> usize {
        2
    }

    fn linear(&self, _channel: usize, _k: &[f64]) -> Complex64 {
        Complex64::ZERO // neither field acts on itself
    }

    fn propagator(&self, k: &[f64], dt: f64) -> Option<Vec<Complex64>> {
        let omega = self.speed * square(k).sqrt();
        let (sin, cos) = (omega * dt).sin_cos();
        let sin_over_omega = if omega > 0.0 { sin / omega } else { dt };
        let matrix = [cos, sin_over_omega, -omega * sin, cos];
        Some(matrix.map(Complex64::from).to_vec())
    }
}

static WALLED: [EquationEntry; walled::ANY] = walled::walled(PERIODIC, Parity::Both);

pub(super) const ENTRY: EquationEntry = EquationEntry {
    bounded: Some(&WALLED),
    ..PERIODIC
};

const PERIODIC: EquationEntry = EquationEntry {
    kind: "wave",
    formula: "uₜₜ = c² ∆u",
    summary: "waves of one speed in all directions; v is the rate of change of u",
    fields: |_| vec![Field::scalar("u"), Field::scalar("v")],
    meaning: Meaning::Wave,
    parameters: &[Parameter {
        name: "speed",
        symbol: "c",
        doc: "speed of every wave",
        good: [0.5, 2.0],
        ..Parameter::POSITIVE
    }],
    build: |values, _dims| Box::new(Wave { speed: values[0] }),
    page: super::Page {
        title: "Waves",
        signs: "The second field v is the rate of change uₜ, positive where u rises. `c` enters \
                as its square, so it is given without a sign.",
        expect: "In one dimension the state is a shape that runs to the right and one that runs \
                 to the left, both at the speed c; they pass through each other, and where the \
                 mean of v is zero everything repeats after the time L/c. In two dimensions a \
                 disturbance leaves a wake behind it. The energy ½ ∫ v² + c² |∇u|² dx is \
                 constant, so nothing forgives an error. A surrogate has to predict both fields, \
                 of which v is larger by the factor c|k| for a wave k.",
        references: &[
            "J. le R. d'Alembert, *Hist. Acad. Berlin* 3, 214 (1747)",
            "L. C. Evans, *Partial Differential Equations*, 2nd ed. (2010), §2.4",
        ],
        example: r#"
seed = 0

[equation]
kind = "wave"
speed = 1.0

[grid]
points = [128]
length = 6.283185307179586

[time]
dt = 0.05
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
