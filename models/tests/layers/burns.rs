//! Fields in the layout of burn's own layers, which have the channels before the axes of the grid.

use burn::tensor::Tensor;

/// A field with its channels before the axes of its grid; `R` is two more than these are.
///
/// # Shapes   x: `[batch, point, channel]` → `[batch, channel, axes of the grid …]`
pub(crate) fn channels_first<const R: usize>(x: Tensor<3>, grid: &[usize]) -> Tensor<R> {
    let [batch, _, channels] = x.dims();
    let mut shape = [batch; R];
    shape[1] = channels;
    shape[2..].copy_from_slice(grid);
    x.swap_dims(1, 2).reshape(shape)
}

/// The other way round.
///
/// # Shapes   y: `[batch, channel, axes of the grid …]` → `[batch, point, channel]`
pub(crate) fn channels_last<const R: usize>(y: Tensor<R>) -> Tensor<3> {
    let dims = y.dims();
    y.reshape([dims[0] as i32, dims[1] as i32, -1])
        .swap_dims(1, 2)
}

/// The shape of the weights of a layer in burn: two numbers of channels, then the taps of every axis.
pub(crate) fn weight_shape<const R: usize>(channels: [usize; 2], taps: usize) -> [usize; R] {
    let mut shape = [taps; R];
    shape[..2].copy_from_slice(&channels);
    shape
}
