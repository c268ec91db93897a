use super::*;
use crate::SurrogateRng;
use burn::tensor::Device;

/// The values of a convolution with rows and the gradients of its argument, weights and rows, flat.
fn all(layer: &Convolution, x: &Tensor<3>, rows: &Tensor<2>, y: Tensor<3>) -> [Tensor<1>; 4] {
    let weights = Tensor::from_inner(y.clone().inner().sin());
    let gradients = (y.clone() * weights).sum().backward();
    let weight = layer.weight.val().grad(&gradients).expect("it is tracked");
    let x = x.grad(&gradients).expect("it is tracked");
    let rows = rows.grad(&gradients).expect("it is tracked");
    let [y, x, weight] = [y.inner(), x, weight].map(|tensor| tensor.flatten(0, 2));
    [y, x, weight, rows.flatten(0, 1)]
}

/// The largest distance of the fused convolution and its gradients from the composed ones, of their size.
fn distance(config: &ConvolutionConfig, grid: &[usize], batch: usize, rows: usize) -> f32 {
    let device = Device::flex().autodiff();
    let mut draws = SurrogateRng::new(1);
    let layer = Convolution::new(config, &mut Init::new(2, &device));
    let shape = [batch, grid.iter().product(), config.inputs];
    let x = Tensor::from_inner(draws.normal(shape, &device)).require_grad();
    let rows = draws.normal([rows, config.outputs], &device);
    let rows = Tensor::from_inner(rows).require_grad();
    let fused = layer.with_rows(x.clone(), grid, rows.clone());
    let fused = all(&layer, &x, &rows, fused);
    let after = layer.grid_after(grid);
    let y = layer.composed(
        x.clone().reshape(with_grid(batch, grid, config.inputs)),
        &after,
    );
    let y = y.reshape([batch as i32, -1, config.outputs as i32]);
    let composed = all(&layer, &x, &rows, y + rows.clone().unsqueeze_dim::<3>(1));
    let pairs = fused.into_iter().zip(composed);
    let distances = pairs.map(|(fused, composed)| {
        let size = composed.clone().abs().max().into_scalar::<f32>();
        (fused - composed).abs().max().into_scalar::<f32>() / size
    });
    distances.fold(0.0, f32::max)
}

#[test]
fn the_fused_convolution_and_its_gradients_equal_the_composed_ones() {
    for grid in [&[33][..], &[1], &[2], &[9, 12], &[2, 1], &[4, 5, 6]] {
        for padding in [Padding::Periodic, Padding::Zero] {
            for (kernel, stride, dilation) in [
                (3, 1, 1),
                (3, 2, 1),
                (3, 1, 2),
                (5, 1, 1),
                (5, 3, 2),
                (1, 1, 1),
                (1, 2, 1),
            ] {
                let config = ConvolutionConfig {
                    dims: grid.len(),
                    inputs: 6,
                    outputs: 5,
                    kernel,
                    dilation,
                    stride,
                    padding,
                    bias: false,
                };
                for rows in [1, 11] {
                    let error = distance(&config, grid, 11, rows);
                    assert!(error < 1e-5, "{config:?} on {grid:?}, {rows}: {error}");
                }
            }
        }
    }
}

#[test]
fn the_convolution_in_slabs_and_its_gradients_equal_the_composed_ones() {
    for grid in [&[40, 24][..], &[9, 6, 8], &[70]] {
        for padding in [Padding::Periodic, Padding::Zero] {
            for (kernel, stride, dilation) in [(3, 1, 1), (3, 2, 1), (3, 1, 2), (5, 1, 1)] {
                let config = ConvolutionConfig {
                    dims: grid.len(),
                    inputs: 16,
                    outputs: 16,
                    kernel,
                    dilation,
                    stride,
                    padding,
                    bias: false,
                };
                let error = distance(&config, grid, 2, 1);
                assert!(error < 1e-5, "{config:?} on {grid:?}: {error}");
            }
        }
    }
}

#[test]
fn a_field_alone_has_the_convolution_of_a_batch_to_the_bit() {
    let device = Device::flex();
    let mut draws = SurrogateRng::new(1);
    for grid in [&[40, 24][..], &[16, 16], &[8, 8], &[9, 6, 8], &[70]] {
        for (channels, stride) in [(5, 1), (16, 1), (48, 1), (64, 1), (128, 1), (5, 2), (32, 2)] {
            let config = ConvolutionConfig {
                dims: grid.len(),
                inputs: channels,
                outputs: channels,
                stride,
                ..ConvolutionConfig::default()
            };
            let layer = Convolution::new(&config, &mut Init::new(2, &device));
            let x = draws.normal([9, grid.iter().product(), channels], &device);
            let all = layer.forward(x.clone(), grid).narrow(0, 4, 1);
            let alone = layer.forward(x.narrow(0, 4, 1), grid);
            assert!(all.to_data() == alone.to_data(), "{config:?} on {grid:?}");
        }
    }
}

#[test]
fn the_convolution_of_many_channels_and_its_gradients_equal_the_composed_ones() {
    for grid in [
        &[64][..],
        &[24],
        &[2],
        &[6, 4],
        &[2, 2],
        &[4, 2, 6],
        &[3, 4],
        &[4, 3],
        &[8, 4],
    ] {
        for padding in [Padding::Periodic, Padding::Zero] {
            let few = if grid.len() == 1 { 128 } else { 48 };
            for [inputs, outputs] in [[few, few + 8], [few + 24, few]] {
                for dilation in [1, 2, 4] {
                    let config = ConvolutionConfig {
                        dims: grid.len(),
                        inputs,
                        outputs,
                        dilation,
                        padding,
                        ..ConvolutionConfig::default()
                    };
                    let error = distance(&config, grid, 9, 9);
                    assert!(error < 1e-5, "{config:?} on {grid:?}: {error}");
                }
            }
        }
    }
}
