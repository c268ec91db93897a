//! Group normalisation: `y = γ (x − μ_g)/√(σ²_g + ε) + β`, with mean and variance over the points and channels of a group.
//!
//! Wu & He (2018), eqs. 1, 6 and 7. One group is layer normalisation, a group a channel is instance normalisation.

use crate::Init;
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
        let centered = x.clone() - group_mean(x, self.groups);
        let factor = self.scale.val().unsqueeze::<3>() * inverse_deviation(&centered, self.groups);
        centered * factor + self.shift.val().unsqueeze::<3>()
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
