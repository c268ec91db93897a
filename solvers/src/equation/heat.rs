//! Heat between walls of fixed temperature: `uₜ = ν ∆u`, `u` given at the start and on each wall.
//!
//! Not periodic, so without Fourier modes: `finite_difference/heat.rs` says how it is solved. A state starts at one temperature; the walls win. With temperatures of 100 to 500
//! and `ν = 1` on a box of length 1, times up to 1 show all of it.

use super::BoxedStepper;
use crate::finite_difference::{Heat, Walls};
use crate::problem::{Field, Reflection, Shift, Symmetries};
use crate::{AxisKind, EquationEntry, Grid, OwnStepper, Parameter};

const TEMPERATURE: Parameter = Parameter {
    symbol: "T",
    good: [100.0, 500.0],
    ..Parameter::ANY
};

pub(super) const ENTRY: EquationEntry = EquationEntry {
    kind: "heat",
    formula: "uₜ = ν ∆u, u = T on each wall",
    summary: "heat in a rod or a plate between walls of fixed temperature; not periodic",
    fields: |_| vec![Field::scalar("temperature")],
    dims: &[1, 2],
    symmetries: Symmetries {
        shift: [Shift::Never; 3],
        reflection: Reflection::Never, // the walls would change places
    },
    parameters: &[
        Parameter {
            name: "diffusivity",
            symbol: "ν",
            doc: "heat crosses a length L in a time of about L²/ν",
            default: Some(1.0),
            good: [0.5, 2.0],
            ..Parameter::POSITIVE
        },
        Parameter {
            name: "initial_temperature",
            doc: "temperature everywhere at the start",
            ..TEMPERATURE
        },
        Parameter {
            name: "low_wall",
            doc: "temperature of the wall at 0 of each axis",
            per_axis: true,
            ..TEMPERATURE
        },
        Parameter {
            name: "high_wall",
            doc: "temperature of the wall at L of each axis",
            per_axis: true,
            ..TEMPERATURE
        },
    ],
    own_initial: Some(|values, grid| vec![values[1]; grid.num_points()]),
    axes: [AxisKind::FIXED_WALLS; 3],
    own_stepper: Some(OwnStepper {
        method: "implicit finite differences",
        order: 2,
        order_in_space: 2,
        stepper,
    }),
    page: super::Page {
        title: "Heat between walls",
        signs: "`low_wall` is the wall at 0 of an axis, `high_wall` that at L; in a plate \
                `low_wall = [100.0, 500.0]` means 100 at x = 0 and 500 at y = 0. A positive `ν` \
                evens out, as in `diffusion`.",
        expect: "The state starts at one temperature whatever `[initial]` says, and warms or \
                 cools from the walls inwards over a depth of about √(4νt); by the time L²/ν it \
                 is steady, a ramp in a rod, a smooth surface in a plate. The steady state \
                 depends on the temperatures alone, so a surrogate learns a map from three \
                 temperatures (five in a plate) more than a dynamics. Hard are the first frames, \
                 with jumps at the walls, and the corners where two walls meet.",
        references: &[
            "L. Meyer, M. Schouler, R. A. Caulk, A. Ribés & B. Raffin, *Training Deep Surrogate \
             Models with Large Scale Online Learning* (ICML 2023)",
            "R. Alexander, *SIAM J. Numer. Anal.* 14, 1006 (1977)",
        ],
        example: r#"
seed = 0

[equation]
kind = "heat"
initial_temperature = 300.0
low_wall = [100.0, 500.0]
high_wall = [400.0, 200.0]

[grid]
points = [64, 64]
length = 1.0

[time]
dt = 0.001
frames = 31
substeps = 8

[ensemble]
simulations = 1
"#,
    },
    ..EquationEntry::LINEAR
};

fn stepper(values: &[f64], grid: &Grid, dt: f64) -> BoxedStepper {
    let (low, high) = values[2..].split_at(grid.dims());
    let walls = low
        .iter()
        .zip(high)
        .map(|(&low, &high)| Walls { low, high });
    let walls: Vec<_> = walls.collect();
    Ok(Box::new(Heat::new(values[0], &walls, grid, dt)?))
}
