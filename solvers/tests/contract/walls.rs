//! Cosines and sines between walls: eigenmodes, mirror images on periodic grids, order, conservation, refusals.

mod contract;
mod mirror;
mod reference;

use crate::common::{at_points, difference, final_state, initial, mean, simulation_of};
use ondine_solvers::{
    AxisKind, EquationEntry, FrameErrors, Grid, Integrator, Precision, Rollout, SimulationSpec,
    SolverError, equation, measure_convergence,
};
use std::f64::consts::PI;
use std::ops::ControlFlow;

use AxisKind as Kind;

/// The equation with these axes.
fn walled(kind: &str, axes: &[AxisKind]) -> &'static EquationEntry {
    let entry = equation::find(kind).expect("in the list");
    let mut all = entry.bounded.expect("it may have walls").iter();
    let fits = |entry: &&EquationEntry| entry.axes[..axes.len()] == *axes;
    all.find(fits).expect("it may have these walls")
}

/// A fourth-order simulation between walls with one step per frame.
fn simulation(
    kind: &str,
    axes: &[AxisKind],
    parameters: &[f64],
    points: &[usize],
    dt: f64,
) -> SimulationSpec {
    let length = [2.0, 3.0, 1.0];
    let grid = Grid::of_kinds(points, &length[..points.len()], &three(axes)).expect("valid");
    simulation_of(walled(kind, axes), parameters, grid, dt)
}

fn three(axes: &[AxisKind]) -> [AxisKind; 3] {
    [0, 1, 2].map(|axis| *axes.get(axis).unwrap_or(&Kind::PERIODIC))
}

/// A product of eigenfunctions with so many half periods along axes with walls, and periods along others, and `|k|²`.
fn eigenmode(grid: &Grid, numbers: &[f64]) -> (Vec<f64>, f64) {
    let axes: Vec<_> = grid.axes().zip(numbers).collect();
    let wavenumber = |(axis, number): &(ondine_solvers::Axis, &f64)| {
        let half = if axis.kind.is_periodic() { 2.0 } else { 1.0 };
        half * PI * *number / axis.length
    };
    let k: Vec<f64> = axes.iter().map(wavenumber).collect();
    let kinds = grid.kinds().to_vec();
    let along = k.clone();
    let u = at_points(grid, move |x| {
        let factor = |axis: usize| match kinds[axis] {
            Kind::FIXED_WALLS => (along[axis] * x[axis]).sin(),
            _ => (along[axis] * x[axis]).cos(),
        };
        (0..x.len()).map(factor).product()
    });
    (u, k.iter().map(|k| k * k).sum())
}

const AXES: [&[AxisKind]; 8] = [
    &[Kind::WALLS],
    &[Kind::FIXED_WALLS],
    &[Kind::WALLS, Kind::WALLS],
    &[Kind::WALLS, Kind::PERIODIC],
    &[Kind::PERIODIC, Kind::FIXED_WALLS],
    &[Kind::FIXED_WALLS, Kind::WALLS],
    &[Kind::WALLS, Kind::PERIODIC, Kind::FIXED_WALLS],
    &[Kind::PERIODIC, Kind::WALLS, Kind::PERIODIC],
];

#[test]
fn eigenmodes_of_diffusion_and_waves_are_exact() {
    for axes in AXES {
        let points = &[16, 11, 8][..axes.len()];
        let even: Vec<usize> = points
            .iter()
            .zip(axes)
            .map(|(&n, kind)| if kind.is_periodic() { n + n % 2 } else { n })
            .collect();
        let numbers = &[3.0, 2.0, 1.0][..axes.len()];
        let (nu, time) = (0.013, 0.7);
        let heat = simulation("diffusion", axes, &[nu], &even, time);
        let (u, square) = eigenmode(&heat.grid, numbers);
        let found = final_state(&heat, &u, 3);
        let exact: Vec<f64> = u
            .iter()
            .map(|u| u * (-nu * square * 3.0 * time).exp())
            .collect();
        let error = difference(&found, &exact);
        assert!(error < 1e-12, "diffusion {axes:?}: {error:e}"); // exact in time, rounding
        let (speed, omega) = (1.3, 1.3 * square.sqrt());
        let string = simulation("wave", axes, &[speed], &even, time);
        let still = vec![0.0; u.len()];
        let found = final_state(&string, &[u.clone(), still].concat(), 3);
        let (sin, cos) = (omega * 3.0 * time).sin_cos();
        let exact =
            [cos, -omega * sin].map(|factor| u.iter().map(|u| factor * u).collect::<Vec<_>>());
        let error = difference(&found, &exact.concat());
        assert!(error < 1e-12, "wave {axes:?}: {error:e}"); // exact in time, rounding
    }
}

#[test]
fn a_scalar_is_carried_along_a_channel_and_diffuses_across_it() {
    let (c, nu, time) = (0.8, 0.02, 0.5);
    for across in [Kind::WALLS, Kind::FIXED_WALLS] {
        let axes = [Kind::PERIODIC, across];
        let spec = simulation("advection_diffusion", &axes, &[c, 0.0, nu], &[16, 12], time);
        let k = [2.0 * PI * 2.0 / 2.0, PI * 3.0 / 3.0];
        let profile = |y: f64| match across {
            Kind::WALLS => (k[1] * y).cos(),
            _ => (k[1] * y).sin(),
        };
        let at = |t: f64| {
            let decay = (-nu * (k[0] * k[0] + k[1] * k[1]) * t).exp();
            at_points(&spec.grid, |x| {
                decay * (k[0] * (x[0] - c * t)).sin() * profile(x[1])
            })
        };
        let error = difference(&final_state(&spec, &at(0.0), 4), &at(4.0 * time));
        assert!(error < 1e-12, "{across}: {error:e}"); // exact in time, rounding
    }
}

#[test]
fn every_integrator_converges_at_its_order_between_walls() {
    let axes = [Kind::WALLS, Kind::WALLS];
    let mut spec = simulation(
        "fitzhugh_nagumo",
        &axes,
        &[0.01, 0.05, 0.005],
        &[16, 16],
        1.0,
    );
    let u0 = initial(&spec, 3);
    spec.substeps = 1024;
    let exact = final_state(&spec, &u0, 1);
    for integrator in Integrator::ALL {
        spec.integrator = integrator;
        let errors = [32, 64].map(|substeps| {
            let spec = SimulationSpec {
                substeps,
                ..spec.clone()
            };
            difference(&final_state(&spec, &u0, 1), &exact)
        });
        let order = (errors[0] / errors[1]).log2();
        let claimed = f64::from(integrator.order());
        let right = (order - claimed).abs() < 0.2;
        assert!(right, "{integrator}: order {order:.3}, errors {errors:?}");
    }
}

#[test]
fn nothing_leaves_through_walls_without_flux() {
    for (kind, parameters) in [("diffusion", &[0.1][..]), ("cahn_hilliard", &[0.1, 0.05])] {
        let axes = [Kind::WALLS, Kind::PERIODIC];
        let mut spec = simulation(kind, &axes, parameters, &[24, 24], 0.05);
        spec.substeps = 10;
        let u0: Vec<f64> = initial(&spec, 5).iter().map(|u| 0.2 + 0.3 * u).collect();
        let drift = mean(&final_state(&spec, &u0, 10)) - mean(&u0);
        assert!(spec.equation.conserves_mean_in(2), "{kind} says so");
        assert!(drift.abs() < 1e-14, "{kind} drifts by {drift:e}"); // rounding
        let fixed = walled("diffusion", &[Kind::FIXED_WALLS]);
        assert!(
            !fixed.conserves_mean_in(1),
            "heat leaves through cold walls"
        );
    }
}

#[test]
fn steps_are_the_same_for_any_number_of_threads_and_close_to_those_in_single_precision() {
    for axes in [
        [Kind::WALLS, Kind::WALLS],
        [Kind::PERIODIC, Kind::WALLS],
        [Kind::WALLS, Kind::PERIODIC],
    ] {
        let mut spec = simulation(
            "fitzhugh_nagumo",
            &axes,
            &[0.001, 0.005, 0.005],
            &[128, 128],
            0.1,
        );
        let u0 = initial(&spec, 1);
        let alone = final_state(&spec, &u0, 2);
        spec.threads = 3;
        assert_eq!(final_state(&spec, &u0, 2), alone, "{axes:?}");
        spec.precision = Precision::F32;
        let error = difference(&final_state(&spec, &u0, 2), &alone);
        assert!(error < 1e-5, "{axes:?}: {error:e}"); // rounding to 24 bits
    }
}

#[test]
fn errors_of_grid_and_steps_are_measured_between_walls() {
    let mut spec = simulation(
        "fitzhugh_nagumo",
        &[Kind::WALLS],
        &[0.05, 0.1, 0.005],
        &[64],
        0.2,
    );
    spec.substeps = 4;
    let wave = |spec: &SimulationSpec| {
        let u = eigenmode(&spec.grid, &[2.0]).0;
        Ok([u.clone(), u].concat())
    };
    let rollout = Rollout {
        warmup: 0,
        frames: 4,
    };
    let found = measure_convergence(&spec, &wave, rollout, &mut |_| ControlFlow::Continue(()));
    let found = found.expect("stable").expect("not stopped");
    assert_eq!(found.spatial.accumulated.len(), 3);
    let error = found.spatial.accumulated[2];
    assert!(error < 1e-9, "{error:e}"); // smooth: 16 modes are enough
    assert!(
        found.sampling.expect("cosines") < 1e-14,
        "one cosine is a cosine"
    );
    assert!(found.tail.expect("cosines") < 1e-10, "{:?}", found.tail);
    let mut frames = FrameErrors::new(&spec).expect("cosines");
    let state = wave(&spec).expect("a formula");
    assert!(frames.spatial(0.0, &state).expect("a finer grid") < 1e-9);
    let coarse = simulation(
        "fitzhugh_nagumo",
        &[Kind::WALLS],
        &[1e-4, 0.05, 0.005],
        &[8],
        2.0,
    );
    let mut frames = FrameErrors::new(&coarse).expect("cosines");
    let state = wave(&coarse).expect("a formula");
    assert!(
        frames.spatial(0.0, &state).expect("a finer grid") > 1e-4,
        "fronts are missed"
    );
}

#[test]
fn walls_that_an_equation_or_a_grid_can_not_have_are_refused_with_the_reason() {
    let refused = |spec: SimulationSpec| spec.stepper().err().expect("refused").to_string();
    let axes = [Kind::WALLS, Kind::PERIODIC];
    let said = refused(simulation(
        "advection_diffusion",
        &axes,
        &[0.5, 0.0, 0.1],
        &[8, 8],
        0.1,
    ));
    assert!(
        said.contains("advection_diffusion: axis 0") && said.contains("even"),
        "{said}"
    );
    let along = simulation("advection_diffusion", &axes, &[0.0, 0.5, 0.1], &[8, 8], 0.1);
    assert!(along.stepper().is_ok(), "flow along the walls");
    let entry = walled("diffusion", &[Kind::WALLS]);
    let error = entry.grid(&[3], &[1.0]).expect_err("three points");
    assert_eq!(error, SolverError::FewPoints { axis: 0, points: 3 });
    assert!(
        entry.grid(&[5], &[1.0]).is_ok(),
        "an odd number of cells is fine"
    );
    let of_burgers = equation::find("burgers").expect("in the list");
    let grid = Grid::of_kinds(&[8], &[1.0], &[Kind::WALLS; 3]).expect("valid");
    let burgers = of_burgers.build_checked(&[0.1], 1).expect("valid");
    let threads = ondine_solvers::Threads::one();
    let built = ondine_solvers::Etdrk::<f64>::new(burgers, &grid, 0.1, Integrator::Etdrk4, threads);
    let said = built.expect_err("a term with a direction").to_string();
    assert!(said.contains("make the axis periodic"), "{said}");
    let open = Grid::of_kinds(&[8], &[1.0], &[Kind::OPEN; 3]).expect("valid");
    let said = ondine_solvers::spectral::check_grid(&open)
        .expect_err("open")
        .to_string();
    assert!(
        said.contains("open ends") && said.contains("walls at both ends"),
        "{said}"
    );
}
