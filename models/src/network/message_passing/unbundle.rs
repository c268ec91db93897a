//! The decoder of a bundle: a convolution along the features of every point, which stand in the order of the frames.
//!
//! `width → (width − k₁)/s + 1 → K`: two convolutions with an activation between them, the same for all points, of one, 8
//! and as many channels as a frame. Neighbouring frames come from neighbouring features, so the prediction is smooth in
//! time: Brandstetter, Worrall & Welling (2022), §3.2 and appendix, whose kernels and strides these are for a width of 128
//! and `K` = 20, 25 or 50.

use crate::Init;
use crate::block::Activation;
use burn::module::{Module, Param};
use burn::tensor::Tensor;
use burn::tensor::module::conv1d;
use burn::tensor::ops::ConvOptions;

/// Channels between the two convolutions.
const HIDDEN: usize = 8;

/// Features of a point to the frames of a bundle.
#[derive(Module, Debug)]
pub(super) struct Unbundle {
    first: Param<Tensor<3>>,
    first_bias: Param<Tensor<1>>,
    second: Param<Tensor<3>>,
    second_bias: Param<Tensor<1>>,
    #[module(skip)]
    stride: usize,
    #[module(skip)]
    activation: Activation,
}

/// Taps of the two convolutions and the stride of the first.
#[derive(Debug, PartialEq, Eq)]
struct Kernels {
    first: usize,
    stride: usize,
    second: usize,
}

impl Kernels {
    /// Kernels for `frames` frames of `width` features, which are no fewer.
    fn of(width: usize, frames: usize) -> Self {
        let (first, stride) = match (width, frames) {
            (128, 20) => (15, 4),
            (128, 50) => (12, 2),
            _ => {
                let first = 16.min(width.div_ceil(2)).min(width + 1 - frames);
                (first, ((width - first) / (frames + 9)).max(1))
            }
        };
        let between = (width - first) / stride + 1;
        Self {
            first,
            stride,
            second: between + 1 - frames,
        }
    }
}

impl Unbundle {
    /// From `width` features to `frames` frames of `channels` channels each.
    pub(super) fn new(
        width: usize,
        frames: usize,
        channels: usize,
        activation: Activation,
        init: &mut Init,
    ) -> Self {
        let kernels = Kernels::of(width, frames);
        let bounds = [kernels.first, HIDDEN * kernels.second].map(|n| 1.0 / (n as f64).sqrt());
        Self {
            first: init.uniform([HIDDEN, 1, kernels.first], bounds[0]),
            first_bias: init.uniform([HIDDEN], bounds[0]),
            second: init.uniform([channels, HIDDEN, kernels.second], bounds[1]),
            second_bias: init.uniform([channels], bounds[1]),
            stride: kernels.stride,
            activation,
        }
    }

    /// # Shapes   h: `[batch, point, width]` → `[batch, point, frame · channel]`
    pub(super) fn forward(&self, h: Tensor<3>) -> Tensor<3> {
        let [batch, points, width] = h.dims();
        let convolve = |x, weight: &Param<Tensor<3>>, bias: &Param<Tensor<1>>, stride| {
            let options = ConvOptions::new([stride], [0], [1], 1);
            conv1d(x, weight.val(), Some(bias.val()), options)
        };
        let h = h.reshape([batch * points, 1, width]);
        let h = convolve(h, &self.first, &self.first_bias, self.stride);
        let frames = convolve(self.activation.apply(h), &self.second, &self.second_bias, 1); // [batch · point, channel, frame]
        frames
            .swap_dims(1, 2)
            .reshape([batch as i32, points as i32, -1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    #[test]
    fn kernels_are_the_published_ones_where_there_are_any() {
        let of = |frames, [first, stride, second]: [usize; 3]| {
            let expected = Kernels {
                first,
                stride,
                second,
            };
            assert_eq!(Kernels::of(128, frames), expected, "{frames}");
        };
        of(20, [15, 4, 10]);
        of(25, [16, 3, 14]);
        of(50, [12, 2, 10]);
    }

    #[test]
    fn any_number_of_frames_up_to_the_width_comes_out() {
        let device = Device::flex();
        for (width, frames) in [(128, 2), (128, 25), (16, 5), (8, 8), (7, 3), (1, 1)] {
            let init = &mut Init::new(0, &device);
            let unbundle = Unbundle::new(width, frames, 2, Activation::Silu, init);
            let out = unbundle.forward(Tensor::ones([2, 3, width], &device));
            assert_eq!(out.dims(), [2, 3, 2 * frames], "{width}, {frames}");
        }
    }
}
