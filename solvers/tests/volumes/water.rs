//! Dam breaks, and water at rest.

use super::{after, cells, fields, l1, riemann};
use ondine_solvers::finite_volume::{Central, FiniteVolumes, OverTopography, ShallowWater};
use ondine_solvers::{AxisKind, Grid, Stepper};

const GRAVITY: f64 = 9.81;

const WATER: ShallowWater = ShallowWater { gravity: GRAVITY };

const OVER_GROUND: OverTopography = OverTopography { water: WATER };

/// Water over flat ground, in one or two dimensions.
fn flat(grid: &Grid, dt: f64) -> Box<dyn Stepper> {
    let solver = match grid.dims() {
        1 => FiniteVolumes::<_, 2, 2, 0>::new("water", WATER, grid, dt).build(Central),
        _ => FiniteVolumes::<_, 3, 3, 0>::new("water", WATER, grid, dt).build(Central),
    };
    solver.unwrap_or_else(|error| panic!("{error}"))
}

/// Water in one dimension over ground of a height per cell.
fn line(grid: &Grid, ground: &[f64], dt: f64) -> Box<dyn Stepper> {
    let solver = FiniteVolumes::<_, 2, 3, 1>::new("water", OVER_GROUND, grid, dt).still(ground);
    solver
        .build(Central)
        .unwrap_or_else(|error| panic!("{error}"))
}

/// The same in two dimensions.
fn plane(grid: &Grid, ground: &[f64], dt: f64) -> Box<dyn Stepper> {
    let solver = FiniteVolumes::<_, 3, 4, 1>::new("water", OVER_GROUND, grid, dt).still(ground);
    solver
        .build(Central)
        .unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn dam_breaks_on_wet_and_dry_ground_converge_to_the_exact_solution() {
    for (name, right, allowed) in [("wet", 0.2, 0.0015), ("dry", 0.0, 0.0015)] {
        let error = |points: usize| {
            let grid = cells(&[points], 10.0, AxisKind::OPEN);
            let depth = |x: f64| if x < 5.0 { 1.0 } else { right };
            let u0 = fields(&grid, |x| [depth(x[0]), 0.0]);
            let u = after(flat(&grid, 0.6).as_mut(), &u0);
            let exact = fields(&grid, |x| {
                riemann::dam((x[0] - 5.0) / 0.6, [1.0, right], GRAVITY)
            });
            assert!(u[..points].iter().all(|depth| *depth >= -1e-12), "{name}");
            l1(&u[..points], &exact[..points])
        };
        let [coarse, fine] = [100, 400].map(error);
        println!("{name}: {coarse:.2e} {fine:.2e}");
        assert!(
            fine < allowed && fine < 0.45 * coarse,
            "{name}: {coarse:e} {fine:e}"
        );
    }
}

#[test]
fn flat_ground_is_ground_of_one_height() {
    for points in [vec![40], vec![20, 25]] {
        for (height, kind) in [(0.0, AxisKind::WALLS), (0.5, AxisKind::OPEN)] {
            let grid = cells(&points, 1.0, kind);
            let ground = vec![height; grid.num_points()];
            let wet = |x: &[f64]| if x[0] < 0.6 { 1.0 + 0.3 * x[0] } else { 0.0 };
            let (u0, mut solver) = if points.len() == 1 {
                (
                    fields(&grid, |x| [wet(x), 0.1 * wet(x)]),
                    line(&grid, &ground, 0.1),
                )
            } else {
                let slant = |x: &[f64]| wet(x) * (1.0 + x[1]);
                (
                    fields(&grid, |x| [slant(x), 0.0, 0.2 * slant(x)]),
                    plane(&grid, &ground, 0.1),
                )
            };
            let u = after(flat(&grid, 0.1).as_mut(), &u0);
            let apart = l1(&u, &after(solver.as_mut(), &u0));
            println!("{kind} {points:?}: {apart:e}");
            assert!(apart < 1e-12, "{kind} {points:?}: {apart:e}"); // rounding
            assert!(l1(&u, &u0) > 1e-2, "the water runs");
        }
    }
}

/// A hill that stands out of the water, and steps.
fn ground(x: &[f64]) -> f64 {
    let hill: f64 = x
        .iter()
        .map(|x| (-30.0 * (x - 0.4).powi(2)).exp())
        .product();
    let steps = if x[0] > 0.7 { 0.3 } else { 0.0 };
    1.3 * hill + steps
}

#[test]
fn a_lake_over_uneven_ground_stays_at_rest() {
    for kind in [AxisKind::WALLS, AxisKind::OPEN, AxisKind::PERIODIC_CELLS] {
        for points in [vec![60], vec![20, 25]] {
            let grid = cells(&points, 1.0, kind);
            let heights = fields(&grid, |x| [ground(x)]);
            let lake = |x: &[f64]| (1.0 - ground(x)).max(0.0);
            let (u0, mut solver) = if points.len() == 1 {
                (
                    fields(&grid, |x| [lake(x), 0.0]),
                    line(&grid, &heights, 2.0),
                )
            } else {
                (
                    fields(&grid, |x| [lake(x), 0.0, 0.0]),
                    plane(&grid, &heights, 2.0),
                )
            };
            let u = after(solver.as_mut(), &u0);
            let moved = u
                .iter()
                .zip(&u0)
                .map(|(u, u0)| (u - u0).abs())
                .fold(0.0, f64::max);
            println!("{kind} {points:?}: {moved:e}");
            assert!(moved < 1e-13, "{kind} {points:?}: {moved:e}");
        }
    }
}

#[test]
fn water_that_runs_over_a_hill_keeps_its_volume_and_leaves_no_hole() {
    let grid = cells(&[40, 40], 1.0, AxisKind::WALLS);
    let heights = fields(&grid, |x| [ground(x)]);
    let u0 = fields(&grid, |x| [if x[0] > 0.6 { 1.0 } else { 0.0 }, 0.0, 0.0]);
    let u = after(plane(&grid, &heights, 0.5).as_mut(), &u0);
    let volume = |u: &[f64]| u[..1600].iter().sum::<f64>();
    assert!((volume(&u) / volume(&u0) - 1.0).abs() < 1e-13); // rounding
    let lowest = u[..1600].iter().copied().fold(f64::INFINITY, f64::min);
    assert!(lowest >= -1e-12, "{lowest:e}");
    assert!(l1(&u[1600..], &vec![0.0; 3200]) > 0.01, "the water runs");
}
