//! Random numbers as a function of `(seed, stream, index)`.
//!
//! Generator: `ChaCha8`, D. J. Bernstein, "`ChaCha`, a variant of Salsa20" (2008), with the seed
//! and the stream in its 256-bit key and the index as its 64-bit nonce. Nothing is shared between
//! two indices, so simulation 1234 can be made again alone, on any number of threads.

use std::convert::Infallible;
use std::f64::consts::TAU;

use rand::{SeedableRng, TryRng};
use rand_chacha::ChaCha8Rng;

/// Purposes of random numbers. The numbers are part of every saved experiment: never change one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u64)]
pub enum Stream {
    /// The initial state of a simulation.
    Initial = 1,
    /// Parameters drawn for a simulation.
    Parameters = 2,
    /// The scrambling of a sampler of the unit cube.
    Sampler = 3,
    /// Choices of a training buffer.
    Buffer = 4,
    /// Composition of a training batch.
    Batch = 5,
    /// Initial weights of a network.
    Weights = 6,
    /// Simulations held out for evaluation.
    HeldOut = 7,
    /// Noise added to a state, in training or sampling.
    Noise = 8,
    /// Numbers that an equation draws for a simulation, such as those of a force.
    Force = 9,
    /// The seeds of simulations that failed and are drawn again.
    Again = 12,
    /// Children of an adaptive sampler.
    Breed = 13,
    /// Rollouts of a surrogate that samples its answers.
    Rollout = 14,
    /// Motions of the windows of a batch.
    Augment = 15,
    /// Seeds of the processes that train together.
    Rank = 16,
}

/// A generator that names its origin; it also implements the traits of the `rand` crate.
///
/// ```
/// use ondine_solvers::{Rng, Stream};
///
/// let mut first = Rng::stream(0, Stream::Initial, 1234);
/// let mut again = Rng::stream(0, Stream::Initial, 1234);
/// assert_eq!(first.uniform(-1.0, 1.0), again.uniform(-1.0, 1.0));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rng(ChaCha8Rng);

impl Rng {
    /// The numbers of `stream` for `index`, for example the number of a simulation.
    #[must_use]
    pub fn stream(seed: u64, stream: Stream, index: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&(stream as u64).to_le_bytes());
        let mut generator = ChaCha8Rng::from_seed(key);
        generator.set_stream(index);
        Self(generator)
    }

    /// A number of `[low, high)`, uniformly distributed on a lattice of 2⁵³ values.
    pub fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// A whole number of `low ..= high`, all equally likely up to 2⁻⁶⁴ × their count.
    ///
    /// # Panics
    ///
    /// When `high < low`.
    pub fn integer(&mut self, low: u64, high: u64) -> u64 {
        assert!(low <= high, "the range [{low}, {high}] has a number in it");
        let count = u128::from(high - low) + 1;
        let scaled = (u128::from(self.bits()) * count) >> 64;
        low + scaled as u64
    }

    /// A standard normal number: Box & Muller, Ann. Math. Stat. 29, 610 (1958).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (TAU * self.unit()).cos()
    }

    /// A number of `[0, 1)`: the upper 53 bits, as many as an `f64` holds.
    fn unit(&mut self) -> f64 {
        const SCALE: f64 = 1.0 / (1_u64 << 53) as f64;
        (self.bits() >> 11) as f64 * SCALE
    }

    fn bits(&mut self) -> u64 {
        rand::Rng::next_u64(&mut self.0)
    }
}

impl TryRng for Rng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.0.try_next_u32()
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.0.try_next_u64()
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.try_fill_bytes(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng as _, RngExt};

    fn first(seed: u64, stream: Stream, index: u64) -> u64 {
        Rng::stream(seed, stream, index).next_u64()
    }

    #[test]
    fn same_origin_gives_the_same_numbers() {
        let draw = || Rng::stream(7, Stream::Batch, 3).random_range(0..1_000_000);
        assert_eq!(draw(), draw());
    }

    #[test]
    fn seed_stream_and_index_each_change_the_numbers() {
        let origin = first(7, Stream::Initial, 3);
        assert_ne!(origin, first(8, Stream::Initial, 3));
        assert_ne!(origin, first(7, Stream::Parameters, 3));
        assert_ne!(origin, first(7, Stream::Initial, 4));
    }

    #[test]
    fn first_numbers_stay_what_they_are() {
        let pinned = [
            4_606_029_925_845_525_861,
            5_443_655_015_760_716_627,
            10_836_718_535_485_736_428,
        ];
        let found: Vec<u64> = (0..3).map(|i| first(0, Stream::Initial, i)).collect();
        assert_eq!(found, pinned, "saved experiments depend on these numbers");
    }

    #[test]
    fn moments_are_those_of_the_distributions() {
        const COUNT: usize = 100_000;
        let mut rng = Rng::stream(0, Stream::Noise, 0);
        let normal: Vec<f64> = (0..COUNT).map(|_| rng.normal()).collect();
        let mean = normal.iter().sum::<f64>() / COUNT as f64;
        let variance = normal.iter().map(|x| x * x).sum::<f64>() / COUNT as f64;
        assert!(mean.abs() < 0.02, "mean {mean}"); // six standard errors
        assert!((variance - 1.0).abs() < 0.03, "variance {variance}"); // six standard errors
        let low = (0..COUNT).filter(|_| rng.uniform(2.0, 4.0) < 2.5).count();
        assert!((low as f64 / COUNT as f64 - 0.25).abs() < 0.01, "{low}"); // seven standard errors
    }

    #[test]
    fn integers_cover_both_ends() {
        let mut rng = Rng::stream(0, Stream::Noise, 1);
        let drawn: Vec<u64> = (0..200).map(|_| rng.integer(1, 3)).collect();
        for value in 1..=3 {
            assert!(drawn.contains(&value), "{value} was never drawn");
        }
        assert!(drawn.iter().all(|value| (1..=3).contains(value)));
    }
}
