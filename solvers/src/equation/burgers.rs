//! Burgers: `uₜ + (u·∇)u = ν ∆u`, `ℒ̂ = −ν|k|²`; in one dimension `𝒩(u) = −½ (u²)ₓ`.
//!
//! Waves steepen into fronts and then decay. A front across which `u` falls by `Δu` is about
//! `4ν / Δu` wide; the grid has to resolve it. In one dimension the integral of `u` is constant
//! and the energy `∫ u² dx` never grows; in two and three the fields are the components of a
//! velocity and its mean is not constant, because the form is not conservative. J. M. Burgers,
//! Adv. Appl. Mech. 1, 171 (1948).

use super::convection::convection;
use super::{rotational, square};
use crate::problem::{Field, Meaning, Reflection, Symmetries};
use crate::{Complex64, Dealias, Equation, EquationEntry, Nonlinear, Parameter};

/// Convection and diffusion of a velocity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Burgers {
    /// Viscosity `ν ≥ 0`.
    pub viscosity: f64,
    /// Number of axes and of components of the velocity.
    pub dims: usize,
}

impl Equation for Burgers {
    fn kind(&self) -> &'static str {
        ENTRY.kind
    }

    fn channels(&self) -> usize {
        self.dims
    }

    fn linear(&self, _channel: usize, k: &[f64]) -> Complex64 {
        Complex64::new(-self.viscosity * square(k), 0.0)
    }

    fn dealias(&self) -> Dealias {
        Dealias::TwoThirds
    }

    fn nonlinear(&self) -> Option<Nonlinear> {
        Some(match self.dims {
            1 => convection(1.0),
            2 => rotational::in_the_plane(),
            _ => rotational::in_space(),
        })
    }
}

pub(super) const ENTRY: EquationEntry = EquationEntry {
    kind: "burgers",
    formula: "uₜ + (u·∇)u = ν ∆u",
    summary: "convection and diffusion; waves steepen into fronts and decay",
    fields: |dims| Field::velocity(dims, dims == 1),
    meaning: Meaning::Velocity,
    symmetries: Symmetries {
        reflection: Reflection::Vector,
        ..Symmetries::ALL
    },
    parameters: &[Parameter {
        name: "viscosity",
        symbol: "ν",
        doc: "sets the width of the fronts, about 4ν / Δu for a jump Δu",
        good: [0.01, 0.1],
        ..Parameter::NON_NEGATIVE
    }],
    build: |values, dims| {
        Box::new(Burgers {
            viscosity: values[0],
            dims,
        })
    },
    page: super::Page {
        title: "Burgers",
        signs: "Positive values move towards larger coordinates; where u falls along x, a front \
                forms. In one dimension this is uₜ + ½ (u²)ₓ = ν uₓₓ, in two and three the fields \
                are the components of a velocity along the axes, and the form is the convective \
                one, whose mean is not constant.",
        expect: "Slopes steepen until diffusion stops them, after a time of about 1 / max |∇u|: \
                 fronts 4ν / Δu wide, between which u is almost straight. Fronts catch up with \
                 each other and merge, and the energy falls with each of them. The grid needs a \
                 few points in a front; with fewer, ripples appear beside it. For a surrogate the \
                 place of a front decides: smooth parts are easy, a front that is one grid \
                 spacing off is most of the error, and a smaller ν makes all of it harder.",
        references: &[
            "J. M. Burgers, *Adv. Appl. Mech.* 1, 171 (1948)",
            "E. Hopf, *Comm. Pure Appl. Math.* 3, 201 (1950)",
            "J. D. Cole, *Quart. Appl. Math.* 9, 225 (1951)",
        ],
        example: r#"
seed = 1

[equation]
kind = "burgers"
viscosity = 0.01

[grid]
points = [512]
length = 6.283185307179586

[time]
dt = 0.05
frames = 201
substeps = 2

[initial]
kind = "fourier_series"
cutoff = 4

[ensemble]
simulations = 1
"#,
    },
    ..EquationEntry::LINEAR
};
