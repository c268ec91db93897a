//! Single precision and threads change what a simulation costs, not what it is.

use std::f64::consts::TAU;

use crate::common::{cube, difference, final_state, initial, simulation_on};
use ondine_solvers::equation::EQUATIONS;
use ondine_solvers::{Precision, SimulationSpec};

/// Every equation that has Fourier modes, with good values on a grid of each dimension.
fn simulations(points: [usize; 3]) -> impl Iterator<Item = SimulationSpec> {
    let periodic = EQUATIONS.iter().filter(|entry| entry.has_modes());
    let on = periodic.flat_map(|entry| entry.dims.iter().map(move |&dims| (entry, dims)));
    on.map(move |(entry, dims)| {
        let values: Vec<f64> = entry.values_in(dims).map(|p| p.good[1]).collect();
        let grid = cube(dims, points[dims - 1], TAU);
        let mut spec = simulation_on(entry.kind, &values, grid, 0.01);
        spec.substeps = 4;
        spec
    })
}

#[test]
fn single_precision_is_near_double_precision_for_every_equation() {
    let mut worst = ("", 0.0);
    for spec in simulations([64, 24, 16]) {
        let single = SimulationSpec {
            precision: Precision::F32,
            ..spec.clone()
        };
        let u0 = initial(&spec, 3);
        let error = difference(&final_state(&single, &u0, 5), &final_state(&spec, &u0, 5));
        let kind = spec.equation.kind;
        assert!(error > 0.0, "{kind}: computed in double precision");
        assert!(error < 2e-5, "{kind}: {error:e}"); // 20 steps of rounding, 6e-8 each
        if error > worst.1 {
            worst = (kind, error);
        }
    }
    println!("largest difference: {worst:?}");
}

#[test]
fn any_number_of_threads_gives_the_same_bits_for_every_equation() {
    // 136² and 36³ points are enough to be shared, and no multiple of the blocks of a transform.
    for spec in simulations([64, 136, 36]) {
        let u0 = initial(&spec, 4);
        let alone = final_state(&spec, &u0, 2);
        for threads in [2, 3] {
            let spec = SimulationSpec {
                threads,
                ..spec.clone()
            };
            let shared = final_state(&spec, &u0, 2);
            assert!(
                alone == shared,
                "{} on {threads} threads",
                spec.equation.kind
            );
        }
    }
}
