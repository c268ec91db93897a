//! A dense layer over the channels of every point (a convolution with kernel 1).

use crate::Init;
use crate::kernel::{self, rows::AddRows};
use burn::backend::Dispatch;
use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::Tensor;

/// The same dense layer at every point.
#[derive(Module, Debug)]
pub struct Pointwise {
    linear: Linear,
}

impl Pointwise {
    /// A layer from `inputs` to `outputs` channels.
    pub fn new(inputs: usize, outputs: usize, init: &mut Init) -> Self {
        Self {
            linear: init.linear(inputs, outputs),
        }
    }

    /// # Shapes   x: `[point, batch, inputs]` → `[point, batch, outputs]`
    pub fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        let [points, batch, channels] = x.dims();
        let y = dense(x.reshape([points * batch, channels]), &self.linear);
        y.reshape([points as i32, batch as i32, -1])
    }

    /// [`Self::forward`] with further rows added, which costs no further pass.
    ///
    /// # Shapes   x: `[point, batch, inputs]`, rows: `[batch, outputs]` → `[point, batch, outputs]`
    pub(crate) fn forward_with(&self, x: Tensor<3>, rows: Tensor<2>) -> Tensor<3> {
        let [points, batch, channels] = x.dims();
        let rows = match &self.linear.bias {
            Some(bias) => rows + bias.val().unsqueeze(),
            None => rows,
        };
        let y = x
            .reshape([points * batch, channels])
            .matmul(self.linear.weight.val());
        add_rows(y, rows).reshape([points as i32, batch as i32, -1])
    }
}

/// `x W + b`.
///
/// # Shapes   x: `[row, inputs]` → `[row, outputs]`
fn dense(x: Tensor<2>, linear: &Linear) -> Tensor<2> {
    let y = x.matmul(linear.weight.val());
    match &linear.bias {
        Some(bias) => add_rows(y, bias.val().unsqueeze()),
        None => y,
    }
}

/// # Shapes   x: `[n · r, column]`, rows: `[r, column]` → `[n · r, column]`
pub(super) fn add_rows(x: Tensor<2>, rows: Tensor<2>) -> Tensor<2> {
    if kernel::takes(&x) {
        let (x, rows) = (x.into_dispatch(), rows.into_dispatch());
        return Tensor::from_dispatch(<Dispatch as AddRows>::add_rows(x, rows));
    }
    composed(x, rows)
}

/// [`add_rows`] in burn's operations.
fn composed(x: Tensor<2>, rows: Tensor<2>) -> Tensor<2> {
    let ([all, columns], [few, _]) = (x.dims(), rows.dims());
    let sum = x.reshape([all / few, few, columns]) + rows.unsqueeze::<3>();
    sum.reshape([all, columns])
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, Distribution, Tolerance};

    #[test]
    fn fused_rows_and_their_gradients_equal_the_composed_ones() {
        let device = Device::flex().autodiff();
        device.seed(1);
        for (all, few, columns) in [(12_000, 1, 7), (6000, 3, 5), (4, 4, 1)] {
            let normal = Distribution::Normal(0.0, 1.0);
            let x = Tensor::<2>::random([all, columns], normal, &device).require_grad();
            let rows = Tensor::<2>::random([few, columns], normal, &device).require_grad();
            let before = x.to_data();
            let results = |y: Tensor<2>| {
                let weights = Tensor::from_inner(x.clone().inner().sin());
                let gradients = (y.clone() * weights).sum().backward();
                let x = x.grad(&gradients).expect("it is tracked");
                let rows = rows.grad(&gradients).expect("it is tracked");
                [y.inner(), x, rows]
            };
            let fused = results(add_rows(x.clone(), rows.clone()));
            let composed = results(composed(x.clone(), rows.clone()));
            for (fused, composed) in fused.into_iter().zip(composed) {
                let tolerance = Tolerance::<f32>::rel_abs(1e-5, 1e-4); // sums of 12 000 terms
                let (fused, composed) = (fused.into_data(), composed.into_data());
                fused.assert_approx_eq(&composed, tolerance);
            }
            assert!(x.to_data() == before, "the argument is left alone");
        }
    }
}
