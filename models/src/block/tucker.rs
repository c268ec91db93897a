//! Weights of a spectral convolution in Tucker form: `W = G ×₁ U₁ ×₂ U₂ … ×_d U_d ×_i U_i ×_o U_o`.
//!
//! Kossaifi et al. (2023), Multi-Grid Tensorized Fourier Neural Operator, §3.2: a small core `G` and a matrix `U` for the
//! wavenumbers of every axis, for inputs and for outputs. The core is complex here and the matrices are real, so that at full ranks
//! they have every set of complex matrices.

use super::spectral_conv::{Mixing, bound};
use crate::Init;
use crate::kernel::{self, contraction::Contract};
use burn::backend::Dispatch;
use burn::module::{Module, Param};
use burn::tensor::Tensor;

/// Real and imaginary part, an axis of the core that has no matrix.
const PARTS: usize = 2;

/// Matrices of all retained modes in Tucker form.
#[derive(Module, Debug)]
pub struct Tucker {
    /// `[ranks of the modes and of inputs, 2 · rank of outputs]`, real and imaginary parts side by side.
    core: Param<Tensor<2>>,
    /// `[size, rank]` of the modes of every axis, the last one first, then of inputs and of outputs.
    factors: Vec<Param<Tensor<2>>>,
}

impl Tucker {
    /// Weights for `modes` wavenumbers along each axis, with the share `rank` of every size as its rank, 1 at least. Their
    /// matrices begin as large as those of [`SpectralConv::new`](super::SpectralConv::new).
    pub fn new(width: usize, modes: &[usize], rank: f64, scale: f64, init: &mut Init) -> Self {
        let sizes: Vec<usize> = modes.iter().rev().copied().chain([width, width]).collect();
        let rank = |size: usize| ((rank * size as f64).round() as usize).clamp(1, size);
        let ranks: Vec<usize> = sizes.iter().map(|&size| rank(size)).collect();
        let outputs = ranks[ranks.len() - 1];
        let rows = ranks[..ranks.len() - 1].iter().product();
        let core = init.uniform([rows, PARTS * outputs], bound(width, scale));
        // A sum over `rank` products of variance 1/rank each keeps that of the core.
        let factor = |(&size, &rank): (&usize, &usize)| {
            init.uniform([size, rank], (3.0 / rank as f64).sqrt())
        };
        Self {
            factors: sizes.iter().zip(&ranks).map(factor).collect(),
            core,
        }
    }
}

impl Mixing for Tucker {
    /// Every axis of the core in turn leaves the front, multiplied by its matrix, and joins the back; the parts follow the inputs.
    fn matrices(&self) -> Tensor<3> {
        let (outputs, others) = self.factors.split_last().expect("outputs have one");
        let (inputs, _) = others.split_last().expect("inputs have one");
        let sizes = [inputs, outputs].map(|factor| factor.dims()[0]);
        let fold = |all: Tensor<3>, (parts, factor): (usize, &Param<Tensor<2>>)| {
            let rank = factor.dims()[1];
            contracted(all.reshape([parts as i32, rank as i32, -1]), factor.val())
        };
        let steps = others.iter().map(|factor| (1, factor));
        let matrices = steps
            .chain([(PARTS, outputs)])
            .fold(self.core.val().unsqueeze(), fold);
        matrices.reshape([-1, sizes[0] as i32, (PARTS * sizes[1]) as i32])
    }
}

/// The second axis times a matrix, moved behind the others.
///
/// # Shapes   all: `[part, rank, others]`, factor: `[size, rank]` → `[others, part, size]`
fn contracted(all: Tensor<3>, factor: Tensor<2>) -> Tensor<3> {
    if kernel::takes(&all) && kernel::takes(&factor) {
        let (all, factor) = (all.into_dispatch(), factor.into_dispatch());
        return Tensor::from_dispatch(<Dispatch as Contract>::contract(all, factor));
    }
    composed(all, factor)
}

/// [`contracted`] in burn's operations.
fn composed(all: Tensor<3>, factor: Tensor<2>) -> Tensor<3> {
    factor.unsqueeze::<3>().matmul(all).permute([2, 0, 1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SurrogateRng;
    use crate::pool::in_pool;
    use burn::tensor::Device;

    fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
        let numbers: Vec<f32> = tensor.into_data().try_to_vec().expect("single precision");
        numbers.into_iter().map(f64::from).collect()
    }

    #[test]
    fn contractions_and_their_gradients_equal_the_composed_ones() {
        let device = Device::flex().autodiff();
        let mut draws = SurrogateRng::new(1);
        for [parts, rank, others, size] in [
            [1, 6, 40, 12],
            [2, 16, 9000, 32], // several pieces
            [2, 1, 1, 1],
            [3, 5, 7, 4],
        ] {
            let x: Tensor<3> = draws.normal([parts, others, rank], &device);
            // Not contiguous, as after a change of axes.
            let x = Tensor::from_inner(x.swap_dims(1, 2)).require_grad();
            let factor: Tensor<2> = draws.normal([size, rank], &device);
            let factor = Tensor::from_inner(factor).require_grad();
            let results = |y: Tensor<3>| {
                let weights = Tensor::from_inner(y.clone().inner().sin());
                let gradients = (y.clone() * weights).sum().backward();
                let x = x.grad(&gradients).expect("it is tracked");
                let factor = factor.grad(&gradients).expect("it is tracked");
                [
                    y.inner().flatten::<1>(0, 2),
                    x.flatten(0, 2),
                    factor.flatten(0, 1),
                ]
            };
            let ours = results(contracted(x.clone(), factor.clone()));
            let burns = results(composed(x.clone(), factor.clone()));
            for (ours, burns) in ours.into_iter().zip(burns) {
                let size = burns.clone().abs().max().into_scalar::<f32>();
                let error = (ours - burns).abs().max().into_scalar::<f32>() / size;
                assert!(error < 1e-5, "{parts}, {rank}, {others}: {error}"); // f32, sums of up to 18 000 terms
            }
        }
    }

    #[test]
    fn matrices_are_the_sum_over_all_ranks() {
        let mut init = Init::new(3, &Device::flex());
        let tucker = Tucker::new(6, &[4, 5], 0.5, 1.0, &mut init);
        let found = numbers(in_pool(|| tucker.matrices()));
        let core = numbers(tucker.core.val());
        let factors: Vec<Vec<f64>> = tucker.factors.iter().map(|f| numbers(f.val())).collect();
        // 5 and 4 modes, 6 inputs and 6 outputs, of ranks 3 (2.5 is rounded up), 2, 3 and 3.
        let (sizes, ranks) = ([5, 4, 6, 6], [3, 2, 3, 3]);
        assert_eq!(found.len(), 5 * 4 * 6 * 2 * 6);
        let at = |m: usize, n: usize, i: usize, part: usize, o: usize| {
            let mut sum = 0.0;
            for index in 0..ranks.iter().product::<usize>() {
                let d = index % 3;
                let c = index / 3 % 3;
                let b = index / 9 % 2;
                let a = index / 18;
                let weight = core[(((a * 2 + b) * 3 + c) * 2 + part) * 3 + d];
                let pairs = factors
                    .iter()
                    .zip([(m, a), (n, b), (i, c), (o, d)])
                    .zip(ranks);
                let product =
                    pairs.map(|((factor, (row, column)), rank)| factor[row * rank + column]);
                sum += weight * product.product::<f64>();
            }
            sum
        };
        let place = |m: usize, n: usize, i: usize, part: usize, o: usize| {
            (((m * sizes[1] + n) * sizes[2] + i) * 2 + part) * sizes[3] + o
        };
        for (m, n, i, part, o) in [
            (0, 0, 0, 0, 0),
            (4, 3, 5, 1, 5),
            (2, 1, 3, 0, 4),
            (1, 2, 0, 1, 2),
        ] {
            let (found, expected) = (found[place(m, n, i, part, o)], at(m, n, i, part, o));
            assert!((found - expected).abs() < 1e-5, "{found} and {expected}"); // f32, 54 terms
        }
    }

    #[test]
    fn matrices_begin_as_large_as_those_without_factors() {
        let mut init = Init::new(5, &Device::flex());
        for (modes, rank) in [(&[24][..], 0.5), (&[12, 12], 0.25), (&[24], 1.0)] {
            let tucker = Tucker::new(32, modes, rank, 0.1, &mut init);
            let all = numbers(in_pool(|| tucker.matrices()));
            let square = all.iter().map(|x| x * x).sum::<f64>() / all.len() as f64;
            let expected = bound(32, 0.1).powi(2) / 3.0;
            let ratio = (square / expected).sqrt();
            assert!((0.8..1.25).contains(&ratio), "{modes:?}, {rank}: {ratio}"); // of a few random factors
        }
    }
}
