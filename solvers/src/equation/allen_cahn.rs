//! Allen–Cahn: `uₜ = ν ∆u + u − u³`, `ℒ̂ = 1 − ν|k|²`, `𝒩(u) = −u³`.
//!
//! Every state separates into regions of `+1` and `−1` with fronts `tanh(x / √(2ν))` between them, which the grid has to
//! resolve; small regions shrink and vanish. A state within ±1 stays there. S. M. Allen & J. W. Cahn, Acta Metall. 27,
//! 1085 (1979).

use super::{Parity, square, walled};
use crate::nonlinear::{Nonlinear, Number, Pointwise};
use crate::problem::Field;
use crate::{Complex64, Dealias, Equation, EquationEntry, Parameter};

/// Separation of two phases.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AllenCahn {
    /// Diffusivity `ν ≥ 0`.
    pub diffusivity: f64,
}

impl Equation for AllenCahn {
    fn kind(&self) -> &'static str {
        PERIODIC.kind
    }

    fn linear(&self, _channel: usize, k: &[f64]) -> Complex64 {
        Complex64::new(1.0 - self.diffusivity * square(k), 0.0)
    }

    fn dealias(&self) -> Dealias {
        Dealias::Half // a product of three fields
    }

    fn nonlinear(&self) -> Option<Nonlinear> {
        Some(Nonlinear::reaction(Loss, []))
    }

    fn parity(&self) -> Parity {
        Parity::Both
    }
}

/// `−u³`.
struct Loss;

impl Pointwise<0, 1> for Loss {
    #[inline(always)]
    fn at<N: Number>([]: [N; 0], [u]: &mut [N; 1]) {
        *u = -*u * *u * *u;
    }
}

static WALLED: [EquationEntry; walled::ANY] = walled::walled(PERIODIC, Parity::Both);

pub(super) const ENTRY: EquationEntry = EquationEntry {
    bounded: Some(&WALLED),
    ..PERIODIC
};

const PERIODIC: EquationEntry = EquationEntry {
    kind: "allen_cahn",
    formula: "uₜ = ν ∆u + u − u³",
    summary: "separation into two phases; small regions vanish",
    fields: |_| vec![Field::scalar("u")],
    parameters: &[Parameter {
        name: "diffusivity",
        symbol: "ν",
        doc: "sets the width of the fronts, about √(8ν)",
        good: [0.01, 0.1],
        ..Parameter::NON_NEGATIVE
    }],
    build: |values, _dims| {
        Box::new(AllenCahn {
            diffusivity: values[0],
        })
    },
    page: super::Page {
        title: "Allen–Cahn",
        signs: "The phases are u = +1 and u = −1, equal in every respect; u = 0 is unstable. A \
                state within ±1 stays there.",
        expect: "Within a few time units a state separates into regions of +1 and −1 with fronts \
                 of width √(8ν). From then on fronts move by their curvature alone: a disc of \
                 radius R shrinks as R² = R₀² − 2νt and vanishes suddenly, a straight front \
                 stands still, and in one dimension nearly everything does. The amounts of the \
                 phases are not conserved. A surrogate sees long times in which almost nothing \
                 happens, then a region that disappears within a few steps.",
        references: &[
            "S. M. Allen & J. W. Cahn, *Acta Metall.* 27, 1085 (1979)",
            "J. Carr & R. L. Pego, *Comm. Pure Appl. Math.* 42, 523 (1989)",
        ],
        example: r#"
seed = 0

[equation]
kind = "allen_cahn"
diffusivity = 0.01

[grid]
points = [128, 128]
length = 6.283185307179586

[time]
dt = 0.5
frames = 61
substeps = 2

[initial]
kind = "gaussian_random_field"
exponent = 2.0
deviation = 0.3

[ensemble]
simulations = 1
"#,
    },
    ..EquationEntry::LINEAR
};
