//! Fisher–KPP: `uₜ = ν ∆u + r u (1 − u)`, `ℒ̂ = r − ν|k|²`, `𝒩(u) = −r u²`.
//!
//! Growth up to a capacity of 1, carried outwards by diffusion: fronts of width `√(ν/r)` advance
//! at the speed `2√(νr)`. States within `[0, 1]` stay there; `u = 0` is unstable, and negative
//! values run away to minus infinity. R. A. Fisher, Ann. Eugenics 7, 355 (1937);
//! A. Kolmogorov, I. Petrovsky & N. Piskunov (1937).

use super::{Parity, square, walled};
use crate::nonlinear::{Nonlinear, Number, Pointwise};
use crate::problem::Field;
use crate::{Complex64, Dealias, Equation, EquationEntry, Parameter};

/// Spreading of a population.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FisherKpp {
    /// Diffusivity `ν ≥ 0`.
    pub diffusivity: f64,
    /// Growth rate `r ≥ 0`.
    pub growth_rate: f64,
}

impl Equation for FisherKpp {
    fn kind(&self) -> &'static str {
        PERIODIC.kind
    }

    fn linear(&self, _channel: usize, k: &[f64]) -> Complex64 {
        Complex64::new(self.growth_rate - self.diffusivity * square(k), 0.0)
    }

    fn dealias(&self) -> Dealias {
        Dealias::TwoThirds
    }

    fn nonlinear(&self) -> Option<Nonlinear> {
        Some(Nonlinear::reaction(Crowding, [self.growth_rate]))
    }

    fn parity(&self) -> Parity {
        Parity::Even
    }
}

/// `−r u²`.
struct Crowding;

impl Pointwise<1, 1> for Crowding {
    #[inline(always)]
    fn at<N: Number>([rate]: [N; 1], [u]: &mut [N; 1]) {
        *u = -rate * *u * *u;
    }
}

static WALLED: [EquationEntry; walled::NO_FLUX] = walled::walled(PERIODIC, Parity::Even);

pub(super) const ENTRY: EquationEntry = EquationEntry {
    bounded: Some(&WALLED),
    ..PERIODIC
};

const PERIODIC: EquationEntry = EquationEntry {
    kind: "fisher_kpp",
    formula: "uₜ = ν ∆u + r u (1 − u)",
    summary: "growth up to 1 and diffusion: fronts that advance; start from states in [0, 1]",
    fields: |_| vec![Field::scalar("u")],
    parameters: &[
        Parameter {
            name: "diffusivity",
            symbol: "ν",
            doc: "fronts are about √(ν/r) wide",
            good: [0.01, 0.1],
            ..Parameter::NON_NEGATIVE
        },
        Parameter {
            name: "growth_rate",
            symbol: "r",
            doc: "fronts advance at the speed 2 √(ν r)",
            good: [0.5, 2.0],
            ..Parameter::NON_NEGATIVE
        },
    ],
    build: |values, _dims| {
        Box::new(FisherKpp {
            diffusivity: values[0],
            growth_rate: values[1],
        })
    },
    page: super::Page {
        title: "Fisher–KPP",
        signs: "u is a share of the capacity, 0 to 1. u = 0 is unstable, and a negative value \
                runs away to minus infinity: start from states in [0, 1], such as `blobs`.",
        expect: "Where there is anything it grows to 1 within a few times 1/r, and fronts of \
                 width √(ν/r) carry it outwards at the speed 2 √(νr), until the box is full; then \
                 nothing happens any more. The grid has to resolve the fronts: ringing below zero \
                 is small at first but grows as exp(r t). A front is pulled by its thin tail, so \
                 a surrogate that is wrong by a little where u is almost zero gets the speed \
                 wrong.",
        references: &[
            "R. A. Fisher, *Ann. Eugenics* 7, 355 (1937)",
            "A. Kolmogorov, I. Petrovsky & N. Piskunov, *Bull. Univ. Moscou A* 1 (1937)",
            "J. D. Murray, *Mathematical Biology I*, 3rd ed. (2002), chapter 13",
        ],
        example: r#"
seed = 3

[equation]
kind = "fisher_kpp"
diffusivity = 0.05
growth_rate = 1.0

[grid]
points = [256]
length = 20.0

[time]
dt = 0.1
frames = 181
substeps = 1

[initial]
kind = "blobs"
count = 2
width = 0.02

[ensemble]
simulations = 1
"#,
    },
    ..EquationEntry::LINEAR
};
