//! The surrogate from parameters and time to a state: what it answers, that it learns, and that it looks at nothing else.

use crate::common::{central, decode, moved, slope, states};
use burn::module::{Module, ModuleMapper, Param};
use burn::optim::{AdamWConfig, GradientsParams};
use burn::tensor::{Device, Tensor, TensorData};
use ondine_models::{
    Backbone, FieldSpec, Init, Inputs, Model, ModelConfig, Scaling, Surrogate, SurrogateRng,
};

const GRID: &[usize] = &[3, 4];
const POINTS: usize = 12;

/// Two fields, three parameters of which the last one is the time.
fn spec() -> FieldSpec {
    FieldSpec::new(2, 3, GRID)
}

fn scaling() -> Scaling {
    Scaling {
        mean: vec![300.0, -2.0],
        deviation: vec![80.0, 0.5],
        increment: vec![7.0, 7.0], // has no part in it
        center: vec![250.0, 0.0, 5.0],
        spread: vec![200.0, 1.0, 5.0],
    }
}

fn config(options: &str) -> ModelConfig {
    let options = format!("{{ inputs = \"parameters\", {options} }}");
    let config = decode("mlp", &options).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(config.inputs(), Inputs::Parameters);
    ModelConfig::alone(Backbone {
        kind: "mlp",
        config,
    })
}

/// A small one with smooth activations.
fn smooth(device: &Device) -> Model {
    config("width = 24, layers = 2, activation = \"tanh\"").init(
        &spec(),
        scaling(),
        &mut Init::new(1, device),
    )
}

/// Parameters of `batch` simulations within their ranges, each at a time of its own.
fn parameters(batch: usize, device: &Device) -> Tensor<2> {
    let row = |i: usize| {
        let part = i as f32 / batch as f32;
        [60.0 + 400.0 * part, 1.0 - 2.0 * part * part, 10.0 * part]
    };
    let values: Vec<f32> = (0..batch).flat_map(row).collect();
    Tensor::from_data(TensorData::new(values, [batch, 3]), device)
}

fn step(model: &Model, u: Tensor<3>, parameters: Tensor<2>) -> Tensor<3> {
    model.step(u, parameters, GRID, &mut SurrogateRng::new(0))
}

fn largest<const D: usize>(x: Tensor<D>) -> f64 {
    f64::from(x.abs().max().into_scalar::<f32>())
}

/// Coefficient of parameter `j` in the value `i` of a state.
fn coefficient(i: usize, j: usize) -> f32 {
    (1.3 * i as f32 + 0.7 * j as f32).sin()
}

/// Weights by which a network of six `relu` units is `Σⱼ coefficient(i, j) pⱼ`: `x = relu(x) − relu(−x)`.
struct HandMade {
    tensor: usize,
}

impl ModuleMapper for HandMade {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let tensor = self.tensor;
        self.tensor += 1;
        param.map(|weight| {
            let dims = weight.dims();
            let columns = dims[D - 1];
            let sign = |unit: usize| if unit < 3 { 1.0 } else { -1.0 };
            let value = |place: usize| match (tensor, place / columns, place % columns) {
                (0, input, unit) if unit % 3 == input => sign(unit),
                (2, unit, output) => sign(unit) * coefficient(output, unit % 3),
                _ => 0.0, // biases, and what does not belong together
            };
            let values: Vec<f32> = (0..dims.iter().product()).map(value).collect();
            Tensor::from_data(TensorData::new(values, dims), &weight.device())
        })
    }
}

#[test]
fn a_solution_linear_in_its_parameters_and_time_is_answered_exactly() {
    let device = Device::flex();
    let model =
        config("width = 6, layers = 1").init(&spec(), scaling(), &mut Init::new(1, &device));
    let model = model.map(&mut HandMade { tensor: 0 });
    let told = parameters(5, &device);
    let answer = step(&model, Tensor::zeros([5, POINTS, 2], &device), told.clone());
    let found = answer.into_data().try_to_vec::<f32>().expect("f32");
    let told = told.into_data().try_to_vec::<f32>().expect("f32");
    let scales = scaling();
    for (batch, p) in told.chunks(3).enumerate() {
        let scaled = |j: usize| (p[j] - scales.center[j]) / scales.spread[j];
        for i in 0..2 * POINTS {
            let channel = i % 2;
            let sum: f32 = (0..3).map(|j| coefficient(i, j) * scaled(j)).sum();
            let expected = scales.mean[channel] + scales.deviation[channel] * sum;
            let error = (found[batch * 2 * POINTS + i] - expected).abs();
            assert!(error < 1e-6 * 500.0, "{batch}, {i}: {error}"); // f32, values up to 500
        }
    }
}

#[test]
fn nothing_but_the_shape_of_the_state_before_matters() {
    let device = Device::flex();
    let model = moved(smooth(&device), 0.1, 0.3);
    let u = states(4, POINTS, &device);
    let answers = [u.clone(), u * 100.0 - 3.0].map(|u| step(&model, u, parameters(4, &device)));
    let [first, second] = answers;
    assert_eq!(first.dims(), [4, POINTS, 2]);
    first.into_data().assert_eq(&second.into_data(), true);
}

#[test]
fn every_parameter_and_the_time_matter() {
    let device = Device::flex();
    let model = moved(smooth(&device), 0.05, 0.3);
    let u = states(1, POINTS, &device);
    let middle = [250.0, 0.0, 5.0];
    let at = |values: [f32; 3]| step(&model, u.clone(), Tensor::from_floats([values], &device));
    for (j, by) in [100.0, 0.5, 2.5].into_iter().enumerate() {
        let mut values = middle;
        values[j] += by;
        let change = largest(at(values) - at(middle));
        assert!(change > 1e-2, "{j}: {change}");
    }
}

#[test]
fn it_learns_a_state_for_every_time() {
    let device = Device::flex().autodiff();
    let mut model = smooth(&device);
    let mut optimizer = AdamWConfig::new().init();
    let scale = Tensor::<3>::from_floats([[[80.0, 0.5]]], &device);
    let mean = Tensor::<3>::from_floats([[[300.0, -2.0]]], &device);
    let next = states(6, POINTS, &device) * scale + mean;
    let mut losses = Vec::new();
    for _ in 0..600 {
        let u = Tensor::zeros([6, POINTS, 2], &device);
        let told = parameters(6, &device);
        let loss = model.loss(u, next.clone(), told, GRID, &mut SurrogateRng::new(0));
        losses.push(loss.clone().into_scalar::<f32>());
        let gradients = GradientsParams::from_grads(loss.backward(), &model);
        model = optimizer.step(1e-2, model, gradients);
    }
    let (first, last) = (losses[0], losses[losses.len() - 1]);
    assert!(last < first / 100.0, "{first} fell only to {last}");
    // What the loss squares in scaled units is the error in physical ones over the deviations.
    let (u, told) = (states(6, POINTS, &device), parameters(6, &device));
    let predicted = step(&model, u.clone(), told.clone());
    let errors = model.errors(predicted, next.clone());
    let residuals = model.residuals(u, next, told, GRID, &mut SurrogateRng::new(0));
    let difference = largest(errors - residuals);
    assert!(difference < 1e-5, "{difference}"); // f32, of states of order one after scaling
}

#[test]
fn the_gradient_by_the_weights_matches_finite_differences() {
    let device = Device::flex().autodiff();
    let model = moved(smooth(&device), 0.05, 0.3);
    let next = states(3, POINTS, &device) * 4.0 + 2.0;
    let loss_of = |model: &Model| {
        let u = Tensor::zeros([3, POINTS, 2], &device);
        let told = parameters(3, &device);
        model.loss(u, next.clone(), told, GRID, &mut SurrogateRng::new(0))
    };
    let gradients = GradientsParams::from_grads(loss_of(&model).backward(), &model);
    let slope = slope(&model, &gradients, 1.1);
    let at = |s: f64| f64::from(loss_of(&moved(model.clone(), s, 1.1)).into_scalar::<f32>());
    let difference = central(1e-2, at);
    let error = (difference - slope).abs() / slope.abs();
    // f32 rounding of the loss limits the difference to about 1e-4.
    assert!(error < 2e-3, "{slope} against {difference}");
}

#[test]
fn it_is_the_same_function_after_save_and_load() {
    let device = Device::flex();
    let saved = moved(smooth(&device), 0.05, 0.3);
    let bytes = saved.clone().into_record().into_bytes();
    let record = burn::store::ModuleRecord::from_bytes(bytes.expect("records serialise"));
    let loaded = moved(smooth(&device), 0.5, 2.0).load_record(record.expect("a record"));
    let run = |model: &Model| {
        let u = states(2, POINTS, &device);
        step(model, u, parameters(2, &device)).into_data()
    };
    run(&saved).assert_eq(&run(&loaded), true);
}

#[test]
fn its_size_is_that_of_the_network_for_parameters_alone() {
    let config = config("width = 256, layers = 2");
    // Meyer et al. (2023): five temperatures and the time to a million points.
    let spec = FieldSpec::new(1, 6, &[1000, 1000]);
    assert_eq!(config.num_parameters(&spec), 257_067_584);
}
