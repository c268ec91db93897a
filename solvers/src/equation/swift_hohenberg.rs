//! Swift–Hohenberg: `uₜ = r u − (1 + ∆)² u + q u² − u³`, `ℒ̂ = r − (1 − |k|²)²`.
//!
//! Waves near `|k| = 1` grow and settle into a pattern of that width: stripes for small `q`,
//! hexagons for larger ones. Take boxes of several times `2π`. J. Swift & P. C. Hohenberg,
//! Phys. Rev. A 15, 319 (1977).

use super::{Parity, square, walled};
use crate::nonlinear::{Nonlinear, Number, Pointwise};
use crate::problem::Field;
use crate::{Complex64, Dealias, Equation, EquationEntry, Parameter};

/// Formation of stripes and hexagons.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SwiftHohenberg {
    /// Distance `r` from the onset of patterns.
    pub r: f64,
    /// Strength `q` of the quadratic term.
    pub q: f64,
}

impl Equation for SwiftHohenberg {
    fn kind(&self) -> &'static str {
        PERIODIC.kind
    }

    fn linear(&self, _channel: usize, k: &[f64]) -> Complex64 {
        Complex64::new(self.r - (1.0 - square(k)).powi(2), 0.0)
    }

    fn dealias(&self) -> Dealias {
        Dealias::Half
    }

    fn nonlinear(&self) -> Option<Nonlinear> {
        Some(Nonlinear::reaction(Saturation, [self.q]))
    }

    fn parity(&self) -> Parity {
        Parity::Even
    }
}

/// `q u² − u³`.
struct Saturation;

impl Pointwise<1, 1> for Saturation {
    #[inline(always)]
    fn at<N: Number>([q]: [N; 1], [u]: &mut [N; 1]) {
        *u = (q - *u) * *u * *u;
    }
}

static WALLED: [EquationEntry; walled::NO_FLUX] = walled::walled(PERIODIC, Parity::Even);

pub(super) const ENTRY: EquationEntry = EquationEntry {
    bounded: Some(&WALLED),
    ..PERIODIC
};

const PERIODIC: EquationEntry = EquationEntry {
    kind: "swift_hohenberg",
    formula: "uₜ = r u − (1 + ∆)² u + q u² − u³",
    summary: "stripes and hexagons with a wavelength of 2π",
    fields: |_| vec![Field::scalar("u")],
    parameters: &[
        Parameter {
            name: "r",
            symbol: "r",
            doc: "patterns grow out of nothing where it is positive",
            good: [0.1, 0.8],
            ..Parameter::ANY
        },
        Parameter {
            name: "q",
            symbol: "q",
            doc: "0 gives stripes; larger values hexagons, as long as r is small",
            default: Some(1.0),
            good: [0.0, 1.5],
            ..Parameter::ANY
        },
    ],
    build: |values, _dims| {
        Box::new(SwiftHohenberg {
            r: values[0],
            q: values[1],
        })
    },
    page: super::Page {
        title: "Swift–Hohenberg",
        signs: "A positive `r` lets waves near |k| = 1 grow out of nothing; −u³ stops them. A \
                positive `q` favours spots of positive u, a negative one spots of negative u.",
        expect: "Waves of length 2π grow at the rate r and settle into a pattern: stripes for q = \
                 0, hexagons for r = 0.1 and q = 1, and for larger r again stripes, with bends \
                 and loose ends. The pattern is there after a few times 1/r; its defects heal \
                 over hundreds of time units, and a free energy falls all the way. Take boxes of \
                 several times 2π. A surrogate learns the steady pattern quickly; which of many \
                 patterns a small state grows into is what it gets wrong.",
        references: &[
            "J. Swift & P. C. Hohenberg, *Phys. Rev. A* 15, 319 (1977)",
            "M. C. Cross & P. C. Hohenberg, *Rev. Mod. Phys.* 65, 851 (1993)",
        ],
        example: r#"
seed = 1

[equation]
kind = "swift_hohenberg"
r = 0.1
q = 1.0

[grid]
points = [96, 96]
length = 37.69911184307752

[time]
dt = 1.0
frames = 121
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
