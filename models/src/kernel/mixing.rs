//! `y_k = (1 + g_k) W_k x_k`: one complex matrix over channels and one complex factor a state for every mode.
//!
//! Real and imaginary parts are rows of `x_k`, `[2, batch, inputs]`, and columns of `W_k`, `[inputs, 2 · outputs]`, so
//! that all four real products are one: `x_k W_k = p` with `W x = (p₀₀ − p₁₁) + i (p₀₁ + p₁₀)`.

use super::memory::{numbers, tensor, tensor_like};
use super::product::{Matrix, Target, product};
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Flex, backend_extension};
use burn::tensor::Shape;
use rayon::prelude::*;

/// The mixing of channels in Fourier space.
#[backend_extension(Flex, Autodiff)]
pub(crate) trait MixModes: Backend {
    /// # Shapes   x: `[mode, 2, batch, inputs]`, weight: `[mode, inputs, 2 · outputs]`, gate: `[mode, 2, batch]` →
    /// `[mode, 2, batch, outputs]`
    fn mix_modes(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        gate: FloatTensor<Self>,
    ) -> FloatTensor<Self>;
}

impl MixModes for Flex {
    fn mix_modes(x: FlexTensor, weight: FlexTensor, gate: FlexTensor) -> FlexTensor {
        let mixing = Mixing::new(x, weight, gate);
        let y = mixing.gated(mixing.products());
        tensor(y, mixing.shape())
    }
}

impl<C: CheckpointStrategy> MixModes for Autodiff<Flex, C> {
    fn mix_modes(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        gate: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let derivative = Derivative.prepare::<C>([x.node(), weight.node(), gate.node()]);
        let [x, weight, gate] = [x, weight, gate].map(|tensor| tensor.into_primitive());
        let mixing = Mixing::new(x, weight, gate);
        let products = mixing.products();
        match derivative.compute_bound().stateful() {
            OpsKind::Tracked(derivative) => {
                let y = tensor(mixing.gated(products.clone()), mixing.shape());
                derivative.finish((mixing, products), y)
            }
            OpsKind::UnTracked(derivative) => {
                derivative.finish(tensor(mixing.gated(products), mixing.shape()))
            }
        }
    }
}

/// The arguments of a mixing and their sizes.
#[derive(Debug, Clone)]
struct Mixing {
    x: FlexTensor,
    weight: FlexTensor,
    gate: FlexTensor,
    modes: usize,
    batch: usize,
    inputs: usize,
    outputs: usize,
}

impl Mixing {
    fn new(x: FlexTensor, weight: FlexTensor, gate: FlexTensor) -> Self {
        let (x_shape, weight_shape) = (x.layout().shape(), weight.layout().shape());
        Self {
            modes: x_shape[0],
            batch: x_shape[2],
            inputs: x_shape[3],
            outputs: weight_shape[2] / 2,
            x: x.to_contiguous(),
            weight: weight.to_contiguous(),
            gate: gate.to_contiguous(),
        }
    }

    fn shape(&self) -> Shape {
        Shape::new([self.modes, 2, self.batch, self.outputs])
    }

    /// Numbers of the answer a mode.
    fn size(&self) -> usize {
        2 * self.batch * self.outputs
    }

    fn x(&self, mode: usize) -> Matrix<'_> {
        let len = 2 * self.batch * self.inputs;
        let values = &numbers(&self.x)[mode * len..(mode + 1) * len];
        Matrix::new(values, 2 * self.batch, self.inputs)
    }

    fn weight(&self, mode: usize) -> Matrix<'_> {
        let len = 2 * self.inputs * self.outputs;
        let values = &numbers(&self.weight)[mode * len..(mode + 1) * len];
        Matrix::new(values, self.inputs, 2 * self.outputs)
    }

    /// The factors `1 + g` of a mode, real and imaginary part of every state.
    fn factors(&self, mode: usize) -> impl Iterator<Item = (f32, f32)> {
        let len = 2 * self.batch;
        let gate = &numbers(&self.gate)[mode * len..(mode + 1) * len];
        let (re, im) = gate.split_at(self.batch);
        re.iter().zip(im).map(|(re, im)| (1.0 + re, *im))
    }

    /// `W_k x_k`, `[mode, 2, batch, outputs]`.
    fn products(&self) -> Vec<f32> {
        let mut answer = vec![0.0; self.modes * self.size()];
        let answers = answer.par_chunks_mut(self.size()).enumerate();
        answers.for_each_init(
            || vec![0.0; 2 * self.size()],
            |p, (mode, z)| {
                product(p, Target::Replace, self.x(mode), self.weight(mode));
                let (p_0, p_1) = p.split_at(self.size());
                let (z_re, z_im) = z.split_at_mut(self.size() / 2);
                let rows = z_re
                    .chunks_mut(self.outputs)
                    .zip(z_im.chunks_mut(self.outputs));
                let parts = p_0
                    .chunks(2 * self.outputs)
                    .zip(p_1.chunks(2 * self.outputs));
                for ((z_re, z_im), (p_0, p_1)) in rows.zip(parts) {
                    let (p_00, p_01) = p_0.split_at(self.outputs);
                    let (p_10, p_11) = p_1.split_at(self.outputs);
                    combine(z_re, p_00, p_11, |a, b| a - b);
                    combine(z_im, p_01, p_10, |a, b| a + b);
                }
            },
        );
        answer
    }

    /// `(1 + g_k) z_k`.
    fn gated(&self, mut z: Vec<f32>) -> Vec<f32> {
        let modes = z.par_chunks_mut(self.size()).enumerate();
        modes.for_each(|(mode, z)| self.rotate(mode, z, 1.0));
        z
    }

    /// Multiplies the rows of a mode by their factors, or for the sign −1 by the conjugates.
    fn rotate(&self, mode: usize, z: &mut [f32], sign: f32) {
        let (re, im) = z.split_at_mut(self.size() / 2);
        let rows = re.chunks_mut(self.outputs).zip(im.chunks_mut(self.outputs));
        for ((a, b), (re, im)) in self.factors(mode).zip(rows) {
            let b = sign * b;
            for (re, im) in re.iter_mut().zip(im) {
                (*re, *im) = (*re * a - *im * b, *re * b + *im * a);
            }
        }
    }

    /// The gradient of the gate, `[mode, 2, batch]`: `ḡ = Σ ȳ conj(z)` over channels.
    fn gate_gradient(&self, y_bar: &[f32], z: &[f32]) -> FlexTensor {
        let mut gradient = vec![0.0; self.modes * 2 * self.batch];
        let modes = gradient.par_chunks_mut(2 * self.batch);
        let parts = y_bar.par_chunks(self.size()).zip(z.par_chunks(self.size()));
        modes.zip(parts).for_each(|(gradient, (y, z))| {
            let (y_re, y_im) = y.split_at(y.len() / 2);
            let (z_re, z_im) = z.split_at(z.len() / 2);
            let dot = |state: usize, y: &[f32], z: &[f32]| -> f32 {
                let row = state * self.outputs..(state + 1) * self.outputs;
                y[row.clone()].iter().zip(&z[row]).map(|(y, z)| y * z).sum()
            };
            for state in 0..self.batch {
                gradient[state] = dot(state, y_re, z_re) + dot(state, y_im, z_im);
                gradient[self.batch + state] = dot(state, y_im, z_re) - dot(state, y_re, z_im);
            }
        });
        tensor_like(gradient, &self.gate)
    }

    /// The gradients of `x` and the weights from that of `z`.
    fn gradients(&self, z_bar: &[f32]) -> (FlexTensor, FlexTensor) {
        let (mut x, mut weight) = (
            vec![0.0; numbers(&self.x).len()],
            vec![0.0; numbers(&self.weight).len()],
        );
        let modes = x
            .par_chunks_mut(2 * self.batch * self.inputs)
            .zip(weight.par_chunks_mut(2 * self.inputs * self.outputs))
            .zip(z_bar.par_chunks(self.size()))
            .enumerate();
        modes.for_each_init(
            || vec![0.0; 2 * self.size()],
            |p, (mode, ((x, weight), z))| {
                self.spread(z, p);
                let p = Matrix::new(p, 2 * self.batch, 2 * self.outputs);
                product(x, Target::Replace, p, self.weight(mode).transposed());
                product(weight, Target::Replace, self.x(mode).transposed(), p);
            },
        );
        (tensor_like(x, &self.x), tensor_like(weight, &self.weight))
    }

    /// The gradients of the four real products from those of their sums.
    fn spread(&self, z: &[f32], p: &mut [f32]) {
        let (z_re, z_im) = z.split_at(self.size() / 2);
        let (p_0, p_1) = p.split_at_mut(self.size());
        let rows = z_re.chunks(self.outputs).zip(z_im.chunks(self.outputs));
        let parts = p_0
            .chunks_mut(2 * self.outputs)
            .zip(p_1.chunks_mut(2 * self.outputs));
        for ((z_re, z_im), (p_0, p_1)) in rows.zip(parts) {
            p_0[..self.outputs].copy_from_slice(z_re);
            p_0[self.outputs..].copy_from_slice(z_im);
            p_1[..self.outputs].copy_from_slice(z_im);
            let negative = p_1[self.outputs..].iter_mut().zip(z_re);
            negative.for_each(|(p, z)| *p = -z);
        }
    }
}

fn combine(sum: &mut [f32], a: &[f32], b: &[f32], f: impl Fn(f32, f32) -> f32) {
    for (sum, (a, b)) in sum.iter_mut().zip(a.iter().zip(b)) {
        *sum = f(*a, *b);
    }
}

#[derive(Debug)]
struct Derivative;

impl Backward<Flex, 3> for Derivative {
    type State = (Mixing, Vec<f32>);

    fn backward(
        self,
        ops: Ops<Self::State, 3>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let [x, weight, gate] = ops.parents;
        let (mixing, z) = ops.state;
        let y_bar = gradients.consume::<Flex>(&ops.node).to_contiguous();
        if let Some(gate) = gate {
            let gradient = mixing.gate_gradient(numbers(&y_bar), &z);
            gradients.register::<Flex>(gate.id, gradient);
        }
        let mut z_bar = numbers(&y_bar).to_vec();
        let modes = z_bar.par_chunks_mut(mixing.size()).enumerate();
        modes.for_each(|(mode, z)| mixing.rotate(mode, z, -1.0));
        let (x_bar, weight_bar) = mixing.gradients(&z_bar);
        if let Some(x) = x {
            gradients.register::<Flex>(x.id, x_bar);
        }
        if let Some(weight) = weight {
            gradients.register::<Flex>(weight.id, weight_bar);
        }
    }
}
