//! Simulations in the lanes of vectors beside the same simulations one after the other, by slices and alone in all lanes.
//!
//! ```sh
//! cargo run --release -p ondine-benches --bin batch
//! cargo run --release -p ondine-benches --bin batch -- ks f64 2    # seconds of one case on two threads, and no more
//! ```
//!
//! `benches/exponax_batch.py` runs the second form in turn with exponax. Every simulation has parameters of its own, as
//! in the production of training data; weights of the integrator are part of the time.

use std::hint::black_box;
use std::time::Instant;

use ondine_benches::cases::{CASES, Case};
use ondine_solvers::{Batch, Etdrk, Precision, Real, SimulationSpec, Stepper, Substeps, Threads};
use realfft::RealFftPlanner;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments[..] {
        [] => table(),
        [name, precision, threads] => one(name, precision, threads),
        _ => eprintln!("usage: batch [CASE f32|f64 THREADS]"),
    }
}

/// Seconds of one case, for a script that compares them.
fn one(name: &str, precision: &str, threads: &str) {
    let case = Case::find(name);
    let precision = match precision {
        "f32" => Precision::F32,
        _ => Precision::F64,
    };
    match (case, threads.parse()) {
        (Some(case), Ok(threads)) => {
            let best = (0..3).map(|_| together(case, precision, threads));
            println!("{:.4}", best.fold(f64::INFINITY, f64::min));
        }
        _ => eprintln!("no case {name} on {threads} threads"),
    }
}

fn table() {
    println!(
        "{:<12} {:>5}  {:>9}  {:>9}  {:>6}  {:>9}  {:>6}  {:>12}",
        "one thread", "", "slices", "alone", "ratio", "batch", "ratio", "to rustfft"
    );
    for case in &CASES {
        for precision in [Precision::F64, Precision::F32] {
            let by_slices = match precision {
                Precision::F64 => alone(case, precision, slices::<f64>),
                Precision::F32 => alone(case, precision, slices::<f32>),
            };
            let alone = alone(case, precision, |spec| spec.stepper().expect("valid"));
            let batch = together(case, precision, 1);
            let name = format!("{precision:?}").to_lowercase();
            let bare = (case.dims == 1 && precision == Precision::F64).then(|| batch / bare(case));
            let bare = bare.map_or(String::new(), |ratio| format!("{ratio:.2}"));
            println!(
                "{:<12} {name:>5}  {by_slices:>7.3} s  {alone:>7.3} s  {:>6.2}  {batch:>7.3} s  {:>6.2}  {bare:>12}",
                case.name,
                alone / by_slices,
                batch / by_slices
            );
        }
    }
}

/// The stepper of the transforms of `rustfft`.
fn slices<T: Real>(spec: &SimulationSpec) -> Box<dyn Stepper> {
    let equation = spec
        .equation
        .build_drawn(&spec.parameters, &[], spec.grid.dims());
    let (equation, dt) = (equation.expect("valid"), spec.dt / spec.substeps as f64);
    let threads = Threads::one();
    let one = Etdrk::<T>::new(equation, &spec.grid, dt, spec.integrator, threads);
    Box::new(Substeps::new(one.expect("valid"), spec.substeps))
}

/// Seconds of all simulations, one after the other by steppers of their own.
fn alone(
    case: &Case,
    precision: Precision,
    stepper: impl Fn(&SimulationSpec) -> Box<dyn Stepper>,
) -> f64 {
    let spec = case.simulation(precision);
    let start = Instant::now();
    for index in 0..case.simulations as u64 {
        let mut stepper = stepper(&spec);
        let mut u = case.state(index);
        stepper.start(&u);
        stepper.step();
        stepper.read(&mut u);
        black_box(&u);
    }
    start.elapsed().as_secs_f64()
}

/// Seconds of all simulations in batches, each of as many as a vector holds.
fn together(case: &Case, precision: Precision, threads: usize) -> f64 {
    let spec = case.simulation(precision);
    let width = Batch::width(precision);
    let batches = case.simulations.div_ceil(width);
    let start = Instant::now();
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let spec = &spec;
            scope.spawn(move || {
                for batch in (thread..batches).step_by(threads) {
                    let first = batch * width;
                    let count = width.min(case.simulations - first);
                    run(case, spec, first, count);
                }
            });
        }
    });
    start.elapsed().as_secs_f64()
}

fn run(case: &Case, spec: &SimulationSpec, first: usize, count: usize) {
    let mut batch = Batch::new(&vec![spec.clone(); count]).expect("alike");
    let mut u = Vec::new();
    for i in 0..count {
        u = case.state((first + i) as u64);
        batch.start(i, &u);
    }
    batch.step();
    for i in 0..count {
        batch.read(i, &mut u);
        black_box(&u);
    }
}

/// Seconds of the real transforms of all steps by `realfft`, alone: two there and two back per step.
fn bare(case: &Case) -> f64 {
    let mut planner = RealFftPlanner::<f64>::new();
    let (there, back) = (
        planner.plan_fft_forward(case.points),
        planner.plan_fft_inverse(case.points),
    );
    let (mut u, mut u_hat) = (there.make_input_vec(), there.make_output_vec());
    let mut scratch = there.make_scratch_vec();
    scratch.resize(scratch.len().max(back.get_scratch_len()), u_hat[0]);
    let start = Instant::now();
    for _ in 0..2 * case.simulations * case.steps {
        let there = there.process_with_scratch(&mut u, &mut u_hat, &mut scratch);
        let back = back.process_with_scratch(&mut u_hat, &mut u, &mut scratch);
        assert!(there.is_ok() && back.is_ok(), "sizes of the plan");
        black_box(&u);
    }
    start.elapsed().as_secs_f64()
}
