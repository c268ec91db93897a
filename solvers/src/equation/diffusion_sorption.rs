//! Diffusion and sorption: `R(u) uₜ = D uₓₓ`, `u = u_in` at 0, `−D uₓ = u` at `L`.
//!
//! Not periodic and without Fourier modes: `finite_difference/sorption.rs` says how it is solved. The set "diffusion-sorption" of
//! `PDEBench`, which holds a solute in ground water.

use super::BoxedStepper;
use crate::finite_difference::{Column, Sorption};
use crate::problem::{Field, Reflection, Shift, Symmetries};
use crate::{AxisKind, EquationEntry, Grid, OwnStepper, Parameter};

pub(super) const ENTRY: EquationEntry = EquationEntry {
    kind: "diffusion_sorption",
    formula: "R(u) uₜ = D uₓₓ, R = 1 + (1 − φ)/φ ρ k n uⁿ⁻¹, u = u_in at 0, −D uₓ = u at L",
    summary: "a solute that diffuses into a column and is sorbed there; not periodic",
    fields: |_| {
        vec![Field {
            conserved: false,
            ..Field::positive("concentration")
        }]
    },
    dims: &[1],
    symmetries: Symmetries {
        shift: [Shift::Never; 3],
        reflection: Reflection::Never,
    },
    parameters: &[
        Parameter {
            name: "diffusivity",
            symbol: "D",
            doc: "the solute reaches a depth of about 2 √(D t/R)",
            default: Some(5e-4),
            good: [2e-4, 1e-3],
            ..Parameter::POSITIVE
        },
        Parameter {
            name: "porosity",
            symbol: "φ",
            doc: "share of the volume that is water",
            default: Some(0.29),
            min: f64::MIN_POSITIVE,
            max: 1.0,
            good: [0.25, 0.4],
            ..Parameter::ANY
        },
        Parameter {
            name: "bulk_density",
            symbol: "ρ",
            doc: "dry mass of the soil per volume",
            default: Some(2880.0),
            good: [2000.0, 3000.0],
            ..Parameter::NON_NEGATIVE
        },
        Parameter {
            name: "freundlich",
            symbol: "k",
            doc: "strength of the sorption",
            default: Some(3.5e-4),
            good: [2e-4, 5e-4],
            ..Parameter::NON_NEGATIVE
        },
        Parameter {
            name: "exponent",
            symbol: "n",
            doc: "exponent of Freundlich's isotherm; below 1, little solute is held back more",
            default: Some(0.874),
            min: f64::MIN_POSITIVE,
            max: 1.0,
            good: [0.8, 0.95],
            ..Parameter::ANY
        },
        Parameter {
            name: "inlet",
            symbol: "u_in",
            doc: "concentration at 0",
            default: Some(1.0),
            good: [0.5, 1.0],
            ..Parameter::NON_NEGATIVE
        },
        Parameter {
            name: "initial_concentration",
            symbol: "u₀",
            doc: "concentration everywhere at the start",
            good: [0.01, 0.2],
            ..Parameter::NON_NEGATIVE
        },
    ],
    own_initial: Some(|values, grid| vec![values[6]; grid.num_points()]),
    axes: [AxisKind::WALLS; 3],
    own_stepper: Some(OwnStepper {
        method: "implicit finite differences",
        order: 2,
        order_in_space: 2,
        stepper,
    }),
    page: super::Page {
        title: "Diffusion and sorption",
        signs: "Concentrations are not negative. The column begins at 0, where it touches a reservoir of \
                concentration `u_in`; at `L` as much leaves as reaches the end, with a velocity of 1.",
        expect: "The state starts at one concentration whatever `[initial]` says. A front of depth \
                 2 √(D t/R) enters from 0; sorption holds it back by R, about 4 for the default values, more where \
                 there is little solute. By the time R L²/D it has reached the end. With the values of PDEBench, the \
                 defaults and t = 500, the front fills half of the column. A surrogate learns a map from the \
                 initial concentration and the time; hard are the first frames, with a jump at 0.",
        references: &[
            "M. Takamoto, T. Praditia, R. Leiteritz, D. MacKinlay, F. Alesiani, D. Pflüger & M. Niepert, \
             *PDEBench: An Extensive Benchmark for Scientific Machine Learning* (NeurIPS 2022)",
            "H. Freundlich, *Z. Phys. Chem.* 57, 385 (1907)",
        ],
        example: r#"
seed = 0

[equation]
kind = "diffusion_sorption"
initial_concentration = 0.1

[grid]
points = [256]
length = 1.0

[time]
dt = 5.0
frames = 101
substeps = 4

[ensemble]
simulations = 1
"#,
    },
    ..EquationEntry::LINEAR
};

fn stepper(values: &[f64], grid: &Grid, dt: f64) -> BoxedStepper {
    let [diffusivity, porosity, density, freundlich, exponent, inlet] = values[..6] else {
        unreachable!("the entry has so many parameters");
    };
    let column = Column {
        diffusivity,
        sorption: (1.0 - porosity) / porosity * density * freundlich,
        exponent,
        inlet,
    };
    Ok(Box::new(Sorption::new(column, grid, dt)?))
}
