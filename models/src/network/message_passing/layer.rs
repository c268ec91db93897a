//! One round of messages over the points of a periodic grid.

use crate::block::{Activation, Mlp, instance_norm, product, with_constants};
use crate::{FieldSpec, Init};
use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::{Tensor, TensorData};

/// A neighbour: where it is, in points.
pub(super) type Offset = Vec<i64>;

/// Everything within `radius` points but the point itself.
pub(super) fn neighbours(dims: usize, radius: usize) -> Vec<Offset> {
    let radius = radius as i64;
    let side = 2 * radius + 1;
    let offset = |mut index: i64| -> Offset {
        let mut next = || {
            let coordinate = index % side - radius;
            index /= side;
            coordinate
        };
        (0..dims).map(|_| next()).collect()
    };
    let square = |offset: &Offset| offset.iter().map(|x| x * x).sum::<i64>();
    let near = |offset: &Offset| (1..=radius * radius).contains(&square(offset));
    (0..side.pow(dims as u32))
        .map(offset)
        .filter(near)
        .collect()
}

/// `h ← N(h + ψ(h, mean_j φ(h_i, h_j, u_i − u_j, x_i − x_j, p), p))`.
#[derive(Module, Debug)]
pub(super) struct Layer {
    /// First layer of `φ`; its rows are those of `h_i`, `h_j`, `u_i − u_j`, `x_i − x_j` and `p`.
    meet: Linear,
    /// Second layer of `φ`.
    message: Linear,
    /// `ψ`.
    update: Mlp,
    #[module(skip)]
    activation: Activation,
}

impl Layer {
    pub(super) fn new(
        width: usize,
        activation: Activation,
        spec: &FieldSpec,
        init: &mut Init,
    ) -> Self {
        let met = 2 * width + spec.inputs + spec.dims() + spec.parameters;
        Self {
            meet: init.linear(met, width),
            message: init.linear(width, width),
            update: Mlp::new(
                &[2 * width + spec.parameters, width, width],
                activation,
                init,
            ),
            activation,
        }
    }

    /// # Shapes   h: `[batch, point, width]`, u: `[batch, point, inputs]`, parameters: `[batch, parameter]` → as `h`
    pub(super) fn forward(
        &self,
        h: Tensor<3>,
        u: &Tensor<3>,
        parameters: &Tensor<2>,
        grid: &[usize],
        neighbours: &[Offset],
    ) -> Tensor<3> {
        let messages = self.messages(h.clone(), u, parameters, grid, neighbours);
        let known = Tensor::cat(vec![h.clone(), messages], 2);
        let known = with_constants(known, parameters);
        let change = self.activation.apply(self.update.forward(known));
        instance_norm(h + change)
    }

    /// The mean of the messages that reach every point, `[batch, point, width]`.
    fn messages(
        &self,
        h: Tensor<3>,
        u: &Tensor<3>,
        parameters: &Tensor<2>,
        grid: &[usize],
        neighbours: &[Offset],
    ) -> Tensor<3> {
        let [batch, points, width] = h.dims();
        let [rows, inputs] = [batch * points, u.dims()[2]];
        let (h, u) = (h.reshape([rows, width]), u.clone().reshape([rows, inputs]));
        // What φ's first layer answers is the sum of what a point sends and what its neighbour receives.
        let state = product(u, self.rows(2 * width, inputs));
        let sent = product(h.clone(), self.rows(width, width)) - state.clone();
        let sent = on_grid(sent, batch, grid);
        let received = (product(h, self.rows(0, width)) + state).reshape([batch, points, width]);
        let received = match parameters.dims()[1] {
            0 => received,
            known => {
                let weight = self.rows(2 * width + inputs + grid.len(), known);
                received + parameters.clone().matmul(weight).unsqueeze_dim::<3>(1)
            }
        };
        let received = received.reshape([rows, width]);
        let places = self.places(self.rows(2 * width + inputs, grid.len()), neighbours);
        let message = |(j, offset): (usize, &Offset)| {
            let sent = from_neighbour(sent.clone(), offset).reshape([rows, width]);
            let place = places.clone().narrow(0, j, 1);
            let met = self.activation.apply(sent + received.clone() + place);
            self.activation.apply(self.message.forward(met))
        };
        let sum = neighbours.iter().enumerate().map(message);
        let sum = sum.reduce(|sum, message| sum + message);
        let sum = sum.expect("a radius of one point has neighbours");
        (sum / neighbours.len() as f64).reshape([batch, points, width])
    }

    /// `length` rows of the first layer of `φ`.
    fn rows(&self, start: usize, length: usize) -> Tensor<2> {
        self.meet.weight.val().narrow(0, start, length)
    }

    /// Contribution of the place of every neighbour, with the bias: `(x_i − x_j) W + b`, `[neighbour, width]`.
    ///
    /// Places are in units of the grid spacing, which networks know as a parameter.
    fn places(&self, weight: Tensor<2>, neighbours: &[Offset]) -> Tensor<2> {
        let values: Vec<f32> = neighbours.iter().flatten().map(|&x| -x as f32).collect();
        let shape = [neighbours.len(), weight.dims()[0]];
        let device = weight.device().without_autodiff();
        let places = Tensor::<2>::from_data(TensorData::new(values, shape), &device);
        let bias = self.meet.bias.as_ref().expect("it was made with one").val();
        places.matmul(weight) + bias.unsqueeze()
    }
}

/// `[batch · point, width]` → `[batch, n₁, n₂, n₃, width]`, with ones for axes that the grid has not.
fn on_grid(x: Tensor<2>, batch: usize, grid: &[usize]) -> Tensor<5> {
    let mut shape = [batch, 1, 1, 1, x.dims()[1]];
    shape[1..=grid.len()].copy_from_slice(grid);
    x.reshape(shape)
}

/// The value at `offset` from every point.
fn from_neighbour(x: Tensor<5>, offset: &[i64]) -> Tensor<5> {
    let shifts: Vec<i64> = offset.iter().map(|x| -x).collect();
    let axes: Vec<i64> = (1..=offset.len() as i64).collect();
    x.roll(&shifts, &axes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_neighbours_are_those_of_a_line_a_disc_and_a_ball() {
        for (dims, radius, count) in [(1, 3, 6), (2, 1, 4), (2, 2, 12), (2, 3, 28), (3, 1, 6)] {
            assert_eq!(neighbours(dims, radius).len(), count, "{dims}-D, {radius}");
        }
    }
}
