//! Numbers that are the same at every point, as channels of a field.

use burn::tensor::Tensor;

/// `x` with `constants` behind its channels, at every point.
///
/// # Shapes   x: `[batch, point, channel]`, constants: `[batch, constant]` → `[batch, point, channel + constant]`
pub fn with_constants(x: Tensor<3>, constants: &Tensor<2>) -> Tensor<3> {
    let [_, points, _] = x.dims();
    if constants.dims()[1] == 0 {
        return x;
    }
    let everywhere = constants.clone().unsqueeze_dim::<3>(1);
    Tensor::cat(vec![x, everywhere.repeat_dim(1, points)], 2)
}
