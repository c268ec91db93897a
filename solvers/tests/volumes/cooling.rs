//! A gas that radiates, beside the exact solution of its temperature.

use super::{cells, fields, gas, l1};
use ondine_solvers::AxisKind;
use ondine_solvers::finite_volume::{Central, Cooling, Euler, FiniteVolumes};

const GAMMA: f64 = 5.0 / 3.0;
const COLD: f64 = 0.01;

/// Temperature of mixed gas at rest: `s = (T − T_c)/(T_h − T_c)` falls as `s' = −r s (1 − s)`.
fn temperature(start: f64, time: f64) -> f64 {
    let rate = (1.0 - COLD) / (1.0 - COLD.sqrt()).powi(2);
    let s = (start - COLD) / (1.0 - COLD);
    let s = 1.0 / (1.0 + (1.0 / s - 1.0) * (rate * time).exp());
    COLD + s * (1.0 - COLD)
}

/// The state at rest after a cooling time in so many steps, and its exact energy.
fn cooled(density: f64, start: f64, steps: usize) -> [Vec<f64>; 2] {
    let grid = cells(&[8, 4], 50.0, AxisKind::WALLS);
    let law = Cooling {
        gas: Euler { gamma: GAMMA },
        time: 1.0,
        phases: [COLD, 1.0],
    };
    let dt = 1.0 / steps as f64;
    let mut solver = FiniteVolumes::<_, 4, 4, 0>::new("gas", law, &grid, dt)
        .build(Central)
        .expect("valid");
    let at = |temperature: f64| gas(GAMMA, [density, 0.0, 0.0, density * temperature]);
    let mut u = fields(&grid, |_| at(start));
    solver.start(&u);
    (0..steps).for_each(|_| solver.step());
    solver.read(&mut u);
    [u, fields(&grid, |_| at(temperature(start, 1.0)))]
}

#[test]
fn mixed_gas_cools_as_it_has_to_to_second_order_in_time() {
    let error = |steps: usize| {
        let [u, exact] = cooled(3.0, 0.4, steps);
        l1(&u[96..], &exact[96..])
    };
    let [coarse, fine] = [20, 40].map(error);
    println!("{coarse:.2e} {fine:.2e}");
    assert!(fine < 1e-4 && coarse > 3.5 * fine, "{coarse:e} {fine:e}");
}

#[test]
fn gas_of_either_phase_keeps_its_heat() {
    for (density, temperature) in [(1.0, 1.0), (100.0, COLD), (2.0, 1.5), (7.0, 0.5 * COLD)] {
        let [u, _] = cooled(density, temperature, 4);
        let heat = density * temperature / (GAMMA - 1.0);
        let apart = l1(&u[96..], &[heat; 32]) / heat;
        assert!(apart < 1e-13, "{density}, {temperature}: {apart:e}"); // rounding
    }
}
