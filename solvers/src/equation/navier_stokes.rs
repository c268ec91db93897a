//! Navier–Stokes in the plane: `w_t + u·∇w = ν ∆w − a w`, `ℒ̂ = −ν|k|² − a`.
//!
//! `w = v_x − u_y` is the vorticity, positive where the flow turns anticlockwise, `∆ψ = −w` and
//! `(u, v) = (ψ_y, −ψ_x)`; `x` is the first axis, `y` the second, and there is no mean flow.
//! Eddies of one sign merge, filaments between them are wound up and diffuse. The mean of `w` is
//! constant without drag and zero for every periodic velocity; energy and enstrophy `½ ∫ w² dx`
//! never grow. Other programs use the opposite sign of `w`. S. A. Orszag, Stud. Appl. Math.
//! 50, 293 (1971).

use super::{square, vorticity};
use crate::problem::{Field, Meaning, Symmetries};
use crate::{Complex64, Dealias, Equation, EquationEntry, Nonlinear, Parameter};

/// An incompressible flow in two dimensions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NavierStokes {
    /// Viscosity `ν ≥ 0`.
    pub viscosity: f64,
    /// Drag `a ≥ 0`, the same for all scales.
    pub drag: f64,
}

impl Equation for NavierStokes {
    fn kind(&self) -> &'static str {
        ENTRY.kind
    }

    fn linear(&self, _channel: usize, k: &[f64]) -> Complex64 {
        Complex64::new(-self.viscosity * square(k) - self.drag, 0.0)
    }

    fn dealias(&self) -> Dealias {
        Dealias::TwoThirds
    }

    fn nonlinear(&self) -> Option<Nonlinear> {
        Some(vorticity::transport())
    }
}

pub(super) const VISCOSITY: Parameter = Parameter {
    name: "viscosity",
    symbol: "ν",
    doc: "smallest eddies are about (ν³/ε)^¼ for a dissipation ε; the grid has to resolve them",
    good: [1e-3, 0.01],
    ..Parameter::NON_NEGATIVE
};

pub(super) const ENTRY: EquationEntry = EquationEntry {
    kind: "navier_stokes",
    formula: "w_t + u·∇w = ν ∆w − a w, w = v_x − u_y",
    summary: "decaying turbulence in the plane, given by its vorticity",
    // The mean of a vorticity is zero, whatever the drag, when it is that of a periodic velocity.
    fields: |_| vec![Field::conserved("vorticity")],
    dims: &[2],
    meaning: Meaning::Vorticity,
    symmetries: Symmetries::ODD,
    parameters: &[
        VISCOSITY,
        Parameter {
            name: "drag",
            symbol: "a",
            doc: "friction of all scales alike",
            default: Some(0.0),
            good: [0.0, 0.1],
            ..Parameter::NON_NEGATIVE
        },
    ],
    build: |values, _dims| {
        Box::new(NavierStokes {
            viscosity: values[0],
            drag: values[1],
        })
    },
    page: super::Page {
        title: "Navier–Stokes in the plane",
        signs: "The vorticity w = v_x − u_y is positive where the flow turns anticlockwise; ∆ψ = \
                −w and (u, v) = (ψ_y, −ψ_x), x being the first axis. Some programs have the \
                opposite sign of w. There is no mean flow.",
        expect: "Eddies of one sign merge, pairs of opposite sign travel, and between them \
                 vorticity is drawn out into filaments that grow thin and diffuse. Energy goes to \
                 the longest waves and decays slowly, enstrophy ½ ∫ w² dx goes to the shortest \
                 and decays fast; in the end a few large eddies are left. Time is measured in \
                 turnovers 1/|w|. The flow is chaotic, and the filaments set the grid: with ν = \
                 10⁻³ and speeds near 1 on a box of 2π, 128 points an axis are the least. A \
                 surrogate loses the filaments first; spectra show how many.",
        references: &[
            "R. H. Kraichnan, *Phys. Fluids* 10, 1417 (1967)",
            "S. A. Orszag, *Stud. Appl. Math.* 50, 293 (1971)",
            "J. C. McWilliams, *J. Fluid Mech.* 146, 21 (1984)",
        ],
        example: r#"
seed = 0

[equation]
kind = "navier_stokes"
viscosity = 1e-3

[grid]
points = [128, 128]
length = 6.283185307179586

[time]
dt = 0.25
warmup = 12
frames = 37
substeps = 32

[initial]
kind = "filtered_velocity"
peak_wavenumber = 2.0
max_velocity = 2.0

[ensemble]
simulations = 1
"#,
    },
    ..EquationEntry::LINEAR
};
