//! The norm of gradients, `AdamW`, and the average of weights that follows it, in one pass over memory each on the CPU.

use crate::kernel::{
    self,
    updates::{Rates, Updates},
};
use burn::backend::Dispatch;
use burn::optim::{
    AdamWConfig, AdamWState, AdaptiveMomentumState, LearningRate, ModuleOptimizer, Optimizer,
};
use burn::tensor::{Device, Tensor};

/// Adam with decoupled weight decay: Loshchilov & Hutter (2019), algorithm 2.
///
/// Weights and state are those of burn's `AdamW` to the bit, records included; on the CPU in single precision a step
/// reads and writes every number once.
#[derive(Debug, Clone)]
pub struct AdamW {
    /// Decay of the mean and of the mean square of gradients per step, 0 to 1.
    pub betas: [f32; 2],
    /// Added to the root of the mean square.
    pub epsilon: f32,
    /// Share of a weight that a step of learning rate 1 takes away.
    pub weight_decay: f32,
}

impl AdamW {
    /// An optimiser of all weights of a module, before its first step.
    pub fn init(self) -> ModuleOptimizer {
        ModuleOptimizer::from(self)
    }

    /// The same as burn's operations.
    fn composed(&self) -> burn::optim::AdamW {
        AdamWConfig::new()
            .with_beta_1(self.betas[0])
            .with_beta_2(self.betas[1])
            .with_epsilon(self.epsilon)
            .with_weight_decay(self.weight_decay)
            .build()
    }

    /// A step after the first.
    fn fused<const D: usize>(
        &self,
        learning_rate: LearningRate,
        weight: Tensor<D>,
        gradient: Tensor<D>,
        mut momentum: AdaptiveMomentumState<D>,
    ) -> (Tensor<D>, Option<AdamWState<D>>) {
        momentum.time += 1;
        let (weight, first, second) = <Dispatch as Updates>::adamw_step(
            weight.into_dispatch(),
            gradient.into_dispatch(),
            momentum.moment_1.into_dispatch(),
            momentum.moment_2.into_dispatch(),
            self.rates(learning_rate, momentum.time),
        );
        momentum.moment_1 = Tensor::from_dispatch(first);
        momentum.moment_2 = Tensor::from_dispatch(second);
        let state = AdamWState { momentum };
        (Tensor::from_dispatch(weight), Some(state))
    }

    /// The numbers of step `time`, counted from 1.
    fn rates(&self, learning_rate: LearningRate, time: usize) -> Rates {
        let decay = learning_rate * f64::from(self.weight_decay);
        Rates {
            betas: self.betas,
            corrections: self.betas.map(|beta| 1.0 - beta.powi(time as i32)),
            epsilon: self.epsilon,
            decay: (1.0 - decay) as f32,
            learning_rate: learning_rate as f32,
        }
    }
}

impl Optimizer for AdamW {
    type State<const D: usize> = AdamWState<D>;

    fn step<const D: usize>(
        &self,
        learning_rate: LearningRate,
        weight: Tensor<D>,
        gradient: Tensor<D>,
        state: Option<AdamWState<D>>,
    ) -> (Tensor<D>, Option<AdamWState<D>>) {
        let fused = kernel::takes(&weight) && kernel::takes(&gradient);
        match state {
            Some(state) if fused => self.fused(learning_rate, weight, gradient, state.momentum),
            state => self.composed().step(learning_rate, weight, gradient, state),
        }
    }

    fn to_device<const D: usize>(state: AdamWState<D>, device: &Device) -> AdamWState<D> {
        <burn::optim::AdamW as Optimizer>::to_device(state, device)
    }
}

/// The sum of the squares of all numbers, `[1]`; on the CPU in double precision and the same for any number of threads.
pub fn square_sum<const D: usize>(x: Tensor<D>) -> Tensor<1> {
    if kernel::takes(&x) {
        Tensor::from_dispatch(<Dispatch as Updates>::square_sum(x.into_dispatch()))
    } else {
        x.square().sum()
    }
}

/// `f x` with one number `f`, `[1]`.
pub fn scale<const D: usize>(x: Tensor<D>, factor: Tensor<1>) -> Tensor<D> {
    if kernel::takes(&x) && kernel::takes(&factor) {
        let (x, factor) = (x.into_dispatch(), factor.into_dispatch());
        Tensor::from_dispatch(<Dispatch as Updates>::scale(x, factor))
    } else {
        x * factor.reshape([1; D])
    }
}

/// `d a + (1 − d) w`, the step of an exponential moving average `a` of weights `w` with decay `d`.
pub fn blend<const D: usize>(average: Tensor<D>, weight: Tensor<D>, decay: f64) -> Tensor<D> {
    let factors = [decay, 1.0 - decay];
    if kernel::takes(&average) && kernel::takes(&weight) {
        let (average, weight) = (average.into_dispatch(), weight.into_dispatch());
        let factors = factors.map(|factor| factor as f32);
        Tensor::from_dispatch(<Dispatch as Updates>::blend(average, weight, factors))
    } else {
        average * factors[0] + weight * factors[1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SurrogateRng;
    use burn::module::{Module, Param};
    use burn::optim::GradientsParams;
    use burn::tensor::DType;

    const ADAMW: AdamW = AdamW {
        betas: [0.9, 0.98],
        epsilon: 1e-8,
        weight_decay: 0.01,
    };

    /// Weights of three sizes: smaller than a piece, several pieces, and a single number.
    #[derive(Module, Debug)]
    struct Weights {
        few: Param<Tensor<2>>,
        many: Param<Tensor<3>>,
        one: Param<Tensor<1>>,
    }

    fn weights(device: &Device) -> Weights {
        let mut draws = SurrogateRng::new(1);
        Weights {
            few: Param::from_tensor(Tensor::from_inner(draws.normal([7, 3], device))),
            many: Param::from_tensor(Tensor::from_inner(draws.normal([5, 67, 91], device))),
            one: Param::from_tensor(Tensor::from_inner(draws.normal([1], device))),
        }
    }

    fn numbers(weights: &Weights) -> Vec<u32> {
        let all = [
            weights.few.val().flatten::<1>(0, 1),
            weights.many.val().flatten(0, 2),
            weights.one.val(),
        ];
        let numbers = Tensor::cat(all.to_vec(), 0).into_data();
        let numbers: Vec<f32> = numbers.try_to_vec().expect("single precision");
        numbers.into_iter().map(f32::to_bits).collect()
    }

    #[test]
    fn steps_are_those_of_burn_to_the_bit_and_go_on_from_its_records() {
        let device = Device::flex().autodiff();
        let mut ours = weights(&device);
        let mut burns = ours.clone();
        let mut fused = ADAMW.init();
        let mut composed = ModuleOptimizer::from(ADAMW.composed());
        for step in 0..6 {
            let loss = |weights: &Weights| {
                let few = weights.few.val().sin().sum() + weights.one.val().square().sum();
                few + weights.many.val().cos().mul_scalar(0.1).sum()
            };
            let [a, b] = [&ours, &burns]
                .map(|weights| GradientsParams::from_grads(loss(weights).backward(), weights));
            let rate = 0.01 / (1.0 + step as f64);
            ours = fused.step(rate, ours, a);
            burns = composed.step(rate, burns, b);
            assert_eq!(numbers(&ours), numbers(&burns), "step {step}");
            if step == 3 {
                let record = fused.into_bytes().expect("it is written");
                fused = ADAMW.init().from_bytes(record).expect("it is read");
            }
        }
    }

    #[test]
    fn other_precisions_are_left_to_burn() {
        let device = Device::flex();
        let weight = Tensor::<1>::ones([3], &device).cast(DType::F64);
        let step = |state| ADAMW.step(0.1, weight.clone(), weight.clone() * 0.5, state);
        let (_, state) = step(None);
        let (weight, state) = step(state);
        assert_eq!(weight.dtype(), DType::F64);
        assert_eq!(state.expect("a state").momentum.time, 2);
    }

    #[test]
    fn sums_of_squares_are_those_of_double_precision_and_factors_those_of_burn() {
        let device = Device::flex();
        let x: Tensor<2> = SurrogateRng::new(2).normal([311, 97], &device) * 3.0;
        let exact = x
            .clone()
            .cast(DType::F64)
            .square()
            .sum()
            .into_scalar::<f64>();
        let sum = square_sum(x.clone()).into_scalar::<f32>();
        assert!((f64::from(sum) / exact - 1.0).abs() < 1e-7, "{sum} {exact}");
        for factor in [1.0, 0.3, f32::NAN] {
            let one = Tensor::<1>::from_floats([factor], &device);
            let composed = x.clone() * one.clone().reshape([1, 1]);
            let [a, b] = [scale(x.clone(), one), composed].map(|x| {
                let numbers: Vec<f32> = x.into_data().try_to_vec().expect("single precision");
                numbers.into_iter().map(f32::to_bits).collect::<Vec<_>>()
            });
            assert_eq!(a, b, "{factor}");
        }
    }

    #[test]
    fn averages_are_those_of_burn_to_the_bit() {
        let device = Device::flex();
        let [a, w] = [3, 4].map(|seed| SurrogateRng::new(seed).normal::<2>([311, 97], &device));
        for decay in [0.0, 0.1, 0.995, 1.0] {
            let fused = blend(a.clone(), w.clone(), decay).into_data();
            let composed = (a.clone() * decay + w.clone() * (1.0 - decay)).into_data();
            assert_eq!(fused, composed, "{decay}");
        }
    }
}
