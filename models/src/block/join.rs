//! Two fields as one: their channels side by side, or their sum.

use crate::kernel::{self, joining::Join};
use burn::backend::Dispatch;
use burn::tensor::Tensor;

/// The channels of two fields side by side.
///
/// # Shapes   a: `[batch, point, m]`, b: `[batch, point, n]` → `[batch, point, m + n]`
pub(crate) fn beside(a: Tensor<3>, b: Tensor<3>) -> Tensor<3> {
    if kernel::takes(&a) && kernel::takes(&b) {
        let (a, b) = (a.into_dispatch(), b.into_dispatch());
        return Tensor::from_dispatch(<Dispatch as Join>::beside(a, b));
    }
    Tensor::cat(vec![a, b], 2)
}

/// The sum of two fields.
///
/// # Shapes   a, b: `[batch, point, channel]` → the same
pub(crate) fn sum_of(a: Tensor<3>, b: Tensor<3>) -> Tensor<3> {
    if kernel::takes(&a) && kernel::takes(&b) && a.dims() == b.dims() {
        let (a, b) = (a.into_dispatch(), b.into_dispatch());
        return Tensor::from_dispatch(<Dispatch as Join>::sum_of(a, b));
    }
    a + b
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SurrogateRng;
    use burn::tensor::Device;

    /// Values and both gradients, flat.
    fn results(
        join: impl Fn(Tensor<3>, Tensor<3>) -> Tensor<3>,
        [a, b]: [&Tensor<3>; 2],
    ) -> [Vec<u32>; 3] {
        let y = join(a.clone(), b.clone());
        let weights = Tensor::from_inner(y.clone().inner().sin());
        let gradients = (y.clone() * weights).sum().backward();
        let [a, b] = [a, b].map(|x| x.grad(&gradients).expect("it is tracked"));
        [y.inner(), a, b].map(|tensor| {
            let numbers: Vec<f32> = tensor.into_data().try_to_vec().expect("single precision");
            numbers.into_iter().map(f32::to_bits).collect()
        })
    }

    /// Fields of several pieces and of one, made by swapping axes, so that they are not contiguous.
    fn fields(points: usize, widths: [usize; 2]) -> [Tensor<3>; 2] {
        let device = Device::flex().autodiff();
        let mut draws = SurrogateRng::new(1);
        widths.map(|width| {
            let x: Tensor<3> = draws.normal([3, width, points], &device);
            Tensor::from_inner(x.swap_dims(1, 2)).require_grad()
        })
    }

    #[test]
    fn joined_fields_and_their_gradients_are_those_of_burn_to_the_bit() {
        for (points, m, n) in [(1031, 16, 5), (7, 1, 3), (1, 64, 64)] {
            let [a, b] = &fields(points, [m, n]);
            let burns = |a, b| Tensor::cat(vec![a, b], 2);
            assert_eq!(results(beside, [a, b]), results(burns, [a, b]), "{m}, {n}");
            let [a, b] = &fields(points, [m, m]);
            assert_eq!(
                results(sum_of, [a, b]),
                results(|a, b| a + b, [a, b]),
                "{m}"
            );
        }
    }

    #[test]
    fn a_field_beside_itself_and_added_to_itself_is_left_alone() {
        let [a, _] = &fields(9, [4, 4]);
        let before = a.to_data();
        assert_eq!(results(sum_of, [a, a]), results(|a, b| a + b, [a, a]));
        let burns = |a, b| Tensor::cat(vec![a, b], 2);
        assert_eq!(results(beside, [a, a]), results(burns, [a, a]));
        assert!(a.to_data() == before);
    }
}
