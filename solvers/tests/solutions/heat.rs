//! Heat between walls against its series, and its order in space and time.

use std::f64::consts::PI;

use ondine_solvers::finite_difference::{Heat, Walls};
use ondine_solvers::{AxisKind, Grid, SolverError, Stepper, Substeps};

const START: f64 = 300.0;
const WALLS: [Walls; 2] = [
    Walls {
        low: 100.0,
        high: 500.0,
    },
    Walls {
        low: 250.0,
        high: 150.0,
    },
];

/// `u(x, t)` between walls of 0 from a start of 1: `Σ 4/(πl) sin(πl x) e^{−(πl)²t}`, odd `l`.
fn cooling(x: f64, t: f64) -> f64 {
    let odd = (0..200).map(|i| f64::from(2 * i + 1) * PI);
    odd.map(|k| 4.0 / k * (k * x).sin() * (-k * k * t).exp())
        .sum()
}

/// The rod from the series: a ramp, the start and the sines of the ramp.
fn rod(x: f64, t: f64) -> f64 {
    let Walls { low, high } = WALLS[0];
    let term = |l: i32| {
        let k = f64::from(l) * PI;
        let sign = if l % 2 == 0 { 1.0 } else { -1.0 };
        let coefficient = 2.0 / k * ((START - low) - sign * (START - high));
        coefficient * (k * x).sin() * (-k * k * t).exp()
    };
    low + (high - low) * x + (1..200).map(term).sum::<f64>()
}

/// A square or a rod between fixed walls.
fn cube(dims: usize, points: usize, length: f64) -> Grid {
    grid(&vec![points; dims], &vec![length; dims])
}

fn grid(points: &[usize], length: &[f64]) -> Grid {
    Grid::of_kinds(points, length, &[AxisKind::FIXED_WALLS; 3]).expect("valid")
}

fn run(walls: &[Walls], grid: &Grid, steps: usize, time: f64) -> (Vec<f64>, Vec<Vec<f64>>) {
    let heat = Heat::new(1.0, walls, grid, time / steps as f64);
    let heat = heat.unwrap_or_else(|error| panic!("{error}"));
    let x = (0..grid.dims())
        .map(|axis| heat.grid().coordinates(axis))
        .collect();
    let mut stepper = Substeps::new(heat, steps);
    let mut u = vec![START; grid.num_points()];
    stepper.start(&u);
    stepper.step();
    stepper.read(&mut u);
    (u, x)
}

#[test]
fn a_rod_follows_its_series_at_second_order() {
    let error = |points: usize| {
        let (u, x) = run(&WALLS[..1], &cube(1, points, 1.0), points, 0.05);
        let exact: Vec<_> = x[0].iter().map(|&x| rod(x, 0.05)).collect();
        crate::common::difference(&u, &exact)
    };
    let (coarse, fine) = (error(62), error(126)); // spacings 1/63 and 1/127
    println!("rod: errors {coarse:.1e} and {fine:.1e}");
    assert!(fine < 1e-4, "{fine:e}");
    let order = (coarse / fine).log2();
    assert!((order - 2.0).abs() < 0.2, "order {order}");
}

/// With the same temperature on all walls the plate is a product of two rods.
#[test]
fn a_plate_follows_the_product_of_two_series() {
    let walls = [Walls {
        low: 100.0,
        high: 100.0,
    }; 2];
    let grid = grid(&[126, 62], &[1.0, 1.0]);
    let (u, x) = run(&walls, &grid, 100, 0.05);
    let exact: Vec<_> = (0..u.len())
        .map(|i| {
            let (x, y) = (x[0][i / 62], x[1][i % 62]);
            100.0 + (START - 100.0) * cooling(x, 0.05) * cooling(y, 0.05)
        })
        .collect();
    let error = crate::common::difference(&u, &exact);
    println!("plate: error {error:.1e}");
    assert!(error < 2e-4, "{error:e}"); // second order on 62 points
}

#[test]
fn a_plate_ends_where_no_temperature_differs_from_the_mean_of_its_neighbours() {
    let grid = grid(&[20, 30], &[1.0, 2.0]);
    let (u, _) = run(&WALLS, &grid, 100, 100.0);
    let (hx, hy) = (1.0_f64 / 21.0, 2.0_f64 / 31.0);
    let at = |i: usize, j: usize| match (i, j) {
        (0, _) => WALLS[0].low,
        (21, _) => WALLS[0].high,
        (_, 0) => WALLS[1].low,
        (_, 31) => WALLS[1].high,
        _ => u[(i - 1) * 30 + j - 1],
    };
    for (i, j) in (1..=20).flat_map(|i| (1..=30).map(move |j| (i, j))) {
        let x = (at(i - 1, j) - 2.0 * at(i, j) + at(i + 1, j)) / (hx * hx);
        let y = (at(i, j - 1) - 2.0 * at(i, j) + at(i, j + 1)) / (hy * hy);
        assert!((x + y).abs() < 1e-6, "point {i}, {j}: {}", x + y); // rounding over h²
    }
}

#[test]
fn temperatures_stay_between_those_of_the_walls_and_the_start() {
    for steps in [1, 10, 1000] {
        let (u, _) = run(&WALLS, &cube(2, 50, 1.0), steps, 1.0);
        assert!(
            u.iter().all(|u| (99.0..=501.0).contains(u)),
            "{steps} steps"
        ); // small overshoot
    }
}

#[test]
fn wrong_walls_and_steps_are_refused() {
    let error = Heat::new(1.0, &WALLS[..1], &cube(2, 8, 1.0), 0.1).err();
    assert!(
        error
            .expect("one pair of walls")
            .to_string()
            .contains("walls per axis")
    );
    let error = Heat::new(0.0, &WALLS, &cube(2, 8, 1.0), 0.1).err();
    assert!(
        error
            .expect("no diffusion")
            .to_string()
            .contains("diffusivity")
    );
    let error = Heat::new(1.0, &WALLS, &crate::common::cube(2, 8, 1.0), 0.1).err();
    let expected = SolverError::AxisKind {
        owner: "heat",
        axis: 0,
        found: AxisKind::PERIODIC,
        expected: AxisKind::FIXED_WALLS,
    };
    assert_eq!(error.expect("a periodic grid"), expected);
}

#[test]
fn the_catalogue_knows_heat_with_its_five_temperatures() {
    let values = [1.0, START, 100.0, 250.0, 500.0, 150.0];
    let spec = crate::common::simulation_on("heat", &values, cube(2, 20, 1.0), 0.05);
    let names = ["low_wall_x", "low_wall_y", "high_wall_x", "high_wall_y"];
    assert_eq!(spec.equation.value_names(2)[2..], names);
    let u0 = spec.own_initial().expect("one temperature");
    assert_eq!(u0, vec![START; 400]);
    let (expected, _) = run(&WALLS, &spec.grid, 1, 0.05);
    let error = crate::common::difference(&crate::common::final_state(&spec, &u0, 1), &expected);
    assert!(error < 1e-15, "{error:e}"); // the same operations
}
