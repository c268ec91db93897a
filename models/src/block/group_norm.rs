//! Group normalisation: `y = γ (x − μ_g)/√(σ²_g + ε) + β`, with mean and variance over the points and channels of a group.
//!
//! Wu & He (2018), eqs. 1, 6 and 7. One group is layer normalisation, a group a channel is instance normalisation.

use super::Activation;
use crate::Init;
use crate::kernel::normalisation::{After, Form, Normalise};
use crate::kernel::takes;
use burn::backend::Dispatch;
use burn::module::{Module, Param};
use burn::tensor::Tensor;

/// Added to the variance, as in `PyTorch`.
const EPSILON: f64 = 1e-5;

/// Normalises groups of channels of every field, and gives each channel a learned scale and shift.
#[derive(Module, Debug)]
pub struct GroupNorm {
    /// Scale `γ`, `[channel]`; ones at the start.
    pub scale: Param<Tensor<1>>,
    /// Shift `β`, `[channel]`; zeros at the start.
    pub shift: Param<Tensor<1>>,
    #[module(skip)]
    groups: usize,
}

impl GroupNorm {
    /// A normalisation of `channels` channels in `groups` groups.
    ///
    /// # Panics
    /// When the channels can't be shared out evenly.
    pub fn new(groups: usize, channels: usize, init: &mut Init) -> Self {
        assert_eq!(channels % groups, 0, "{groups} groups of equal size");
        Self {
            scale: init.ones([channels]),
            shift: init.zeros([channels]),
            groups,
        }
    }

    /// # Shapes   x: `[batch, point, channel]` → the same
    pub fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        if takes(&x) {
            self.fused(x, After::Nothing)
        } else {
            self.composed(x)
        }
    }

    /// [`Self::forward`] and an activation behind it, which costs no further pass where both are one operation.
    ///
    /// # Shapes   x: `[batch, point, channel]` → the same
    pub fn forward_activated(&self, x: Tensor<3>, activation: Activation) -> Tensor<3> {
        let Some(after) = after(activation) else {
            return activation.apply(self.forward(x));
        };
        if takes(&x) {
            self.fused(x, after)
        } else {
            activation.apply(self.composed(x))
        }
    }

    fn fused(&self, x: Tensor<3>, after: After) -> Tensor<3> {
        let [scale, shift] = [&self.scale, &self.shift].map(|line| line.val().into_dispatch());
        let form = self.form(after);
        let y = <Dispatch as Normalise>::normalise(x.into_dispatch(), scale, shift, form);
        Tensor::from_dispatch(y)
    }

    /// The normalisation with what follows it, for kernels.
    pub(crate) fn form(&self, after: After) -> Form {
        Form {
            groups: self.groups,
            epsilon: EPSILON as f32,
            after,
        }
    }

    /// [`Self::forward`] in burn's operations.
    fn composed(&self, x: Tensor<3>) -> Tensor<3> {
        let centered = x.clone() - group_mean(x, self.groups);
        let factor = self.scale.val().unsqueeze::<3>() * inverse_deviation(&centered, self.groups);
        centered * factor + self.shift.val().unsqueeze::<3>()
    }
}

/// The nonlinearity of an activation that kernels have.
pub(crate) fn after(activation: Activation) -> Option<After> {
    match activation {
        Activation::Gelu => Some(After::Gelu),
        Activation::Silu => Some(After::Silu),
        Activation::Relu => Some(After::Relu),
        Activation::Tanh => None,
    }
}

/// Every channel with mean 0 and variance 1 over the points of its field, without learned numbers.
///
/// Ulyanov, Vedaldi & Lempitsky (2016).
///
/// # Shapes   x: `[batch, point, channel]` → the same
pub fn instance_norm(x: Tensor<3>) -> Tensor<3> {
    let channels = x.dims()[2];
    let centered = x.clone() - group_mean(x, channels);
    let factor = inverse_deviation(&centered, channels);
    centered * factor
}

/// `1/√(σ²_g + ε)` of fields with mean 0, `[batch, 1, channel]`.
fn inverse_deviation(centered: &Tensor<3>, groups: usize) -> Tensor<3> {
    let variance = group_mean(centered.clone().square(), groups);
    (variance + EPSILON).sqrt().recip()
}

/// The mean over the points and channels of a group, repeated for its channels: `[batch, 1, channel]`.
fn group_mean(x: Tensor<3>, groups: usize) -> Tensor<3> {
    let [batch, _, channels] = x.dims();
    let means = x.mean_dim(1); // [batch, 1, channel]
    if groups == channels {
        return means;
    }
    let members = channels / groups;
    let means = means.reshape([batch, groups, members]).mean_dim(2);
    means.repeat_dim(2, members).reshape([batch, 1, channels])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SurrogateRng;
    use burn::tensor::Device;

    const ACTIVATIONS: [Activation; 4] = [
        Activation::Gelu,
        Activation::Silu,
        Activation::Relu,
        Activation::Tanh,
    ];

    /// A normalisation with scales and shifts of its own, and fields with a mean: more than one task of the loops.
    fn layer(groups: usize, channels: usize, device: &Device) -> (GroupNorm, Tensor<3>) {
        let mut draws = SurrogateRng::new(3);
        let mut layer = GroupNorm::new(groups, channels, &mut Init::new(0, device));
        let mut line = || Tensor::from_inner(draws.normal([channels], device) + 0.5);
        layer.scale = Param::from_tensor(line());
        layer.shift = Param::from_tensor(line());
        let x = draws.normal([3, 1031, channels], device) * 2.0 + 3.0;
        let x = Tensor::from_inner(x).require_grad();
        (layer, x)
    }

    /// The values of `y`, the gradients of `x`, scale and shift.
    fn results(layer: &GroupNorm, x: &Tensor<3>, y: Tensor<3>) -> [Tensor<1>; 4] {
        // Nothing that a normalisation takes out of the gradient, which would leave rounding.
        let weights = Tensor::from_inner((x.clone().inner() * 7.0).sin() + 0.3);
        let gradients = (y.clone() * weights).sum().backward();
        let of = |line: &Param<Tensor<1>>| line.val().grad(&gradients).expect("it is tracked");
        let x = x.grad(&gradients).expect("it is tracked");
        [
            y.inner().flatten(0, 2),
            x.flatten(0, 2),
            of(&layer.scale),
            of(&layer.shift),
        ]
    }

    #[test]
    fn the_fused_normalisation_and_its_gradients_equal_the_composed_ones() {
        let device = Device::flex().autodiff();
        for (groups, channels) in [(1, 12), (4, 12), (12, 12), (1, 1), (2, 34)] {
            let (layer, x) = layer(groups, channels, &device);
            let plain = (layer.forward(x.clone()), layer.composed(x.clone()));
            let activated = ACTIVATIONS.map(|activation| {
                let fused = layer.forward_activated(x.clone(), activation);
                (fused, activation.apply(layer.composed(x.clone())))
            });
            for (i, (fused, composed)) in [plain].into_iter().chain(activated).enumerate() {
                let fused = results(&layer, &x, fused);
                let composed = results(&layer, &x, composed);
                for (which, (a, b)) in fused.into_iter().zip(composed).enumerate() {
                    let size = b.clone().abs().max().into_scalar::<f32>();
                    let error = (a - b).abs().max().into_scalar::<f32>() / size;
                    // f32: sums of up to 12 000 terms of both signs; derivatives of ReLU jump where z rounds to either side of 0.
                    let bound = if i == 3 { 1e-3 } else { 2e-5 };
                    assert!(error < bound, "{groups}, {channels}, {i}, {which}: {error}");
                }
            }
        }
    }

    #[test]
    fn the_fused_gradient_matches_finite_differences() {
        let device = Device::flex().autodiff();
        for activation in [Activation::Gelu, Activation::Silu] {
            let (layer, x) = layer(2, 6, &device);
            let target = Tensor::from_inner(x.clone().inner().cos());
            let value =
                |x: Tensor<3>| (layer.forward_activated(x, activation) * target.clone()).sum();
            let gradients = value(x.clone()).backward();
            let slope = x.grad(&gradients).expect("it is tracked");
            let direction = x.clone().inner().sin();
            let slope = f64::from((slope * direction.clone()).sum().into_scalar::<f32>());
            let at = |h: f32| {
                let x = x.clone() + Tensor::from_inner(direction.clone()) * h;
                f64::from(value(x).into_scalar::<f32>())
            };
            let difference = (at(1e-2) - at(-1e-2)) / 2e-2;
            let error = (difference - slope).abs() / slope.abs();
            assert!(error < 1e-2, "{activation:?}: {slope} against {difference}"); // rounding of 1e4 · 6e-8 / h
        }
    }

    #[test]
    fn the_argument_is_left_alone() {
        let device = Device::flex().autodiff();
        let (layer, x) = layer(2, 6, &device);
        let before = x.to_data();
        let y = layer.forward_activated(x.clone(), Activation::Gelu);
        drop(y.sum().backward());
        assert!(x.to_data() == before);
    }
}
