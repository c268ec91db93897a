//! The convolution against burn's own, against its derivative, and what follows from it.

use crate::burns::{channels_first, channels_last, weight_shape};
use burn::tensor::module::{conv1d, conv2d, conv3d};
use burn::tensor::ops::{ConvOptions, PadMode};
use burn::tensor::{Device, Tensor, Tolerance};
use ondine_models::block::{Convolution, ConvolutionConfig, Padding};
use ondine_models::{Init, SurrogateRng};

const PADDINGS: [Padding; 3] = [Padding::Periodic, Padding::Zero, Padding::Reflect];

fn random<const D: usize>(shape: [usize; D], seed: u64, device: &Device) -> Tensor<D> {
    let draws = SurrogateRng::new(seed).normal(shape, device);
    Tensor::from_data(draws.into_data(), device)
}

/// Every combination of settings on `dims` axes.
fn configs(dims: usize) -> Vec<ConvolutionConfig> {
    let mut configs = Vec::new();
    for padding in PADDINGS {
        for (kernel, stride, dilation) in [
            (1, 1, 1),
            (3, 1, 1),
            (3, 2, 1),
            (3, 1, 2),
            (5, 1, 1),
            (5, 3, 1),
            (1, 2, 1),
        ] {
            for (inputs, outputs) in [(3, 4), (16, 8)] {
                configs.push(ConvolutionConfig {
                    dims,
                    inputs,
                    outputs,
                    kernel,
                    dilation,
                    stride,
                    padding,
                    bias: kernel != 5,
                });
            }
        }
    }
    configs
}

/// Extends axis `axis` by hand: three copies in a row, cut, for the periodic one.
fn extend<const D: usize>(x: Tensor<D>, axis: usize, by: usize, padding: Padding) -> Tensor<D> {
    let n = x.dims()[axis];
    let mut margins = [(0, 0); D];
    margins[axis] = (by, by);
    match padding {
        _ if by == 0 => x,
        Padding::Periodic => x.repeat_dim(axis, 3).narrow(axis, n - by, n + 2 * by),
        Padding::Zero => x.pad(margins, PadMode::Constant(0.0)),
        Padding::Reflect => x.pad(margins, PadMode::Reflect),
        Padding::Ends | Padding::Each(_) => unreachable!("continued in tests/edges.rs"),
    }
}

/// burn's convolution of the extended field, channels last; `$axes` numbers the tensor's axes of the grid.
macro_rules! burn_convolution {
    ($name:ident, $conv:ident, $dims:literal, $rank:literal) => {
        fn $name(
            layer: &Convolution,
            config: &ConvolutionConfig,
            x: Tensor<3>,
            grid: &[usize],
        ) -> Tensor<3> {
            let inputs = x.dims()[2];
            let x: Tensor<$rank> = channels_first(x, grid);
            let by = config.dilation * (config.kernel / 2);
            let x = (2..$rank).fold(x, |x, axis| extend(x, axis, by, config.padding));
            let shape = weight_shape::<$rank>([config.outputs, inputs], config.kernel);
            let weight = layer.weight.val().permute([2, 1, 0]).reshape(shape);
            let bias = layer.bias.as_ref().map(|bias| bias.val());
            let (stride, dilation) = ([config.stride; $dims], [config.dilation; $dims]);
            let options = ConvOptions::new(stride, [0; $dims], dilation, 1);
            channels_last($conv(x, weight, bias, options))
        }
    };
}

burn_convolution!(on_line, conv1d, 1, 3);
burn_convolution!(on_plane, conv2d, 2, 4);
burn_convolution!(in_space, conv3d, 3, 5);

#[test]
fn the_convolution_equals_burns_on_1_2_and_3_axes() {
    let device = Device::flex();
    let references = [on_line as fn(&_, &_, _, &[usize]) -> _, on_plane, in_space];
    for (grid, reference) in [&[13][..], &[7, 8], &[5, 6, 8]].into_iter().zip(references) {
        for config in configs(grid.len()) {
            let layer = Convolution::new(&config, &mut Init::new(5, &device));
            let points = grid.iter().product();
            let x = random([2, points, config.inputs], 3, &device);
            let y = layer.forward(x.clone(), grid);
            let expected = reference(&layer, &config, x, grid);
            assert_eq!(y.dims(), expected.dims(), "{config:?} on {grid:?}");
            let points_after: usize = layer.grid_after(grid).iter().product();
            assert_eq!(y.dims()[1], points_after, "{config:?} on {grid:?}");
            let error = (y - expected).abs().max().into_scalar::<f32>();
            assert!(error < 1e-5, "{config:?} on {grid:?}: {error}"); // f32, sums of up to 2000 terms of order 0.02
        }
    }
}

#[test]
fn the_gradients_of_a_convolution_match_finite_differences() {
    let device = Device::flex().autodiff();
    for grid in [&[13][..], &[6, 7], &[5, 6, 8]] {
        for config in configs(grid.len()) {
            let points = grid.iter().product();
            let mut layer = Convolution::new(&config, &mut Init::new(5, &device));
            let x = random([2, points, config.inputs], 3, &device).require_grad();
            let y = layer.forward(x.clone(), grid);
            let target = random(y.dims(), 4, &device.clone().without_autodiff());
            let target = Tensor::from_inner(target);
            let gradients = (y * target.clone()).sum().backward();
            let weight = layer.weight.clone();
            let direction_x = Tensor::from_inner(random(x.dims(), 6, &device).inner());
            let direction_w = Tensor::from_inner(random(weight.dims(), 7, &device).inner());
            let slope = (x.grad(&gradients).expect("x is tracked") * direction_x.clone().inner())
                .sum()
                .into_scalar::<f32>()
                + (weight.val().grad(&gradients).expect("weights are tracked")
                    * direction_w.clone().inner())
                .sum()
                .into_scalar::<f32>();
            let mut at = |h: f32| {
                layer.weight = weight.clone().map(|w| w + direction_w.clone() * h);
                let y = layer.forward(x.clone() + direction_x.clone() * h, grid);
                f64::from((y * target.clone()).sum().into_scalar::<f32>())
            };
            // The function is bilinear: the central difference is exact for every step but for rounding.
            let difference = (at(1.0) - at(-1.0)) / 2.0;
            let error = (difference - f64::from(slope)).abs() / difference.abs().max(1.0);
            assert!(error < 1e-3, "{config:?}: {slope} against {difference}");
        }
    }
}

#[test]
fn the_bias_gradient_is_the_sum_over_points() {
    let device = Device::flex().autodiff();
    let config = ConvolutionConfig {
        inputs: 4,
        outputs: 3,
        ..Default::default()
    };
    let layer = Convolution::new(&config, &mut Init::new(5, &device));
    let y = layer.forward(random([2, 9, 4], 3, &device), &[9]);
    let weights = Tensor::from_inner(random([2, 9, 3], 4, &device).inner());
    let gradients = (y * weights.clone()).sum().backward();
    let bias = layer.bias.expect("there is one").val();
    let expected = weights.inner().reshape([18, 3]).sum_dim(0).reshape([3]);
    bias.grad(&gradients)
        .expect("biases are tracked")
        .into_data()
        .assert_approx_eq(&expected.into_data(), Tolerance::<f32>::absolute(1e-5));
}

#[test]
fn a_periodic_convolution_commutes_with_shifts() {
    let device = Device::flex();
    for (grid, shift) in [(&[24][..], 5), (&[8, 12], 5 * 12), (&[4, 6, 8], 48)] {
        for dilation in [1, 2, 4] {
            let config = ConvolutionConfig {
                dims: grid.len(),
                inputs: 8,
                outputs: 8,
                dilation,
                ..Default::default()
            };
            let layer = Convolution::new(&config, &mut Init::new(2, &device));
            let points: usize = grid.iter().product();
            let x = random([2, points, 8], 1, &device);
            let roll = |x: Tensor<3>| {
                let ahead = x.clone().narrow(1, shift, points - shift);
                Tensor::cat(vec![ahead, x.narrow(1, 0, shift)], 1)
            };
            let before = layer.forward(roll(x.clone()), grid).into_data();
            let after = roll(layer.forward(x, grid)).into_data();
            before.assert_approx_eq(&after, Tolerance::<f32>::absolute(1e-6)); // the same sums
        }
    }
}

#[test]
fn a_convolution_of_zeros_answers_zeros() {
    let device = Device::flex();
    let config = ConvolutionConfig::default();
    let layer = Convolution::zero(&config, &mut Init::new(2, &device));
    let y = layer.forward(random([2, 9, 1], 1, &device), &[9]);
    assert!(y.abs().max().into_scalar::<f32>() <= 0.0);
}
