//! A normalisation, a convolution, and activations before or behind it: `g(C f(N x) + r)`.
//!
//! One operation where the processor's kernels have it for this shape, see `kernel/normalised.rs`; otherwise one after the other.

use super::group_norm::after;
use super::{Activation, Convolution, GroupNorm, activated, normalized};
use crate::kernel::normalisation::After;
use crate::kernel::normalised::{Chain, ConvolveNormalised};
use burn::backend::Dispatch;
use burn::tensor::Tensor;

/// The parts of a sublayer.
pub(crate) struct Sublayer<'a> {
    norm: &'a Option<GroupNorm>,
    convolution: &'a Convolution,
    before: Option<Activation>,
    behind: Option<Activation>,
    rows: Option<Tensor<2>>,
}

impl<'a> Sublayer<'a> {
    /// A normalisation, if there is one, and a convolution.
    pub(crate) fn new(norm: &'a Option<GroupNorm>, convolution: &'a Convolution) -> Self {
        Self {
            norm,
            convolution,
            before: None,
            behind: None,
            rows: None,
        }
    }

    /// The same with an activation between normalisation and convolution.
    pub(crate) fn activated(self, before: Activation) -> Self {
        let before = Some(before);
        Self { before, ..self }
    }

    /// The same with an activation behind the convolution.
    pub(crate) fn activated_behind(self, behind: Activation) -> Self {
        let behind = Some(behind);
        Self { behind, ..self }
    }

    /// The same with a row added to all points of each field behind the convolution, `[batch, outputs]`.
    pub(crate) fn with_rows(self, rows: Option<Tensor<2>>) -> Self {
        Self { rows, ..self }
    }

    /// # Shapes   x: `[batch, point, inputs]` → `[batch, point, outputs]`
    pub(crate) fn forward(self, x: Tensor<3>, grid: &[usize]) -> Tensor<3> {
        match self.chain(&x, grid) {
            Some((norm, chain)) => self.joined(x, norm, chain),
            None => self.composed(x, grid),
        }
    }

    /// The normalisation and the shape of the one operation, where there is one.
    fn chain(&self, x: &Tensor<3>, grid: &[usize]) -> Option<(&'a GroupNorm, Chain)> {
        let after = |activation: Option<Activation>| match activation {
            Some(activation) => after(activation),
            None => Some(After::Nothing),
        };
        let norm = self.norm.as_ref()?;
        let chain = Chain {
            form: norm.form(after(self.before)?),
            behind: after(self.behind)?,
            geometry: self.convolution.joined(x, grid)?,
        };
        Some((norm, chain))
    }

    fn joined(self, x: Tensor<3>, norm: &GroupNorm, chain: Chain) -> Tensor<3> {
        let [scale, shift] = [&norm.scale, &norm.shift].map(|line| line.val().into_dispatch());
        let weight = self.convolution.weight.val().into_dispatch();
        let rows = self.convolution.rows(self.rows).into_dispatch();
        let x = x.into_dispatch();
        let y = <Dispatch as ConvolveNormalised>::convolve_normalised(
            x, scale, shift, weight, rows, chain,
        );
        Tensor::from_dispatch(y)
    }

    /// The operations one after the other.
    fn composed(self, x: Tensor<3>, grid: &[usize]) -> Tensor<3> {
        let h = match self.before {
            Some(activation) => activated(self.norm, x, activation),
            None => normalized(self.norm, x),
        };
        let h = match self.rows {
            Some(rows) => self.convolution.forward_with(h, grid, rows),
            None => self.convolution.forward(h, grid),
        };
        match self.behind {
            Some(activation) => activation.apply(h),
            None => h,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::{ConvolutionConfig, Padding};
    use crate::kernel::tile::has_vectors;
    use crate::{Init, SurrogateRng};
    use burn::module::Param;
    use burn::tensor::Device;

    /// The parts of a sublayer with weights of their own, its fields and rows, and the grid.
    struct Case {
        norm: Option<GroupNorm>,
        convolution: Convolution,
        x: Tensor<3>,
        rows: Option<Tensor<2>>,
        grid: Vec<usize>,
    }

    impl Case {
        fn new(config: &ConvolutionConfig, grid: &[usize], groups: usize, batch: usize) -> Self {
            let device = Device::flex().autodiff();
            let mut draws = SurrogateRng::new(4);
            let mut norm = GroupNorm::new(groups, config.inputs, &mut Init::new(0, &device));
            let mut line =
                || Tensor::from_inner(draws.normal([config.inputs], &device) * 0.3 + 1.0);
            norm.scale = Param::from_tensor(line());
            norm.shift = Param::from_tensor(line());
            let points = grid.iter().product();
            let x = draws.normal([batch, points, config.inputs], &device) * 2.0 + 3.0;
            let rows = draws.normal([batch, config.outputs], &device);
            Self {
                norm: Some(norm),
                convolution: Convolution::new(config, &mut Init::new(2, &device)),
                x: Tensor::from_inner(x).require_grad(),
                rows: Some(Tensor::from_inner(rows).require_grad()),
                grid: grid.to_vec(),
            }
        }

        fn sublayer(&self, [before, behind]: [Option<Activation>; 2]) -> Sublayer<'_> {
            Sublayer {
                before,
                behind,
                ..Sublayer::new(&self.norm, &self.convolution).with_rows(self.rows.clone())
            }
        }

        /// The values of `y` and the gradients of all arguments.
        fn results(&self, y: Tensor<3>) -> Vec<Tensor<1>> {
            let weights = Tensor::from_inner(y.clone().inner().sin() + 0.3);
            let gradients = (y.clone() * weights).sum().backward();
            let of = |line: &Param<Tensor<1>>| line.val().grad(&gradients).expect("it is tracked");
            let (norm, convolution) = (self.norm.as_ref().expect("it is there"), &self.convolution);
            let weight = convolution.weight.val().grad(&gradients);
            let mut all = vec![
                y.inner().flatten(0, 2),
                self.x.grad(&gradients).expect("tracked").flatten(0, 2),
                weight.expect("tracked").flatten(0, 2),
                of(&norm.scale),
                of(&norm.shift),
            ];
            all.extend(convolution.bias.as_ref().map(of));
            let rows = self.rows.as_ref();
            all.extend(rows.map(|rows| rows.grad(&gradients).expect("tracked").flatten(0, 1)));
            all
        }
    }

    const KINDS: [[Option<Activation>; 2]; 5] = [
        [None, Some(Activation::Gelu)],
        [Some(Activation::Gelu), None],
        [Some(Activation::Silu), Some(Activation::Silu)],
        [Some(Activation::Tanh), None],
        [None, None],
    ];

    /// One operation and several: the same values to the bit, and close gradients.
    fn assert_equal(case: &Case, kind: [Option<Activation>; 2], name: &str) {
        let joined = case.sublayer(kind);
        let taken = joined.chain(&case.x, &case.grid).is_some();
        let known = kind[0] != Some(Activation::Tanh);
        assert_eq!(taken, known && has_vectors(), "{name}");
        let joined = case.results(joined.forward(case.x.clone(), &case.grid));
        let composed = case.sublayer(kind).composed(case.x.clone(), &case.grid);
        let composed = case.results(composed);
        assert!(joined[0].to_data() == composed[0].to_data(), "{name}");
        for (i, (a, b)) in joined.into_iter().zip(composed).enumerate() {
            let size = b.clone().abs().max().into_scalar::<f32>();
            let error = (a - b).abs().max().into_scalar::<f32>() / size;
            assert!(error < 2e-5, "{name}, {i}: {error}"); // f32: sums of thousands of terms in another order
        }
    }

    #[test]
    fn one_operation_gives_the_values_of_several_to_the_bit_and_their_gradients() {
        for (grid, groups, sizes) in [
            (&[70][..], 1, [48, 48]),
            (&[33], 4, [16, 32]),
            (&[10, 12], 16, [32, 16]),
        ] {
            for padding in [Padding::Periodic, Padding::Zero] {
                for (dilation, batch, bias) in [(1, 19, true), (2, 8, false), (4, 16, true)] {
                    let config = ConvolutionConfig {
                        dims: grid.len(),
                        inputs: sizes[0],
                        outputs: sizes[1],
                        dilation,
                        padding,
                        bias,
                        ..ConvolutionConfig::default()
                    };
                    let case = Case::new(&config, grid, groups, batch);
                    for kind in KINDS {
                        let name = format!("{config:?} on {grid:?}, {kind:?}");
                        assert_equal(&case, kind, &name);
                    }
                }
            }
        }
    }

    #[test]
    fn one_row_for_all_fields_is_the_bias() {
        let config = ConvolutionConfig {
            inputs: 16,
            outputs: 16,
            ..ConvolutionConfig::default()
        };
        let mut case = Case::new(&config, &[24], 1, 9);
        case.rows = None;
        for kind in KINDS {
            assert_equal(&case, kind, &format!("{kind:?}"));
        }
    }
}
