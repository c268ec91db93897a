//! Swift–Hohenberg: `uₜ = r u − (1 + ∆)² u + q u² − u³`, `ℒ̂ = r − (1 − |k|²)²`.
//!
//! Waves near `|k| = 1` grow and settle into a pattern of that width: stripes for small `q`,
//! hexagons for larger ones. Take boxes of several times `2π`. J. Swift & P. C. Hohenberg,
//! Phys. Rev. A 15, 319 (1977).

use super::reaction::reaction;
use super::square;
use crate::{
    Complex, Complex64, Dealias, Equation, EquationEntry, Nonlinear, Parameter, Real, Workspace,
};

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
        ENTRY.kind
    }

    fn linear(&self, _channel: usize, k: &[f64]) -> Complex64 {
        Complex64::new(self.r - (1.0 - square(k)).powi(2), 0.0)
    }

    fn dealias(&self) -> Dealias {
        Dealias::Half
    }

    fn is_linear(&self) -> bool {
        false
    }
}

impl<T: Real> Nonlinear<T> for SwiftHohenberg {
    fn nonlinear(&self, work: &mut Workspace<T>, u_hat: &[Complex<T>], out: &mut [Complex<T>]) {
        let q = T::of(self.q);
        reaction(|u| (q - u) * u * u, work, u_hat, out);
    }
}

pub(super) const ENTRY: EquationEntry = EquationEntry {
    kind: "swift_hohenberg",
    formula: "uₜ = r u − (1 + ∆)² u + q u² − u³",
    summary: "stripes and hexagons with a wavelength of 2π",
    conserves_mean: false,
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
            doc: "0 prefers stripes, larger values hexagons",
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
    ..EquationEntry::LINEAR
};
