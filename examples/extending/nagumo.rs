//! Nagumo: `uₜ = ν ∆u + u (1 − u) (u − a)`, `ℒ̂ = −a − ν|k|²`, `𝒩(u) = (1 + a) u² − u³`.
//!
//! Two stable states, 0 and 1, and a threshold `a` between them. Fronts `½ (1 − tanh(x / √(8ν)))`, which the grid has to
//! resolve, advance into 0 at the speed `√(2ν) (½ − a)`, so small spots die and large ones spread. A state within [0, 1]
//! stays there. J. Nagumo, S. Arimoto & S. Yoshizawa, Proc. IRE 50, 2061 (1962).

use super::square;
use crate::nonlinear::{Nonlinear, Number, Pointwise};
use crate::problem::Field;
use crate::{Complex64, Dealias, Equation, EquationEntry, Parameter};

/// Fronts between two stable states.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nagumo {
    /// Diffusivity `ν ≥ 0`.
    pub diffusivity: f64,
    /// Threshold `a` in `[0, 1]`.
    pub threshold: f64,
}

impl Equation for Nagumo {
    fn kind(&self) -> &'static str {
        ENTRY.kind
    }

    fn linear(&self, _channel: usize, k: &[f64]) -> Complex64 {
        Complex64::new(-self.threshold - self.diffusivity * square(k), 0.0)
    }

    fn dealias(&self) -> Dealias {
        Dealias::Half // a product of three fields
    }

    fn nonlinear(&self) -> Option<Nonlinear> {
        Some(Nonlinear::reaction(Growth, [self.threshold]))
    }
}

/// `(1 + a) u² − u³`.
struct Growth;

impl Pointwise<1, 1> for Growth {
    #[inline(always)]
    fn at<N: Number>([a]: [N; 1], [u]: &mut [N; 1]) {
        *u = *u * *u * (a.constant(1.0) + a - *u);
    }
}

pub(super) const ENTRY: EquationEntry = EquationEntry {
    kind: "nagumo",
    formula: "uₜ = ν ∆u + u (1 − u) (u − a)",
    summary: "fronts between two stable states; small spots die, large ones spread",
    fields: |_| vec![Field::scalar("u")],
    parameters: &[
        Parameter {
            name: "diffusivity",
            symbol: "ν",
            doc: "sets the width of the fronts, about √(8ν)",
            good: [0.01, 0.1],
            ..Parameter::NON_NEGATIVE
        },
        Parameter {
            name: "threshold",
            symbol: "a",
            doc: "what lies above grows, what lies below decays",
            max: 1.0,
            good: [0.1, 0.4],
            ..Parameter::NON_NEGATIVE
        },
    ],
    build: |values, _dims| {
        Box::new(Nagumo {
            diffusivity: values[0],
            threshold: values[1],
        })
    },
    page: super::Page {
        title: "Nagumo",
        signs: "u = 0 and u = 1 are stable; what lies above the threshold grows, what lies below decays.",
        expect: "Fronts of width √(8ν) advance into 0 at the speed √(2ν) (½ − a) where a is below ½, and retreat where \
                 it is above. A spot that is too small shrinks by the curvature of its edge and vanishes. A surrogate \
                 has to tell the spots that die from those that spread, which differ by little at first.",
        references: &["J. Nagumo, S. Arimoto & S. Yoshizawa, *Proc. IRE* 50, 2061 (1962)"],
        example: r#"
seed = 0

[equation]
kind = "nagumo"
diffusivity = 0.02
threshold = 0.2

[grid]
points = [128]
length = 10.0

[time]
dt = 0.25
frames = 121
substeps = 2

[initial]
kind = "blobs"
count = 3

[ensemble]
simulations = 1
"#,
    },
    ..EquationEntry::LINEAR
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_uniform_state_decays_at_the_rate_of_the_threshold() {
        let nagumo = ENTRY
            .build_checked(&[0.02, 0.2], 1)
            .expect("both values are in range");
        assert_eq!(nagumo.linear(0, &[0.0]), Complex64::new(-0.2, 0.0));
        assert!(ENTRY.build_checked(&[0.02, 1.5], 1).is_err());
    }
}
