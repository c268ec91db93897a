//! Norms and factors of gradients, new weights from them and their moments, and averages of weights, in one pass each.
//!
//! Every number takes the roundings of burn's own operations in their order, so the results are theirs to the bit; norms
//! alone are summed in double precision.

use super::memory::{CHUNK, Pieces, numbers, owned, tensor, tensor_like, writable};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Flex, backend_extension};
use burn::tensor::Shape;
use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

/// The numbers of one step of `AdamW`, the same for all weights.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rates {
    pub(crate) betas: [f32; 2],
    /// `1 − βᵗ` of both moments after `t` steps.
    pub(crate) corrections: [f32; 2],
    pub(crate) epsilon: f32,
    /// Factor of the weights: one less the learning rate times the weight decay.
    pub(crate) decay: f32,
    pub(crate) learning_rate: f32,
}

/// Updates of weights; gradients do not flow through them.
#[backend_extension(Flex)]
pub(crate) trait Updates: Backend {
    /// Weight and both moments after a step.
    fn adamw_step(
        weight: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        first: FloatTensor<Self>,
        second: FloatTensor<Self>,
        rates: Rates,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);

    /// The sum of the squares, `[1]`.
    fn square_sum(x: FloatTensor<Self>) -> FloatTensor<Self>;

    /// `f x` with the number `f`, `[1]`.
    fn scale(x: FloatTensor<Self>, factor: FloatTensor<Self>) -> FloatTensor<Self>;

    /// `d a + (1 − d) w` with `factors` `[d, 1 − d]`.
    fn blend(
        average: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        factors: [f32; 2],
    ) -> FloatTensor<Self>;
}

impl Updates for Flex {
    fn adamw_step(
        weight: FlexTensor,
        gradient: FlexTensor,
        first: FlexTensor,
        second: FlexTensor,
        rates: Rates,
    ) -> (FlexTensor, FlexTensor, FlexTensor) {
        let weight = weight.to_contiguous();
        let [mut next, mut first, mut second] = [gradient, first, second].map(writable);
        let [g, m, v] = [&mut next, &mut first, &mut second].map(held);
        update(numbers(&weight), [g, m, v], rates);
        (next, first, second)
    }

    fn square_sum(x: FlexTensor) -> FlexTensor {
        let x = x.to_contiguous();
        let sums = numbers(&x).par_chunks(CHUNK).map(|x| {
            let squares = x.iter().map(|&x| f64::from(x) * f64::from(x));
            squares.sum::<f64>()
        });
        let sum: f64 = sums.collect::<Vec<_>>().into_iter().sum(); // in the order of the pieces
        tensor(vec![sum as f32], Shape::new([1]))
    }

    fn scale(x: FlexTensor, factor: FlexTensor) -> FlexTensor {
        let factor = numbers(&factor.to_contiguous())[0];
        if (factor - 1.0).abs() <= 0.0 {
            return x;
        }
        let mut x = writable(x);
        let pieces = held(&mut x).par_chunks_mut(CHUNK);
        pieces.for_each(|x| x.iter_mut().for_each(|x| *x *= factor));
        x
    }

    fn blend(average: FlexTensor, weight: FlexTensor, factors: [f32; 2]) -> FlexTensor {
        let (average, weight) = (average.to_contiguous(), weight.to_contiguous());
        let (a, w) = (numbers(&average), numbers(&weight));
        let values = Pieces::of(a.len()).collect(
            || (),
            |(), place, values| {
                let range = place.start..place.start + values.len();
                for ((value, a), w) in values.iter_mut().zip(&a[range.clone()]).zip(&w[range]) {
                    value.write(a * factors[0] + w * factors[1]);
                }
            },
        );
        tensor_like(values, &average)
    }
}

fn held(x: &mut FlexTensor) -> &mut [f32] {
    owned(x).expect("it was copied if need be")
}

/// Turns gradients into the next weights, and both moments into the next, on every core where that pays.
fn update(weights: &[f32], [g, m, v]: [&mut [f32]; 3], rates: Rates) {
    if weights.len() <= CHUNK {
        return Arch::new().dispatch(Step(weights, [g, m, v], rates));
    }
    let moments = m.par_chunks_mut(CHUNK).zip(v.par_chunks_mut(CHUNK));
    let pieces = weights.par_chunks(CHUNK).zip(g.par_chunks_mut(CHUNK));
    pieces
        .zip(moments)
        .for_each(|((w, g), (m, v))| Arch::new().dispatch(Step(w, [g, m, v], rates)));
}

struct Step<'a>(&'a [f32], [&'a mut [f32]; 3], Rates);

impl WithSimd for Step<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self(weights, [g, m, v], rates) = self;
        let [b_1, b_2] = rates.betas;
        let [c_1, c_2] = rates.corrections;
        for (((w, g), m), v) in weights.iter().zip(g).zip(m).zip(v) {
            *m = *m * b_1 + *g * (1.0 - b_1);
            *v = *v * b_2 + *g * *g * (1.0 - b_2);
            let step = *m / c_1 / ((*v / c_2).sqrt() + rates.epsilon);
            *g = w * rates.decay - step * rates.learning_rate;
        }
    }
}
