//! Adaptive layer normalisation: `N(x) (1 + γ(e)) + β(e)`, and a branch behind it that starts as if it were not there, `x + α(e) f(…)`.
//!
//! Peebles & Xie (2023), Scalable Diffusion Models with Transformers, §3.2 (`adaLN-Zero`): `α`, `β` and `γ` are linear functions of the
//! embedded conditions and zero at the start. `N` has no learned numbers of its own.

use crate::Init;
use burn::module::{Module, Param};
use burn::tensor::Tensor;

/// Added to the variance.
const EPSILON: f64 = 1e-6;

/// Rows of factors and shifts as a linear function of an embedding.
#[derive(Module, Debug)]
pub(crate) struct AdaptiveRows {
    /// `[size, rows · channel]`; none where nothing is conditioned on.
    weight: Option<Param<Tensor<2>>>,
    /// `[rows · channel]`.
    bias: Param<Tensor<1>>,
    #[module(skip)]
    channels: usize,
}

impl AdaptiveRows {
    /// `rows` rows of `channels` numbers, all of them zero, for embeddings of `size` numbers where there are any.
    pub(crate) fn new(size: Option<usize>, rows: usize, channels: usize, init: &mut Init) -> Self {
        Self {
            weight: size.map(|size| init.zeros([size, rows * channels])),
            bias: init.zeros([rows * channels]),
            channels,
        }
    }

    /// # Shapes   embedding: `[batch, size]` → per row `[batch or 1, 1, channel]`
    pub(crate) fn forward<const N: usize>(&self, embedding: Option<&Tensor<2>>) -> [Tensor<3>; N] {
        let bias = self.bias.val().unsqueeze::<2>();
        let rows = match (&self.weight, embedding) {
            (Some(weight), Some(embedding)) => embedding.clone().matmul(weight.val()) + bias,
            _ => bias,
        };
        let rows = rows.unsqueeze_dim::<3>(1);
        std::array::from_fn(|i| rows.clone().narrow(2, i * self.channels, self.channels))
    }
}

/// `N(x) (1 + γ) + β`, `N` with mean 0 and variance 1 over the channels of every token.
///
/// # Shapes   x: `[batch, token, channel]`, scale, shift: `[batch or 1, 1, channel]` → as `x`
pub(crate) fn adapted(x: Tensor<3>, scale: Tensor<3>, shift: Tensor<3>) -> Tensor<3> {
    let centered = x.clone() - x.mean_dim(2);
    let variance = centered.clone().square().mean_dim(2);
    let normal = centered * (variance + EPSILON).sqrt().recip();
    normal * (scale + 1.0) + shift
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SurrogateRng;
    use burn::tensor::Device;

    #[test]
    fn every_token_is_normalised_alone() {
        let device = Device::flex();
        let x = SurrogateRng::new(2).normal([2, 5, 16], &device) * 3.0 + 7.0;
        let row = Tensor::zeros([1, 1, 16], &device);
        let y = adapted(x, row.clone() + 1.0, row + 0.5) - 0.5;
        let mean = y.clone().mean_dim(2).abs().max().into_scalar::<f32>();
        let variance = (y.square().mean_dim(2) - 4.0).abs().max();
        let variance = variance.into_scalar::<f32>();
        assert!(mean < 1e-5 && variance < 1e-4, "{mean}, {variance}"); // f32, of a mean of 7
    }

    #[test]
    fn rows_are_zero_at_the_start_and_stand_alone_without_conditions() {
        let device = Device::flex();
        let e = Tensor::ones([3, 4], &device);
        for (size, embedding, batch) in [(Some(4), Some(&e), 3), (None, None, 1)] {
            let rows = AdaptiveRows::new(size, 3, 6, &mut Init::new(0, &device));
            for row in rows.forward::<3>(embedding) {
                assert_eq!(row.dims(), [batch, 1, 6]);
                assert!(row.abs().max().into_scalar::<f32>() <= 0.0);
            }
        }
    }
}
