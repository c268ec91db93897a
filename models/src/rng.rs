//! Random numbers of a surrogate as a function of a seed, the same on every device.

use burn::tensor::{Device, Shape, Tensor, TensorData};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Random numbers of a surrogate that trains or predicts. They come from the host (`ChaCha8`).
///
/// A surrogate whose noise is correlated in time finds that of its last step here, so steps are those of one rollout until
/// [`Self::begin`] or [`Self::rollout`] begins another one.
#[derive(Debug, Clone)]
pub struct SurrogateRng {
    random: ChaCha8Rng,
    noise: KeptNoise,
}

/// Noise of the last step of a rollout; none before its first step.
#[derive(Debug, Clone, Default)]
pub struct KeptNoise(Vec<f32>);

impl SurrogateRng {
    /// Numbers that are a function of `seed`.
    pub fn new(seed: u64) -> Self {
        Self {
            random: ChaCha8Rng::seed_from_u64(seed),
            noise: KeptNoise::default(),
        }
    }

    /// Begins another rollout: the noise of the next step is independent of that of the last one.
    pub fn begin(&mut self) {
        self.noise = KeptNoise::default();
    }

    /// Takes steps of a rollout that has its noise in `kept`, among those of other rollouts.
    pub fn rollout<T>(&mut self, kept: &mut KeptNoise, steps: impl FnOnce(&mut Self) -> T) -> T {
        std::mem::swap(&mut self.noise, kept);
        let made = steps(self);
        std::mem::swap(&mut self.noise, kept);
        made
    }

    /// Independent standard normal numbers, outside of automatic differentiation.
    pub fn normal<const D: usize>(&mut self, shape: [usize; D], device: &Device) -> Tensor<D> {
        tensor(self.values(shape.iter().product()), shape, device)
    }

    /// Standard normal noise of the next step of a rollout: `ε ← c ε + √(1 − c²) ξ` with independent standard normal `ξ`, a
    /// first-order autoregressive process of correlation `c` in [0, 1] from step to step. Independent of the last step where
    /// that had another number of values.
    pub(crate) fn next_noise<const D: usize>(
        &mut self,
        correlation: f64,
        shape: [usize; D],
        device: &Device,
    ) -> Tensor<D> {
        let mut values = self.values(shape.iter().product());
        if correlation <= 0.0 {
            return tensor(values, shape, device);
        }
        let KeptNoise(last) = &self.noise;
        if last.len() == values.len() {
            let fresh = (1.0 - correlation * correlation).sqrt();
            for (value, last) in values.iter_mut().zip(last) {
                *value = (correlation * f64::from(*last) + fresh * f64::from(*value)) as f32;
            }
        }
        self.noise = KeptNoise(values.clone());
        tensor(values, shape, device)
    }

    /// So many independent standard normal numbers.
    fn values(&mut self, len: usize) -> Vec<f32> {
        let mut values = Vec::with_capacity(len + 1);
        while values.len() < len {
            // Box & Muller (1958): two uniform numbers give two normal ones.
            let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
            let (sin, cos) = (std::f64::consts::TAU * self.unit()).sin_cos();
            values.extend([(radius * cos) as f32, (radius * sin) as f32]);
        }
        values.truncate(len);
        values
    }

    /// A whole number below `count`, all of them equally likely.
    pub fn below(&mut self, count: usize) -> usize {
        ((self.unit() * count as f64) as usize).min(count - 1)
    }

    /// A number of `[0, 1)` with 53 random bits.
    pub fn unit(&mut self) -> f64 {
        const SCALE: f64 = 1.0 / (1_u64 << 53) as f64;
        (self.random.next_u64() >> 11) as f64 * SCALE
    }
}

/// A tensor of these values, outside of automatic differentiation.
fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D], device: &Device) -> Tensor<D> {
    let data = TensorData::new(values, Shape::new(shape));
    Tensor::from_data(data, &device.clone().without_autodiff())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The noise of so many steps.
    fn steps(
        draws: &mut SurrogateRng,
        correlation: f64,
        count: usize,
        len: usize,
    ) -> Vec<Vec<f32>> {
        let mut next = || {
            draws
                .next_noise(correlation, [len], &Device::flex())
                .into_data()
        };
        let all = (0..count).map(|_| next().try_to_vec::<f32>());
        all.collect::<Result<_, _>>().expect("single precision")
    }

    #[test]
    fn noise_is_correlated_from_step_to_step_and_standard_normal_at_each() {
        const LEN: usize = 40_000;
        for correlation in [0.0, 0.6, 1.0] {
            let noise = steps(&mut SurrogateRng::new(8), correlation, 4, LEN);
            let product = |a: &[f32], b: &[f32]| {
                let products = a.iter().zip(b).map(|(a, b)| f64::from(a * b));
                products.sum::<f64>() / LEN as f64
            };
            for (step, now) in noise.iter().enumerate() {
                for (later, then) in noise.iter().enumerate().skip(step) {
                    let expected = if later == step {
                        1.0
                    } else {
                        correlation.powi((later - step) as i32)
                    };
                    let found = product(now, then);
                    // Standard error: at most √(2/N) = 0.007.
                    assert!((found - expected).abs() < 0.03, "{correlation}: {found}");
                }
            }
        }
        let kept = steps(&mut SurrogateRng::new(8), 1.0, 3, 5);
        assert!(kept[0] == kept[1] && kept[0] == kept[2]);
    }

    #[test]
    fn rollouts_have_noise_of_their_own() {
        let of = |alone: bool| {
            let (mut draws, mut kept) = (SurrogateRng::new(2), KeptNoise::default());
            let first = draws.rollout(&mut kept, |draws| steps(draws, 1.0, 1, 6));
            let between = if alone {
                Vec::new()
            } else {
                steps(&mut draws, 1.0, 1, 6)
            };
            let second = draws.rollout(&mut kept, |draws| steps(draws, 1.0, 1, 6));
            (first, between, second)
        };
        let (first, _, second) = of(true);
        assert_eq!(first, second);
        let (first, between, second) = of(false);
        assert!(first == second && first != between);
        let mut draws = SurrogateRng::new(2);
        let begun = [0, 1].map(|_| {
            draws.begin();
            steps(&mut draws, 1.0, 1, 6)
        });
        assert_ne!(begun[0], begun[1]);
    }

    #[test]
    fn a_seed_gives_the_same_numbers_again() {
        let draw = |seed| {
            SurrogateRng::new(seed)
                .normal([3, 5], &Device::flex())
                .to_data()
        };
        assert!(draw(1) == draw(1) && draw(1) != draw(2));
    }

    #[test]
    fn moments_are_those_of_the_distributions() {
        const COUNT: usize = 200_001;
        let mut draws = SurrogateRng::new(4);
        let x = draws.normal([COUNT], &Device::flex());
        let moment = |n: i32| x.clone().powi_scalar(n).mean().into_scalar::<f32>();
        // Standard errors: √(1/N) = 0.002, √(2/N) = 0.003 and √(96/N) = 0.02.
        assert!(moment(1).abs() < 0.01 && (moment(2) - 1.0).abs() < 0.015);
        assert!((moment(4) - 3.0).abs() < 0.1);
        let counts = (0..COUNT).fold([0; 4], |mut counts, _| {
            counts[draws.below(4)] += 1;
            counts
        });
        // Standard error of each: √(3/16 · N) = 194.
        assert!(
            counts.iter().all(|count| (count - 50_000_i32).abs() < 1000),
            "{counts:?}"
        );
    }
}
