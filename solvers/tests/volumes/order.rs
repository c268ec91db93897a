//! Orders of convergence.

use super::{after, cells, euler, fields, gas, l1};
use ondine_solvers::finite_volume::{Central, Weno5};
use ondine_solvers::{AxisKind, Grid, Stepper};
use std::f64::consts::{PI, TAU};

/// A wave of the density, carried along; cells hold its averages.
#[test]
fn weighted_parabolas_are_of_fifth_order_along_a_line() {
    let error = |points: usize| {
        let grid = cells(&[points], 1.0, AxisKind::PERIODIC_CELLS);
        let spacing = 1.0 / points as f64;
        let mean = |x: f64| 1.0 + 0.3 * (TAU * x).sin() * (PI * spacing).sin() / (PI * spacing);
        let state = |x: f64| {
            let density = mean(x);
            [density, density, 0.01 / 0.4 + 0.5 * density]
        };
        let u0 = fields(&grid, |x| state(x[0]));
        // Steps so short that those in time add nothing.
        let steps = (0.2 / spacing.powf(5.0 / 3.0)).ceil();
        let mut solver = euler::<3>(&grid, 0.2 / steps, Weno5);
        solver.start(&u0);
        (0..steps as usize).for_each(|_| solver.step());
        let mut u = vec![0.0; u0.len()];
        solver.read(&mut u);
        l1(&u[..points], &fields(&grid, |x| [mean(x[0] - 0.2)]))
    };
    let [coarse, fine] = [20, 40].map(error);
    let order = (coarse / fine).log2();
    println!("{coarse:.2e} {fine:.2e} order {order:.2}");
    assert!(order > 4.5, "{coarse:e} {fine:e}");
}

/// The isentropic vortex of C.-W. Shu (1998), carried along the diagonal of a periodic box; cells hold its averages
/// to fourth order.
#[test]
fn straight_lines_are_of_second_order_on_a_vortex() {
    let (gamma, strength, length, shift) = (1.4, 5.0, 10.0, 2.0);
    let vortex = |x: f64, y: f64| {
        let (x, y) = (x - 0.5 * length, y - 0.5 * length);
        let fall = (0.5 * (1.0 - x * x - y * y)).exp();
        let turn = strength / TAU * fall;
        let heat = 1.0 - (gamma - 1.0) * turn * turn / (2.0 * gamma);
        let density = heat.powf(1.0 / (gamma - 1.0));
        gas(
            gamma,
            [density, 1.0 - turn * y, 1.0 + turn * x, density * heat],
        )
    };
    let error = |points: usize, solver: &dyn Fn(&Grid) -> Box<dyn Stepper>| {
        let grid = cells(&[points; 2], length, AxisKind::PERIODIC_CELLS);
        let h = 0.5 * length / points as f64 / 3.0_f64.sqrt();
        let mean = |x: f64, y: f64| -> [f64; 4] {
            let corners =
                [(-h, -h), (-h, h), (h, -h), (h, h)].map(|(dx, dy)| vortex(x + dx, y + dy));
            std::array::from_fn(|c| corners.iter().map(|corner| corner[c]).sum::<f64>() / 4.0)
        };
        let wrapped = |x: f64| (x - shift).rem_euclid(length);
        let u = after(solver(&grid).as_mut(), &fields(&grid, |x| mean(x[0], x[1])));
        l1(&u, &fields(&grid, |x| mean(wrapped(x[0]), wrapped(x[1]))))
    };
    let lines = |grid: &Grid| euler::<4>(grid, shift, Central);
    let [coarse, fine] = [40, 80].map(|points| error(points, &lines));
    let order = (coarse / fine).log2();
    let weno = error(40, &|grid| euler::<4>(grid, shift, Weno5));
    println!("{coarse:.2e} {fine:.2e} order {order:.2}, weno {weno:.2e}");
    assert!(order > 1.7, "{coarse:e} {fine:e}");
    assert!(weno < 0.5 * coarse, "{weno:e} {coarse:e}");
}
