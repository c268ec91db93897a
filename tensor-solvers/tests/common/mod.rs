//! Simulations of all equations that have a tensor form, and states as tensors and back.
#![allow(dead_code, reason = "each test file uses its own part")]

#[path = "../../../solvers/tests/common/mod.rs"]
mod slices;

#[allow(unused_imports, reason = "each test file uses its own part")]
pub(crate) use slices::{
    cube, difference, final_state, initial, mean, simulation_of, simulation_on,
};

use burn::tensor::{Device, Tensor, TensorData};
use ondine_solvers::equation::EQUATIONS;
use ondine_solvers::{EquationEntry, Grid, Rng, SimulationSpec, Stream};

/// Equations that are solved in Fourier space and are functions of the fields at one point.
pub(crate) fn equations() -> impl Iterator<Item = (&'static EquationEntry, usize)> {
    let spectral = EQUATIONS
        .iter()
        .filter(|entry| entry.has_modes() && entry.kind != "combined");
    spectral.flat_map(|entry| entry.dims.iter().map(|&dims| (*entry, dims)))
}

/// A simulation with parameters, lengths and time step of its own.
pub(crate) fn drawn(entry: &'static EquationEntry, dims: usize, index: u64) -> SimulationSpec {
    let mut rng = Rng::stream(3, Stream::Parameters, index);
    let values = entry.values_in(dims).map(|parameter| {
        let [low, high] = parameter.good;
        let value = rng.uniform(low, high);
        if parameter.whole {
            value.round()
        } else {
            value
        }
    });
    let values: Vec<f64> = values.collect();
    let points = [48, 18, 10][dims - 1];
    let grid = Grid::new(&vec![points; dims], &vec![rng.uniform(5.0, 7.0); dims]).expect("valid");
    let mut spec = simulation_of(entry, &values, grid, rng.uniform(0.005, 0.01));
    spec.substeps = 2;
    spec
}

/// States, each channel-major, as one tensor `[batch, point, channel]`.
pub(crate) fn tensor(states: &[Vec<f64>], points: usize, device: &Device) -> Tensor<3> {
    let shape = [states.len(), states[0].len() / points, points];
    let data = TensorData::new(states.concat(), shape);
    Tensor::<3>::from_data(data, device).swap_dims(1, 2)
}

/// The states of a tensor.
pub(crate) fn states(u: Tensor<3>) -> Vec<Vec<f64>> {
    let [_, points, channels] = u.dims();
    let values = u.swap_dims(1, 2).into_data().convert::<f64>();
    let values = values.try_to_vec::<f64>().expect("converted to f64");
    values
        .chunks(points * channels)
        .map(<[f64]>::to_vec)
        .collect()
}

/// The number in a tensor of one.
pub(crate) fn number(tensor: Tensor<1>) -> f64 {
    tensor.into_scalar::<f64>()
}

/// States whose numbers are exact in 32 bits.
pub(crate) fn rounded(mut u: Vec<f64>) -> Vec<f64> {
    u.iter_mut().for_each(|u| *u = f64::from(*u as f32));
    u
}

/// A smooth state of other waves than the initial states.
pub(crate) fn direction(spec: &SimulationSpec, seed: u64) -> Vec<f64> {
    initial(spec, 1000 + seed)
}

/// Sum of the products of two states.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Derivative of a function at 0, a central difference of fourth order.
pub(crate) fn slope(h: f64, f: impl Fn(f64) -> f64) -> f64 {
    (8.0 * (f(h) - f(-h)) - (f(2.0 * h) - f(-2.0 * h))) / (12.0 * h)
}
