//! Times of single simulations on 256² cells, and of diffusion and reaction between walls; `benches/volumes.py` runs it beside `PyClaw` and py-pde.
//!
//! A circular blast of gas and a radial dam break in a box of length 1 with open ends, for 0.1 time units; FitzHugh–Nagumo between
//! walls without flux, for 5 time units from the lowest cosines. Setup is left out. Prints seconds.
//!
//! ```sh
//! cargo run --release -p ondine-benches --bin volumes -- euler_muscl 1      # or euler_weno5, water_muscl, water_weno5; threads
//! cargo run --release -p ondine-benches --bin volumes -- reaction 1 64 20 FILE  # points per axis, steps; first and last state as f64
//! ```

use std::f64::consts::PI;
use std::time::Instant;

use ondine_solvers::finite_volume::{Central, Euler, FiniteVolumes, ShallowWater, Weno5};
use ondine_solvers::{
    AxisKind, Boundary, Ends, Grid, Integrator, Precision, SimulationSpec, SolverError, Stepper,
    Threads, equation,
};

const POINTS: usize = 256;

/// Radius of the disc, for a box of length 1.
const RADIUS: f64 = 0.2;

/// Time of a simulation with shocks.
const TIME: f64 = 0.1;

/// Time of a reaction.
const REACTION: f64 = 5.0;

/// Cosines per axis and field of the state that a reaction begins with.
const COSINES: usize = 8;

/// Largest amplitude of a cosine: where all are in phase the state is some times as large, and steps of `−u³` are short.
const AMPLITUDE: f64 = 0.1;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let seconds = match words[..] {
        ["reaction", threads, points, steps, file] => {
            reaction([threads, points, steps].map(number), file)
        }
        [case, threads] => shocks(case, number(threads)),
        _ => panic!("a case and its numbers, see the head of this program"),
    };
    println!("{seconds}");
}

fn number(word: &str) -> usize {
    word.parse()
        .unwrap_or_else(|_| panic!("`{word}` is no whole number"))
}

/// Seconds of a simulation with shocks.
fn shocks(case: &str, threads: usize) -> f64 {
    let grid = Grid::of_kinds(&[POINTS; 2], &[1.0; 2], &[AxisKind::OPEN; 3]).expect("valid");
    let gas = Euler { gamma: 1.4 };
    let gas = || FiniteVolumes::<_, 4, 4, 0>::new("euler", gas, &grid, TIME);
    let water = ShallowWater { gravity: 1.0 };
    let water = || FiniteVolumes::<_, 3, 3, 0>::new("shallow_water", water, &grid, TIME);
    let blast = |inside: bool| [1.0, 0.0, 0.0, if inside { 25.0 } else { 2.5 }]; // pressure 10 and 1
    let dam = |inside: bool| [if inside { 2.0 } else { 1.0 }, 0.0, 0.0];
    let (solver, start) = match case {
        "euler_muscl" => (gas().build(Central), disc(&grid, blast)),
        "euler_weno5" => (gas().build(Weno5), disc(&grid, blast)),
        "water_muscl" => (water().build(Central), disc(&grid, dam)),
        "water_weno5" => (water().build(Weno5), disc(&grid, dam)),
        _ => panic!("`{case}` is no case"),
    };
    timed(solver, &start, threads)
}

/// Fields with one state in a disc in the middle and another outside.
fn disc<const N: usize>(grid: &Grid, state: impl Fn(bool) -> [f64; N]) -> Vec<f64> {
    let [x, y] = [0, 1].map(|axis| grid.coordinates(axis));
    let at = |cell: usize| {
        let (x, y) = (x[cell / POINTS] - 0.5, y[cell % POINTS] - 0.5);
        state(x * x + y * y < RADIUS * RADIUS)
    };
    let states: Vec<[f64; N]> = (0..grid.num_points()).map(at).collect();
    let fields = (0..N).flat_map(|c| states.iter().map(move |state| state[c]));
    fields.collect()
}

fn timed(solver: Result<Box<dyn Stepper>, SolverError>, start: &[f64], threads: usize) -> f64 {
    let mut solver = solver.unwrap_or_else(|error| panic!("{error}"));
    solver.share(&Threads::new(threads));
    solver.start(start);
    let begun = Instant::now();
    solver.step();
    begun.elapsed().as_secs_f64()
}

/// Seconds of a reaction, whose first and last states go into a file.
fn reaction([threads, points, steps]: [usize; 3], file: &str) -> f64 {
    let entry = equation::find("fitzhugh_nagumo").expect("in the list");
    let walls = [Ends::both(Boundary::Wall); 2];
    let equation = entry.between(&walls).expect("it may have walls");
    let spec = SimulationSpec {
        equation,
        parameters: vec![1e-3, 5e-3, 5e-3],
        drawn: vec![],
        grid: equation.grid(&[points; 2], &[2.0; 2]).expect("valid"),
        dt: REACTION,
        substeps: steps,
        integrator: Integrator::Etdrk4,
        precision: Precision::F64,
        threads,
    };
    let u0 = [
        cosines(&spec.grid, [7, 3, 1]),
        cosines(&spec.grid, [5, 11, 2]),
    ]
    .concat();
    let mut solver = spec.stepper().unwrap_or_else(|error| panic!("{error}"));
    solver.start(&u0);
    let begun = Instant::now();
    solver.step();
    let seconds = begun.elapsed().as_secs_f64();
    let mut u = u0.clone();
    solver.read(&mut u);
    let bytes = u0.iter().chain(&u).flat_map(|u| u.to_le_bytes());
    std::fs::write(file, bytes.collect::<Vec<u8>>())
        .unwrap_or_else(|error| panic!("{file}: {error}"));
    seconds
}

/// The lowest cosines between walls, with amplitudes without a pattern.
fn cosines(grid: &Grid, by: [usize; 3]) -> Vec<f64> {
    let [x, y] = [0, 1].map(|axis| grid.coordinates(axis));
    let amplitude =
        |m: usize, n: usize| AMPLITUDE * ((by[0] * m + by[1] * n + m * n + by[2]) as f64).cos();
    let along = |m: usize, x: f64| (PI * m as f64 * x / 2.0).cos();
    let value = |x: f64, y: f64| {
        let modes = (0..COSINES).flat_map(|m| (0..COSINES).map(move |n| (m, n)));
        modes
            .map(|(m, n)| amplitude(m, n) * along(m, x) * along(n, y))
            .sum::<f64>()
    };
    x.iter()
        .flat_map(|x| y.iter().map(|y| value(*x, *y)))
        .collect()
}
