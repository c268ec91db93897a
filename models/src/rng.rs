//! Random numbers of a surrogate as a function of a seed, the same on every device.

use burn::tensor::{Device, Shape, Tensor, TensorData};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Random numbers of a surrogate that trains or predicts. They come from the host (`ChaCha8`).
#[derive(Debug, Clone)]
pub struct SurrogateRng(ChaCha8Rng);

impl SurrogateRng {
    /// Numbers that are a function of `seed`.
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Independent standard normal numbers, outside of automatic differentiation.
    pub fn normal<const D: usize>(&mut self, shape: [usize; D], device: &Device) -> Tensor<D> {
        let len: usize = shape.iter().product();
        let mut values = Vec::with_capacity(len + 1);
        while values.len() < len {
            // Box & Muller (1958): two uniform numbers give two normal ones.
            let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
            let (sin, cos) = (std::f64::consts::TAU * self.unit()).sin_cos();
            values.extend([(radius * cos) as f32, (radius * sin) as f32]);
        }
        values.truncate(len);
        let data = TensorData::new(values, Shape::new(shape));
        Tensor::from_data(data, &device.clone().without_autodiff())
    }

    /// A whole number below `count`, all of them equally likely.
    pub fn below(&mut self, count: usize) -> usize {
        ((self.unit() * count as f64) as usize).min(count - 1)
    }

    /// A number of `[0, 1)` with 53 random bits.
    pub fn unit(&mut self) -> f64 {
        const SCALE: f64 = 1.0 / (1_u64 << 53) as f64;
        (self.0.next_u64() >> 11) as f64 * SCALE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
