//! Self-attention of tokens within their windows: `O softmax(τ q̂ᵢ·k̂ⱼ + bᵢⱼ) V`, `q̂`, `k̂` queries and keys of length 1.
//!
//! Liu et al. (2022), Swin Transformer V2, §3.3: scores are cosines times a learned `τ` per head, at most 100, so that large states
//! don't saturate them; `bᵢⱼ = 16 σ(MLP(δ̂ᵢⱼ))` is a function of the offset between two tokens on a logarithmic scale, which any window
//! has. Holzschuh et al. (2025), PDE-Transformer, attend so.

use super::windows::Partition;
use super::{Activation, Mlp, linear, products};
use crate::Init;
use burn::module::{Module, Param};
use burn::nn::Linear;
use burn::tensor::Tensor;
use burn::tensor::activation::{sigmoid, softmax};

/// `τ` of a head before training.
const FIRST: f64 = 10.0;

/// Largest `τ/`[`FIRST`].
const LARGEST: f64 = 10.0;

/// Channels between offsets and their scores.
const HIDDEN: usize = 64;

/// Largest score of an offset.
const BIAS: f64 = 16.0;

/// Added to the square of the length of a query or a key.
const EPSILON: f64 = 1e-6;

/// Attention with several heads within windows.
#[derive(Module, Debug)]
pub(crate) struct WindowAttention {
    projection: Linear,
    output: Linear,
    /// `ln(τ/10)` of every head.
    temperature: Param<Tensor<1>>,
    positions: Mlp,
}

impl WindowAttention {
    /// Attention over `channels` channels, as many in each of `heads` heads, on `dims` axes.
    pub(crate) fn new(channels: usize, heads: usize, dims: usize, init: &mut Init) -> Self {
        Self {
            projection: init.linear(channels, 3 * channels),
            output: init.linear(channels, channels),
            temperature: init.zeros([heads]),
            positions: Mlp::new(&[dims, HIDDEN, heads], Activation::Gelu, init),
        }
    }

    /// # Shapes   x: `[batch, token, channel]` → the same
    pub(crate) fn forward(&self, x: Tensor<3>, partition: &Partition) -> Tensor<3> {
        let batch = x.dims()[0];
        let x = partition.gathered(x);
        let [rows, places, channels] = x.dims();
        let heads = self.temperature.dims()[0];
        let size = channels / heads;
        let projected = linear(&self.projection, x.reshape([rows * places, channels]));
        let projected = projected.reshape([rows, places, 3, heads, size]);
        let projected = projected.permute([2, 0, 3, 1, 4]); // [3, row, head, place, channel]
        let part = |i| {
            let part = projected.clone().narrow(0, i, 1);
            part.reshape([rows * heads, places, size])
        };
        let queries = self.sharpened(unit(part(0)).reshape([rows, heads, places, size]));
        let queries = queries.reshape([rows * heads, places, size]);
        let scores = products(queries, unit(part(1)).swap_dims(1, 2));
        let scores = scores.reshape([rows, heads, places, places]) + self.biases(partition);
        let shares = softmax(partition.seen(scores), 3);
        let shares = shares.reshape([rows * heads, places, places]);
        let mixed = products(shares, part(2)).reshape([rows, heads, places, size]);
        let mixed = mixed.swap_dims(1, 2).reshape([rows * places, channels]);
        let answer = linear(&self.output, mixed).reshape([rows, places, channels]);
        partition.scattered(answer, batch)
    }

    /// Queries times `τ` of their head.
    fn sharpened(&self, queries: Tensor<4>) -> Tensor<4> {
        let heads = queries.dims()[1];
        let factor = self.temperature.val().clamp_max(LARGEST.ln()).exp() * FIRST;
        queries * factor.reshape([1, heads, 1, 1])
    }

    /// Scores of all offsets, `[1, head, place, place]`.
    fn biases(&self, partition: &Partition) -> Tensor<4> {
        let places = partition.places;
        let scores = sigmoid(self.positions.forward(partition.offsets.clone())) * BIAS; // [offset, head]
        let scores = scores.swap_dims(0, 1).select(1, partition.pairs.clone());
        scores.reshape([1, -1, places as i32, places as i32])
    }
}

/// Vectors of length 1 along the last axis.
fn unit(x: Tensor<3>) -> Tensor<3> {
    let square = x.clone().square().sum_dim(2);
    x * (square + EPSILON).sqrt().recip()
}

#[cfg(test)]
mod tests;
