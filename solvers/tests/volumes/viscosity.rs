//! Viscosity beside the decay of shear layers and sound that linear theory gives.

use super::{after, cells, fields, gas};
use ondine_solvers::finite_volume::{Central, Euler, FiniteVolumes, Viscous};
use ondine_solvers::{AxisKind, Grid, Stepper};
use std::f64::consts::TAU;

const VISCOUS: Viscous = Viscous {
    gas: Euler { gamma: 1.4 },
    shear: 0.02,
    bulk: 0.01,
};

/// Height of the waves, so small that their squares do not count.
const SMALL: f64 = 1e-3;

fn plane(grid: &Grid, dt: f64) -> Box<dyn Stepper> {
    let solver = FiniteVolumes::<_, 4, 4, 0>::new("viscous", VISCOUS, grid, dt);
    solver
        .build(Central)
        .unwrap_or_else(|error| panic!("{error}"))
}

/// Share that is left of `sin 2πx` along an axis in a component of the momentum.
fn left(axis: usize, component: usize, time: f64) -> f64 {
    let points = [[96, 4], [4, 96]][axis];
    let grid = cells(&points, 1.0, AxisKind::PERIODIC_CELLS);
    let u0 = fields(&grid, |x| {
        let mut state = [1.0, 0.0, 0.0, 1.0 / 1.4]; // sound runs at 1
        state[component] = SMALL * (TAU * x[axis]).sin();
        gas(1.4, state)
    });
    let u = after(plane(&grid, time).as_mut(), &u0);
    let part = |u: &[f64]| -> f64 {
        let field = u[component * 384..][..384]
            .iter()
            .zip(&u0[component * 384..]);
        field.map(|(u, u0)| u * u0).sum()
    };
    part(&u) / part(&u0)
}

#[test]
fn shear_layers_decay_at_the_rate_of_the_viscosity_along_either_axis() {
    for (axis, component) in [(0, 2), (1, 1)] {
        let found = left(axis, component, 0.5);
        let expected = (-0.02 * TAU * TAU * 0.5).exp();
        println!("{found} {expected}");
        assert!((found / expected - 1.0).abs() < 0.01, "{found} {expected}");
    }
}

/// After a period of a standing wave, `e^{−½ (4/3 η + ζ) k² t}` is left: Landau & Lifshitz, eq. 79.6.
#[test]
fn sound_is_damped_by_both_viscosities() {
    for (axis, component) in [(0, 1), (1, 2)] {
        let found = left(axis, component, 1.0);
        let expected = (-0.5 * (4.0 / 3.0 * 0.02 + 0.01) * TAU * TAU).exp();
        println!("{found} {expected}");
        assert!((found / expected - 1.0).abs() < 0.05, "{found} {expected}");
    }
}
