//! Halton points with random digits: even coverage of a few quantities from the first simulations on.
//!
//! Halton (1960), Numer. Math. 2, 84: coordinate `k` is the index in the base of the `k`th prime, mirrored at the point.
//! Neighbouring large bases make regular patterns unless their digits are permuted; here every digit of every base has a
//! uniform permutation of its own, leading zeros included: A. B. Owen, "A randomized Halton algorithm in R",
//! arXiv:1706.02808 (2017). Each point is then uniform in the cube, and no points need to be skipped or leapt over.

use super::{Design, Sampler, SamplerConfig, SamplerEntry, SamplerError, decode};
use ondine_solvers::{Rng, Stream};
use serde::Deserialize;
use std::sync::Arc;

/// Bases of the coordinates; with larger ones, some thousand points do not cover the cube better than independent ones.
const PRIMES: [u64; 32] = [
    2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97,
    101, 103, 107, 109, 113, 127, 131,
];

/// The entry of the list of samplers.
pub(super) const ENTRY: SamplerEntry = SamplerEntry {
    kind: "halton",
    summary: "randomised Halton points: even coverage of a few quantities",
    options: &[],
    max_dims: PRIMES.len(),
    decode: decode::<Config>,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {}

impl SamplerConfig for Config {
    fn build(&self, design: &Design<'_>) -> Result<Arc<dyn Sampler>, SamplerError> {
        Ok(Arc::new(Halton::new(design.seed)))
    }
}

struct Halton {
    axes: Vec<Axis>,
}

impl Halton {
    fn new(seed: u64) -> Self {
        let axis = |(axis, &base): (usize, &u64)| {
            let mut rng = Rng::stream(seed, Stream::Sampler, axis as u64);
            Axis::new(base, &mut rng)
        };
        Self {
            axes: PRIMES.iter().enumerate().map(axis).collect(),
        }
    }
}

impl Sampler for Halton {
    fn point(&self, index: u64, point: &mut [f64]) {
        for (coordinate, axis) in point.iter_mut().zip(&self.axes) {
            *coordinate = axis.mirrored(index);
        }
    }
}

/// One base, with a permutation for each of its digits, the least significant first.
struct Axis {
    base: u64,
    digits: Vec<Vec<u64>>,
}

impl Axis {
    /// As many digits as an `f64` can tell apart.
    fn new(base: u64, rng: &mut Rng) -> Self {
        let count = (f64::from(f64::MANTISSA_DIGITS) / (base as f64).log2()) as usize;
        Self {
            base,
            digits: (0..count).map(|_| shuffled(base, rng)).collect(),
        }
    }

    fn mirrored(&self, mut index: u64) -> f64 {
        let (mut numerator, mut denominator) = (0, 1);
        for digit in &self.digits {
            numerator = numerator * self.base + digit[(index % self.base) as usize];
            denominator *= self.base;
            index /= self.base;
        }
        numerator as f64 / denominator as f64 // both at most 2⁵³, so below 1
    }
}

/// The numbers below `count` in random order: R. Durstenfeld, Commun. ACM 7, 420 (1964).
fn shuffled(count: u64, rng: &mut Rng) -> Vec<u64> {
    let mut numbers: Vec<u64> = (0..count).collect();
    for last in (1..numbers.len()).rev() {
        numbers.swap(last, rng.integer(0, last as u64) as usize);
    }
    numbers
}
