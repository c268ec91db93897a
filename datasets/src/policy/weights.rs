//! Weights of numbered places, with draws by weight in logarithmic time.
//!
//! P. M. Fenwick, "A new data structure for cumulative frequency tables", Softw. Pract. Exp. 24, 327 (1994).

/// Whole-number weights; place `i` counts from 0.
#[derive(Debug, Clone, Default)]
pub(super) struct Weights {
    /// Entry `i`, counted from 1, is the sum of the weights of the places `i − lowbit(i) .. i`.
    sums: Vec<u64>,
    total: u64,
}

impl Weights {
    /// Sum of all weights.
    pub(super) fn total(&self) -> u64 {
        self.total
    }

    /// Adds a place at the end.
    pub(super) fn push(&mut self, weight: u64) {
        let end = self.sums.len() + 1;
        let mut sum = weight;
        let mut below = end - 1;
        while below > end - low_bit(end) {
            sum += self.sums[below - 1];
            below -= low_bit(below);
        }
        self.sums.push(sum);
        self.total += weight;
    }

    /// Makes the weight of a place larger.
    pub(super) fn add(&mut self, place: usize, more: u64) {
        self.total += more;
        self.update(place, |sum| *sum += more);
    }

    /// Makes the weight of a place smaller, by its weight at most.
    pub(super) fn subtract(&mut self, place: usize, less: u64) {
        self.total -= less;
        self.update(place, |sum| *sum -= less);
    }

    /// The place in which number `rank` below the total falls when the weights are laid end to end, and what is left of
    /// `rank` there.
    pub(super) fn find(&self, mut rank: u64) -> (usize, u64) {
        let mut place = 0;
        let mut width = (self.sums.len() + 1).next_power_of_two() / 2;
        while width > 0 {
            let sum = self.sums.get(place + width - 1);
            if let Some(&sum) = sum.filter(|&&sum| sum <= rank) {
                place += width;
                rank -= sum;
            }
            width /= 2;
        }
        (place, rank)
    }

    fn update(&mut self, place: usize, change: impl Fn(&mut u64)) {
        let mut end = place + 1;
        while let Some(sum) = self.sums.get_mut(end - 1) {
            change(sum);
            end += low_bit(end);
        }
    }
}

impl FromIterator<u64> for Weights {
    fn from_iter<I: IntoIterator<Item = u64>>(weights: I) -> Self {
        let mut all = Self::default();
        weights.into_iter().for_each(|weight| all.push(weight));
        all
    }
}

fn low_bit(number: usize) -> usize {
    number & number.wrapping_neg()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_below_the_total_finds_its_place() {
        for count in 0..20_u64 {
            let mut plain: Vec<u64> = (0..count).map(|i| i * 7 % 4).collect();
            let mut weights: Weights = plain.iter().copied().collect();
            for (place, weight) in plain.iter_mut().enumerate().step_by(3) {
                weights.add(place, 5);
                weights.subtract(place, *weight);
                *weight = 5;
            }
            let laid = plain.iter().enumerate();
            let laid: Vec<(usize, u64)> = laid
                .flat_map(|(i, &w)| (0..w).map(move |r| (i, r)))
                .collect();
            assert_eq!(weights.total(), laid.len() as u64);
            for (rank, expected) in laid.into_iter().enumerate() {
                assert_eq!(weights.find(rank as u64), expected, "{rank} of {plain:?}");
            }
        }
    }
}
