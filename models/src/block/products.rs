//! Matrix products of tensors: on the CPU by our own, which are shared out to threads, elsewhere by the backend's.

use crate::kernel::{self, stack::MultiplyStacks};
use burn::backend::Dispatch;
use burn::nn::Linear;
use burn::tensor::Tensor;

/// `a_i b_i`; a stack of one matrix has it for every matrix of the other.
///
/// # Shapes   a: `[n or 1, rows, inner]`, b: `[n or 1, inner, columns]` → `[n, rows, columns]`
pub(crate) fn products(a: Tensor<3>, b: Tensor<3>) -> Tensor<3> {
    if kernel::takes(&a) && kernel::takes(&b) {
        let (a, b) = (a.into_dispatch(), b.into_dispatch());
        return Tensor::from_dispatch(<Dispatch as MultiplyStacks>::multiply_stacks(a, b));
    }
    a.matmul(b)
}

/// `a b`.
///
/// # Shapes   a: `[rows, inner]`, b: `[inner, columns]` → `[rows, columns]`
pub(crate) fn product(a: Tensor<2>, b: Tensor<2>) -> Tensor<2> {
    products(a.unsqueeze(), b.unsqueeze()).squeeze_dim(0)
}

/// A dense layer over the rows of a matrix.
///
/// # Shapes   x: `[row, inputs]` → `[row, outputs]`
pub(crate) fn linear(layer: &Linear, x: Tensor<2>) -> Tensor<2> {
    let y = product(x, layer.weight.val());
    match &layer.bias {
        Some(bias) => y + bias.val().unsqueeze(),
        None => y,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SurrogateRng;
    use burn::tensor::{Device, Tolerance};

    #[test]
    fn products_of_stacks_and_their_gradients_equal_the_backends() {
        let device = Device::flex().autodiff();
        let mut draws = SurrogateRng::new(1);
        for (a, b, sizes) in [
            (1, 1, [70, 50, 90]),
            (5, 5, [3, 4, 7]),
            (1, 20, [16, 9, 32]),
            (9, 1, [4, 1, 1]),
        ] {
            let [rows, inner, columns] = sizes;
            let mut random = |shape| Tensor::<3>::from_inner(draws.normal(shape, &device));
            // Not contiguous, as axes are swapped before a product.
            let a = random([a, inner, rows]).swap_dims(1, 2).detach();
            let (a, b) = (a.require_grad(), random([b, inner, columns]).require_grad());
            let results = |y: Tensor<3>| {
                let weights = Tensor::from_inner(y.clone().inner().sin());
                let gradients = (y.clone() * weights).sum().backward();
                let of = |x: &Tensor<3>| x.grad(&gradients).expect("it is tracked");
                [y.inner(), of(&a), of(&b)]
            };
            let ours = results(products(a.clone(), b.clone()));
            let theirs = results(a.clone().matmul(b.clone()));
            for (ours, theirs) in ours.into_iter().zip(theirs) {
                let tolerance = Tolerance::<f32>::rel_abs(1e-5, 1e-4);
                let (ours, theirs) = (ours.into_data(), theirs.into_data());
                ours.assert_approx_eq(&theirs, tolerance);
            }
        }
    }

    #[test]
    fn a_constant_factor_gets_no_gradient_and_serves_the_other_ones() {
        let device = Device::flex();
        let matrix = Tensor::<3>::from_data([[[1.0, 2.0], [3.0, 4.0]]], &device);
        let x = Tensor::<3>::from_data([[[1.0], [0.0]], [[0.0], [1.0]]], &device.autodiff());
        let x = x.require_grad();
        let y = products(matrix, x.clone());
        let expected = Tensor::<3>::from_data([[[1.0], [3.0]], [[2.0], [4.0]]], &Device::flex());
        assert!(y.clone().inner().into_data() == expected.into_data());
        let gradient = x.grad(&y.sum().backward()).expect("it is tracked");
        let sums = Tensor::<3>::from_data([[[4.0], [6.0]], [[4.0], [6.0]]], &Device::flex());
        assert!(gradient.into_data() == sums.into_data());
    }

    #[test]
    fn a_layer_without_a_bias_is_a_product() {
        let device = Device::flex();
        let x = Tensor::<2>::from_data([[1.0, 2.0]], &device);
        let layer = burn::nn::LinearConfig::new(2, 3).with_bias(false);
        let layer = layer.init(&device);
        let expected = layer.forward(x.clone());
        let ours = linear(&layer, x);
        ours.into_data()
            .assert_approx_eq(&expected.into_data(), Tolerance::<f32>::rel_abs(1e-6, 1e-6));
    }
}
