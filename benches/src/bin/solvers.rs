//! Time per solver step, beside the bare Fourier transforms that the step needs.
//!
//! Bare transforms are full real transforms of the grid, without dealiasing, of random numbers:
//! `realfft` along the last axis, `rustfft` along the others between transpositions, plans and
//! memory made once. So a step that transforms fewer modes may take less time than they do.
//!
//! ```sh
//! cargo run --release -p ondine-benches --bin solvers
//! ```

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use ondine_solvers::equation::find;
use ondine_solvers::{
    Complex64, Etdrk, Grid, InitialState, Integrator, Real, Rng, Stepper, Stream, Threads,
    initial::SineSeries, sample,
};
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use rustfft::{Fft, FftPlanner};

/// Seconds that one measurement lasts at least; the best of five counts.
const DURATION: f64 = 0.2;

/// An equation on a grid, and the transforms `(there, back)` that one evaluation of `𝒩` needs.
struct Case {
    kind: &'static str,
    parameters: &'static [f64],
    points: Vec<usize>,
    length: f64,
    dt: f64,
    transforms: usize,
}

fn main() {
    println!(
        "{:<22} {:>10}  {:>10}  {:>12}  {:>6}  {:>5}",
        "equation, etdrk2", "points", "step", "transforms", "count", "ratio"
    );
    for case in cases() {
        report(&case);
    }
    simulations();
    shared(&cases()[4], 1000); // 256 × 256 points
    shared(&cases()[6], 100); // 64³
}

fn cases() -> Vec<Case> {
    let ks = |points| Case {
        kind: "kuramoto_sivashinsky",
        parameters: &[1.0],
        points: vec![points],
        length: 64.0,
        dt: 0.1,
        transforms: 2,
    };
    let flow = |points| Case {
        kind: "navier_stokes",
        parameters: &[1e-3, 0.0],
        points: vec![points; 2],
        length: std::f64::consts::TAU,
        dt: 1e-3,
        transforms: 4,
    };
    let burgers = Case {
        kind: "burgers",
        parameters: &[0.01],
        points: vec![64; 3],
        length: std::f64::consts::TAU,
        dt: 1e-3,
        transforms: 10,
    };
    let lines = [256, 1024].map(ks).into_iter();
    let planes = [64, 128, 256, 512].map(flow);
    lines.chain(planes).chain([burgers]).collect()
}

fn report(case: &Case) {
    let mut stepper = stepper(case);
    let step = time(|| stepper.step());
    let mut bare = Bare::new(&case.points);
    let evaluations = 2; // of etdrk2
    let count = evaluations * case.transforms;
    let transforms = time(|| bare.there_and_back()) / 2.0 * count as f64;
    let points = case.points.iter().map(ToString::to_string);
    println!(
        "{:<22} {:>10}  {:>7.1} µs  {:>9.1} µs  {:>6}  {:>5.2}",
        case.kind,
        points.collect::<Vec<_>>().join("×"),
        1e6 * step,
        1e6 * transforms,
        count,
        step / transforms
    );
}

/// 100 simulations of 1000 steps, on one thread and on two.
fn simulations() {
    let case = &cases()[0];
    let run = |simulations: usize| {
        for _ in 0..simulations {
            let mut stepper = stepper(case);
            (0..1000).for_each(|_| stepper.step());
        }
    };
    for threads in [1, 2] {
        let start = Instant::now();
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| run(100 / threads));
            }
        });
        let seconds = start.elapsed().as_secs_f64();
        println!("100 simulations of 1000 steps, {threads} threads: {seconds:.3} s");
    }
}

/// One simulation on one thread and on two, in double and in single precision.
fn shared(case: &Case, steps: usize) {
    let (kind, points) = (case.kind, &case.points);
    for count in [1, 2] {
        let threads = || Threads::new(count);
        let double = several(steps, &mut stepper_on::<f64>(case, threads()));
        let single = several(steps, &mut stepper_on::<f32>(case, threads()));
        println!(
            "{steps} steps of {kind} on {points:?}, {count} threads: f64 {double:.3} s, f32 {single:.3} s"
        );
    }
}

fn several(steps: usize, stepper: &mut dyn Stepper) -> f64 {
    let start = Instant::now();
    (0..steps).for_each(|_| stepper.step());
    start.elapsed().as_secs_f64()
}

fn stepper(case: &Case) -> Etdrk {
    stepper_on(case, Threads::one())
}

fn stepper_on<T: Real>(case: &Case, threads: Threads) -> Etdrk<T> {
    let grid = Grid::new(&case.points, &vec![case.length; case.points.len()]).expect("valid");
    let entry = find(case.kind).expect("in the list");
    let equation = entry
        .build_checked(case.parameters, grid.dims())
        .expect("valid");
    let stepper = Etdrk::new(equation, &grid, case.dt, Integrator::Etdrk2, threads);
    let mut stepper = stepper.expect("valid");
    let mut rng = Rng::stream(0, Stream::Initial, 0);
    let channels = stepper.channels();
    let profile = SineSeries::default().draw(grid.length(), channels, &mut rng);
    stepper.start(&sample(&profile, &grid, channels));
    stepper
}

/// Best time of one call.
fn time(mut call: impl FnMut()) -> f64 {
    let start = Instant::now();
    let mut calls = 0;
    while start.elapsed().as_secs_f64() < DURATION {
        call();
        calls += 1;
    }
    let mut measure = || {
        let start = Instant::now();
        (0..calls).for_each(|_| call());
        start.elapsed().as_secs_f64() / f64::from(calls)
    };
    (0..5).map(|_| measure()).fold(f64::INFINITY, f64::min)
}

/// Full transforms of a grid in memory of their own.
struct Bare {
    points: Vec<usize>,
    forward: Arc<dyn RealToComplex<f64>>,
    backward: Arc<dyn ComplexToReal<f64>>,
    others: Vec<[Arc<dyn Fft<f64>>; 2]>,
    u: Vec<f64>,
    u_hat: Vec<Complex64>,
    turned: Vec<Complex64>,
    scratch: Vec<Complex64>,
}

impl Bare {
    fn new(points: &[usize]) -> Self {
        let (last, others) = points.split_last().expect("a grid has an axis");
        let lines: usize = others.iter().product();
        let modes = lines * (last / 2 + 1);
        let mut planner = FftPlanner::new();
        let mut both = |&n: &usize| [planner.plan_fft_forward(n), planner.plan_fft_inverse(n)];
        let mut rng = Rng::stream(0, Stream::Noise, 0);
        Self {
            points: points.to_vec(),
            forward: RealFftPlanner::new().plan_fft_forward(*last),
            backward: RealFftPlanner::new().plan_fft_inverse(*last),
            others: others.iter().map(&mut both).collect(),
            u: (0..lines * last).map(|_| rng.uniform(-1.0, 1.0)).collect(),
            u_hat: vec![Complex64::ZERO; modes],
            turned: vec![Complex64::ZERO; modes],
            scratch: vec![Complex64::ZERO; 4096],
        }
    }

    fn there_and_back(&mut self) {
        let last = *self.points.last().expect("a grid has an axis");
        let scale = 1.0 / self.u.len() as f64;
        let lines = self.u.chunks_exact_mut(last);
        for (u, u_hat) in lines.zip(self.u_hat.chunks_exact_mut(last / 2 + 1)) {
            let done = self
                .forward
                .process_with_scratch(u, u_hat, &mut self.scratch);
            done.expect("sizes of the plan");
        }
        for ([forward, _], &n) in self.others.iter().zip(&self.points) {
            transpose(&self.u_hat, n, &mut self.turned);
            forward.process_with_scratch(&mut self.turned, &mut self.scratch);
            std::mem::swap(&mut self.u_hat, &mut self.turned);
        }
        for ([_, backward], &n) in self.others.iter().zip(&self.points).rev() {
            backward.process_with_scratch(&mut self.u_hat, &mut self.scratch);
            transpose(&self.u_hat, self.u_hat.len() / n, &mut self.turned);
            std::mem::swap(&mut self.u_hat, &mut self.turned);
        }
        let lines = self.u.chunks_exact_mut(last);
        for (u, u_hat) in lines.zip(self.u_hat.chunks_exact_mut(last / 2 + 1)) {
            u_hat.iter_mut().for_each(|mode| *mode *= scale);
            u_hat[0].im = 0.0;
            u_hat[last / 2].im = 0.0;
            let done = self
                .backward
                .process_with_scratch(u_hat, u, &mut self.scratch);
            done.expect("sizes of the plan");
        }
        black_box(&self.u);
    }
}

/// `to[column][row] = from[row][column]`, in blocks of 8 × 8.
fn transpose(from: &[Complex64], rows: usize, to: &mut [Complex64]) {
    let columns = from.len() / rows;
    for row in (0..rows).step_by(8) {
        for column in (0..columns).step_by(8) {
            for i in row..rows.min(row + 8) {
                for j in column..columns.min(column + 8) {
                    to[j * rows + i] = from[i * columns + j];
                }
            }
        }
    }
}
