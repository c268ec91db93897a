//! Steps of tensors in 32 bits beside the solver in 64 bits, for every equation that has a tensor form.

mod common;

use burn::tensor::{Device, Tensor};
use common::{difference, drawn, equations, final_state, initial, rounded, states, tensor};
use ondine_solvers::{Ends, Integrator, Resample, SimulationSpec, SolverError, equation};
use ondine_tensor_solvers::TensorStepper;

/// States after so many frames of tensors, from states that 32 bits hold.
fn stepped(specs: &[SimulationSpec], starts: &[Vec<f64>], frames: usize) -> Vec<Vec<f64>> {
    let device = Device::flex();
    let stepper = TensorStepper::new(specs, &device).unwrap_or_else(|error| panic!("{error}"));
    let u = tensor(starts, specs[0].grid.num_points(), &device);
    states((0..frames).fold(u, |u, _| stepper.step(u)))
}

#[test]
fn every_spectral_equation_as_tensors_is_the_solver_to_the_rounding_of_32_bits() {
    for (entry, dims) in equations() {
        for integrator in Integrator::ALL {
            let mut specs: Vec<_> = (0..3).map(|i| drawn(entry, dims, i)).collect();
            specs
                .iter_mut()
                .for_each(|spec| spec.integrator = integrator);
            let starts: Vec<_> = (0..)
                .zip(&specs)
                .map(|(i, spec)| rounded(initial(spec, i)))
                .collect();
            for ((spec, start), u) in specs.iter().zip(&starts).zip(stepped(&specs, &starts, 1)) {
                let error = difference(&u, &final_state(spec, start, 1));
                let kind = entry.kind;
                assert!(
                    error < 5e-6,
                    "{kind} in {dims}-D by {integrator}: {error:e} ({})",
                    spec.describe()
                );
            }
        }
    }
}

#[test]
fn axes_of_unlike_points_are_not_mistaken_for_each_other() {
    for points in [&[18, 30][..], &[6, 10, 8]] {
        let entry = equation::find("burgers").expect("in the list");
        let mut spec = drawn(entry, points.len(), 0);
        spec.grid = entry
            .grid(points, &[3.0, 5.0, 7.0][..points.len()])
            .expect("valid");
        let start = rounded(initial(&spec, 0));
        let u = &stepped(std::slice::from_ref(&spec), std::slice::from_ref(&start), 3)[0];
        let error = difference(u, &final_state(&spec, &start, 3));
        assert!(error < 1.5e-5, "{points:?}: {error:e}"); // 5e-6 per frame
    }
}

/// Frames of a solver on a finer grid, and coarse frames of a solver on a coarser one, as `Resample` gives them.
#[test]
fn states_on_other_points_are_those_of_a_solver_between_resampled_states() {
    let device = Device::flex();
    for (kind, of_states, of_solver) in [
        ("kuramoto_sivashinsky", &[32][..], &[48][..]),
        ("kuramoto_sivashinsky", &[48], &[32]),
        ("navier_stokes", &[16, 20], &[24, 28]),
        ("navier_stokes", &[24, 28], &[16, 20]),
        ("wave", &[24], &[32]),
    ] {
        let spec = drawn(
            equation::find(kind).expect("in the list"),
            of_states.len(),
            0,
        );
        let spec = spec.on(of_solver).expect("valid");
        let fine = spec.on(&[64, 64][..of_states.len()]).expect("valid");
        let resampled = |u: &[f64], from: &[usize], to: &[usize]| {
            let mut states = Resample::new(from, to);
            let fields = u.chunks_exact(from.iter().product());
            fields
                .flat_map(|u| states.apply(u).to_vec())
                .collect::<Vec<f64>>()
        };
        let start = rounded(resampled(&initial(&fine, 0), fine.grid.points(), of_states));
        let inner = resampled(&start, of_states, of_solver);
        let expected = resampled(&final_state(&spec, &inner, 1), of_solver, of_states);
        let stepper = TensorStepper::new(std::slice::from_ref(&spec), &device).expect("valid");
        let stepper = stepper.on_states_of(of_states);
        let u = tensor(
            std::slice::from_ref(&start),
            of_states.iter().product(),
            &device,
        );
        let again = stepper.of_others(&[spec]).expect("the same");
        for stepper in [stepper, again] {
            let error = difference(&states(stepper.step(u.clone()))[0], &expected);
            assert!(
                error < 5e-6,
                "{kind}, {of_states:?} by {of_solver:?}: {error:e}"
            );
        }
    }
}

#[test]
fn resampled_states_are_those_of_the_solvers_own_filter() {
    let device = Device::flex();
    for (kind, from, to) in [
        ("kuramoto_sivashinsky", &[48][..], &[32][..]),
        ("gray_scott", &[24, 28], &[16, 28]),
        ("navier_stokes", &[24, 28], &[32, 20]),
    ] {
        let spec = drawn(equation::find(kind).expect("in the list"), from.len(), 0);
        let spec = spec.on(from).expect("valid");
        let start = rounded(initial(&spec, 0));
        let mut filter = Resample::new(from, to);
        let fields = start.chunks_exact(from.iter().product());
        let expected = fields.flat_map(|u| filter.apply(u).to_vec());
        let expected: Vec<f64> = expected.collect();
        let u = tensor(std::slice::from_ref(&start), from.iter().product(), &device);
        let stepper = TensorStepper::new(&[spec], &device).expect("valid");
        let found = states(stepper.resample(to).apply(u));
        let error = difference(&found[0], &expected);
        assert!(error < 1e-6, "{kind}, {from:?} to {to:?}: {error:e}"); // single precision
    }
}

#[test]
fn one_simulation_stands_for_a_batch_of_any_size() {
    let spec = drawn(equation::find("gray_scott").expect("in the list"), 2, 0);
    let starts: Vec<_> = (0..3).map(|i| rounded(initial(&spec, i))).collect();
    let together = stepped(std::slice::from_ref(&spec), &starts, 1);
    let each = stepped(&[spec.clone(), spec.clone(), spec], &starts, 1);
    assert_eq!(together, each);
}

#[test]
fn equations_without_a_tensor_form_are_refused_with_the_reason() {
    let device = Device::flex();
    let refused = |spec: SimulationSpec| match TensorStepper::new(&[spec], &device) {
        Err(error @ SolverError::NoTables { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    };
    let combined = drawn(equation::find("combined").expect("in the list"), 1, 0);
    let said = refused(combined);
    assert!(
        said.contains("combined: has a nonlinear term that is no function of the fields"),
        "{said}"
    );
    let mut walled = drawn(equation::find("diffusion").expect("in the list"), 1, 0);
    let ends = [Ends::both(ondine_solvers::Boundary::Wall)];
    walled.equation = walled.equation.between(&ends).expect("with walls");
    walled.grid = walled.equation.grid(&[16], &[1.0]).expect("valid");
    assert!(refused(walled).contains("diffusion: has walls"));
    let euler = drawn(equation::find("euler").expect("in the list"), 1, 0);
    assert!(refused(euler).contains("euler: is solved without Fourier modes"));
}

#[test]
fn simulations_of_unlike_equations_or_grids_are_refused() {
    let device = Device::flex();
    let spec = |kind| drawn(equation::find(kind).expect("in the list"), 1, 0);
    let (burgers, kdv) = (spec("burgers"), spec("kdv"));
    let unlike = |specs: &[SimulationSpec]| match TensorStepper::new(specs, &device) {
        Err(SolverError::Unlike { name }) => name,
        other => panic!("{other:?}"),
    };
    assert_eq!(unlike(&[burgers.clone(), kdv]), "equation");
    assert_eq!(
        unlike(&[burgers.clone(), burgers.on(&[32]).expect("valid")]),
        "number of points"
    );
    assert_eq!(unlike(&[]), "number of simulations");
}

#[test]
fn parameters_of_a_tensor_take_the_place_of_those_of_the_simulations() {
    let mut spec = drawn(equation::find("burgers").expect("in the list"), 1, 0);
    let device = Device::flex().autodiff();
    let viscosity = Tensor::<2>::full([1, 1], 0.25, &device);
    let of_tensor = TensorStepper::of_parameters(std::slice::from_ref(&spec), &viscosity);
    spec.parameters = vec![0.25]; // exact in 32 bits
    let start = rounded(initial(&spec, 0));
    let u = tensor(std::slice::from_ref(&start), 48, &device);
    let found = states(of_tensor.expect("valid").step(u).inner());
    assert_eq!(found, stepped(&[spec], &[start], 1));
    let negative = TensorStepper::of_parameters(
        &[drawn(equation::find("burgers").expect("in the list"), 1, 0)],
        &-viscosity,
    );
    let said = negative
        .map(|_| ())
        .expect_err("viscosity is not negative")
        .to_string();
    assert!(said.contains("`viscosity` = -0.25"), "{said}");
}
