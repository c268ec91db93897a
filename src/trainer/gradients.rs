//! The norm of a whole gradient, and its clipping: Pascanu et al. (2013), algorithm 1.

use burn::module::{Module, ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::Tensor;
use ondine_models::optimizer::{scale, square_sum};

/// Shortens the gradient of all weights together to the norm `limit` where it is longer; 0 is no limit. Returns the
/// norm it had, `[1]`.
pub(crate) fn clip<M: Module>(
    module: &M,
    gradients: &mut GradientsParams,
    limit: f64,
) -> Tensor<1> {
    let mut squares = Squares {
        gradients,
        sum: None,
    };
    module.visit(&mut squares);
    let norm = squares.sum.expect("a network has weights").sqrt();
    if limit > 0.0 {
        let factor = (norm.clone() + 1e-12)
            .recip()
            .mul_scalar(limit)
            .clamp_max(1.0);
        module.visit(&mut Scale { gradients, factor });
    }
    norm
}

struct Squares<'a> {
    gradients: &'a GradientsParams,
    sum: Option<Tensor<1>>,
}

impl ModuleVisitor for Squares<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.get::<D>(param.id) {
            let square = square_sum(gradient);
            self.sum = Some(match self.sum.take() {
                None => square,
                Some(sum) => sum + square,
            });
        }
    }
}

struct Scale<'a> {
    gradients: &'a mut GradientsParams,
    factor: Tensor<1>,
}

impl ModuleVisitor for Scale<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.remove::<D>(param.id) {
            let gradient = scale(gradient, self.factor.clone());
            self.gradients.register(param.id, gradient);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::nn::LinearConfig;
    use burn::tensor::Device;

    #[test]
    fn a_long_gradient_is_shortened_to_the_limit_and_a_short_one_kept() {
        let device = Device::flex().autodiff();
        let layer = LinearConfig::new(3, 2).init(&device);
        let loss = || {
            layer
                .forward(Tensor::<2>::ones([4, 3], &device) * 5.0)
                .sum()
        };
        let norm_after = |limit: f64| {
            let grads = loss().backward();
            let mut gradients = GradientsParams::from_grads(grads, &layer);
            let before = clip(&layer, &mut gradients, limit).into_scalar::<f32>();
            (
                before,
                clip(&layer, &mut gradients, 0.0).into_scalar::<f32>(),
            )
        };
        // dL/dw = 20 for 6 weights, dL/db = 4 for 2 biases.
        let expected = (6.0_f32 * 400.0 + 2.0 * 16.0).sqrt();
        for (limit, after) in [(1.0, 1.0), (0.0, expected), (1000.0, expected)] {
            let (before, clipped) = norm_after(limit);
            assert!((before - expected).abs() < 1e-3, "limit {limit}: {before}");
            assert!((clipped - after).abs() < 1e-3, "limit {limit}: {clipped}");
        }
    }
}
