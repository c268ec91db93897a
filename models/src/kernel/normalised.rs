//! `y = g(C f(N x) + r)`: a normalisation and its activation, a convolution with rows, and an activation behind it, field by field.
//!
//! `N` is the normalisation of [`normalisation`](super::normalisation), `C` the convolution of
//! [`convolution`](super::convolution). What stands between them is never written as a whole: one field at a time it is in a core's
//! cache, and derivatives make it anew. Values are those of the operations one after the other, to the bit; `g'` is kept.

use super::convolution::{Layer, row_of};
use super::elementwise::Identity;
use super::memory::{collect_fields, numbers, tensor, tensor_like};
use super::normalisation::{After, Form, Lines, Normalisation};
use super::normalisation_loops::{Gradient, Pull};
use super::normalised_loops::{activate, finish, multiply, write_products};
use super::product::by_tiles_alone;
use super::scratch::with_numbers;
use super::sliding::Sliding;
use super::sum::{add_rows, total};
use super::window::Geometry;
use super::winograd::Winograd;
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Flex, backend_extension};
use burn::tensor::Shape;
use pulp::Arch;
use std::mem::MaybeUninit;

/// Fields of a batch from which on whole fields keep every core at work.
const FIELDS: usize = 8;

/// Numbers of a field up to which what stands between stays in a core's cache.
const NUMBERS: usize = 1 << 17;

/// Groups of fields whose gradients of weights are summed apart, whatever the number of threads.
const GROUPS: usize = 16;

/// What a step before a convolution, the convolution, and a step behind it are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chain {
    pub(crate) form: Form,
    pub(crate) geometry: Geometry,
    pub(crate) behind: After,
}

impl Chain {
    /// Whether a batch of so many fields is made here: on tiles of vectors, without skipped points, in fields that are not large.
    pub(crate) fn is_for(geometry: Geometry, inputs: usize, outputs: usize, batch: usize) -> bool {
        let layer = Layer {
            geometry,
            inputs,
            outputs,
            weight: &[],
            planes: None,
        };
        let tiled = by_tiles_alone(inputs) && by_tiles_alone(outputs) && geometry.taps() > 1;
        let small = geometry.points() * inputs.max(outputs) <= NUMBERS && batch >= FIELDS;
        tiled && small && geometry.stride == 1 && Winograd::new(&layer).is_none()
    }
}

/// A convolution of normalised fields.
#[backend_extension(Flex, Autodiff)]
pub(crate) trait ConvolveNormalised: Backend {
    /// # Shapes   x: `[batch, point, inputs]`, scale, shift: `[inputs]`, weight: `[tap, inputs, outputs]`,
    /// rows: `[batch or 1, outputs]` → `[batch, point, outputs]`
    fn convolve_normalised(
        x: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        shift: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        rows: FloatTensor<Self>,
        chain: Chain,
    ) -> FloatTensor<Self>;
}

impl ConvolveNormalised for Flex {
    fn convolve_normalised(
        x: FlexTensor,
        scale: FlexTensor,
        shift: FlexTensor,
        weight: FlexTensor,
        rows: FlexTensor,
        chain: Chain,
    ) -> FlexTensor {
        let [weight, rows] = [weight, rows].map(|tensor| tensor.to_contiguous());
        let normalisation = Normalisation::new(x, scale, shift, chain.form);
        let shape = rows.layout().shape().clone();
        Sublayer::new(normalisation, weight, shape, chain).values(numbers(&rows), false)
    }
}

impl<C: CheckpointStrategy> ConvolveNormalised for Autodiff<Flex, C> {
    fn convolve_normalised(
        x: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        shift: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        rows: FloatTensor<Self>,
        chain: Chain,
    ) -> FloatTensor<Self> {
        let nodes = [&x, &scale, &shift, &weight, &rows].map(|tensor| tensor.node());
        let derivative = Derivative.prepare::<C>(nodes);
        let [x, scale, shift] = [x, scale, shift].map(|tensor| tensor.into_primitive());
        let [weight, rows] = [weight, rows].map(|tensor| tensor.into_primitive().to_contiguous());
        let normalisation = Normalisation::new(x, scale, shift, chain.form);
        let shape = rows.layout().shape().clone();
        let mut sublayer = Sublayer::new(normalisation, weight, shape, chain);
        match derivative.compute_bound().stateful() {
            OpsKind::Tracked(derivative) => {
                let y = sublayer.values(numbers(&rows), true);
                derivative.finish(sublayer, y)
            }
            OpsKind::UnTracked(derivative) => {
                derivative.finish(sublayer.values(numbers(&rows), false))
            }
        }
    }
}

#[derive(Debug)]
struct Derivative;

impl Backward<Flex, 5> for Derivative {
    type State = Sublayer;

    fn backward(
        self,
        ops: Ops<Sublayer, 5>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let y_bar = gradients.consume::<Flex>(&ops.node).to_contiguous();
        let bars = ops.state.gradients(numbers(&y_bar));
        for (node, gradient) in ops.parents.into_iter().zip(bars) {
            if let Some(node) = node {
                gradients.register::<Flex>(node.id, gradient);
            }
        }
    }
}

/// The arguments, and what is kept of the values.
#[derive(Debug, Clone)]
struct Sublayer {
    normalisation: Normalisation,
    weight: FlexTensor,
    rows: Shape,
    chain: Chain,
    /// `g'`, where there is an activation behind.
    slopes: Vec<f32>,
}

/// What a group of fields gives to the gradients of the weights.
#[derive(Default)]
struct Sums {
    weight: Vec<f32>,
    /// Of every field `Σ z̄`.
    rows: Vec<f32>,
    /// Of every field and channel the sums of the normalisation.
    lines: Vec<f32>,
}

impl Sublayer {
    fn new(normalisation: Normalisation, weight: FlexTensor, rows: Shape, chain: Chain) -> Self {
        Self {
            normalisation,
            weight,
            rows,
            chain,
            slopes: Vec::new(),
        }
    }

    fn layer(&self) -> Layer<'_> {
        Layer::new(&self.weight, self.chain.geometry)
    }

    /// Fields, and the numbers of one before and behind the convolution.
    fn sizes(&self) -> (usize, [usize; 2]) {
        let (fields, outputs) = (self.normalisation.fields, self.layer().outputs);
        let batch = numbers(&self.normalisation.x).len() / fields.len();
        (batch, [fields.len(), fields.points * outputs])
    }

    /// The values; slopes are kept where they are asked for and there is an activation behind.
    fn values(&mut self, rows: &[f32], with_slopes: bool) -> FlexTensor {
        let (layer, lines) = (self.layer(), self.normalisation.lines());
        let (x, (batch, [before, behind])) = (numbers(&self.normalisation.x), self.sizes());
        let kept = with_slopes && self.chain.behind != After::Nothing;
        let lens = [behind, if kept { behind } else { 0 }];
        let ([y, slopes], _) = collect_fields(batch, 1, lens, |range, [y, slopes]| {
            let field = range.start;
            let x = &x[field * before..][..before];
            with_numbers(before, |h| {
                activate(self.chain.form.after, x, lines.of(field), h, &mut []);
                with_numbers(behind, |z| {
                    Sliding(&layer).field(h, z);
                    let row = row_of(rows, layer.outputs, field);
                    finish(self.chain.behind, z, row, y, slopes);
                });
            });
        });
        let shape = Shape::new([batch, self.normalisation.fields.points, layer.outputs]);
        self.slopes = slopes;
        tensor(y, shape)
    }

    /// The gradients of `x`, scale, shift, weight and rows.
    fn gradients(self, y_bar: &[f32]) -> [FlexTensor; 5] {
        let (batch, [before, _]) = self.sizes();
        let (layer, lines) = (self.layer(), self.normalisation.lines());
        let reversed = Sliding(&layer).reversed();
        let group = batch.div_ceil(GROUPS);
        let ([x_bar], groups) = collect_fields(batch, group, [before], |range, [x_bar]| {
            let mut sums = Sums {
                weight: vec![0.0; reversed.len()],
                ..Sums::default()
            };
            for (field, x_bar) in range.zip(x_bar.chunks_exact_mut(before)) {
                self.pull(field, y_bar, &lines, &reversed, &mut sums, x_bar);
            }
            sums
        });
        let (mut weights, mut rows, mut of_lines) = (Vec::new(), Vec::new(), Vec::new());
        for sums in groups {
            weights.push(sums.weight);
            rows.extend(sums.rows);
            of_lines.extend(sums.lines);
        }
        let weight = total(weights, reversed.len());
        let len = self.rows.num_elements();
        let mut row = vec![0.0; len];
        add_rows(&mut row, &rows);
        let [scale, shift] = self.normalisation.of_weights(&of_lines);
        [
            tensor_like(x_bar, &self.normalisation.x),
            scale,
            shift,
            tensor_like(weight, &self.weight),
            tensor(row, self.rows.clone()),
        ]
    }

    /// What one field gives to the gradients, and that of its own numbers.
    fn pull(
        &self,
        field: usize,
        y_bar: &[f32],
        lines: &Lines,
        reversed: &[f32],
        sums: &mut Sums,
        x_bar: &mut [MaybeUninit<f32>],
    ) {
        let (_, [before, behind]) = self.sizes();
        let x = &numbers(&self.normalisation.x)[field * before..][..before];
        let y_bar = &y_bar[field * behind..][..behind];
        let after = self.chain.form.after;
        let kept = if after == After::Nothing { 0 } else { before };
        let pulled = if self.slopes.is_empty() { 0 } else { behind };
        with_numbers(pulled, |pulled| {
            let z_bar = if pulled.is_empty() {
                y_bar
            } else {
                write_products(pulled, y_bar, &self.slopes[field * behind..][..behind]);
                &*pulled
            };
            with_numbers(before, |h| {
                with_numbers(kept, |slopes| {
                    activate(after, x, lines.of(field), h, slopes);
                    self.pull_weights(h, z_bar, sums);
                    let layer = self.layer();
                    Sliding(&Sliding(&layer).adjoint(reversed)).field(z_bar, h); // h is done with
                    multiply(&mut h[..kept], slopes);
                });
                self.push(field, x, lines, h, sums);
                x_bar.write_copy_of_slice(h);
            });
        });
    }

    fn pull_weights(&self, h: &[f32], z_bar: &[f32], sums: &mut Sums) {
        let layer = self.layer();
        Sliding(&layer).add_weight_gradient(h, z_bar, &mut sums.weight);
        let start = sums.rows.len();
        sums.rows.resize(start + layer.outputs, 0.0);
        add_rows(&mut sums.rows[start..], z_bar);
    }

    /// `x̄` in place of the gradient behind the normalisation.
    fn push(&self, field: usize, x: &[f32], lines: &Lines, h: &mut [f32], sums: &mut Sums) {
        let (line, start) = (lines.of(field), sums.lines.len());
        sums.lines.resize(start + 2 * line.mean.len(), 0.0);
        let own = &mut sums.lines[start..];
        Arch::new().dispatch(Pull::<Identity>::new(x, h, line, own));
        let channels = &self.normalisation.of_channels(line, own, field);
        Arch::new().dispatch(Gradient { x, h, channels });
    }
}
