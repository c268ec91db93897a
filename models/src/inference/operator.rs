//! A Fourier neural operator over slices, `x ← gelu(K x + W x + b(p))` repeated.
//!
//! Li et al. (2021), eqs. 2 and 4. A layer has two passes: modes of the last axis, each by itself, have their other axes
//! transformed, their channels mixed, and come back; then lines along the last axis, each by itself, have these modes and the
//! dense layer added up, go through the activation and give their modes for the next layer, while they are in a core's cache.

use super::dense::{Dense, Projection, padded};
use super::host;
use super::plan::Plan;
use super::share::{Pieces, each, each_of_two};
use crate::kernel::elementwise::{Identity, Smooth, replace};
use crate::kernel::gelu::Gelu;
use crate::kernel::scratch::with_numbers;
use crate::kernel::tile::{Rows, Sizes, Start, multiply};
use burn::nn::Linear;
use burn::tensor::Tensor;
use std::sync::{Arc, Mutex};

/// Points that are expanded together on their way out.
const BLOCK: usize = 64;

/// Numbers inside a layer, `points · width`, from which on several threads are faster than one.
const SHARED: usize = 1 << 16;

/// The layers of an operator as its network has them.
pub(crate) struct OperatorParts<'a> {
    pub(crate) embed: &'a Linear,
    pub(crate) lift: &'a Linear,
    pub(crate) layers: Vec<LayerParts<'a>>,
    pub(crate) expand: &'a Linear,
    pub(crate) project: &'a Linear,
    /// Retained wavenumbers per axis.
    pub(crate) modes: &'a [usize],
}

/// A layer of an operator as its network has it.
pub(crate) struct LayerParts<'a> {
    /// `[mode, inputs, 2 · outputs]`.
    pub(crate) mixing: Tensor<3>,
    pub(crate) gate: &'a Linear,
    pub(crate) pointwise: &'a Linear,
    pub(crate) shift: &'a Linear,
}

/// A Fourier neural operator. Fields have rows of whole vectors, zeros behind the channels.
#[derive(Debug)]
pub(crate) struct Operator {
    embed: Dense,
    lift: Dense,
    layers: Vec<Layer>,
    expand: Dense,
    project: Projection,
    width: usize,
    modes: Vec<usize>,
    plans: Mutex<Vec<Arc<Plan>>>,
}

#[derive(Debug)]
struct Layer {
    /// `[mode, input, 2, column]`.
    mixing: Vec<f32>,
    gate: Dense,
    pointwise: Dense,
    shift: Dense,
}

/// Factors and offsets that a layer has from the parameters of a state.
struct Modulation {
    /// Added at every point, `[column]`.
    row: Vec<f32>,
    /// Real and imaginary part of `g` of every mode.
    gates: Vec<f32>,
}

/// A layer that a state goes through.
struct Passage<'a> {
    plan: &'a Plan,
    layer: &'a Layer,
    modulation: Modulation,
    /// Modes of the last axis that the layer gives, `[mode, line, 2, column]`.
    mixed: &'a [f32],
}

impl Operator {
    pub(crate) fn new(parts: &OperatorParts<'_>) -> Self {
        let layer = |parts: &LayerParts<'_>| Layer {
            mixing: padded(&host(parts.mixing.clone()), parts.mixing.dims()[2] / 2),
            gate: Dense::new(parts.gate),
            pointwise: Dense::new(parts.pointwise),
            shift: Dense::new(parts.shift),
        };
        Self {
            embed: Dense::new(parts.embed),
            lift: Dense::new(parts.lift),
            layers: parts.layers.iter().map(layer).collect(),
            expand: Dense::new(parts.expand),
            project: Projection::new(parts.project),
            width: parts.lift.weight.dims()[1],
            modes: parts.modes.to_vec(),
            plans: Mutex::default(),
        }
    }

    /// The answers to some states.
    ///
    /// # Shapes   u: `[batch, point, inputs]`, parameters: `[batch, parameter]` → `[batch, point, outputs]`
    pub(crate) fn answers(
        &self,
        u: &[f32],
        parameters: &[f32],
        batch: usize,
        grid: &[usize],
    ) -> Vec<f32> {
        let plan = self.plan(grid);
        let points: usize = grid.iter().product();
        let (inputs, count) = (u.len() / batch, parameters.len() / batch);
        let mut answers = vec![0.0; batch * points * self.project.outputs()];
        let threads = rayon::current_num_threads() > 1;
        let large = threads && batch * points * self.lift.columns() >= SHARED;
        let alone = large && batch == 1 && plan.lines() > 1;
        let mut all = || {
            let states = Pieces(&mut answers, points * self.project.outputs());
            each(large && batch > 1, states, |i, answer| {
                let (u, parameters) = (
                    &u[i * inputs..][..inputs],
                    &parameters[i * count..][..count],
                );
                self.answer(u, parameters, &plan, alone, answer);
            });
        };
        if large {
            rayon::scope(|_| all()); // so that the threads take the pieces from one another, not from this one
        } else {
            all();
        }
        answers
    }

    /// The plan of a grid, made at its first use.
    fn plan(&self, grid: &[usize]) -> Arc<Plan> {
        let mut plans = self
            .plans
            .lock()
            .expect("no thread panics while it makes a plan");
        if let Some(plan) = plans.iter().find(|plan| plan.grid == grid) {
            return plan.clone();
        }
        let plan = Arc::new(Plan::new(grid, &self.modes));
        plans.push(plan.clone());
        plan
    }

    fn answer(&self, u: &[f32], parameters: &[f32], plan: &Plan, shared: bool, answer: &mut [f32]) {
        let columns = self.lift.columns();
        let (lines, points) = (plan.lines(), plan.line.points());
        let [line, line_hat] = [points, 2 * plan.line.modes()].map(|rows| rows * columns);
        let mut embedding = self.embed.point(parameters);
        replace::<Gelu>(&mut embedding);
        with_numbers(lines * (line + 2 * line_hat), |numbers| {
            let (x, hats) = numbers.split_at_mut(lines * line);
            let (x_hat, mixed) = hats.split_at_mut(lines * line_hat);
            self.lifted(u, plan, shared, [&mut *x, &mut *x_hat]);
            for (number, layer) in self.layers.iter().enumerate() {
                let modulation = layer.modulation(&embedding);
                self.mix(plan, layer, &modulation, shared, x_hat, mixed);
                let passage = Passage {
                    plan,
                    layer,
                    modulation,
                    mixed,
                };
                let x = Pieces(&mut *x, line);
                if number + 1 < self.layers.len() {
                    let x_hat = Pieces(&mut *x_hat, line_hat);
                    each_of_two(shared, x, x_hat, |i, x, x_hat| passage.inner(i, x, x_hat));
                } else {
                    let answer = Pieces(&mut *answer, points * self.project.outputs());
                    each_of_two(shared, x, answer, |i, x, answer| {
                        with_numbers(x.len(), |y| {
                            passage.add_up::<Identity>(i, x, y);
                            self.projected(y, answer);
                        });
                    });
                }
            }
        });
    }

    /// The lifted state and the modes of its lines.
    fn lifted(&self, u: &[f32], plan: &Plan, shared: bool, [x, x_hat]: [&mut [f32]; 2]) {
        let (columns, lines) = (self.lift.columns(), plan.lines());
        let (size, size_hat) = (x.len() / lines, x_hat.len() / lines);
        let inputs = u.len() / lines;
        let channels = inputs / plan.line.points();
        each_of_two(
            shared,
            Pieces(x, size),
            Pieces(x_hat, size_hat),
            |i, x, x_hat| {
                let u = &u[i * inputs..][..inputs];
                self.lift.points(u, channels, &self.lift.bias, x);
                with_numbers(plan.line.work(columns), |work| {
                    plan.line.to_modes(x, columns, columns, work, x_hat);
                });
            },
        );
    }

    /// The mixing of channels of all modes.
    ///
    /// # Shapes   `x_hat`: `[line, mode, 2, column]` → `[mode, line, 2, column]`
    fn mix(
        &self,
        plan: &Plan,
        layer: &Layer,
        modulation: &Modulation,
        shared: bool,
        x_hat: &[f32],
        mixed: &mut [f32],
    ) {
        let modes = plan.line.modes();
        let size = 2 * self.lift.columns();
        let field = mixed.len() / modes;
        each(shared, Pieces(mixed, field), |k, mixed| {
            plan.mixed(k, x_hat, size, mixed, |mode, x, y| {
                layer.mix(mode, self.width, modulation, x, y);
            });
        });
    }

    /// The way out: expansion, activation, projection.
    ///
    /// # Shapes   x: `[point, column]` → `[point, output]`
    fn projected(&self, x: &[f32], answer: &mut [f32]) {
        let (columns, expanded) = (self.lift.columns(), self.expand.columns());
        let blocks = x
            .chunks(BLOCK * columns)
            .zip(answer.chunks_mut(BLOCK * self.project.outputs()));
        for (x, answer) in blocks {
            with_numbers(x.len() / columns * expanded, |h| {
                self.expand.points(x, columns, &self.expand.bias, h);
                replace::<Gelu>(h);
                self.project.points(h, answer);
            });
        }
    }
}

impl Layer {
    fn modulation(&self, embedding: &[f32]) -> Modulation {
        let mut row = self.shift.point(embedding);
        let bias = row.iter_mut().zip(&self.pointwise.bias);
        bias.for_each(|(row, bias)| *row += bias);
        Modulation {
            row,
            gates: self.gate.point(embedding),
        }
    }

    /// `(1 + g) W x` of a mode.
    ///
    /// # Shapes   x: `[2, column]`, real and imaginary part → the same
    fn mix(&self, mode: usize, width: usize, modulation: &Modulation, x: &[f32], y: &mut [f32]) {
        let (columns, size) = (x.len() / 2, width * x.len());
        let sizes = Sizes {
            rows: 2,
            depth: width,
            columns: 2 * columns,
            stride: 2 * columns,
        };
        let weight = Rows::new(&self.mixing[mode * size..][..size], 2 * columns);
        with_numbers(4 * columns, |products| {
            multiply(products, Start::Zero, Rows::new(x, columns), weight, sizes);
            let (p_0, p_1) = products.split_at(2 * columns);
            let ((p_00, p_01), (p_10, p_11)) = (p_0.split_at(columns), p_1.split_at(columns));
            let (a, b) = (
                1.0 + modulation.gates[2 * mode],
                modulation.gates[2 * mode + 1],
            );
            let (re, im) = y.split_at_mut(columns);
            let sums = (p_00.iter().zip(p_11)).zip(p_01.iter().zip(p_10));
            for ((re, im), ((p_00, p_11), (p_01, p_10))) in re.iter_mut().zip(im).zip(sums) {
                let (z_re, z_im) = (p_00 - p_11, p_01 + p_10);
                (*re, *im) = (z_re * a - z_im * b, z_re * b + z_im * a);
            }
        });
    }
}

impl Passage<'_> {
    /// A line for the next layer in the place of that before, and its modes.
    fn inner(&self, i: usize, x: &mut [f32], x_hat: &mut [f32]) {
        let (columns, line) = (self.layer.pointwise.columns(), &self.plan.line);
        with_numbers(x.len(), |y| {
            self.add_up::<Gelu>(i, x, y);
            with_numbers(line.work(columns), |work| {
                line.to_modes(y, columns, columns, work, x_hat);
            });
            x.copy_from_slice(y);
        });
    }

    /// `y = f(K x + W x + b)` on the line with this number.
    fn add_up<F: Smooth>(&self, i: usize, x: &[f32], y: &mut [f32]) {
        let (columns, line) = (self.layer.pointwise.columns(), &self.plan.line);
        let stride = self.plan.lines() * 2 * columns;
        with_numbers(line.work(columns), |rows| {
            line.to_rows(&self.mixed[i * 2 * columns..], stride, columns, rows);
            self.layer
                .pointwise
                .points(x, columns, &self.modulation.row, y);
            line.finish::<F>(rows, columns, y);
        });
    }
}
