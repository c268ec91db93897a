//! Batches of simulations beside each simulation alone.

use std::f64::consts::TAU;
use std::ops::ControlFlow;

use crate::common::{cube, difference, final_state, initial, simulation_of};
use ondine_solvers::equation::EQUATIONS;
use ondine_solvers::{
    Batch, EquationEntry, Grid, Integrator, Precision, Rng, Rollout, SimulationSpec, SolverError,
    Stream,
};

/// Equations that are solved in Fourier space and are functions of the fields at one point.
fn equations() -> impl Iterator<Item = (&'static EquationEntry, usize)> {
    let spectral = EQUATIONS
        .iter()
        .filter(|entry| entry.has_modes() && entry.kind != "combined");
    spectral.flat_map(|entry| entry.dims.iter().map(|&dims| (*entry, dims)))
}

/// A simulation with parameters, lengths and time step of its own, on a grid that is none for a simulation alone in the
/// lanes of vectors.
fn drawn(entry: &'static EquationEntry, dims: usize, index: u64) -> SimulationSpec {
    let points = [48, 18, 10][dims - 1];
    drawn_on(entry, &vec![points; dims], index)
}

/// The same on any grid.
fn drawn_on(entry: &'static EquationEntry, points: &[usize], index: u64) -> SimulationSpec {
    let dims = points.len();
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
    let grid = Grid::new(points, &vec![rng.uniform(5.0, 7.0); points.len()]).expect("valid");
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

/// The bits of the last of some frames.
fn bits_alone(spec: &SimulationSpec, u0: &[f64], frames: usize) -> Vec<u64> {
    let mut last = Vec::new();
    spec.run(u0, 0, frames + 1, &mut |_, u| {
        last = u.iter().map(|u| u.to_bits()).collect();
        ControlFlow::Continue(())
    })
    .unwrap_or_else(|error| panic!("{error}"));
    last
}

#[test]
fn a_simulation_alone_has_the_bits_that_it_has_in_a_batch() {
    let cases: [(&[usize], Precision); 7] = [
        (&[32], Precision::F64),
        (&[64], Precision::F64),
        (&[96], Precision::F64),
        (&[128], Precision::F32),
        (&[256], Precision::F32),
        (&[12, 32], Precision::F64),
        (&[10, 128], Precision::F32),
    ];
    for (entry, dims) in equations() {
        for (points, precision) in cases.iter().filter(|(points, _)| points.len() == dims) {
            let mut specs: Vec<_> = (0..3).map(|i| drawn_on(entry, points, i)).collect();
            specs
                .iter_mut()
                .for_each(|spec| spec.precision = *precision);
            assert!(Batch::makes(&specs[0]).expect("valid"), "{points:?}");
            for (i, u) in (0..).zip(together(&specs, 2)) {
                let alone = bits_alone(&specs[i], &initial(&specs[i], i as u64), 2);
                let u: Vec<u64> = u.iter().map(|u| u.to_bits()).collect();
                assert!(alone == u, "{} on {points:?}, {precision:?}", entry.kind);
            }
        }
    }
}

#[test]
fn every_integrator_has_the_same_bits_alone_and_in_a_batch() {
    for kind in ["kuramoto_sivashinsky", "kdv"] {
        let entry = ondine_solvers::equation::find(kind).expect("in the list");
        for integrator in Integrator::ALL {
            let mut specs: Vec<_> = (0..9).map(|i| drawn_on(entry, &[64], i)).collect();
            for spec in &mut specs {
                spec.integrator = integrator;
            }
            let u: Vec<u64> = together(&specs, 3)[8].iter().map(|u| u.to_bits()).collect();
            let alone = bits_alone(&specs[8], &initial(&specs[8], 8), 3);
            assert!(alone == u, "{kind} by {integrator}");
        }
    }
}

#[test]
fn a_simulation_that_diverges_ends_alone() {
    let entry = ondine_solvers::equation::find("burgers").expect("in the list");
    let mut specs: Vec<_> = (0..5).map(|i| drawn_on(entry, &[64], i)).collect();
    for spec in &mut specs {
        (spec.parameters, spec.dt, spec.substeps) = (vec![0.001], 0.01, 1);
    }
    specs[2].dt = 1.0; // too long a step for the shock
    let initial: Vec<_> = (0..)
        .zip(&specs)
        .map(|(i, spec)| initial(spec, i))
        .collect();
    let rollout = Rollout {
        warmup: 2,
        frames: 30,
    };
    let mut seen = vec![Vec::new(); specs.len()];
    let mut batch = Batch::new(&specs).expect("alike");
    let ends = batch.run(&initial, rollout, &mut |i, frame, u| {
        assert_eq!(frame, seen[i].len());
        seen[i].push(u.to_vec());
        if (i, frame) == (4, 3) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    for (i, ended) in ends.into_iter().enumerate() {
        let mut frames = Vec::new();
        let alone = specs[i].run(&initial[i], rollout.warmup, rollout.frames, &mut |_, u| {
            frames.push(u.to_vec());
            ControlFlow::Continue(())
        });
        assert_eq!(alone.is_err(), i == 2);
        frames.truncate(if i == 4 { 4 } else { rollout.frames });
        assert_eq!(seen[i], frames, "{i}");
        let said = |ended: Result<(), SolverError>| ended.err().map(|error| error.to_string());
        assert_eq!(said(ended), said(alone), "{i}");
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
