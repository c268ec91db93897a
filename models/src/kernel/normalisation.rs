//! `y = f(γ (x − μ_g) r_g + β)` with `r_g = (σ²_g + ε)^(−½)`: group normalisation and the activation behind it.
//!
//! Wu & He (2018), eqs. 1, 6 and 7; fields are `[batch, point, channel]`, mean and variance those of a group of channels
//! of one field. With `h = f' ȳ` and `N` numbers in a group the gradients are `γ̄ = Σ h (x − μ) r`, `β̄ = Σ h` and
//! `x̄ = r (γ h − Σ_g γ h/N − (x − μ) r² Σ_g γ h (x − μ)/N)`. What is normalised is not kept.

use super::elementwise::{Identity, Relu, Smooth};
use super::gelu::Gelu;
use super::memory::{numbers, owned, tensor, tensor_like, writable};
use super::moments::{Fields, Moments};
use super::normalisation_loops::{Activate, Gradient, Line, Pull};
use super::silu::Silu;
use super::sum::add_rows;
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Flex, backend_extension};
use pulp::Arch;
use rayon::prelude::*;

/// Nonlinearity after a normalisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum After {
    Nothing,
    Gelu,
    Silu,
    Relu,
}

/// The groups of a normalisation, what is added to their variance, and what follows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Form {
    pub(crate) groups: usize,
    pub(crate) epsilon: f32,
    pub(crate) after: After,
}

/// Group normalisation.
#[backend_extension(Flex, Autodiff)]
pub(crate) trait Normalise: Backend {
    /// # Shapes   x: `[batch, point, channel]`, scale, shift: `[channel]` → as `x`
    fn normalise(
        x: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        shift: FloatTensor<Self>,
        form: Form,
    ) -> FloatTensor<Self>;
}

impl Normalise for Flex {
    fn normalise(x: FlexTensor, scale: FlexTensor, shift: FlexTensor, form: Form) -> FlexTensor {
        Normalisation::new(x, scale, shift, form).values()
    }
}

impl<C: CheckpointStrategy> Normalise for Autodiff<Flex, C> {
    fn normalise(
        x: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        shift: FloatTensor<Self>,
        form: Form,
    ) -> FloatTensor<Self> {
        let derivative = Derivative.prepare::<C>([x.node(), scale.node(), shift.node()]);
        let [x, scale, shift] = [x, scale, shift].map(|tensor| tensor.into_primitive());
        let normalisation = Normalisation::new(x, scale, shift, form);
        let y = normalisation.values();
        match derivative.compute_bound().stateful() {
            OpsKind::Tracked(derivative) => derivative.finish(normalisation, y),
            OpsKind::UnTracked(derivative) => derivative.finish(y),
        }
    }
}

#[derive(Debug)]
struct Derivative;

impl Backward<Flex, 3> for Derivative {
    type State = Normalisation;

    fn backward(
        self,
        ops: Ops<Normalisation, 3>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let y_bar = gradients.consume::<Flex>(&ops.node);
        let bars = ops.state.gradients(y_bar);
        for (node, gradient) in ops.parents.into_iter().zip(bars) {
            if let Some(node) = node {
                gradients.register::<Flex>(node.id, gradient);
            }
        }
    }
}

/// The arguments of a normalisation with the moments of their groups.
#[derive(Debug, Clone)]
pub(super) struct Normalisation {
    pub(super) x: FlexTensor,
    scale: FlexTensor,
    shift: FlexTensor,
    pub(super) form: Form,
    pub(super) fields: Fields,
    moments: Moments,
}

impl Normalisation {
    pub(super) fn new(x: FlexTensor, scale: FlexTensor, shift: FlexTensor, form: Form) -> Self {
        let [x, scale, shift] = [x, scale, shift].map(|tensor| tensor.to_contiguous());
        let shape = x.layout().shape();
        let fields = Fields {
            points: shape[1],
            channels: shape[2],
        };
        let moments = Moments::new(numbers(&x), fields, form.groups, form.epsilon);
        Self {
            x,
            scale,
            shift,
            form,
            fields,
            moments,
        }
    }

    fn values(&self) -> FlexTensor {
        match self.form.after {
            After::Nothing => self.values_of::<Identity>(),
            After::Gelu => self.values_of::<Gelu>(),
            After::Silu => self.values_of::<Silu>(),
            After::Relu => self.values_of::<Relu>(),
        }
    }

    /// The gradients of `x`, scale and shift.
    fn gradients(self, y_bar: FlexTensor) -> [FlexTensor; 3] {
        match self.form.after {
            After::Nothing => self.gradients_of::<Identity>(y_bar),
            After::Gelu => self.gradients_of::<Gelu>(y_bar),
            After::Silu => self.gradients_of::<Silu>(y_bar),
            After::Relu => self.gradients_of::<Relu>(y_bar),
        }
    }

    /// Mean, factor and shift of every channel of every field.
    pub(super) fn lines(&self) -> Lines {
        let (scale, shift) = (numbers(&self.scale), numbers(&self.shift));
        let members = scale.len() / self.form.groups;
        let of_groups = |moments: &[f32]| -> Vec<f32> {
            let repeated = moments
                .iter()
                .flat_map(|x| std::iter::repeat_n(*x, members));
            repeated.collect()
        };
        let mut factor = of_groups(&self.moments.inverse);
        let scales = scale.iter().cycle();
        factor
            .iter_mut()
            .zip(scales)
            .for_each(|(r, scale)| *r *= scale);
        Lines {
            channels: scale.len(),
            mean: of_groups(&self.moments.mean),
            factor,
            shift: shift.to_vec(),
        }
    }

    fn values_of<F: Smooth>(&self) -> FlexTensor {
        let (x, lines) = (numbers(&self.x), self.lines());
        let y = self.fields.pieces(x.len()).collect(
            || (),
            |(), place, y| {
                let start = place.field * self.fields.len() + place.start;
                let x = &x[start..start + y.len()];
                Arch::new().dispatch(Activate::<F>::new(x, y, lines.of(place.field)));
            },
        );
        tensor_like(y, &self.x)
    }

    fn gradients_of<F: Smooth>(self, y_bar: FlexTensor) -> [FlexTensor; 3] {
        let mut bar = writable(y_bar);
        let lines = self.lines();
        let values = owned(&mut bar).expect("it was copied if need be");
        let sums = self.pull::<F>(values, &lines);
        self.push(values, &lines, &sums);
        let [scale, shift] = self.of_weights(&sums);
        [bar, scale, shift]
    }

    /// The gradients of scale and shift, of the sums of every field and channel.
    pub(super) fn of_weights(&self, sums: &[f32]) -> [FlexTensor; 2] {
        let channels = self.fields.channels;
        let (mut scale, mut shift) = (vec![0.0; channels], vec![0.0; channels]);
        let members = channels / self.form.groups;
        for (field, sums) in sums.chunks(2 * channels).enumerate() {
            let (plain, weighted) = sums.split_at(channels);
            add_rows(&mut shift, plain);
            for (c, (scale, sum)) in scale.iter_mut().zip(weighted).enumerate() {
                *scale += sum * self.moments.inverse[field * self.form.groups + c / members];
            }
        }
        let shape = self.scale.layout().shape().clone();
        [tensor(scale, shape.clone()), tensor(shift, shape)]
    }

    /// `h = f' ȳ` in place of `ȳ`, and for every field and channel `Σ h` and `Σ h (x − μ)`: `[batch, 2, channel]`.
    fn pull<F: Smooth>(&self, y_bar: &mut [f32], lines: &Lines) -> Vec<f32> {
        let x = numbers(&self.x);
        let (len, size) = (self.fields.len(), 2 * lines.channels);
        let piece = self.fields.pieces(x.len()).piece;
        let fields = y_bar.par_chunks_mut(len).zip(x.par_chunks(len)).enumerate();
        let pieces = fields.flat_map(|(field, (y_bar, x))| {
            let pieces = y_bar.par_chunks_mut(piece).zip(x.par_chunks(piece));
            pieces.map(move |(y_bar, x)| (field, y_bar, x))
        });
        let sums = pieces.map(|(field, y_bar, x)| {
            let mut sums = vec![0.0; size];
            Arch::new().dispatch(Pull::<F>::new(x, y_bar, lines.of(field), &mut sums));
            (field, sums)
        });
        let sums: Vec<(usize, Vec<f32>)> = sums.collect();
        let mut total = vec![0.0; numbers(&self.x).len() / len * size];
        for (field, sums) in sums {
            add_rows(&mut total[field * size..(field + 1) * size], &sums);
        }
        total
    }

    /// `x̄` in place of `h`.
    fn push(&self, h: &mut [f32], lines: &Lines, sums: &[f32]) {
        let x = numbers(&self.x);
        let len = self.fields.len();
        let piece = self.fields.pieces(x.len()).piece;
        let fields = h.par_chunks_mut(len).zip(x.par_chunks(len)).enumerate();
        fields.for_each(|(field, (h, x))| {
            let size = 2 * lines.channels;
            let channels = &self.of_channels(lines.of(field), &sums[field * size..][..size], field);
            let pieces = h.par_chunks_mut(piece).zip(x.par_chunks(piece));
            pieces.for_each(|(h, x)| Arch::new().dispatch(Gradient { x, h, channels }));
        });
    }

    /// `μ`, `γ r`, `r Σ_g γ h/N` and `r³ Σ_g γ h (x − μ)/N` of every channel of a field.
    pub(super) fn of_channels(&self, line: Line<'_>, sums: &[f32], field: usize) -> [Vec<f32>; 4] {
        let groups = self.form.groups;
        let members = line.mean.len() / groups;
        let count = (members * self.fields.points) as f32;
        let (plain, weighted) = sums.split_at(line.mean.len());
        // The factors hold one r already.
        let mean = |group: usize, sums: &[f32]| {
            let channels = group * members..(group + 1) * members;
            let terms = line.factor[channels.clone()].iter().zip(&sums[channels]);
            terms.map(|(factor, sum)| factor * sum).sum::<f32>() / count
        };
        let (mut first, mut second) = (Vec::new(), Vec::new());
        for group in 0..groups {
            let r = self.moments.inverse[field * groups + group];
            first.extend(std::iter::repeat_n(mean(group, plain), members));
            second.extend(std::iter::repeat_n(r * r * mean(group, weighted), members));
        }
        [line.mean.to_vec(), line.factor.to_vec(), first, second]
    }
}

/// The lines of all fields: mean and factor `[batch, channel]`, shift `[channel]`.
pub(super) struct Lines {
    channels: usize,
    mean: Vec<f32>,
    factor: Vec<f32>,
    shift: Vec<f32>,
}

impl Lines {
    pub(super) fn of(&self, field: usize) -> Line<'_> {
        let range = field * self.channels..(field + 1) * self.channels;
        Line {
            mean: &self.mean[range.clone()],
            factor: &self.factor[range],
            shift: &self.shift,
        }
    }
}
