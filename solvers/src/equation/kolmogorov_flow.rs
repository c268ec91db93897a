//! Kolmogorov flow: `w_t + u·∇w = ν ∆w − a w − A k cos(k y)`, `ℒ̂ = −ν|k|² − a`.
//!
//! Navier–Stokes in the plane under the body force `(A sin(k y), 0)`, `k = 2πn / L_y`: `n` is the
//! number of periods of the force across the second axis, so that on a box of length `2π` it is
//! the wavenumber itself. Signs are those of `navier_stokes`. The flow becomes turbulent where
//! `A / (ν² k³)` is large; drag takes the energy out of its largest eddies. The good values are
//! those of D. Kochkov et al., PNAS 118, e2101784118 (2021): `ν = 10⁻³`, `a = 0.1`, `n = 4`,
//! `A = 1` on `2π × 2π`.

use super::navier_stokes::VISCOSITY;
use super::{NavierStokes, vorticity};
use crate::nonlinear::Symbol;
use crate::problem::{Field, Meaning, Reflection, Shift, Symmetries};
use crate::{Complex64, Dealias, Equation, EquationEntry, Grid, Nonlinear, Parameter, SolverError};

/// A flow in two dimensions that a periodic force keeps going.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KolmogorovFlow {
    /// Viscosity and drag.
    pub flow: NavierStokes,
    /// Periods `n` of the force across the second axis.
    pub forcing_wavenumber: usize,
    /// Largest force `A`.
    pub forcing_amplitude: f64,
}

impl Equation for KolmogorovFlow {
    fn kind(&self) -> &'static str {
        ENTRY.kind
    }

    fn linear(&self, channel: usize, k: &[f64]) -> Complex64 {
        self.flow.linear(channel, k)
    }

    fn dealias(&self) -> Dealias {
        self.flow.dealias()
    }

    fn nonlinear(&self) -> Option<Nonlinear> {
        // The mode (0, n): cos(k y) is half of it and half of its image (0, −n), not stored.
        let (periods, amplitude) = ([0, self.forcing_wavenumber], -0.5 * self.forcing_amplitude);
        let wave = Symbol::real(|k| k[1]);
        Some(vorticity::transport().constant(0, &periods, amplitude, wave))
    }

    fn check(&self, grid: &Grid) -> Result<(), SolverError> {
        let points = grid.points()[1];
        if self.forcing_wavenumber < self.dealias().num_modes(points) {
            return Ok(());
        }
        Err(SolverError::Unresolved {
            owner: ENTRY.kind,
            name: "forcing_wavenumber",
            wavenumber: self.forcing_wavenumber,
            axis: 1,
            points,
            needed: (3 * self.forcing_wavenumber + 1).next_multiple_of(2),
        })
    }
}

pub(super) const ENTRY: EquationEntry = EquationEntry {
    kind: "kolmogorov_flow",
    formula: "w_t + u·∇w = ν ∆w − a w − A k cos(k y), w = v_x − u_y",
    summary: "turbulence in the plane kept going by a force (A sin(k y), 0)",
    fields: |_| vec![Field::conserved("vorticity")], // as that of `navier_stokes`
    dims: &[2],
    meaning: Meaning::Vorticity,
    symmetries: Symmetries {
        shift: [
            Shift::Any,
            Shift::Periods("forcing_wavenumber"),
            Shift::Never,
        ],
        reflection: Reflection::Inversion,
    },
    parameters: &[
        VISCOSITY,
        Parameter {
            name: "drag",
            symbol: "a",
            doc: "friction of all scales alike; takes the energy of the largest eddies",
            default: Some(0.1),
            good: [0.0, 0.1],
            ..Parameter::NON_NEGATIVE
        },
        Parameter {
            name: "forcing_wavenumber",
            symbol: "n",
            doc: "periods of the force across the second axis, k = 2πn / L: k itself where L = 2π",
            default: Some(4.0),
            good: [2.0, 4.0],
            whole: true,
            ..Parameter::POSITIVE
        },
        Parameter {
            name: "forcing_amplitude",
            symbol: "A",
            doc: "largest force",
            default: Some(1.0),
            good: [0.5, 1.0],
            ..Parameter::ANY
        },
    ],
    build: |values, _dims| {
        Box::new(KolmogorovFlow {
            flow: NavierStokes {
                viscosity: values[0],
                drag: values[1],
            },
            forcing_wavenumber: values[2].round() as usize,
            forcing_amplitude: values[3],
        })
    },
    page: super::Page {
        title: "Kolmogorov flow",
        signs: "The force pushes along the first axis, (A sin(k y), 0), and so adds −A k cos(k y) \
                to the vorticity. Signs of the flow are those of `navier_stokes`; `drag` takes a \
                w.",
        expect: "After a transient of ten to twenty time units, for which a warm-up is good, \
                 force, drag and viscosity balance and the flow is turbulent and statistically \
                 steady: strong eddies that merge and are torn apart, filaments between them. \
                 Without drag energy gathers in the longest waves. For small A / (ν² k³) the flow \
                 is laminar instead, w = −A k cos(k y) / (ν k² + a). With ν = 10⁻³ take 128 \
                 points an axis or more. It is a chaotic system with a wide spectrum: a surrogate \
                 is judged by the time for which it follows, by spectra, and by whether it stays \
                 stable.",
        references: &[
            "L. D. Meshalkin & Y. G. Sinai, *J. Appl. Math. Mech.* 25, 1700 (1961)",
            "D. Kochkov et al., *Machine learning–accelerated computational fluid dynamics*, \
             *PNAS* 118, e2101784118 (2021)",
            "P. Lippe et al., *PDE-Refiner: Achieving Accurate Long Rollouts with Neural PDE \
             Solvers* (NeurIPS 2023)",
        ],
        example: r#"
seed = 0

[equation]
kind = "kolmogorov_flow"
viscosity = 1e-3

[grid]
points = [128, 128]
length = 6.283185307179586

[time]
dt = 0.25
warmup = 80
frames = 37
substeps = 40

[initial]
kind = "filtered_velocity"
max_velocity = 2.0

[ensemble]
simulations = 1
"#,
    },
    ..EquationEntry::LINEAR
};
