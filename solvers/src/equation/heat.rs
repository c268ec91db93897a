//! Heat between walls of fixed temperature: `uₜ = ν ∆u`, `u` given at the start and on each wall.
//!
//! Not periodic, so without Fourier modes: `walls/heat.rs` says how it is solved and where its
//! points are. A state starts at one temperature; the walls win. With temperatures of 100 to 500
//! and `ν = 1` on a box of length 1, times up to 1 show all of it.

use super::BoxedStepper;
use crate::walls::{Heat, Walls};
use crate::{Direct, EquationEntry, Grid, Parameter};

const TEMPERATURE: Parameter = Parameter {
    symbol: "T",
    good: [100.0, 500.0],
    ..Parameter::ANY
};

pub(super) const ENTRY: EquationEntry = EquationEntry {
    kind: "heat",
    formula: "uₜ = ν ∆u, u = T on each wall",
    summary: "heat in a rod or a plate between walls of fixed temperature; not periodic",
    fields: &["temperature"],
    dims: &[1, 2],
    conserves_mean: false,
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
    direct: Some(Direct { order: 2, stepper }),
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
