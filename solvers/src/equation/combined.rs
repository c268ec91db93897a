//! The combined equation: `uₜ + α u uₓ = β uₓₓ − γ uₓₓₓ + δ(t, x)`, `ℒ̂ = −βk² + iγk³`.
//!
//! Burgers, heat and Korteweg–de Vries in one, under a force that differs in every simulation:
//!
//! ```text
//! δ(t, x) = Σⱼ Aⱼ sin(ωⱼ t + 2π lⱼ x / L + φⱼ),   j = 1 … 5,   u(0, x) = δ(0, x)
//! ```
//!
//! `Aⱼ` uniform in `±½`, `ωⱼ` in `±0.4`, `φⱼ` in `[0, 2π)`, `lⱼ` in `{1, 2, 3}`: J. Brandstetter,
//! D. E. Worrall & M. Welling, "Message passing neural PDE solvers" (2022), §4.1, on `L = 16` for 4
//! time units (E1, E2) or 2 (E3). Their experiments are E1 `α = 1, β = γ = 0`; E2 `α = 1`, `β` in
//! `[0, 0.2]`, `γ = 0`; E3 `α` in `[0, 6]`, `β` in `[0.1, 0.4]`, `γ` in `[0, 1]`. Here `α` is that
//! of their program, twice the one of their formula `∂ₓ(α u²)`; the program draws `lⱼ` from `{1, 2}`,
//! which `forcing_periods = 2` does too.
//!
//! Waves steepen into shocks where `β` is small, which no sum of Fourier modes can follow. So the
//! flux is that of a shock-capturing scheme (`weno`), while the rest is exact in Fourier space.

use std::f64::consts::TAU;

use super::weno;
use crate::nonlinear::{Evaluate, OwnTerm};
use crate::{
    Complex, Complex64, Equation, EquationEntry, Grid, Parameter, Real, Rng, SolverError, Workspace,
};

/// Terms of a force.
const TERMS: usize = 5;

/// Numbers that describe a term: height in `±1`, frequency, a place in `[0, 1)` among the possible
/// numbers of periods, phase.
const PER_TERM: usize = 4;

/// Convection, diffusion and dispersion under a force.
#[derive(Debug, Clone, PartialEq)]
pub struct Combined {
    /// Strength `α` of the convection.
    pub alpha: f64,
    /// Diffusivity `β ≥ 0`.
    pub beta: f64,
    /// Dispersivity `γ`.
    pub gamma: f64,
    /// The terms of `δ`.
    pub force: Vec<Force>,
}

/// A term `A sin(ωt + 2πl x/L + φ)` of the force.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Force {
    /// Height `A`.
    pub amplitude: f64,
    /// Angular frequency `ω`.
    pub frequency: f64,
    /// Periods `l` across the box.
    pub periods: usize,
    /// Phase `φ`.
    pub phase: f64,
}

impl Force {
    /// The angle at `x = 0`.
    fn angle(&self, time: f64) -> f64 {
        self.frequency * time + self.phase
    }
}

impl Equation for Combined {
    fn kind(&self) -> &'static str {
        ENTRY.kind
    }

    fn linear(&self, _channel: usize, k: &[f64]) -> Complex64 {
        Complex64::new(-self.beta * k[0].powi(2), self.gamma * k[0].powi(3))
    }

    fn own_term(&self) -> Option<Box<dyn OwnTerm>> {
        Some(Box::new(self.clone()))
    }

    fn captures_shocks(&self) -> bool {
        true
    }

    fn check(&self, grid: &Grid) -> Result<(), SolverError> {
        let points = grid.points()[0];
        let most = self.force.iter().map(|force| force.periods).max();
        match most {
            Some(most) if 2 * most >= points => Err(SolverError::Unresolved {
                owner: ENTRY.kind,
                name: "forcing_periods",
                wavenumber: most,
                axis: 0,
                points,
                needed: 2 * most + 2,
            }),
            _ => Ok(()),
        }
    }
}

impl OwnTerm for Combined {
    fn num_fields(&self) -> usize {
        2
    }
}

impl<T: Real> Evaluate<T> for Combined {
    fn evaluate(&self, work: &mut Workspace<T>, u_hat: &[Complex<T>], out: &mut [Complex<T>]) {
        let num_points = work.num_points;
        let (u, convection) = work.points.split_at_mut(num_points);
        work.transform.to_points(u_hat, u);
        let length: f64 = TAU / work.k.axis(0)[1].into();
        let spacing = T::of(length / num_points as f64);
        weno::convection(T::of(self.alpha), spacing, u, convection);
        work.transform.to_modes(convection, out);
        for force in &self.force {
            // sin θ is the imaginary part of e^{iθ}: half of it and half of its image.
            let mode = Complex64::cis(force.angle(work.time)) * Complex64::new(0.0, -0.5);
            let mode = mode * (force.amplitude * num_points as f64);
            out[force.periods] += Complex::new(T::of(mode.re), T::of(mode.im));
        }
    }
}

/// The numbers of [`TERMS`] terms.
fn draw(rng: &mut Rng) -> Vec<f64> {
    let mut term = |_| {
        let [height, frequency] = [rng.uniform(-1.0, 1.0), rng.uniform(-0.4, 0.4)];
        [
            height,
            frequency,
            rng.uniform(0.0, 1.0),
            rng.uniform(0.0, TAU),
        ]
    };
    (0..TERMS).flat_map(&mut term).collect()
}

/// The force of values and drawn numbers.
fn force(values: &[f64]) -> Vec<Force> {
    let (amplitude, periods) = (values[3], values[4]);
    let term = |term: &[f64]| Force {
        amplitude: amplitude * term[0],
        frequency: term[1],
        periods: 1 + (term[2] * periods) as usize,
        phase: term[3],
    };
    values[5..].chunks_exact(PER_TERM).map(term).collect()
}

/// `δ(0, x)`.
fn initial(values: &[f64], grid: &Grid) -> Vec<f64> {
    let force = force(values);
    let at = |x: f64| {
        let turns = x / grid.length()[0];
        let term = |force: &Force| {
            force.amplitude * (force.angle(0.0) + TAU * force.periods as f64 * turns).sin()
        };
        force.iter().map(term).sum()
    };
    grid.coordinates(0).into_iter().map(at).collect()
}

pub(super) const ENTRY: EquationEntry = EquationEntry {
    kind: "combined",
    formula: "uₜ + α u uₓ = β uₓₓ − γ uₓₓₓ + δ(t, x)",
    summary: "convection, diffusion and dispersion under a force that differs in every simulation",
    dims: &[1],
    // The phases of the force are uniform, so a shifted force is as likely; dispersion has a direction.
    symmetries: crate::problem::Symmetries::SHIFTS,
    parameters: &[
        Parameter {
            name: "alpha",
            symbol: "α",
            doc: "convection: waves steepen; 0 is a linear equation",
            default: Some(1.0),
            good: [0.0, 6.0],
            ..Parameter::NON_NEGATIVE
        },
        Parameter {
            name: "beta",
            symbol: "β",
            doc: "diffusivity; 0 leaves shocks",
            default: Some(0.0),
            good: [0.0, 0.4],
            ..Parameter::NON_NEGATIVE
        },
        Parameter {
            name: "gamma",
            symbol: "γ",
            doc: "dispersivity: short waves fall behind",
            default: Some(0.0),
            good: [0.0, 1.0],
            ..Parameter::ANY
        },
        Parameter {
            name: "forcing_amplitude",
            symbol: "A",
            doc: "largest height of a term of the force and of the initial state",
            default: Some(0.5),
            good: [0.25, 0.5],
            ..Parameter::POSITIVE
        },
        Parameter {
            name: "forcing_periods",
            symbol: "l",
            doc: "most periods of a term of the force across the box",
            default: Some(3.0),
            good: [2.0, 3.0],
            whole: true,
            ..Parameter::POSITIVE
        },
    ],
    build: |values, _dims| {
        Box::new(Combined {
            alpha: values[0],
            beta: values[1],
            gamma: values[2],
            force: force(values),
        })
    },
    draw: Some(draw),
    own_initial: Some(initial),
    page: super::Page {
        title: "The combined equation",
        signs: "Positive `α` makes high water run ahead; positive `β` evens out; positive `γ` is the \
                `uₓₓₓ` of Korteweg–de Vries. `α` is that of the authors' program, twice the one of \
                the formula `∂ₓ(α u²)` in their paper.",
        expect: "A force δ(t, x) = Σ Aⱼ sin(ωⱼt + 2πlⱼx/L + φⱼ) of five slow waves, drawn anew for \
                 every simulation, pushes the state, which begins as δ(0, x). The experiments of \
                 the paper: E1 `α = 1` alone, E2 with `β` in [0, 0.2], both for 4 time units; E3 \
                 `α` in [0, 6], `β` in [0.1, 0.4], `γ` in [0, 1] for 2. Without `β` waves break \
                 into shocks after about one time unit; the flux of a shock-capturing scheme \
                 (WENO) keeps them a few points wide, so frames are of first order there and of \
                 fifth order elsewhere. With `γ` short waves run \
                 out of a front. The force is not among the parameters that a surrogate sees: from \
                 one state alone it cannot be known, from several it can, which is why the paper \
                 feeds 25 frames. `solver_points` above `points` give frames of a finer solution.",
        references: &[
            "J. Brandstetter, D. E. Worrall & M. Welling, *Message Passing Neural PDE Solvers* \
             (ICLR 2022), §4.1",
            "G.-S. Jiang & C.-W. Shu, *J. Comput. Phys.* 126, 202 (1996)",
        ],
        example: r#"
seed = 3

[equation]
kind = "combined"
alpha = 3.0
beta = 0.1
gamma = 0.1

[grid]
points = [200]
length = 16.0

[time]
dt = 0.02
frames = 201
substeps = 8

[ensemble]
simulations = 1
"#,
    },
    ..EquationEntry::LINEAR
};
