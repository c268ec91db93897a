//! Steps and gradients of tensors in 64 bits: equality with the solver, order of convergence, derivatives beside differences
//! of the solver.

mod common;

use std::sync::LazyLock;

use burn::tensor::{Device, FloatDType, Tensor, TensorData};
use common::{
    cube, difference, direction, dot, drawn, equations, final_state, initial, mean, number,
    simulation_on, slope, states, tensor,
};
use ondine_solvers::{EquationEntry, Integrator, SimulationSpec};
use ondine_tensor_solvers::TensorStepper;

/// The processor, with numbers of 64 bits.
static DEVICE: LazyLock<Device> = LazyLock::new(|| {
    let mut device = Device::flex();
    device
        .configure(FloatDType::F64)
        .expect("before the first tensor");
    device
});

fn stepped(spec: &SimulationSpec, start: &[f64]) -> Vec<f64> {
    let stepper = TensorStepper::new(std::slice::from_ref(spec), &DEVICE);
    let stepper = stepper.unwrap_or_else(|error| panic!("{error}"));
    let u = tensor(&[start.to_vec()], spec.grid.num_points(), &DEVICE);
    states(stepper.step(u)).remove(0)
}

#[test]
fn every_spectral_equation_as_tensors_is_the_solver_to_rounding() {
    for (entry, dims) in equations() {
        for integrator in Integrator::ALL {
            let mut spec = drawn(entry, dims, 5);
            spec.integrator = integrator;
            let start = initial(&spec, 5);
            let error = difference(&stepped(&spec, &start), &final_state(&spec, &start, 1));
            assert!(
                error < 1e-13,
                "{} in {dims}-D by {integrator}: {error:e}",
                entry.kind
            );
        }
    }
}

#[test]
fn every_integrator_converges_at_its_order() {
    let spec = simulation_on("burgers", &[0.1], cube(1, 32, 6.0), 0.5);
    let start = initial(&spec, 1);
    let exact = final_state(
        &SimulationSpec {
            substeps: 4096,
            ..spec.clone()
        },
        &start,
        1,
    );
    let substeps = [32, 64, 128];
    for integrator in Integrator::ALL {
        let log_error = |&substeps: &usize| {
            let spec = SimulationSpec {
                integrator,
                substeps,
                ..spec.clone()
            };
            difference(&stepped(&spec, &start), &exact).ln()
        };
        let errors: Vec<f64> = substeps.iter().map(log_error).collect();
        let slopes: Vec<f64> = errors
            .windows(2)
            .map(|pair| (pair[0] - pair[1]) / 2.0_f64.ln())
            .collect();
        let distance = (mean(&slopes) - f64::from(integrator.order())).abs();
        assert!(distance < 0.2, "{integrator}: {slopes:?}");
    }
}

/// A simulation, its first state, and weights of its answer.
struct Case {
    spec: SimulationSpec,
    start: Vec<f64>,
    weights: Vec<f64>,
}

fn cases(entry: &'static EquationEntry, dims: usize) -> [Case; 2] {
    [0, 1].map(|i| {
        let spec = drawn(entry, dims, i);
        Case {
            start: initial(&spec, i),
            weights: direction(&spec, i),
            spec,
        }
    })
}

/// First states and weights as tensors.
fn tensors(cases: &[Case], device: &Device) -> [Tensor<3>; 2] {
    let points = cases[0].spec.grid.num_points();
    let starts: Vec<_> = cases.iter().map(|case| case.start.clone()).collect();
    let weights: Vec<_> = cases.iter().map(|case| case.weights.clone()).collect();
    [starts, weights].map(|states| tensor(&states, points, device))
}

fn specs(cases: &[Case]) -> Vec<SimulationSpec> {
    cases.iter().map(|case| case.spec.clone()).collect()
}

#[test]
fn gradients_by_the_state_are_the_differences_of_the_solver() {
    let device = DEVICE.clone().autodiff();
    for (entry, dims) in equations() {
        let cases = cases(entry, dims);
        let stepper = TensorStepper::new(&specs(&cases), &device).expect("valid");
        let [u, weights] = tensors(&cases, &device);
        let u = u.require_grad();
        let next = stepper.step(stepper.step(u.clone()));
        let gradients = (next * weights).sum().backward();
        let gradients = states(u.grad(&gradients).expect("it was used"));
        for (i, case) in cases.iter().enumerate() {
            let along = direction(&case.spec, 10 + i as u64);
            let difference = slope(1e-3, |h| {
                let pairs = case.start.iter().zip(&along);
                let moved: Vec<f64> = pairs.map(|(u, v)| u + h * v).collect();
                dot(&final_state(&case.spec, &moved, 2), &case.weights)
            });
            let found = dot(&gradients[i], &along);
            let size = |u: &[f64]| dot(u, u).sqrt();
            let scale = difference
                .abs()
                .max(1e-2 * size(&case.weights) * size(&along));
            let error = (found - difference).abs() / scale;
            let kind = entry.kind;
            assert!(error < 1e-8, "{kind} in {dims}-D: {found} and {difference}");
        }
    }
}

#[test]
fn gradients_by_parameters_are_the_differences_of_the_solver() {
    let device = DEVICE.clone().autodiff();
    for (entry, dims) in equations() {
        for integrator in [Integrator::Etdrk2, Integrator::Etdrk4] {
            let mut cases = cases(entry, dims);
            let each = cases.iter_mut();
            each.for_each(|case| case.spec.integrator = integrator);
            let rows = cases.each_ref().map(|case| case.spec.parameters.clone());
            let data = TensorData::new(rows.concat(), [2, rows[0].len()]);
            let parameters = Tensor::<2>::from_data(data, &device).require_grad();
            let stepper = TensorStepper::of_parameters(&specs(&cases), &parameters);
            let stepper = stepper.unwrap_or_else(|error| panic!("{error}"));
            let [u, weights] = tensors(&cases, &device);
            let gradients = (stepper.step(stepper.step(u)) * weights).sum().backward();
            let gradients = parameters.grad(&gradients).expect("it was used");
            let gradients = gradients.into_data().try_to_vec::<f64>().expect("64 bits");
            for (case, found) in cases.iter().zip(gradients.chunks(rows[0].len())) {
                check_parameters(case, found, dims);
            }
        }
    }
}

fn check_parameters(case: &Case, found: &[f64], dims: usize) {
    let Case {
        spec,
        start,
        weights,
    } = case;
    for (i, parameter) in spec.equation.values_in(dims).enumerate() {
        if parameter.whole {
            assert!(found[i] == 0.0, "{}: {}", parameter.name, found[i]);
            continue;
        }
        let size = spec.parameters[i].abs();
        let difference = slope(1e-3 * size, |h| {
            let mut spec = spec.clone();
            spec.parameters[i] += h;
            dot(&final_state(&spec, start, 2), weights)
        });
        // Rounding of the differences, where the parameter hardly matters.
        let rounding = 1e-12 * dot(start, start).sqrt() * dot(weights, weights).sqrt() / size;
        let error = (found[i] - difference).abs();
        let kind = spec.equation.kind;
        assert!(
            error < 1e-6 * difference.abs() + rounding,
            "{kind} in {dims}-D by {}, {}: {} and {difference}",
            spec.integrator,
            parameter.name,
            found[i]
        );
    }
}

#[test]
fn gradients_of_parameters_outlive_several_steps_in_a_row() {
    let device = DEVICE.clone().autodiff();
    let spec = simulation_on("kuramoto_sivashinsky", &[1.0], cube(1, 32, 22.0), 0.25);
    let start = initial(&spec, 0);
    let viscosity = Tensor::<2>::ones([1, 1], &device).require_grad();
    let stepper =
        TensorStepper::of_parameters(std::slice::from_ref(&spec), &viscosity).expect("valid");
    let u = tensor(std::slice::from_ref(&start), 32, &device);
    let end = (0..20).fold(u, |u, _| stepper.step(u));
    let gradients = end.square().mean().backward();
    let found = number(
        viscosity
            .grad(&gradients)
            .expect("it was used")
            .reshape([1]),
    );
    let difference = slope(1e-4, |h| {
        let mut spec = spec.clone();
        spec.parameters[0] += h;
        let end = final_state(&spec, &start, 20);
        dot(&end, &end) / end.len() as f64
    });
    let error = (found - difference).abs() / difference.abs();
    assert!(error < 1e-7, "{found} and {difference}");
}
