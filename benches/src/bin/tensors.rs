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
use ondine_benches::cases::{CASES, Case};
use ondine_solvers::{Precision, SimulationSpec};
use ondine_tensor_solvers::TensorStepper;
use std::time::Instant;

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
    let Some(case) = Case::find(name) else {
        return eprintln!("no case {name}");
    };
    let best = (0..3).map(|_| seconds(case, &device));
    println!("{:.4}", best.fold(f64::INFINITY, f64::min));
}

fn table() {
    let device = Device::flex();
    println!("{:<12} {:>10}  {:>9}", "f32", "steps", "gradient");
    for case in &CASES {
        let (forward, both) = (seconds(case, &device), gradient(case, &device, 10));
        let short = Case { steps: 10, ..*case };
        let ratio = both / seconds(&short, &device);
        let name = case.name;
        println!("{name:<12} {forward:>8.3} s  {ratio:>7.2} ×");
    }
}

/// The simulations, each with parameters of its own.
fn simulations(case: &Case) -> Vec<SimulationSpec> {
    let spec = case.simulation(Precision::F32);
    let of = |index: usize| {
        let mut spec = spec.clone();
        spec.parameters[0] *= 1.0 + 1e-3 * index as f64;
        spec
    };
    (0..case.simulations).map(of).collect()
}

fn states(case: &Case, device: &Device) -> Tensor<3> {
    let values = (0..case.simulations as u64).flat_map(|index| case.state(index));
    let values: Vec<f64> = values.collect();
    let points = values.len() / case.simulations;
    let shape = [case.simulations, points, 1];
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// Seconds of all steps; weights of the integrator are made before.
fn seconds(case: &Case, device: &Device) -> f64 {
    let stepper = TensorStepper::new(&simulations(case), device).expect("valid");
    let u = states(case, device);
    let start = Instant::now();
    let end = stepper.step(u).sum().into_scalar::<f32>();
    let seconds = start.elapsed().as_secs_f64();
    assert!(end.is_finite(), "{}: {end}", case.name);
    seconds
}

/// Seconds of so many steps and the gradient of their end by the first states.
fn gradient(case: &Case, device: &Device, steps: usize) -> f64 {
    let (device, short) = (device.clone().autodiff(), Case { steps, ..*case });
    let stepper = TensorStepper::new(&simulations(&short), &device).expect("valid");
    let u = states(&short, &device).require_grad();
    let start = Instant::now();
    let gradients = stepper.step(u.clone()).square().sum().backward();
    let gradient = u.grad(&gradients).expect("it was used");
    let size = gradient.square().sum().into_scalar::<f32>();
    let seconds = start.elapsed().as_secs_f64();
    assert!(size.is_finite(), "{}: {size}", case.name);
    seconds
}
