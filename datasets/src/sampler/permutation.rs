//! Random permutations without memory: where number `index` of `count` goes is computed from a key.
//!
//! A Feistel network on the smallest square of a power of two that holds all numbers, walked until it comes back to one of
//! them: J. Black & P. Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002, §3 and §4. At most four steps are
//! expected. The round function is the finaliser of `SplitMix64`: G. L. Steele, D. Lea & C. H. Flood, OOPSLA 2014.

/// Rounds of the network; four suffice against an adversary with a random round function (Luby & Rackoff 1988).
const ROUNDS: u64 = 8;

/// A bijection of `0 .. count`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Permutation {
    count: u64,
    key: u64,
    half_bits: u32,
}

impl Permutation {
    /// The permutation of `count` numbers that belongs to `key`.
    pub(super) fn new(count: u64, key: u64) -> Self {
        let bits = u64::BITS - count.saturating_sub(1).leading_zeros();
        Self {
            count,
            key,
            half_bits: bits.div_ceil(2).max(1),
        }
    }

    /// The image of `index`, which is below `count`.
    pub(super) fn at(&self, index: u64) -> u64 {
        let mut number = self.encrypt(index);
        while number >= self.count {
            number = self.encrypt(number);
        }
        number
    }

    fn encrypt(&self, number: u64) -> u64 {
        let mask = (1 << self.half_bits) - 1;
        let (mut left, mut right) = (number >> self.half_bits, number & mask);
        for round in 0..ROUNDS {
            let key = self
                .key
                .wrapping_add(round.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            let mixed = finalise(key ^ finalise(right.wrapping_add(key))) >> (64 - self.half_bits);
            (left, right) = (right, left ^ mixed);
        }
        left << self.half_bits | right
    }
}

fn finalise(mut z: u64) -> u64 {
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn every_number_is_hit_once() {
        for count in (1..70).chain([255, 256, 257, 1000]) {
            let mut hit: Vec<u64> = (0..count)
                .map(|i| Permutation::new(count, 5).at(i))
                .collect();
            hit.sort_unstable();
            assert!(hit.into_iter().eq(0..count), "{count}");
        }
        for count in [u64::MAX, 1 << 63, (1 << 32) + 1] {
            let large = Permutation::new(count, 5);
            let places = [0, 1, count / 2, count - 1].map(|i| large.at(i));
            assert!(places.iter().all(|&place| place < count), "{places:?}");
        }
    }

    #[test]
    fn every_order_of_four_numbers_is_equally_likely() {
        const KEYS: u64 = 24_000;
        let mut orders: HashMap<[u64; 4], f64> = HashMap::new();
        for key in 0..KEYS {
            let permutation = Permutation::new(4, finalise(key));
            *orders
                .entry([0, 1, 2, 3].map(|i| permutation.at(i)))
                .or_default() += 1.0;
        }
        assert_eq!(orders.len(), 24);
        let expected = KEYS as f64 / 24.0;
        let statistic: f64 = orders
            .values()
            .map(|n| (n - expected).powi(2) / expected)
            .sum();
        // 99.9 % lie below 49.7: χ² with 23 degrees of freedom.
        assert!(statistic < 49.7, "χ² = {statistic}");
    }
}
