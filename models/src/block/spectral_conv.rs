//! Spectral convolution: `v̂_k = (1 + g_k) W_k û_k` for the retained modes, all other modes zero.
//!
//! Li et al. (2021), Fourier Neural Operator, eq. 4. The complex factor `1 + g_k` per mode carries the parameters, as in
//! the conditioned Fourier layers of Gupta & Brandstetter (2022), §4.3.

use super::FourierBasis;
use crate::Init;
use burn::module::{Module, Param};
use burn::nn::Linear;
use burn::tensor::Tensor;

/// A global convolution with one complex matrix a mode, in real arithmetic.
#[derive(Module, Debug)]
pub struct SpectralConv {
    /// Real and imaginary parts side by side: `[mode, inputs, 2 · outputs]`.
    weight: Param<Tensor<3>>,
    /// Embedding of the parameters to the real and imaginary parts of `g`, `[2 · mode]`; zero at the start.
    gate: Linear,
}

impl SpectralConv {
    /// A convolution over `modes` retained modes that listens to an embedding of size `embedding`.
    pub fn new(width: usize, modes: usize, embedding: usize, init: &mut Init) -> Self {
        // Uniform with the variance 1/(2·inputs) of a complex weight's parts: the layer keeps the size of its input.
        let bound = (1.5 / width as f64).sqrt();
        Self {
            weight: init.uniform([modes, width, 2 * width], bound),
            gate: init.zero_linear(embedding, 2 * modes),
        }
    }

    /// # Shapes   x: `[point, batch, channel]`, embedding: `[batch, embedding]` → `[point, batch, channel]`
    pub fn forward(&self, x: Tensor<3>, embedding: Tensor<2>, basis: &FourierBasis) -> Tensor<3> {
        let [points, batch, width] = x.dims();
        let modes = basis.num_modes();
        let x_hat = basis.to_modes(x.reshape([points, batch * width])); // [mode, 2, batch · channel]
        let lines = x_hat.reshape([modes, 2 * batch, width]);
        let products = lines.matmul(basis.select(self.weight.val())); // [mode, 2 · batch, 2 · channel]
        let y_hat = complex_sum(products.reshape([modes, 2, batch, 2 * width]));
        let y_hat = self.modulate(y_hat, embedding, basis); // [mode, 2, batch, channel]
        let y = basis.to_points(y_hat.reshape([modes, 2, batch * width]));
        y.reshape([points, batch, width])
    }

    /// Multiplies every mode by its complex factor `1 + g`.
    ///
    /// # Shapes   `y_hat`: `[mode, 2, batch, channel]`, embedding: `[batch, embedding]` → as `y_hat`
    fn modulate(&self, y_hat: Tensor<4>, embedding: Tensor<2>, basis: &FourierBasis) -> Tensor<4> {
        let [modes, _, batch, _] = y_hat.dims();
        let gate = self.gate.forward(embedding).swap_dims(0, 1); // [network mode · 2, batch]
        let gate = basis.select(gate.reshape([-1, 2, batch as i32])); // [mode, 2, batch]
        let part = |i| gate.clone().narrow(1, i, 1).reshape([modes, 1, batch, 1]);
        let re = y_hat.clone().narrow(1, 0, 1);
        let im = y_hat.narrow(1, 1, 1);
        let (a, b) = (part(0) + 1.0, part(1));
        let rotated_re = re.clone() * a.clone() - im.clone() * b.clone();
        Tensor::cat(vec![rotated_re, re * b + im * a], 1)
    }
}

/// `(a + ib)(c + id)` from the four real products.
///
/// # Shapes   products: `[mode, 2, batch, 2 · channel]` → `[mode, 2, batch, channel]`
fn complex_sum(products: Tensor<4>) -> Tensor<4> {
    let width = products.dims()[3] / 2;
    let part = |i, j| products.clone().narrow(1, i, 1).narrow(3, j * width, width);
    let re = part(0, 0) - part(1, 1);
    let im = part(0, 1) + part(1, 0);
    Tensor::cat(vec![re, im], 1)
}
