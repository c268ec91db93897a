//! Cahn–Hilliard: `uₜ = D ∆(u³ − u − γ ∆u)`, `ℒ̂ = D (|k|² − γ|k|⁴)`, `𝒩̂ = −D |k|² (u³)^`.
//!
//! A mixture separates into regions of `+1` and `−1` that coarsen as `t^{1/3}`. Fronts
//! `tanh(x / √(2γ))` have to be resolved. The mean is constant, the free energy
//! `∫ ¼ (u² − 1)² + ½ γ |∇u|² dx` never grows. Waves with `|k|² < 1/γ` grow out of a small
//! state, the fastest at the rate `D / 4γ`. J. W. Cahn & J. E. Hilliard, J. Chem. Phys. 28,
//! 258 (1958).

use super::{Parity, square, walled};
use crate::nonlinear::{Nonlinear, Number, Pointwise, Symbol};
use crate::{Complex64, Dealias, Equation, EquationEntry, Parameter};

/// Separation of a mixture whose amounts are conserved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CahnHilliard {
    /// Mobility `D ≥ 0`.
    pub mobility: f64,
    /// Gradient energy `γ > 0`.
    pub gradient_energy: f64,
}

impl Equation for CahnHilliard {
    fn kind(&self) -> &'static str {
        PERIODIC.kind
    }

    fn linear(&self, _channel: usize, k: &[f64]) -> Complex64 {
        let square = square(k);
        let growth = square - self.gradient_energy * square * square;
        Complex64::new(self.mobility * growth, 0.0)
    }

    fn dealias(&self) -> Dealias {
        Dealias::Half
    }

    fn nonlinear(&self) -> Option<Nonlinear> {
        let mobility = -self.mobility;
        let laplacian = Symbol::real(move |k| {
            let k = square(k).sqrt();
            mobility * k * k
        });
        Some(Nonlinear::new(Cube, []).field(0).output(0, 0, laplacian))
    }

    fn parity(&self) -> Parity {
        Parity::Even
    }
}

/// `u³`.
struct Cube;

impl Pointwise<0, 1> for Cube {
    #[inline(always)]
    fn at<N: Number>([]: [N; 0], [u]: &mut [N; 1]) {
        *u = *u * *u * *u;
    }
}

static WALLED: [EquationEntry; walled::NO_FLUX] = walled::walled(PERIODIC, Parity::Even);

pub(super) const ENTRY: EquationEntry = EquationEntry {
    bounded: Some(&WALLED),
    ..PERIODIC
};

const PERIODIC: EquationEntry = EquationEntry {
    kind: "cahn_hilliard",
    formula: "uₜ = D ∆(u³ − u − γ ∆u)",
    summary: "separation of a mixture; regions that coarsen while the amounts stay",
    parameters: &[
        Parameter {
            name: "mobility",
            symbol: "D",
            doc: "the speed of everything",
            good: [0.01, 0.1],
            ..Parameter::NON_NEGATIVE
        },
        Parameter {
            name: "gradient_energy",
            symbol: "γ",
            doc: "sets the width of the fronts, about √(8γ)",
            good: [0.01, 0.1],
            ..Parameter::POSITIVE
        },
    ],
    build: |values, _dims| {
        Box::new(CahnHilliard {
            mobility: values[0],
            gradient_energy: values[1],
        })
    },
    page: super::Page {
        title: "Cahn–Hilliard",
        signs: "The phases are u = +1 and u = −1; −D ∆u feeds waves with k² < 1/γ, and the fourth \
                derivative damps the shorter ones. The mean of u is the composition of the \
                mixture and stays what it was.",
        expect: "Out of a small state the waves near k² = 1/(2γ) grow fastest, at the rate \
                 D/(4γ), until there are regions of ±1 with fronts of width √(8γ). Those coarsen, \
                 more and more slowly: their size grows as t^⅓, small regions feeding large ones. \
                 A mean near zero gives a maze, one away from it droplets. The free energy never \
                 grows. Fast separation and slow coarsening are two time scales in one rollout, \
                 which is what a surrogate finds hard; holding the mean helps.",
        references: &[
            "J. W. Cahn & J. E. Hilliard, *J. Chem. Phys.* 28, 258 (1958)",
            "J. W. Cahn, *Acta Metall.* 9, 795 (1961)",
            "I. M. Lifshitz & V. V. Slyozov, *J. Phys. Chem. Solids* 19, 35 (1961)",
        ],
        example: r#"
seed = 0

[equation]
kind = "cahn_hilliard"
mobility = 0.1
gradient_energy = 0.01

[grid]
points = [128, 128]
length = 6.283185307179586

[time]
dt = 0.5
frames = 61
substeps = 16

[initial]
kind = "gaussian_random_field"
exponent = 0.0
deviation = 0.1

[ensemble]
simulations = 1
"#,
    },
    ..EquationEntry::LINEAR
};
