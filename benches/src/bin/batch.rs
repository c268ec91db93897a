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

use ondine_solvers::equation::find;
use ondine_solvers::initial::SineSeries;
use ondine_solvers::{
    Batch, Etdrk, Grid, InitialState, Integrator, Precision, Real, Rng, SimulationSpec, Stepper,
    Stream, Substeps, Threads, sample,
};
use realfft::RealFftPlanner;

/// Simulations of one equation on a grid.
struct Case {
    name: &'static str,
    kind: &'static str,
    parameters: &'static [f64],
    points: usize,
    dims: usize,
    length: f64,
    dt: f64,
    simulations: usize,
    steps: usize,
}

const CASES: [Case; 5] = [
    Case {
        name: "ks",
        kind: "kuramoto_sivashinsky",
        parameters: &[1.0],
        points: 256,
        dims: 1,
        length: 64.0,
        dt: 0.1,
        simulations: 100,
        steps: 1000,
    },
    Case {
        name: "burgers",
        kind: "burgers",
        parameters: &[0.01],
        points: 256,
        dims: 1,
        length: std::f64::consts::TAU,
        dt: 0.002,
        simulations: 100,
        steps: 1000,
    },
    Case {
        name: "kdv",
        kind: "kdv",
        parameters: &[0.001],
        points: 256,
        dims: 1,
        length: 64.0,
        dt: 0.002,
        simulations: 100,
        steps: 1000,
    },
    Case {
        name: "kolmogorov",
        kind: "kolmogorov_flow",
        parameters: &[0.001, 0.1, 4.0, 1.0],
        points: 64,
        dims: 2,
        length: std::f64::consts::TAU,
        dt: 0.005,
        simulations: 32,
        steps: 200,
    },
    Case {
        name: "flow",
        kind: "navier_stokes",
        parameters: &[0.001, 0.0],
        points: 256,
        dims: 2,
        length: std::f64::consts::TAU,
        dt: 0.001,
        simulations: 1,
        steps: 200,
    },
];

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
    let case = CASES.iter().find(|case| case.name == name);
    let precision = match precision {
        "f32" => Precision::F32,
        _ => Precision::F64,
    };
    match (case, threads.parse()) {
        (Some(case), Ok(threads)) => {
            let best = (0..3).map(|_| case.together(precision, threads));
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
            let slices = match precision {
                Precision::F64 => case.alone(precision, |spec| case.slices::<f64>(spec)),
                Precision::F32 => case.alone(precision, |spec| case.slices::<f32>(spec)),
            };
            let alone = case.alone(precision, |spec| spec.stepper().expect("valid"));
            let batch = case.together(precision, 1);
            let name = format!("{precision:?}").to_lowercase();
            let bare = (case.dims == 1 && precision == Precision::F64).then(|| batch / case.bare());
            let bare = bare.map_or(String::new(), |ratio| format!("{ratio:.2}"));
            println!(
                "{:<12} {name:>5}  {slices:>7.3} s  {alone:>7.3} s  {:>6.2}  {batch:>7.3} s  {:>6.2}  {bare:>12}",
                case.name,
                alone / slices,
                batch / slices
            );
        }
    }
}

impl Case {
    fn simulation(&self, precision: Precision) -> SimulationSpec {
        let grid = Grid::new(&vec![self.points; self.dims], &vec![self.length; self.dims]);
        SimulationSpec {
            equation: find(self.kind).expect("in the list"),
            parameters: self.parameters.to_vec(),
            drawn: vec![],
            grid: grid.expect("valid"),
            dt: self.dt * self.steps as f64,
            substeps: self.steps,
            integrator: Integrator::Etdrk2,
            precision,
            threads: 1,
        }
    }

    fn state(&self, spec: &SimulationSpec, index: u64) -> Vec<f64> {
        let mut rng = Rng::stream(0, Stream::Initial, index);
        let profile = SineSeries::default().draw(spec.grid.length(), 1, &mut rng);
        sample(&profile, &spec.grid, 1)
    }

    /// The stepper of the transforms of `rustfft`.
    fn slices<T: Real>(&self, spec: &SimulationSpec) -> Box<dyn Stepper> {
        let equation = spec.equation.build_drawn(&spec.parameters, &[], self.dims);
        let (equation, dt) = (equation.expect("valid"), spec.dt / spec.substeps as f64);
        let threads = Threads::one();
        let one = Etdrk::<T>::new(equation, &spec.grid, dt, spec.integrator, threads);
        Box::new(Substeps::new(one.expect("valid"), spec.substeps))
    }

    /// Seconds of all simulations, one after the other by steppers of their own.
    fn alone(
        &self,
        precision: Precision,
        stepper: impl Fn(&SimulationSpec) -> Box<dyn Stepper>,
    ) -> f64 {
        let spec = self.simulation(precision);
        let start = Instant::now();
        for index in 0..self.simulations as u64 {
            let mut stepper = stepper(&spec);
            let mut u = self.state(&spec, index);
            stepper.start(&u);
            stepper.step();
            stepper.read(&mut u);
            black_box(&u);
        }
        start.elapsed().as_secs_f64()
    }

    /// Seconds of all simulations in batches, each of as many as a vector holds.
    fn together(&self, precision: Precision, threads: usize) -> f64 {
        let spec = self.simulation(precision);
        let width = Batch::width(precision);
        let batches = self.simulations.div_ceil(width);
        let start = Instant::now();
        std::thread::scope(|scope| {
            for thread in 0..threads {
                let spec = &spec;
                scope.spawn(move || {
                    for batch in (thread..batches).step_by(threads) {
                        let first = batch * width;
                        let count = width.min(self.simulations - first);
                        self.run(spec, first, count);
                    }
                });
            }
        });
        start.elapsed().as_secs_f64()
    }

    fn run(&self, spec: &SimulationSpec, first: usize, count: usize) {
        let mut batch = Batch::new(&vec![spec.clone(); count]).expect("alike");
        let mut u = Vec::new();
        for i in 0..count {
            u = self.state(spec, (first + i) as u64);
            batch.start(i, &u);
        }
        batch.step();
        for i in 0..count {
            batch.read(i, &mut u);
            black_box(&u);
        }
    }

    /// Seconds of the real transforms of all steps by `realfft`, alone: two there and two back per step.
    fn bare(&self) -> f64 {
        let mut planner = RealFftPlanner::<f64>::new();
        let (there, back) = (
            planner.plan_fft_forward(self.points),
            planner.plan_fft_inverse(self.points),
        );
        let (mut u, mut u_hat) = (there.make_input_vec(), there.make_output_vec());
        let mut scratch = there.make_scratch_vec();
        scratch.resize(scratch.len().max(back.get_scratch_len()), u_hat[0]);
        let start = Instant::now();
        for _ in 0..2 * self.simulations * self.steps {
            let there = there.process_with_scratch(&mut u, &mut u_hat, &mut scratch);
            let back = back.process_with_scratch(&mut u_hat, &mut u, &mut scratch);
            assert!(there.is_ok() && back.is_ok(), "sizes of the plan");
            black_box(&u);
        }
        start.elapsed().as_secs_f64()
    }
}
