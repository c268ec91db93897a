//! Parameters, dimensions and grids that are refused, and solutions that diverge.

use super::{equations, good_values};
use crate::common::{cube, initial, simulation, simulation_on};
use std::f64::consts::TAU;
use std::ops::ControlFlow;

#[test]
fn every_equation_refuses_wrong_parameters_and_dimensions() {
    for entry in equations() {
        let dims = entry.dims[0];
        let good = good_values(entry, dims, 0);
        let too_many = [&good[..], &[1.0]].concat();
        for (values, dims) in [(too_many, dims), (good, 7)] {
            let Err(error) = entry.check(&values, dims) else {
                panic!("{} accepts {values:?} on {dims} axes", entry.kind);
            };
            assert!(error.to_string().contains(entry.kind), "{error}");
        }
    }
}

#[test]
fn a_force_that_the_grid_does_not_resolve_is_refused_with_the_points_it_needs() {
    let error_of = |wavenumber: f64| {
        let values = [1e-3, 0.1, wavenumber, 1.0];
        let spec = simulation_on("kolmogorov_flow", &values, cube(2, 32, TAU), 0.1);
        spec.stepper().err().map(|error| error.to_string())
    };
    assert_eq!(error_of(10.0), None);
    let error = error_of(11.0).expect("11 periods on 32 points");
    assert!(
        error.contains("32 points of axis 1") && error.contains("34"),
        "{error}"
    );
    let error = error_of(4.5).expect("half a period");
    assert!(error.contains("whole"), "{error}");
}

#[test]
fn negative_viscosity_is_refused_with_its_name_and_value() {
    for kind in ["burgers", "kuramoto_sivashinsky"] {
        let spec = simulation(kind, -0.5, (32, TAU), 0.1);
        let error = spec.stepper().err().expect("negative").to_string();
        assert!(
            error.contains(kind) && error.contains("`viscosity` = -0.5"),
            "{error}"
        );
    }
    let spec = simulation("kuramoto_sivashinsky", 0.0, (32, TAU), 0.1);
    let error = spec.stepper().err().expect("zero").to_string();
    assert!(error.contains("greater than 0"), "{error}");
}

#[test]
fn divergence_names_equation_parameters_and_time() {
    let spec = simulation("burgers", 1e-6, (64, TAU), 5.0);
    let u0: Vec<f64> = initial(&spec, 0).iter().map(|u| 10.0 * u).collect();
    let result = spec.run(&u0, 0, 200, &mut |_, _| ControlFlow::Continue(()));
    let error = result.expect_err("a huge time step").to_string();
    println!("{error}");
    for part in [
        "burgers",
        "viscosity = 0.000001",
        "dt = 5",
        "time ",
        "substeps",
    ] {
        assert!(error.contains(part), "`{part}` is missing: {error}");
    }
}
