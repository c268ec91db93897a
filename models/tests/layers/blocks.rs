//! Blocks against burn's own layers, and against what their names promise.

use crate::burns::{channels_first, channels_last, weight_shape};
use burn::nn::GroupNormConfig;
use burn::tensor::module::{conv_transpose1d, conv_transpose2d, conv_transpose3d};
use burn::tensor::ops::ConvTransposeOptions;
use burn::tensor::{Device, Tensor, Tolerance};
use ondine_models::block::{
    GroupNorm, Padding, ParameterEmbedding, TransposedConfig, TransposedConvolution, instance_norm,
};
use ondine_models::{Init, SurrogateRng};

fn random<const D: usize>(shape: [usize; D], device: &Device) -> Tensor<D> {
    let draws = SurrogateRng::new(4).normal(shape, device) * 2.0 + 0.5;
    Tensor::from_data(draws.into_data(), device)
}

#[test]
fn group_norm_equals_burns() {
    let device = Device::flex();
    for groups in [1, 2, 6] {
        let x = random([3, 10, 6], &device);
        let y = GroupNorm::new(groups, 6, &mut Init::new(0, &device)).forward(x.clone());
        let burns = GroupNormConfig::new(groups, 6).init(&device);
        let expected = burns.forward(x.swap_dims(1, 2)).swap_dims(1, 2);
        y.into_data()
            .assert_approx_eq(&expected.into_data(), Tolerance::<f32>::absolute(1e-5));
    }
}

#[test]
fn instance_norm_leaves_mean_0_and_variance_1_to_every_channel() {
    let device = Device::flex();
    let y = instance_norm(random([3, 50, 4], &device));
    let mean = y.clone().mean_dim(1).abs().max().into_scalar::<f32>();
    let variance = (y.square().mean_dim(1) - 1.0)
        .abs()
        .max()
        .into_scalar::<f32>();
    assert!(mean < 1e-6 && variance < 1e-4, "{mean}, {variance}"); // ε = 1e-5 beside a variance of 4
}

/// burn's transposed convolution of the same weights, between margins of `by` points that the reference is given.
macro_rules! burn_transposed {
    ($name:ident, $conv:ident, $dims:literal, $rank:literal) => {
        fn $name(
            layer: &TransposedConvolution,
            config: &TransposedConfig,
            x: Tensor<3>,
            grid: &[usize],
        ) -> Tensor<3> {
            let inputs = x.dims()[2];
            let mut x: Tensor<$rank> = channels_first(x, grid);
            let periodic = config.padding == Padding::Periodic;
            for axis in 2..$rank {
                let n = grid[axis - 2];
                if periodic {
                    x = x.repeat_dim(axis, 3).narrow(axis, n - 1, n + 2);
                }
            }
            let shape = weight_shape::<$rank>([inputs, config.outputs], config.kernel);
            let weight = layer.weight.val().permute([0, 2, 1]).reshape(shape);
            let padding_out = [4 - config.kernel; $dims];
            let options =
                ConvTransposeOptions::new([2; $dims], [1; $dims], padding_out, [1; $dims], 1);
            let mut y = $conv(x, weight, Some(layer.bias.val()), options);
            for axis in 2..$rank {
                if periodic {
                    y = y.narrow(axis, 2, 2 * grid[axis - 2]);
                }
            }
            channels_last(y)
        }
    };
}

burn_transposed!(on_line, conv_transpose1d, 1, 3);
burn_transposed!(on_plane, conv_transpose2d, 2, 4);
burn_transposed!(in_space, conv_transpose3d, 3, 5);

/// Both kernels with both paddings that burn's reference has.
fn transposed_configs(dims: usize) -> impl Iterator<Item = TransposedConfig> {
    let paddings = [Padding::Periodic, Padding::Zero].into_iter();
    let settings = paddings.flat_map(|padding| [3, 4].map(|kernel| (kernel, padding)));
    settings.map(move |(kernel, padding)| TransposedConfig {
        dims,
        inputs: 3,
        outputs: 2,
        kernel,
        padding,
    })
}

#[test]
fn the_transposed_convolution_equals_burns_on_1_2_and_3_axes() {
    let device = Device::flex();
    let references = [on_line as fn(&_, &_, _, &[usize]) -> _, on_plane, in_space];
    for (grid, reference) in [&[7][..], &[5, 4], &[3, 4, 5]].into_iter().zip(references) {
        for config in transposed_configs(grid.len()) {
            let layer = TransposedConvolution::new(&config, &mut Init::new(5, &device));
            let points = grid.iter().product();
            let x = random([2, points, 3], &device);
            let y = layer.forward(x.clone(), grid);
            assert_eq!(y.dims(), [2, points << grid.len(), 2], "{config:?}");
            let error = (y - reference(&layer, &config, x, grid)).abs().max();
            let error = error.into_scalar::<f32>();
            assert!(error < 1e-5, "{config:?}: {error}"); // f32, sums of a few terms of order one
        }
    }
}

#[test]
fn an_embedding_tells_parameters_apart_and_is_nothing_without_them() {
    let device = Device::flex();
    let embedding = ParameterEmbedding::new(2, 8, 16, &mut Init::new(0, &device));
    let embed = |a: f32, b: f32| {
        let parameters = Tensor::<2>::from_floats([[a, b]], &device);
        embedding.forward(parameters).expect("there are parameters")
    };
    let base = embed(0.0, 0.5);
    assert_eq!(base.dims(), [1, 16]);
    for other in [embed(0.05, 0.5), embed(0.0, 0.55), embed(0.5, 0.0)] {
        let change = (other - base.clone()).abs().max().into_scalar::<f32>();
        assert!(change > 1e-3, "{change}");
    }
    let none = ParameterEmbedding::new(0, 8, 16, &mut Init::new(0, &device));
    assert!(none.forward(Tensor::zeros([3, 0], &device)).is_none());
}
