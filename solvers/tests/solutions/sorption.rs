//! A column with sorption: every step has a solution, solute is conserved, errors in time fall with the second power.

use ondine_solvers::finite_difference::{Column, Sorption};
use ondine_solvers::{AxisKind, Grid, Stepper};

const PDEBENCH: Column = Column {
    diffusivity: 5e-4,
    sorption: 0.71 / 0.29 * 2880.0 * 3.5e-4,
    exponent: 0.874,
    inlet: 1.0,
};

const CELLS: usize = 64;

/// The state after some steps.
fn run(column: Column, u: &[f64], dt: f64, steps: usize) -> Vec<f64> {
    let grid = Grid::of_kinds(&[u.len()], &[1.0], &[AxisKind::WALLS; 3]).expect("a line");
    let mut sorption = Sorption::new(column, &grid, dt).expect("valid");
    sorption.start(u);
    (0..steps).for_each(|_| sorption.step());
    let mut u = u.to_vec();
    sorption.read(&mut u);
    u
}

fn largest(a: &[f64], b: &[f64]) -> f64 {
    let distances = a.iter().zip(b).map(|(a, b)| (a - b).abs());
    distances.fold(0.0, f64::max)
}

#[test]
fn every_step_has_a_solution_between_the_least_and_the_largest_concentration() {
    for exponent in [0.1, 0.5, 0.874, 1.0] {
        for (inlet, start) in [(1.0, 0.0), (1.0, 0.2), (1e-3, 0.0), (0.0, 0.2), (0.1, 1.0)] {
            for dt in [1e-3, 0.1, 5.0, 100.0, 1e4] {
                let column = Column {
                    exponent,
                    inlet,
                    ..PDEBENCH
                };
                let mut u = vec![start; CELLS];
                for _ in 0..5 {
                    u = run(column, &u, dt, 1);
                    let [low, high] = [-1e-12, 1.25 * f64::max(inlet, start)]; // second order may overshoot a jump
                    let inside = u.iter().all(|u| (low..=high).contains(u));
                    assert!(
                        inside,
                        "n = {exponent}, {inlet} into {start}, dt = {dt}: {u:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn errors_in_time_fall_with_the_second_power_of_the_step() {
    let smooth = run(PDEBENCH, &[0.1; CELLS], 0.05, 400);
    let after = |steps: usize| run(PDEBENCH, &smooth, 40.0 / steps as f64, steps);
    let exact = after(640);
    let errors = [10, 20, 40].map(|steps| largest(&after(steps), &exact));
    for pair in errors.windows(2) {
        let order = (pair[0] / pair[1]).log2();
        assert!((1.8..2.3).contains(&order), "{errors:?}");
    }
}

#[test]
fn solute_that_enters_is_in_the_column_or_has_left() {
    let sorbed = |u: f64| PDEBENCH.sorption * ((u + 1e-6).powf(0.874) - 1e-6_f64.powf(0.874));
    let amount = |u: &[f64]| u.iter().map(|u| u + sorbed(*u)).sum::<f64>() / CELLS as f64;
    let inward = |u: &[f64]| {
        let half = 2.0 * PDEBENCH.diffusivity * CELLS as f64;
        half * (1.0 - u[0]) - half / (1.0 + half) * u[CELLS - 1]
    };
    let (mut u, dt) = (vec![0.1; CELLS], 0.05);
    let (begun, mut entered) = (amount(&run(PDEBENCH, &u, dt, 200)), 0.0);
    u = run(PDEBENCH, &u, dt, 200);
    for _ in 0..400 {
        let next = run(PDEBENCH, &u, dt, 1);
        entered += 0.5 * dt * (inward(&u) + inward(&next));
        u = next;
    }
    let error = (amount(&u) - begun - entered).abs() / entered;
    assert!(error < 1e-5, "{error:e}"); // the trapezoidal rule of the flux
}
