//! A dense layer over the channels of every point (a convolution with kernel 1).

use crate::Init;
use crate::kernel::{self, dense::Dense};
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

    /// A layer of zeros: a branch that starts as if it were not there.
    pub(crate) fn zero(inputs: usize, outputs: usize, init: &mut Init) -> Self {
        Self {
            linear: init.zero_linear(inputs, outputs),
        }
    }

    /// The layer of one point.
    pub(crate) fn linear(&self) -> &Linear {
        &self.linear
    }

    /// # Shapes   x: `[point, batch, inputs]` → `[point, batch, outputs]`
    pub fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        let [points, batch, channels] = x.dims();
        let outputs = self.linear.weight.dims()[1];
        let row = match &self.linear.bias {
            Some(bias) => bias.val().unsqueeze(),
            None => Tensor::zeros([1, outputs], &x.device()),
        };
        let x = x.reshape([points * batch, channels]);
        dense(x, self.linear.weight.val(), row).reshape([points, batch, outputs])
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
        let x = x.reshape([points * batch, channels]);
        dense(x, self.linear.weight.val(), rows).reshape([points as i32, batch as i32, -1])
    }
}

/// `x_i W + b_(i mod r)`.
///
/// # Shapes   x: `[n · r, inputs]`, weight: `[inputs, outputs]`, rows: `[r, outputs]` → `[n · r, outputs]`
pub(super) fn dense(x: Tensor<2>, weight: Tensor<2>, rows: Tensor<2>) -> Tensor<2> {
    if kernel::takes(&x) {
        let (x, weight) = (x.into_dispatch(), weight.into_dispatch());
        let y = <Dispatch as Dense>::dense(x, weight, rows.into_dispatch());
        return Tensor::from_dispatch(y);
    }
    composed(x, weight, rows)
}

/// [`dense`] in burn's operations.
fn composed(x: Tensor<2>, weight: Tensor<2>, rows: Tensor<2>) -> Tensor<2> {
    let products = x.matmul(weight);
    let ([all, columns], [few, _]) = (products.dims(), rows.dims());
    let sum = products.reshape([all / few, few, columns]) + rows.unsqueeze::<3>();
    sum.reshape([all, columns])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SurrogateRng;
    use burn::tensor::{Device, Tolerance};

    #[test]
    fn the_fused_layer_and_its_gradients_equal_the_composed_ones() {
        let device = Device::flex().autodiff();
        let mut draws = SurrogateRng::new(1);
        for (all, few, inputs, outputs) in [(12_000, 1, 5, 7), (6000, 3, 33, 16), (4, 4, 1, 1)] {
            let mut random = |rows, columns| {
                Tensor::<2>::from_inner(draws.normal([rows, columns], &device)).require_grad()
            };
            let x = random(inputs, all).transpose().detach().require_grad();
            let (weight, rows) = (random(inputs, outputs), random(few, outputs));
            let before = x.to_data();
            let results = |y: Tensor<2>| {
                let weights = Tensor::from_inner(y.clone().inner().sin());
                let gradients = (y.clone() * weights).sum().backward();
                let of = |x: &Tensor<2>| x.grad(&gradients).expect("it is tracked");
                [y.inner(), of(&x), of(&weight), of(&rows)]
            };
            let fused = results(dense(x.clone(), weight.clone(), rows.clone()));
            let composed = results(composed(x.clone(), weight.clone(), rows.clone()));
            for (fused, composed) in fused.into_iter().zip(composed) {
                let tolerance = Tolerance::<f32>::rel_abs(1e-5, 1e-3); // sums of 12 000 terms
                let (fused, composed) = (fused.into_data(), composed.into_data());
                fused.assert_approx_eq(&composed, tolerance);
            }
            assert!(x.to_data() == before, "the argument is left alone");
        }
    }
}
