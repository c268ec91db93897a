//! The errors that self-convergence measures are those of the simulation.

use std::f64::consts::TAU;
use std::ops::ControlFlow;

use crate::common::{
    at_points, coarsen, cube, final_state, initial, simulation, simulation_on, trajectory,
};
use ondine_solvers::initial::{Options, find};
use ondine_solvers::{
    Convergence, Grid, Integrator, Rng, Rollout, SimulationSpec, SolverError, Stream,
    measure_convergence, sample,
};

/// Measured over frames after a warm-up, from the sine series of seed 3 or the equation's own.
fn measure(spec: &SimulationSpec, warmup: usize, frames: usize) -> Convergence {
    let start = |spec: &SimulationSpec| Ok(spec.own_initial().unwrap_or_else(|| initial(spec, 3)));
    let go_on = &mut |_| ControlFlow::Continue(());
    let measured = measure_convergence(spec, &start, Rollout { warmup, frames }, go_on);
    let measured = measured.unwrap_or_else(|error| panic!("{error}"));
    measured.expect("nobody stopped it")
}

fn with_substeps(spec: &SimulationSpec, substeps: usize) -> SimulationSpec {
    SimulationSpec {
        substeps,
        ..spec.clone()
    }
}

/// `‖a − b‖ / ‖b‖`.
fn relative(a: &[f64], b: &[f64]) -> f64 {
    let distance: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    (crate::common::energy(&distance) / crate::common::energy(b)).sqrt()
}

fn largest(errors: &[f64]) -> f64 {
    errors.iter().copied().fold(0.0, f64::max)
}

/// Asserts that an estimate is the error within a factor of two.
#[track_caller]
fn agrees(estimate: f64, error: f64) {
    let ratio = estimate / error;
    assert!(
        (0.5..2.0).contains(&ratio),
        "measured {estimate:e}, true {error:e}"
    );
}

#[test]
fn errors_in_time_are_those_against_a_much_finer_run() {
    let burgers = simulation("burgers", 0.1, (128, TAU), 0.1);
    let flame = simulation("kuramoto_sivashinsky", 1.0, (128, 32.0), 0.4);
    for (spec, warmup) in [(burgers, 0), (flame, 100)] {
        for integrator in [Integrator::Etdrk2, Integrator::Etdrk4] {
            let spec = SimulationSpec {
                integrator,
                ..spec.clone()
            };
            let measured = measure(&spec, warmup, 11).temporal;
            let start = final_state(&spec, &initial(&spec, 3), warmup);
            let exact = trajectory(&with_substeps(&spec, 32), &start, 10);
            let found = trajectory(&spec, &start, 10);
            for frame in 1..=10 {
                let apart = relative(&found[frame], &exact[frame]);
                agrees(measured.accumulated[frame - 1], apart);
                let one = final_state(&with_substeps(&spec, 32), &found[frame - 1], 1);
                agrees(measured.added[frame - 1], relative(&found[frame], &one));
            }
        }
    }
}

#[test]
fn errors_in_space_are_those_against_a_much_finer_grid() {
    // Not resolved: the front of width 4ν/Δu lies between two points.
    let spec = with_substeps(&simulation("burgers", 0.02, (48, TAU), 0.1), 16);
    let measured = measure(&spec, 0, 16);
    let grid = Grid::new(&[8 * 48], &[TAU]).expect("valid");
    let fine = SimulationSpec {
        grid,
        ..spec.clone()
    };
    let exact = trajectory(&fine, &initial(&fine, 3), 15);
    let found = trajectory(&spec, &initial(&spec, 3), 15);
    let apart = |frame: usize| relative(&found[frame], &coarsen(&exact[frame], &fine.grid, 8));
    for frame in [5, 10, 15] {
        agrees(measured.spatial.accumulated[frame - 1], apart(frame));
    }
    assert!(largest(&measured.spatial.added) > 1e-3, "{measured:?}");
    assert!(measured.tail.expect("waves") > 1e-4, "{measured:?}");
    assert!(largest(&measured.temporal.added) < 1e-6, "{measured:?}");
}

#[test]
fn a_resolved_solution_has_no_error_in_space() {
    let line = (simulation("burgers", 0.2, (256, TAU), 0.05), 0);
    let plane = simulation_on("burgers", &[0.5], cube(2, 64, TAU), 0.05);
    let flame = simulation("kuramoto_sivashinsky", 1.0, (256, 32.0), 0.1);
    for (spec, warmup) in [line, (plane, 2), (flame, 200)] {
        let spec = with_substeps(&spec, 2);
        let measured = measure(&spec, warmup, 6);
        let kind = spec.equation.kind;
        let spatial = &measured.spatial;
        assert!(largest(&spatial.added) < 1e-9, "{kind}: {measured:?}");
        assert!(largest(&spatial.accumulated) < 1e-9, "{kind}: {measured:?}");
        assert!(
            measured.tail.expect("waves") < 1e-12,
            "{kind}: {measured:?}"
        );
    }
}

/// Four periods decay faster than the rounding errors of one, which is all that is left in the end.
#[test]
fn errors_of_a_state_that_has_decayed_are_relative_to_what_was_there() {
    let spec = with_substeps(&simulation("burgers", 0.1, (128, 1.0), 0.01), 4);
    let waves = |spec: &SimulationSpec| at_points(&spec.grid, |x| (4.0 * TAU * x[0]).sin());
    let start = |spec: &SimulationSpec| Ok(waves(spec));
    let rollout = Rollout {
        warmup: 0,
        frames: 151,
    };
    let go_on = &mut |_| ControlFlow::Continue(());
    let measured = measure_convergence(&spec, &start, rollout, go_on).expect("it runs");
    let Convergence {
        temporal, spatial, ..
    } = measured.expect("not stopped");
    let end = |points: usize| {
        let grid = Grid::new(&[points], &[1.0]).expect("valid");
        let spec = SimulationSpec {
            grid,
            ..with_substeps(&spec, 8)
        };
        coarsen(
            &final_state(&spec, &waves(&spec), 150),
            &spec.grid,
            points / 128,
        )
    };
    let [here, there] = [end(128), end(256)];
    assert!(crate::common::energy(&there) < 1e-20, "{there:?}");
    assert!(relative(&here, &there) > 0.1, "rounding errors alone");
    for errors in [&temporal, &spatial] {
        assert!(largest(&errors.added) < 1e-5, "{errors:?}");
        assert!(largest(&errors.accumulated) < 1e-5, "{errors:?}");
    }
}

#[test]
fn linear_equations_are_exact_in_time_and_in_space() {
    let advection = simulation_on("advection", &[1.0, -0.5], cube(2, 32, TAU), 0.3);
    let wave = simulation("wave", 1.0, (64, TAU), 0.3);
    for (spec, warmup) in [(advection, 0), (wave, 3)] {
        let Convergence {
            temporal,
            spatial,
            sampling,
            ..
        } = measure(&spec, warmup, 5);
        assert!(sampling.expect("waves") < 1e-13, "{sampling:?}");
        let all = [
            &temporal.added,
            &temporal.accumulated,
            &spatial.added,
            &spatial.accumulated,
        ];
        for errors in all {
            assert_eq!(errors.len(), 4);
            assert!(largest(errors) < 1e-13, "{temporal:?} {spatial:?}"); // rounding, some steps
        }
    }
}

/// Narrow spots between the points: the frames of a linear equation are exact and the state is not.
#[test]
fn an_initial_state_that_a_grid_can_not_hold_is_an_error_of_the_grid() {
    let blobs = find("blobs").expect("in the list");
    let narrow = Options::parse("{ width = 0.005 }").expect("TOML");
    let blobs = (blobs.decode)(narrow).expect("valid");
    let start = |spec: &SimulationSpec| {
        let mut rng = Rng::stream(3, Stream::Initial, 0);
        let drawn = blobs.draw(spec.grid.length(), 1, &mut rng);
        Ok(sample(&drawn, &spec.grid, 1))
    };
    for warmup in [0, 3] {
        let sampling = |points| {
            let spec = simulation("diffusion", 1e-4, (points, 1.0), 0.1);
            let rollout = Rollout { warmup, frames: 3 };
            let go_on = &mut |_| ControlFlow::Continue(());
            let measured = measure_convergence(&spec, &start, rollout, go_on).expect("it runs");
            measured.expect("not stopped").sampling.expect("waves")
        };
        assert!(sampling(32) > 0.01, "{}", sampling(32));
        assert!(sampling(512) < 1e-7, "{}", sampling(512));
    }
}

#[test]
fn heat_between_walls_is_compared_at_the_points_it_shares_with_a_finer_grid() {
    let values = [1.0, 300.0, 100.0, 400.0];
    let grid = |points| Grid::new(&[points], &[1.0]).expect("valid");
    let spec = with_substeps(&simulation_on("heat", &values, grid(30), 0.01), 8);
    let measured = measure(&spec, 4, 3);
    assert_eq!((measured.tail, measured.sampling), (None, None));
    // 31 · 9 spacings: the points (j + 1) · 9 − 1 are shared.
    let fine = SimulationSpec {
        grid: simulation_on("heat", &values, grid(31 * 9 - 1), 0.01).grid,
        ..with_substeps(&spec, 64)
    };
    let own = |spec: &SimulationSpec| spec.own_initial().expect("heat has one");
    let exact = trajectory(&fine, &own(&fine), 6);
    let shared = |frame: usize| -> Vec<f64> {
        let u = exact[frame].iter().skip(8).step_by(9);
        u.copied().collect()
    };
    let found = final_state(&with_substeps(&spec, 64), &shared(4), 2);
    agrees(
        measured.spatial.accumulated[1],
        relative(&found, &shared(6)),
    );
}

#[test]
fn a_measurement_can_be_stopped_at_every_frame() {
    let spec = simulation("burgers", 0.1, (32, TAU), 0.1);
    for last in 0..6 {
        let mut ticks = 0;
        let stop = &mut |_| {
            ticks += 1;
            if ticks > last {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let rollout = Rollout {
            warmup: 2,
            frames: 3,
        };
        let start = |spec: &SimulationSpec| Ok(initial(spec, 3));
        let measured = measure_convergence(&spec, &start, rollout, stop);
        assert_eq!(measured.expect("it does not diverge"), None, "tick {last}");
    }
}

#[test]
fn a_diverging_run_is_an_error_with_its_numbers() {
    let spec = simulation("burgers", 1e-6, (256, TAU), 2.0);
    let start = |spec: &SimulationSpec| Ok(initial(spec, 3));
    let rollout = Rollout {
        warmup: 0,
        frames: 50,
    };
    let go_on = &mut |_| ControlFlow::Continue(());
    let error = measure_convergence(&spec, &start, rollout, go_on).expect_err("too long a step");
    assert!(matches!(error, SolverError::Diverged { .. }), "{error}");
    assert!(error.to_string().contains("0.000001"), "{error}");
}

/// A force goes on between frames; a frame that is begun anew must meet it where it is.
#[test]
fn a_frame_adds_no_more_than_all_frames_where_a_force_depends_on_time() {
    let grid = Grid::new(&[64], &[16.0]).expect("valid");
    let mut spec = simulation_on("combined", &[0.0, 0.2, 0.0, 0.5, 3.0], grid, 0.5);
    spec.drawn = vec![0.8, 0.4, 0.5, 1.0];
    let Convergence {
        temporal, spatial, ..
    } = measure(&spec, 0, 20);
    let largest = |errors: &[f64]| errors.iter().copied().fold(0.0, f64::max);
    println!("{temporal:?} {spatial:?}");
    assert!(largest(&temporal.added) < 1e-5); // dt⁵ over 180
    assert!(largest(&spatial.added) < 1e-12); // rounding: one wave is resolved
}
