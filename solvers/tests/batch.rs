//! Batches of simulations beside each simulation alone.

mod common;

use std::f64::consts::TAU;

use common::{cube, difference, final_state, initial, simulation_of};
use ondine_solvers::equation::EQUATIONS;
use ondine_solvers::{
    Batch, EquationEntry, Grid, Integrator, Precision, Rng, SimulationSpec, SolverError, Stream,
};

/// Equations that are solved in Fourier space and are functions of the fields at one point.
fn equations() -> impl Iterator<Item = (&'static EquationEntry, usize)> {
    let spectral = EQUATIONS
        .iter()
        .filter(|entry| entry.has_modes() && entry.kind != "combined");
    spectral.flat_map(|entry| entry.dims.iter().map(|&dims| (*entry, dims)))
}

/// A simulation with parameters, lengths and time step of its own.
fn drawn(entry: &'static EquationEntry, dims: usize, index: u64) -> SimulationSpec {
    let mut rng = Rng::stream(3, Stream::Parameters, index);
    let values = entry.values_in(dims).map(|parameter| {
        let [low, high] = parameter.good;
        let value = rng.uniform(low, high);
        if parameter.whole {
            value.round()
        } else {
            value
        }
    });
    let values: Vec<f64> = values.collect();
    let points = [48, 18, 10][dims - 1];
    let grid = Grid::new(&vec![points; dims], &vec![rng.uniform(5.0, 7.0); dims]).expect("valid");
    let mut spec = simulation_of(entry, &values, grid, rng.uniform(0.005, 0.01));
    spec.substeps = 2;
    spec
}

/// The states of all simulations after some frames.
fn together(specs: &[SimulationSpec], frames: usize) -> Vec<Vec<f64>> {
    let mut batch = Batch::new(specs).unwrap_or_else(|error| panic!("{error}"));
    let mut states: Vec<_> = (0..).zip(specs).map(|(i, spec)| initial(spec, i)).collect();
    for (i, u) in states.iter().enumerate() {
        batch.start(i, u);
    }
    (0..frames).for_each(|_| batch.step());
    for (i, u) in states.iter_mut().enumerate() {
        batch.read(i, u);
    }
    states
}

#[test]
fn every_spectral_equation_in_a_batch_is_the_simulation_alone_to_rounding() {
    for (entry, dims) in equations() {
        for integrator in Integrator::ALL {
            let mut specs: Vec<_> = (0..3).map(|i| drawn(entry, dims, i)).collect();
            specs
                .iter_mut()
                .for_each(|spec| spec.integrator = integrator);
            for (i, u) in (0..).zip(together(&specs, 3)) {
                let spec = &specs[i];
                let alone = final_state(spec, &initial(spec, i as u64), 3);
                let error = difference(&u, &alone);
                assert!(
                    error < 1e-13,
                    "{} in {dims}-D by {integrator}: {error:e} ({})",
                    entry.kind,
                    spec.describe()
                );
            }
        }
    }
}

#[test]
fn single_precision_in_a_batch_is_the_simulation_alone_to_rounding() {
    for (entry, dims) in equations() {
        let mut specs: Vec<_> = (0..3).map(|i| drawn(entry, dims, i)).collect();
        specs
            .iter_mut()
            .for_each(|spec| spec.precision = Precision::F32);
        for (i, u) in (0..).zip(together(&specs, 2)) {
            let alone = final_state(&specs[i], &initial(&specs[i], i as u64), 2);
            let error = difference(&u, &alone);
            assert!(error < 2e-5, "{} in {dims}-D: {error:e}", entry.kind);
        }
    }
}

#[test]
fn a_simulation_is_the_same_to_the_bit_whatever_is_beside_it() {
    let bits = |u: &Vec<f64>| -> Vec<u64> { u.iter().map(|u| u.to_bits()).collect() };
    for (entry, dims) in equations() {
        for precision in [Precision::F64, Precision::F32] {
            let mut specs: Vec<_> = (0..19).map(|i| drawn(entry, dims, i)).collect();
            specs.iter_mut().for_each(|spec| spec.precision = precision);
            let all = together(&specs, 1);
            let one = together(&specs[..1], 1);
            assert_eq!(bits(&all[0]), bits(&one[0]), "{}", entry.kind);
            let last = initial(&specs[18], 18);
            let mut turned = Batch::new(&[specs[18].clone(), specs[4].clone()]).expect("alike");
            let mut u = vec![f64::NAN; last.len()];
            turned.start(0, &last);
            turned.start(1, &u); // nothing of it reaches its neighbour
            turned.step();
            turned.read(0, &mut u);
            assert_eq!(bits(&u), bits(&all[18]), "{}", entry.kind);
        }
    }
}

#[test]
fn simulations_that_do_not_fit_together_are_refused_with_what_differs() {
    let spec = |kind: &str, points: usize| {
        let entry = ondine_solvers::equation::find(kind).expect("in the list");
        let values: Vec<f64> = entry
            .values_in(1)
            .map(|parameter| parameter.good[1])
            .collect();
        simulation_of(entry, &values, cube(1, points, TAU), 0.01)
    };
    let name = |specs: &[SimulationSpec]| match Batch::new(specs) {
        Err(SolverError::Unlike { name }) => name,
        other => panic!("{other:?}"),
    };
    assert_eq!(name(&[]), "number of simulations");
    assert_eq!(
        name(&[spec("burgers", 32), spec("burgers", 64)]),
        "number of points"
    );
    assert_eq!(
        name(&[spec("burgers", 32), spec("diffusion", 32)]),
        "equation"
    );
    assert_eq!(name(&[spec("combined", 32)]), "kind of equation or grid");
    assert_eq!(name(&[spec("heat", 32)]), "kind of equation or grid");
    let mut short = spec("burgers", 32);
    short.dt = -1.0;
    assert!(matches!(
        Batch::new(&[short]),
        Err(SolverError::OutOfRange { .. })
    ));
}
