//! Noise on the states that predictions start from.

use crate::batch::Batch;
use burn::tensor::Tensor;
use ondine_models::{Surrogate, SurrogateRng};

/// The state that predictions start from: the first frame, with normal noise of `noise` times the state's standard deviation. A
/// rollout begins in `draws` with it.
///
/// # Shapes   → `[batch, point, channel]`
pub fn start(
    surrogate: &dyn Surrogate,
    batch: &Batch,
    noise: f64,
    draws: &mut SurrogateRng,
) -> Tensor<3> {
    draws.begin();
    let u = batch.frames[0].clone();
    if noise <= 0.0 {
        return u;
    }
    let size = surrogate.deviations(&u.device()) * noise;
    let normal = draws.normal(u.dims(), &u.device());
    u + normal * size
}
