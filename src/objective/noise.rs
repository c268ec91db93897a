//! Noise on the states that predictions start from.

use crate::batch::Batch;
use burn::tensor::Tensor;
use ondine_models::{Draws, Model};

/// The first frame, with normal noise of `noise` times the state's standard deviation.
///
/// # Shapes   → `[batch, point, channel]`
pub(super) fn start(surrogate: &Model, batch: &Batch, noise: f64, draws: &mut Draws) -> Tensor<3> {
    let u = batch.frames[0].clone();
    match noise > 0.0 {
        false => u,
        true => {
            let size = surrogate.scaling().deviations(&u.device()) * noise;
            let normal = draws.normal(u.dims(), &u.device());
            u + normal * size
        }
    }
}
