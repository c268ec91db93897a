//! Gray–Scott: `uₜ = Dᵤ ∆u + F (1 − u) − u v²`, `vₜ = Dᵥ ∆v − (F + k) v + u v²`.
//!
//! `ℒ̂ = −Dᵤ|k|² − F` and `−Dᵥ|k|² − F − k`. A substance `u` is fed, `v` feeds on it and is
//! removed: spots that divide, worms, mazes, spirals, by `F` and `k`. Without `v` nothing
//! happens, so a state starts from `u = 1`, `v = 0` with blobs of `v`. The good values are for
//! boxes of length 1 to 2.5 and times of hundreds. J. E. Pearson, Science 261, 189 (1993).

use super::{Parity, square, walled};
use crate::nonlinear::{Nonlinear, Number, Pointwise, Symbol};
use crate::problem::Field;
use crate::{Complex64, Dealias, Equation, EquationEntry, Parameter};

/// A reaction of two substances that diffuse.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GrayScott {
    /// Diffusivity `Dᵤ ≥ 0` of the substance that is fed.
    pub diffusivity_u: f64,
    /// Diffusivity `Dᵥ ≥ 0` of the substance that grows.
    pub diffusivity_v: f64,
    /// Feed rate `F ≥ 0`.
    pub feed: f64,
    /// Rate `k ≥ 0` at which `v` is removed.
    pub kill: f64,
}

impl Equation for GrayScott {
    fn kind(&self) -> &'static str {
        PERIODIC.kind
    }

    fn channels(&self) -> usize {
        2
    }

    fn linear(&self, channel: usize, k: &[f64]) -> Complex64 {
        let (diffusivity, decay) = match channel {
            0 => (self.diffusivity_u, self.feed),
            _ => (self.diffusivity_v, self.feed + self.kill),
        };
        Complex64::new(-diffusivity * square(k) - decay, 0.0)
    }

    fn dealias(&self) -> Dealias {
        Dealias::Half
    }

    fn nonlinear(&self) -> Option<Nonlinear> {
        let reaction = Nonlinear::new(Reaction, []).field(0).field(1);
        let exchange = reaction
            .output(0, 0, Symbol::Constant(-1.0))
            .output(1, 0, Symbol::ONE);
        Some(exchange.constant(0, &[], self.feed, Symbol::ONE))
    }

    fn parity(&self) -> Parity {
        Parity::Even
    }
}

/// `u v²`.
struct Reaction;

impl Pointwise<0, 2> for Reaction {
    #[inline(always)]
    fn at<N: Number>([]: [N; 0], [u, v]: &mut [N; 2]) {
        *u = *u * (*v * *v);
    }
}

static WALLED: [EquationEntry; walled::NO_FLUX] = walled::walled(PERIODIC, Parity::Even);

pub(super) const ENTRY: EquationEntry = EquationEntry {
    bounded: Some(&WALLED),
    ..PERIODIC
};

const PERIODIC: EquationEntry = EquationEntry {
    kind: "gray_scott",
    formula: "uₜ = Dᵤ ∆u + F (1 − u) − u v², vₜ = Dᵥ ∆v − (F + k) v + u v²",
    summary: "two substances that react and diffuse: spots, worms, mazes",
    fields: |_| vec![Field::scalar("u"), Field::scalar("v")],
    parameters: &[
        Parameter {
            name: "diffusivity_u",
            symbol: "Dᵤ",
            doc: "diffusivity of the substance that is fed",
            good: [1e-5, 4e-5],
            ..Parameter::NON_NEGATIVE
        },
        Parameter {
            name: "diffusivity_v",
            symbol: "Dᵥ",
            doc: "diffusivity of the substance that grows, about half of the other",
            good: [5e-6, 2e-5],
            ..Parameter::NON_NEGATIVE
        },
        Parameter {
            name: "feed",
            symbol: "F",
            doc: "rate at which u is fed and both are washed out",
            good: [0.014, 0.06],
            ..Parameter::NON_NEGATIVE
        },
        Parameter {
            name: "kill",
            symbol: "k",
            doc: "rate at which v is removed",
            good: [0.045, 0.065],
            ..Parameter::NON_NEGATIVE
        },
    ],
    build: |values, _dims| {
        Box::new(GrayScott {
            diffusivity_u: values[0],
            diffusivity_v: values[1],
            feed: values[2],
            kill: values[3],
        })
    },
    page: super::Page {
        title: "Gray–Scott",
        signs: "`F` and `k` are rates, not negative: u is fed towards 1, v is washed out by F + \
                k, and u v² turns u into v. Where there is no v nothing happens, so start from \
                `blobs`, spots of v in a sea of u.",
        expect: "F and k choose the pattern: worms that fill the box with a maze for F = 0.035 \
                 and k = 0.06, spots that divide for 0.03 and 0.062, threads that grow slowly for \
                 0.06 and 0.065. Drawn each for itself from the good ranges they also give cases \
                 in which v dies out, as 0.014 and 0.045 do. Diffusivities and times belong to \
                 boxes of length 1 to 2.5, where a pattern spreads over thousands of time units. \
                 The state is flat but for thin fronts where all happens; a surrogate has to move \
                 those and to know when a spot divides.",
        references: &[
            "P. Gray & S. K. Scott, *Chem. Eng. Sci.* 39, 1087 (1984)",
            "J. E. Pearson, *Science* 261, 189 (1993)",
        ],
        example: r#"
seed = 0

[equation]
kind = "gray_scott"
diffusivity_u = 2e-5
diffusivity_v = 1e-5
feed = 0.035
kill = 0.06

[grid]
points = [192, 192]
length = 2.0

[time]
dt = 50.0
frames = 61
substeps = 64

[initial]
kind = "blobs"
count = 8
width = 0.03

[ensemble]
simulations = 1
"#,
    },
    ..EquationEntry::LINEAR
};
