//! Means, symmetries, positive states and walls that finite volumes keep.

use super::{after, cells, euler, fields, gas, l1};
use ondine_solvers::finite_volume::{Central, Euler, FiniteVolumes, Weno5};
use ondine_solvers::{AxisKind, Grid, SolverError, Threads};
use proptest::prelude::*;

/// Gas at rest with bumps of density and pressure.
fn bumps(x: &[f64]) -> [f64; 4] {
    let wave = (x[0] * 6.0 + 1.0).sin() * (x[1] * 4.0).cos();
    let pressure = if x[0] + 0.5 * x[1] > 0.8 { 5.0 } else { 1.0 };
    gas(1.4, [1.0 + 0.5 * wave, 0.3 * wave, -0.2, pressure])
}

#[test]
fn mass_and_energy_stay_in_a_box_of_any_shape_and_momentum_in_a_periodic_one() {
    for (kind, kept) in [
        (AxisKind::WALLS, [0, 3].as_slice()),
        (AxisKind::PERIODIC_CELLS, &[0, 1, 2, 3]),
    ] {
        let grid = cells(&[24, 17], 1.0, kind);
        let u0 = fields(&grid, bumps);
        let u = after(euler::<4>(&grid, 0.3, Central).as_mut(), &u0);
        let size = grid.num_points();
        for &c in kept {
            let total = |u: &[f64]| u[c * size..][..size].iter().sum::<f64>() / size as f64;
            let drift = (total(&u) - total(&u0)).abs();
            assert!(drift < 1e-13, "{kind}, component {c}: {drift:e}"); // rounding
        }
    }
}

#[test]
fn axes_are_alike_in_two_and_three_dimensions() {
    let turned = |x: &[f64]| {
        let [density, along, across, energy] = bumps(&[x[1], x[0]]);
        [density, across, along, energy]
    };
    let (here, there) = (
        cells(&[24, 17], 1.0, AxisKind::WALLS),
        cells(&[17, 24], 1.0, AxisKind::WALLS),
    );
    let u = after(
        euler::<4>(&here, 0.2, Central).as_mut(),
        &fields(&here, bumps),
    );
    let v = after(
        euler::<4>(&there, 0.2, Central).as_mut(),
        &fields(&there, turned),
    );
    let pairs = (0..24 * 17).map(|k| u[k] - v[k % 17 * 24 + k / 17]);
    let apart = pairs.fold(0.0, |worst: f64, d| worst.max(d.abs()));
    assert!(apart < 1e-11, "{apart:e}"); // rounding
    // Along any two axes of three, with nothing along the other.
    for still in 0..3 {
        let mut points = vec![24, 17];
        points.insert(still, 3);
        let mut length = vec![1.0, 1.0];
        length.insert(still, 1.0);
        let grid = Grid::of_kinds(&points, &length, &[AxisKind::WALLS; 3]).expect("valid");
        let state = |x: &[f64]| {
            let mut plane = x.to_vec();
            plane.remove(still);
            let [density, along, across, energy] = bumps(&plane);
            let mut momentum = vec![along, across];
            momentum.insert(still, 0.0);
            [density, momentum[0], momentum[1], momentum[2], energy]
        };
        let w = after(
            euler::<5>(&grid, 0.2, Central).as_mut(),
            &fields(&grid, state),
        );
        let strides = [[0, 17, 1], [51, 0, 1], [51, 3, 0]][still];
        let inner: Vec<usize> = strides.into_iter().filter(|&stride| stride > 0).collect();
        let pairs = (0..24 * 17).map(|k| u[k] - w[k / 17 * inner[0] + k % 17 * inner[1]]);
        let apart = pairs.fold(0.0, |worst: f64, d| worst.max(d.abs()));
        assert!(apart < 2e-3, "without axis {still}: {apart:e}"); // other time steps: speeds along a third axis count
    }
}

#[test]
fn any_number_of_threads_gives_the_same_state_bit_for_bit() {
    let grid = cells(&[37, 24], 1.0, AxisKind::OPEN);
    let u0 = fields(&grid, bumps);
    let run = |threads: usize| {
        let mut solver = euler::<4>(&grid, 0.2, Central);
        solver.share(&Threads::new(threads));
        after(solver.as_mut(), &u0)
    };
    let alone = run(1);
    for threads in [2, 3, 5] {
        assert!(run(threads) == alone, "{threads} threads");
    }
}

#[test]
fn gas_behind_solid_cells_does_not_hear_of_the_other_side() {
    let grid = cells(&[30, 20], 1.0, AxisKind::WALLS);
    let solid: Vec<bool> = fields(&grid, |x| {
        [if (x[0] - 0.5).abs() < 0.05 { 1.0 } else { 0.0 }]
    })
    .iter()
    .map(|mark| *mark > 0.5)
    .collect();
    let run = |loud: f64| {
        let u0 = fields(&grid, |x| {
            gas(1.4, [1.0, 0.0, 0.0, if x[0] < 0.3 { loud } else { 1.0 }])
        });
        let mut solver =
            FiniteVolumes::<_, 4, 4, 0>::new("euler", Euler { gamma: 1.4 }, &grid, 0.5)
                .solid(&solid)
                .build(Central)
                .expect("valid");
        (after(solver.as_mut(), &u0), u0)
    };
    let (u, u0) = run(10.0);
    let right = |u: &[f64]| u[17 * 20..600].to_vec();
    assert!(l1(&right(&u), &right(&u0)) < 1e-14, "still behind the wall");
    let mass = |u: &[f64]| u[..600].iter().sum::<f64>();
    assert!((mass(&u) / mass(&u0) - 1.0).abs() < 1e-13, "nothing leaks");
    assert!(l1(&u[..280], &u0[..280]) > 1e-2, "a shock on this side");
}

#[test]
fn wrong_states_masks_and_spacings_are_refused_with_what_to_write() {
    let grid = cells(&[8], 1.0, AxisKind::WALLS);
    let tube = |dt| FiniteVolumes::<_, 3, 3, 0>::new("euler", Euler { gamma: 1.4 }, &grid, dt);
    let mut solver = tube(0.1).build(Central).expect("valid");
    let mut u = fields(&grid, |_| [1.0, 0.0, 2.5]);
    u[3] = -1.0;
    let said = solver.admit(&u).expect_err("negative density").to_string();
    assert!(
        said.contains("euler") && said.contains("density and pressure") && said.contains("[3]"),
        "{said}"
    );
    u[3] = 1.0;
    solver.admit(&u).expect("a gas at rest");
    let mut slow = tube(1e6).build(Central).expect("valid");
    let said = slow.admit(&u).expect_err("many steps").to_string();
    assert!(
        said.contains("a million") && said.contains("shorten `dt`"),
        "{said}"
    );
    let said = tube(0.1)
        .solid(&[true; 8])
        .build(Central)
        .err()
        .expect("no fluid")
        .to_string();
    assert!(said.contains("leave some to the fluid"), "{said}");
    let nodes = Grid::new(&[8], &[1.0]).expect("valid");
    let refused =
        FiniteVolumes::<_, 3, 3, 0>::new("euler", Euler { gamma: 1.4 }, &nodes, 0.1).build(Central);
    assert_eq!(
        refused.err(),
        Some(SolverError::NotCells { owner: "euler" })
    );
    assert!(tube(-1.0).build(Central).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    /// Random states of very different pressures and speeds, side by side.
    #[test]
    fn densities_and_pressures_stay_positive(
        density in prop::collection::vec(0.01..1.0_f64, 16),
        velocity in prop::collection::vec(-3.0..3.0_f64, 32),
        pressure in prop::collection::vec(-3.0..1.0_f64, 16),
        high in any::<bool>(),
    ) {
        let grid = cells(&[16, 16], 1.0, AxisKind::PERIODIC_CELLS);
        let block = |x: &[f64]| (x[0] * 4.0) as usize * 4 + (x[1] * 4.0) as usize;
        let u0 = fields(&grid, |x| {
            let b = block(x);
            gas(1.4, [density[b], velocity[b], velocity[16 + b], 10_f64.powf(pressure[b])])
        });
        let mut solver = if high { euler::<4>(&grid, 0.1, Weno5) } else { euler::<4>(&grid, 0.1, Central) };
        let u = after(solver.as_mut(), &u0);
        for k in 0..256 {
            let [d, mx, my, e] = [u[k], u[256 + k], u[512 + k], u[768 + k]];
            prop_assert!(d > 0.0 && e - 0.5 * (mx * mx + my * my) / d > 0.0, "cell {}", k);
        }
    }
}
