//! The fused activations against burn's own, against their derivatives, and on every kind of tensor.

use burn::tensor::activation as composed;
use burn::tensor::{DType, Device, Tensor};
use ondine_models::block::activation::{gelu, silu};

type Activation = fn(Tensor<2>) -> Tensor<2>;

const PAIRS: [(&str, Activation, Activation); 2] = [
    ("gelu", gelu::<2>, composed::gelu::<2>),
    ("silu", silu::<2>, composed::silu::<2>),
];

/// Numbers from −12 to 12, more than one task of the fused loops and no multiple of a vector.
fn numbers(device: &Device) -> Tensor<2> {
    let values: Vec<f32> = (0..3 * 6667)
        .map(|i| i as f32 * 24.0 / 20_001.0 - 12.0)
        .collect();
    Tensor::<1>::from_floats(&values[..], device).reshape([3, 6667])
}

fn distance(a: Tensor<2>, b: Tensor<2>) -> f32 {
    (a - b).abs().max().into_scalar()
}

#[test]
fn fused_activations_equal_composed_ones() {
    let x = numbers(&Device::flex());
    for (name, fused, composed) in PAIRS {
        let error = distance(fused(x.clone()), composed(x.clone()));
        assert!(error < 2e-6, "{name}: {error}"); // f32, values up to 12
        let error = distance(
            fused(x.clone().transpose()),
            composed(x.clone().transpose()),
        );
        assert!(error < 2e-6, "{name}, transposed: {error}");
        let part = x.clone().narrow(1, 17, 4000);
        let error = distance(fused(part.clone()), composed(part));
        assert!(error < 2e-6, "{name}, a part: {error}");
    }
}

#[test]
fn fused_activations_leave_their_argument_alone() {
    let x = numbers(&Device::flex());
    for (name, fused, _) in PAIRS {
        let before = x.to_data();
        let part = x.clone().narrow(0, 0, 1);
        drop(fused(part));
        drop(fused(x.clone()));
        assert!(x.to_data() == before, "{name}");
    }
}

#[test]
fn fused_derivatives_equal_composed_ones() {
    let device = Device::flex().autodiff();
    for (name, fused, composed) in PAIRS {
        let slope = |f: Activation, transposed: bool| {
            let x = numbers(&device).require_grad();
            let argument = if transposed {
                x.clone().transpose()
            } else {
                x.clone()
            };
            let y = f(argument);
            let weights = Tensor::from_inner(y.clone().inner().sin());
            let gradients = (y * weights).sum().backward();
            x.grad(&gradients).expect("x is tracked")
        };
        for transposed in [false, true] {
            let error = distance(slope(fused, transposed), slope(composed, transposed));
            assert!(error < 1e-5, "{name}: {error}"); // the weights turn errors of y into errors of their own
        }
    }
}

#[test]
fn fused_derivatives_match_finite_differences() {
    let device = Device::flex().autodiff();
    for (name, fused, _) in PAIRS {
        let x = numbers(&device).require_grad();
        let gradients = fused(x.clone()).sum().backward();
        let slope = x.grad(&gradients).expect("x is tracked");
        let x = numbers(&Device::flex());
        let h = 1e-2;
        let difference = (fused(x.clone() + h) - fused(x - h)) / (2.0 * h);
        let error = distance(slope, difference);
        assert!(error < 2e-4, "{name}: {error}"); // h² f'''/6 and rounding of order 12 · 6e-8 / h
    }
}

#[test]
fn numbers_that_are_none_pass_through() {
    let device = Device::flex();
    let x = Tensor::<2>::from_floats(
        [[f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e38, -1e38]],
        &device,
    );
    for (name, fused, _) in PAIRS {
        let y = fused(x.clone())
            .into_data()
            .try_to_vec::<f32>()
            .expect("f32");
        assert!(
            y[0].is_nan() && y[1] > 1e38 && !y[2].is_finite(),
            "{name}: {y:?}"
        );
        assert!(y[3] >= 1e38 && y[4].abs() <= 0.0, "{name}: {y:?}");
    }
}

#[test]
fn double_precision_keeps_its_digits() {
    let device = Device::flex().autodiff();
    for (name, fused, composed) in PAIRS {
        let x = numbers(&device).cast(DType::F64).require_grad();
        let (a, b) = (fused(x.clone()), composed(x.clone()));
        let error = (a.clone() - b).abs().max().into_scalar::<f64>();
        assert!(error < 1e-14, "{name}: {error}"); // the same operations
        assert!(x.grad(&a.sum().backward()).is_some(), "{name}");
    }
}

#[test]
fn nothing_is_recorded_without_gradients() {
    for (name, fused, _) in PAIRS {
        let untracked = numbers(&Device::flex().autodiff());
        let tracked = untracked.clone().require_grad();
        let expected = fused(numbers(&Device::flex()));
        assert!(
            distance(fused(untracked).inner(), expected.clone()) <= 0.0,
            "{name}"
        );
        assert!(
            distance(fused(tracked.clone().inner()), expected) <= 0.0,
            "{name}"
        );
        assert!(!fused(tracked.detach()).is_require_grad(), "{name}");
    }
}

#[test]
fn an_empty_tensor_stays_empty() {
    let x = Tensor::<2>::zeros([3, 0], &Device::flex());
    for (_, fused, _) in PAIRS {
        assert_eq!(fused(x.clone()).dims(), [3, 0]);
    }
}
