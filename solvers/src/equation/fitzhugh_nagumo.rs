//! FitzHugh–Nagumo: `uₜ = Dᵤ ∆u + u − u³ − k − v`, `vₜ = Dᵥ ∆v + u − v`.
//!
//! `ℒ̂ = −Dᵤ|k|²` and `−Dᵥ|k|² − 1`; the growth of `u` is part of `𝒩`, so that modes above the dealiasing bound
//! decay. An activator `u` and an inhibitor `v` that spreads faster: spots and stripes out of noise. The form of
//! M. Takamoto et al., "`PDEBench`" (2022), appendix D.4, who solve it between walls without flux. R. `FitzHugh`, Biophys. J. 1, 445
//! (1961); J. Nagumo, S. Arimoto & S. Yoshizawa (1962).

use super::{Parity, square, walled};
use crate::nonlinear::{Nonlinear, Number, Pointwise};
use crate::problem::Field;
use crate::{Complex64, Dealias, Equation, EquationEntry, Parameter};

/// An activator and an inhibitor that diffuse.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FitzHughNagumo {
    /// Diffusivity `Dᵤ ≥ 0` of the activator.
    pub diffusivity_u: f64,
    /// Diffusivity `Dᵥ ≥ 0` of the inhibitor.
    pub diffusivity_v: f64,
    /// Threshold `k` of the activator.
    pub threshold: f64,
}

impl Equation for FitzHughNagumo {
    fn kind(&self) -> &'static str {
        PERIODIC.kind
    }

    fn channels(&self) -> usize {
        2
    }

    fn linear(&self, channel: usize, k: &[f64]) -> Complex64 {
        let (diffusivity, decay) = match channel {
            0 => (self.diffusivity_u, 0.0),
            _ => (self.diffusivity_v, 1.0),
        };
        Complex64::new(-diffusivity * square(k) - decay, 0.0)
    }

    fn dealias(&self) -> Dealias {
        Dealias::Half
    }

    fn nonlinear(&self) -> Option<Nonlinear> {
        let activator = Nonlinear::reaction(Activation, [self.threshold]);
        Some(activator.coupling(0, 1, -1.0).coupling(1, 0, 1.0))
    }

    fn parity(&self) -> Parity {
        Parity::Even
    }
}

/// `u − u³ − k`.
struct Activation;

impl Pointwise<1, 1> for Activation {
    #[inline(always)]
    fn at<N: Number>([k]: [N; 1], [u]: &mut [N; 1]) {
        *u = *u - *u * *u * *u - k;
    }
}

static WALLED: [EquationEntry; walled::NO_FLUX] = walled::walled(PERIODIC, Parity::Even);

pub(super) const ENTRY: EquationEntry = EquationEntry {
    bounded: Some(&WALLED),
    ..PERIODIC
};

const PERIODIC: EquationEntry = EquationEntry {
    kind: "fitzhugh_nagumo",
    formula: "uₜ = Dᵤ ∆u + u − u³ − k − v, vₜ = Dᵥ ∆v + u − v",
    summary: "an activator and an inhibitor that diffuse: spots and stripes out of noise",
    fields: |_| vec![Field::scalar("u"), Field::scalar("v")],
    parameters: &[
        Parameter {
            name: "diffusivity_u",
            symbol: "Dᵤ",
            doc: "diffusivity of the activator; fronts are about √(8Dᵤ) wide",
            good: [5e-4, 2e-3],
            ..Parameter::NON_NEGATIVE
        },
        Parameter {
            name: "diffusivity_v",
            symbol: "Dᵥ",
            doc: "diffusivity of the inhibitor, some times that of the activator",
            good: [2e-3, 1e-2],
            ..Parameter::NON_NEGATIVE
        },
        Parameter {
            name: "threshold",
            symbol: "k",
            doc: "what the activator has to exceed; shifts the balance of both phases",
            default: Some(0.005),
            good: [0.0, 0.05],
            ..Parameter::ANY
        },
    ],
    build: |values, _dims| {
        Box::new(FitzHughNagumo {
            diffusivity_u: values[0],
            diffusivity_v: values[1],
            threshold: values[2],
        })
    },
    page: super::Page {
        title: "FitzHugh–Nagumo",
        signs: "The activator `u` makes itself and the inhibitor `v`, which takes it away. A positive `k` \
                favours negative `u`. Texts on nerves write `v − v³/3 − w + I` for the activator: here \
                `I = −k`.",
        expect: "Noise is smoothed within a time unit; then waves with |k|² near ½ (1/Dᵤ − 1/Dᵥ) \
                 grow out of it and become spots and stripes within about ten, which move slowly \
                 afterwards. The state stays within about ±1. The first frames are hard for a surrogate: all \
                 of the noise's short waves vanish within a few of them, while the long ones decide about the \
                 pattern.",
        references: &[
            "R. FitzHugh, *Biophys. J.* 1, 445 (1961)",
            "M. Takamoto, T. Praditia, R. Leiteritz, D. MacKinlay, F. Alesiani, D. Pflüger & M. Niepert, \
             *PDEBench: An Extensive Benchmark for Scientific Machine Learning* (NeurIPS 2022)",
        ],
        example: r#"
seed = 0

[equation]
kind = "fitzhugh_nagumo"
diffusivity_u = 0.001
diffusivity_v = 0.005

[grid]
points = [128, 128]
length = 2.0
boundary = ["wall", "wall"]

[time]
dt = 0.2
frames = 61
substeps = 4

[initial]
kind = "gaussian_random_field"
exponent = 0.0
cutoff = 48

[ensemble]
simulations = 1
"#,
    },
    ..EquationEntry::LINEAR
};
