//! Steps of solvers on tensors, and what gradients through them cost.
//!
//! ```sh
//! cargo run --release -p ondine-benches --bin tensors
//! cargo run --release -p ondine-benches --bin tensors -- ks f32 cpu     # seconds of one case, and no more
//! cargo run --release -p ondine-benches --features cuda --bin tensors -- ks f32 cuda
//! ```
//!
//! `benches/exponax_batch.py` runs the second form in turn with exponax. The state stays in Fourier space over all steps of a
//! case; every simulation has parameters of its own.

use burn::tensor::{Device, FloatDType, Tensor, TensorData};
use ondine_solvers::equation::find;
use ondine_solvers::initial::SineSeries;
use ondine_solvers::{
    Grid, InitialState, Integrator, Precision, Rng, SimulationSpec, Stream, sample,
};
use ondine_tensor_solvers::TensorStepper;
use std::time::Instant;

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

const ONE: Case = Case {
    name: "ks",
    kind: "kuramoto_sivashinsky",
    parameters: &[1.0],
    points: 256,
    dims: 1,
    length: 64.0,
    dt: 0.1,
    simulations: 100,
    steps: 1000,
};

const CASES: [Case; 5] = [
    ONE,
    Case {
        name: "burgers",
        kind: "burgers",
        parameters: &[0.01],
        length: std::f64::consts::TAU,
        dt: 0.002,
        ..ONE
    },
    Case {
        name: "kdv",
        kind: "kdv",
        parameters: &[0.001],
        dt: 0.002,
        ..ONE
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
        [name, precision, device] => one(name, precision, device),
        _ => eprintln!("usage: tensors [CASE f32|f64 DEVICE]"),
    }
}

/// Seconds of one case, for a script that compares them.
fn one(name: &str, precision: &str, device: &str) {
    let mut device = match device {
        #[cfg(feature = "cuda")]
        "cuda" => Device::cuda(0),
        _ => Device::flex(),
    };
    if precision == "f64" && device.configure(FloatDType::F64).is_err() {
        return eprintln!("the device has no numbers of 64 bits");
    }
    let Some(case) = CASES.iter().find(|case| case.name == name) else {
        return eprintln!("no case {name}");
    };
    let best = (0..3).map(|_| case.seconds(&device));
    println!("{:.4}", best.fold(f64::INFINITY, f64::min));
}

fn table() {
    let device = Device::flex();
    println!("{:<12} {:>10}  {:>9}", "f32", "steps", "gradient");
    for case in &CASES {
        let (forward, both) = (case.seconds(&device), case.gradient(&device, 10));
        let short = Case { steps: 10, ..*case };
        let ratio = both / short.seconds(&device);
        let name = case.name;
        println!("{name:<12} {forward:>8.3} s  {ratio:>7.2} ×");
    }
}

impl Case {
    /// The simulations, whose frame is all steps.
    fn simulations(&self) -> Vec<SimulationSpec> {
        let grid = Grid::new(&vec![self.points; self.dims], &vec![self.length; self.dims]);
        let spec = SimulationSpec {
            equation: find(self.kind).expect("in the list"),
            parameters: self.parameters.to_vec(),
            drawn: vec![],
            grid: grid.expect("valid"),
            dt: self.dt * self.steps as f64,
            substeps: self.steps,
            integrator: Integrator::Etdrk2,
            precision: Precision::F32,
            threads: 1,
        };
        let of = |index: usize| {
            let mut spec = spec.clone();
            spec.parameters[0] *= 1.0 + 1e-3 * index as f64;
            spec
        };
        (0..self.simulations).map(of).collect()
    }

    fn states(&self, device: &Device) -> Tensor<3> {
        let specs = self.simulations();
        let draw = |(index, spec): (usize, &SimulationSpec)| {
            let mut rng = Rng::stream(0, Stream::Initial, index as u64);
            let drawn = SineSeries::default().draw(spec.grid.length(), 1, &mut rng);
            sample(&drawn, &spec.grid, 1)
        };
        let values: Vec<f64> = specs.iter().enumerate().flat_map(draw).collect();
        let shape = [specs.len(), specs[0].grid.num_points(), 1];
        Tensor::from_data(TensorData::new(values, shape), device)
    }

    /// Seconds of all steps; weights of the integrator are made before.
    fn seconds(&self, device: &Device) -> f64 {
        let stepper = TensorStepper::new(&self.simulations(), device).expect("valid");
        let u = self.states(device);
        let start = Instant::now();
        let end = stepper.step(u).sum().into_scalar::<f32>();
        let seconds = start.elapsed().as_secs_f64();
        assert!(end.is_finite(), "{}: {end}", self.name);
        seconds
    }

    /// Seconds of so many steps and the gradient of their end by the first states.
    fn gradient(&self, device: &Device, steps: usize) -> f64 {
        let (device, short) = (device.clone().autodiff(), Self { steps, ..*self });
        let stepper = TensorStepper::new(&short.simulations(), &device).expect("valid");
        let u = short.states(&device).require_grad();
        let start = Instant::now();
        let gradients = stepper.step(u.clone()).square().sum().backward();
        let gradient = u.grad(&gradients).expect("it was used");
        let size = gradient.square().sum().into_scalar::<f32>();
        let seconds = start.elapsed().as_secs_f64();
        assert!(size.is_finite(), "{}: {size}", self.name);
        seconds
    }
}
