//! Fields that are continued beyond walls and open ends: layers and networks see what lies there.

use crate::common::{cases, central, moved, slope};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor};
use ondine_models::block::{
    Convolution, ConvolutionConfig, Edge, FourierBasis, Padding, TransposedConfig,
    TransposedConvolution,
};
use ondine_models::network::{NETWORKS, NetworkConfig};
use ondine_models::{FieldSpec, Init, Model, Scaling, Surrogate, SurrogateRng};
use std::sync::Arc;

fn random<const D: usize>(shape: [usize; D], device: &Device) -> Tensor<D> {
    let draws = SurrogateRng::new(7).normal(shape, device);
    Tensor::from_data(draws.into_data(), device)
}

fn largest<const D: usize>(x: Tensor<D>) -> f32 {
    x.abs().max().into_scalar::<f32>()
}

/// Points of a plane with `margin` more on each side of the first axis, and the same on periodic ones of the second.
fn continued(x: &Tensor<3>, [n, m]: [usize; 2], edge: Edge, margin: usize) -> Tensor<3> {
    let [batch, _, channels] = x.dims();
    let lines = x.clone().reshape([batch, n, m * channels]);
    let line = |position: isize| {
        let (last, position) = (n as isize - 1, position);
        let source = match edge {
            Edge::Periodic => position.rem_euclid(n as isize),
            Edge::Mirror if position < 0 => -1 - position,
            Edge::Mirror if position > last => 2 * last + 1 - position,
            Edge::Mirror => position,
            Edge::Constant => position.clamp(0, last),
            Edge::Zero if !(0..=last).contains(&position) => {
                return lines.clone().narrow(1, 0, 1) * 0.0;
            }
            Edge::Zero => position,
        };
        lines.clone().narrow(1, source as usize, 1)
    };
    let all = (-(margin as isize)..(n + margin) as isize)
        .map(line)
        .collect();
    Tensor::cat(all, 1).reshape([batch, (n + 2 * margin) * m, channels])
}

const EDGES: [Edge; 3] = [Edge::Mirror, Edge::Constant, Edge::Zero];

#[test]
fn convolutions_see_beyond_the_edges_what_their_padding_says() {
    let device = Device::flex();
    let grid = [8, 6];
    for edge in EDGES {
        for (kernel, stride, dilation) in [(3, 1, 1), (3, 2, 1), (3, 1, 2), (5, 1, 1), (1, 1, 1)] {
            let config = |padding| ConvolutionConfig {
                dims: 2,
                inputs: 3,
                outputs: 4,
                kernel,
                stride,
                dilation,
                padding,
                bias: true,
            };
            let each = Padding::Each([Some(edge), Some(Edge::Periodic), None]);
            let walls = Convolution::new(&config(each), &mut Init::new(5, &device));
            let around = Convolution::new(&config(Padding::Periodic), &mut Init::new(5, &device));
            let x = random([2, 48, 3], &device);
            let y = walls.forward(x.clone(), &grid);
            let whole = around.forward(continued(&x, grid, edge, 4), &[16, 6]);
            let [rows, width] = [8 / stride, 6usize.div_ceil(stride)];
            let whole = whole.reshape([2, 16 / stride, width * 4]);
            let expected = whole.narrow(1, 4 / stride, rows);
            let error = largest(y.reshape([2, rows, width * 4]) - expected);
            assert!(
                error < 1e-5,
                "{edge:?} {kernel} {stride} {dilation}: {error}"
            ); // f32
        }
    }
}

#[test]
fn transposed_convolutions_see_beyond_the_edges_what_their_padding_says() {
    let device = Device::flex();
    for edge in EDGES {
        for kernel in [3, 4] {
            let config = |padding| TransposedConfig {
                dims: 2,
                inputs: 3,
                outputs: 2,
                kernel,
                padding,
            };
            let each = Padding::Each([Some(edge), Some(Edge::Periodic), None]);
            let walls = TransposedConvolution::new(&config(each), &mut Init::new(5, &device));
            let around =
                TransposedConvolution::new(&config(Padding::Periodic), &mut Init::new(5, &device));
            let x = random([2, 20, 3], &device);
            let y = walls.forward(x.clone(), &[5, 4]);
            let whole = around.forward(continued(&x, [5, 4], edge, 3), &[11, 4]);
            let expected = whole.reshape([2, 22, 16]).narrow(1, 6, 10);
            let error = largest(y.reshape([2, 10, 16]) - expected);
            assert!(error < 1e-5, "{edge:?} {kernel}: {error}"); // f32
        }
    }
}

#[test]
fn gradients_at_the_edges_are_those_of_differences() {
    let device = Device::flex().autodiff();
    for edge in EDGES {
        let config = ConvolutionConfig {
            dims: 2,
            inputs: 2,
            outputs: 2,
            padding: Padding::Each([Some(edge), Some(Edge::Periodic), None]),
            ..ConvolutionConfig::default()
        };
        let layer = Convolution::new(&config, &mut Init::new(3, &device));
        let x = random([1, 24, 2], &device).require_grad();
        let loss = |x: Tensor<3>| layer.forward(x, &[4, 6]).sin().sum();
        let gradients = loss(x.clone()).backward();
        let gradient = x.grad(&gradients).expect("tracked");
        for point in [0, 5, 11, 23] {
            let mut step = [0.0_f32; 48];
            step[2 * point] = 1e-2;
            let step = Tensor::<1>::from_floats(&step[..], &device).reshape([1, 24, 2]);
            let x = x.clone().detach();
            let difference = loss(x.clone() + step.clone()) - loss(x - step);
            let slope = difference.into_scalar::<f32>() / 2e-2;
            let found = gradient.clone().reshape([48]).narrow(0, 2 * point, 1);
            let error = (found.into_scalar::<f32>() - slope).abs();
            assert!(error < 2e-3, "{edge:?} at {point}: {error}"); // second order in a step of 0.01, f32
        }
    }
}

/// Waves of a field and its mirror image are the waves of twice the points.
#[test]
fn mirrored_bases_are_those_of_the_field_with_its_image() {
    let device = Device::flex();
    let modes = [5, 4];
    let mirrored = FourierBasis::mirrored(&[8, 6], &modes, [true, false, false], &device);
    let whole = FourierBasis::with_modes(&[16, 6], &modes, &device);
    let x = random([48, 3], &device);
    let image = x.clone().reshape([8, 18]).flip([0]).reshape([48, 3]);
    let both = Tensor::cat(vec![x.clone(), image], 0);
    let x_hat = mirrored.to_modes(x);
    let error = largest(x_hat.clone() - whole.to_modes(both));
    assert!(error < 1e-6, "{error}"); // f32
    let points = whole.to_points(x_hat.clone()).narrow(0, 0, 48);
    let error = largest(mirrored.to_points(x_hat) - points);
    assert!(error < 1e-6, "{error}"); // the same sums
    let last = FourierBasis::mirrored(&[7], &[6], [true, false, false], &device);
    let whole = FourierBasis::with_modes(&[14], &[6], &device);
    let x = random([7, 2], &device);
    let both = Tensor::cat(vec![x.clone(), x.clone().flip([0])], 0);
    let x_hat = last.to_modes(x);
    let error = largest(x_hat.clone() - whole.to_modes(both));
    assert!(error < 1e-6, "{error}");
    let points = whole.to_points(x_hat.clone()).narrow(0, 0, 7);
    assert!(largest(last.to_points(x_hat) - points) < 1e-6);
}

/// A network as a recipe without further options has it.
fn decoded(kind: &str, options: &str) -> Arc<dyn NetworkConfig> {
    let entry = ondine_models::network::find(kind).expect("in the list");
    let options = ondine_models::Options::parse(options).expect("TOML");
    (entry.decode)(options).unwrap_or_else(|error| panic!("{kind}: {error}"))
}

#[test]
fn networks_take_from_the_ends_what_lies_beyond_and_periodic_ones_stay_what_they_were() {
    let device = Device::flex();
    let spec = FieldSpec::new(2, 3, &[16, 8]);
    let u = random([2, 128, 2], &device);
    for entry in NETWORKS {
        let config = decoded(entry.kind, "{}");
        let Some(periodic) = config.between(&[Edge::Periodic; 2]) else {
            continue; // a network without such an option
        };
        let walls = config.between(&[Edge::Mirror, Edge::Periodic]);
        let walls = walls.expect("as before");
        let answer = |config: &dyn NetworkConfig| {
            let network = moved(config.init(&spec, &mut Init::new(1, &device)), 0.05, 0.3);
            network.forward(u.clone(), Tensor::ones([2, 3], &device), &[16, 8])
        };
        let (around, between) = (answer(periodic.as_ref()), answer(walls.as_ref()));
        assert_eq!(between.dims(), [2, 128, 2], "{}", entry.kind);
        let change = largest(around.clone() - between.clone());
        let differs = change.is_finite() && change > 1e-4 * largest(around.clone());
        assert!(differs, "{}: walls make no difference", entry.kind);
        let typed = decoded(entry.kind, "{ padding = \"periodic\" }");
        let error = largest(answer(typed.as_ref()) - around);
        assert!(error <= 0.0, "{}: {error}", entry.kind);
        let kept = walls.options().to_string();
        assert!(kept.contains("mirror"), "{}: {kept}", entry.kind);
        let open = config.between(&[Edge::Constant; 2]).expect("as before");
        let again = decoded(entry.kind, &inline(&open.options()));
        assert_eq!(again.options(), open.options(), "{}", entry.kind);
        let again = decoded(entry.kind, &inline(&walls.options()));
        let error = largest(answer(again.as_ref()) - between);
        assert!(error <= 0.0, "{}: {error}", entry.kind);
    }
}

/// Every network that knows edges, with all of its weights moved, between an edge of each kind and a mirror.
fn between_edges(device: &Device) -> Vec<(String, Model)> {
    let spec = FieldSpec::new(2, 3, &[8, 6]);
    let mut models = Vec::new();
    for (case, edge) in cases()
        .iter()
        .flat_map(|case| EDGES.map(|edge| (case, edge)))
    {
        if let Some(config) = case.config().between(&[edge, Edge::Mirror]) {
            let network = config.init(&spec, &mut Init::new(1, device));
            let model = Model::residual(moved(network, 0.05, 0.3), Scaling::identity(&spec));
            models.push((format!("{} {} {edge:?}", case.kind, case.options), model));
        }
    }
    models
}

#[test]
fn gradients_of_every_network_between_edges_are_those_of_differences() {
    let device = Device::flex().autodiff();
    let u = random([2, 48, 2], &device);
    let along = u.clone().flip([1]);
    let told = Tensor::ones([2, 3], &device) * 0.3;
    let loss = |model: &Model, u: Tensor<3>| {
        let next = u.clone() * 0.5;
        model.loss(u, next, told.clone(), &[8, 6], &mut SurrogateRng::new(0))
    };
    let value = |loss: Tensor<1>| f64::from(loss.into_scalar::<f32>());
    for (name, model) in between_edges(&device) {
        let u = u.clone().require_grad();
        let gradients = loss(&model, u.clone()).backward();
        let by_state = u.grad(&gradients).expect("tracked") * along.clone().inner();
        let by_state = f64::from(by_state.sum().into_scalar::<f32>());
        let at = |s: f64| value(loss(&model, u.clone().detach() + along.clone() * s));
        let error = (central(1e-2, at) - by_state).abs() / by_state.abs();
        assert!(error < 2e-3, "{name}, by the state: {error}"); // f32 limits the difference to about 1e-4
        let gradients = GradientsParams::from_grads(gradients, &model);
        let by_weights = slope(&model, &gradients, 1.1);
        let at = |s: f64| value(loss(&moved(model.clone(), s, 1.1), u.clone().detach()));
        let error = (central(1e-3, at) - by_weights).abs() / by_weights.abs().max(0.05);
        assert!(error < 2e-3, "{name}, by the weights: {error}"); // f32 limits the difference to about 2e-5
    }
}

#[test]
fn every_network_between_edges_runs_on_finer_grids() {
    let device = Device::flex();
    for (name, model) in between_edges(&device) {
        let (u, told) = (random([1, 192, 2], &device), Tensor::ones([1, 3], &device));
        let v = model.step(u, told, &[16, 12], &mut SurrogateRng::new(0));
        assert!(v.dims() == [1, 192, 2] && largest(v).is_finite(), "{name}");
    }
}

/// A table in one line.
fn inline(table: &toml::Table) -> String {
    toml::Value::Table(table.clone()).to_string()
}

#[test]
fn operators_of_runs_that_kept_no_padding_stay_periodic() {
    let all = "{ width = 8, modes = 4, layers = 2, spectral_scale = 0.1 }";
    let kept = decoded("fno", all)
        .between(&[Edge::Mirror])
        .expect("an option");
    assert_eq!(kept.options(), decoded("fno", all).options());
    assert!(!kept.options().contains_key("padding"));
    let typed = decoded("fno", "{ width = 8 }").between(&[Edge::Mirror]);
    let padding = typed.expect("an option").options()["padding"].to_string();
    assert_eq!(padding, "[\"mirror\"]");
}

#[test]
fn paddings_that_fit_no_grid_or_no_network_are_refused() {
    let config = decoded("resnet", "{ padding = [\"mirror\"] }");
    let said = config
        .check_grid(&[8, 8], &[8, 8])
        .expect_err("one of two axes");
    assert!(said.contains("of length 1 on a 2-D grid"), "{said}");
    for (kind, options, part) in [
        ("resnet", "{ padding = \"wrap\" }", "wrap"),
        ("resnet", "{ padding = [] }", "0 entries"),
        ("unet", "{ padding = [\"reflect\"] }", "reflect"),
        ("fno", "{ padding = \"zero\" }", "Fourier layers"),
        ("fno", "{ padding = [\"constant\"] }", "Fourier layers"),
    ] {
        let entry = ondine_models::network::find(kind).expect("in the list");
        let options = ondine_models::Options::parse(options).expect("TOML");
        let error = (entry.decode)(options).err().expect("refused").to_string();
        assert!(error.contains(part), "{error}");
    }
}
