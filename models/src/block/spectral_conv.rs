//! Spectral convolution: `v̂_k = (1 + g_k) W_k û_k` for the retained modes, all other modes zero.
//!
//! Li et al. (2021), Fourier Neural Operator, eq. 4. The complex factor `1 + g_k` per mode carries the parameters, as in
//! the conditioned Fourier layers of Gupta & Brandstetter (2022), §4.3.

use super::FourierBasis;
use crate::Init;
use crate::kernel::{self, mixing::MixModes};
use burn::backend::Dispatch;
use burn::module::{Module, Param};
use burn::nn::Linear;
use burn::tensor::Tensor;

/// The weights of a spectral convolution.
pub trait Mixing: Module {
    /// The matrices of all retained modes, real and imaginary parts side by side.
    ///
    /// # Shapes   → `[mode, inputs, 2 · outputs]`
    fn matrices(&self) -> Tensor<3>;
}

/// The matrices themselves.
impl Mixing for Param<Tensor<3>> {
    fn matrices(&self) -> Tensor<3> {
        self.val()
    }
}

/// A global convolution with one complex matrix per mode, in real arithmetic.
#[derive(Module, Debug)]
pub struct SpectralConv<W: Mixing = Param<Tensor<3>>> {
    /// The matrices.
    weight: W,
    /// Embedding of the parameters to the real and imaginary parts of `g`, `[2 · mode]`; zero at the start.
    gate: Linear,
}

impl SpectralConv {
    /// A convolution over `modes` retained modes that listens to an embedding of size `embedding`. Its first weights
    /// are `scale` times those that keep the size of its input.
    pub fn new(width: usize, modes: usize, embedding: usize, scale: f64, init: &mut Init) -> Self {
        let weight = init.uniform([modes, width, 2 * width], bound(width, scale));
        Self::with(weight, modes, embedding, init)
    }
}

/// The bound of uniform weights that are `scale` times those that keep the size of the input: a complex weight's parts then
/// have the variance `1/(2 · inputs)`.
pub(super) fn bound(inputs: usize, scale: f64) -> f64 {
    scale * (1.5 / inputs as f64).sqrt()
}

impl<W: Mixing> SpectralConv<W> {
    /// A convolution with these weights over `modes` retained modes.
    pub fn with(weight: W, modes: usize, embedding: usize, init: &mut Init) -> Self {
        Self {
            weight,
            gate: init.zero_linear(embedding, 2 * modes),
        }
    }

    /// The matrices of all modes, `[mode, inputs, 2 · outputs]`, and the layer that gives their factors.
    pub(crate) fn parts(&self) -> (Tensor<3>, &Linear) {
        (self.weight.matrices(), &self.gate)
    }

    /// # Shapes   x: `[point, batch, channel]`, embedding: `[batch, embedding]` → `[point, batch, channel]`
    pub fn forward(&self, x: Tensor<3>, embedding: Tensor<2>, basis: &FourierBasis) -> Tensor<3> {
        let [points, batch, width] = x.dims();
        let modes = basis.num_modes();
        let x_hat = basis.to_modes(x.reshape([points, batch * width]));
        let x_hat = x_hat.reshape([modes, 2, batch, width]);
        let gate = self.gate.forward(embedding).swap_dims(0, 1); // [network mode · 2, batch]
        let gate = basis.select(gate.reshape([-1, 2, batch as i32])); // [mode, 2, batch]
        let weight = basis.select(self.weight.matrices());
        let y_hat = if kernel::takes(&x_hat) {
            Tensor::from_dispatch(<Dispatch as MixModes>::mix_modes(
                x_hat.into_dispatch(),
                weight.into_dispatch(),
                gate.into_dispatch(),
            ))
        } else {
            modulate(mix(x_hat, weight), gate)
        };
        let y = basis.to_points(y_hat.reshape([modes, 2, batch * width]));
        y.reshape([points, batch, width])
    }
}

/// The complex matrix of every mode applied to its channels.
///
/// # Shapes   `x_hat`: `[mode, 2, batch, inputs]`, weight: `[mode, inputs, 2 · outputs]` → `[mode, 2, batch, outputs]`
fn mix(x_hat: Tensor<4>, weight: Tensor<3>) -> Tensor<4> {
    let [modes, _, batch, inputs] = x_hat.dims();
    let products = x_hat.reshape([modes, 2 * batch, inputs]).matmul(weight);
    complex_sum(products.reshape([modes as i32, 2, batch as i32, -1]))
}

/// Multiplies every mode by its complex factor `1 + g`.
///
/// # Shapes   `y_hat`: `[mode, 2, batch, channel]`, gate: `[mode, 2, batch]` → as `y_hat`
fn modulate(y_hat: Tensor<4>, gate: Tensor<3>) -> Tensor<4> {
    let [modes, _, batch, _] = y_hat.dims();
    let part = |i| gate.clone().narrow(1, i, 1).reshape([modes, 1, batch, 1]);
    let re = y_hat.clone().narrow(1, 0, 1);
    let im = y_hat.narrow(1, 1, 1);
    let (a, b) = (part(0) + 1.0, part(1));
    let rotated_re = re.clone() * a.clone() - im.clone() * b.clone();
    Tensor::cat(vec![rotated_re, re * b + im * a], 1)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SurrogateRng;
    use burn::tensor::Device;

    #[test]
    fn fused_mixing_and_its_gradients_equal_the_composed_ones() {
        let device = Device::flex().autodiff();
        let mut draws = SurrogateRng::new(1);
        let shapes = [(7, 3, 4, 5), (32, 8, 16, 16)];
        for (modes, batch, inputs, outputs) in shapes {
            let x = Tensor::from_inner(draws.normal([modes, 2, batch, inputs], &device));
            let weight = draws.normal([modes, inputs, 2 * outputs], &device);
            let gate = draws.normal([modes, 2, batch], &device);
            let (x, weight) = (x.require_grad(), Tensor::from_inner(weight).require_grad());
            let gate = Tensor::from_inner(gate).require_grad();
            let target = draws.normal([modes, 2, batch, outputs], &device);
            let target = Tensor::from_inner(target);
            let gradients = |y: Tensor<4>| {
                let gradients = (y * target.clone()).sum().backward();
                let flat = |gradient: Option<Tensor<1>>| gradient.expect("all are tracked");
                [
                    flat(x.grad(&gradients).map(|g| g.flatten(0, 3))),
                    flat(weight.grad(&gradients).map(|g| g.flatten(0, 2))),
                    flat(gate.grad(&gradients).map(|g| g.flatten(0, 2))),
                ]
            };
            let fused = Tensor::from_dispatch(<Dispatch as MixModes>::mix_modes(
                x.clone().into_dispatch(),
                weight.clone().into_dispatch(),
                gate.clone().into_dispatch(),
            ));
            let composed = modulate(mix(x.clone(), weight.clone()), gate.clone());
            let distance = |a: Tensor<1>, b: Tensor<1>| {
                let size = b.clone().abs().max().into_scalar::<f32>();
                (a - b).abs().max().into_scalar::<f32>() / size
            };
            let error = distance(
                fused.clone().inner().flatten(0, 3),
                composed.clone().inner().flatten(0, 3),
            );
            assert!(error < 1e-6, "{error}"); // f32, sums of up to 32 terms
            for (a, b) in gradients(fused).into_iter().zip(gradients(composed)) {
                let error = distance(a, b);
                assert!(error < 1e-6, "{error}");
            }
        }
    }
}
