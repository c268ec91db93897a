//! Magnitudes counted by octaves, and where a gap between them sets some apart.

/// Empty octaves between data and what is no data, at least.
const GAP: usize = 4;

/// The same where all values above the gap are usual fill values: -99.9 lies close above what temperatures reach.
const GAP_OF_FILLS: usize = 2;

/// The rarity of values above a gap that are no data: at most one value of so many.
const RARE: u64 = 1000;

/// Fewer values than this say nothing of what is rare.
const FEW: u64 = 100;

/// Octaves on either side of 1; what is smaller or larger counts as the last one.
const SIDE: i32 = 192;

/// Values that programs write where there are none; netCDF's and the largest of either width among them.
const FILL_VALUES: [f64; 15] = [
    99.0,
    99.9,
    99.99,
    999.9,
    999.0,
    9999.0,
    99999.0,
    999_999.0,
    1e20,
    1e30,
    1e34,
    1e35,
    9.969_209_968_386_869e36,
    3.402_823_466_385_288_6e38,
    f64::MAX,
];

/// Magnitudes counted by octaves. Zeros are left out.
#[derive(Debug, Clone)]
pub(super) struct Octaves {
    counts: Vec<u64>,
    /// The largest magnitude of every octave.
    largest: Vec<f64>,
    /// Number of usual fill values in every octave.
    filled: Vec<u64>,
}

impl Default for Octaves {
    fn default() -> Self {
        let octaves = 2 * SIDE as usize + 1;
        Self {
            counts: vec![0; octaves],
            largest: vec![0.0; octaves],
            filled: vec![0; octaves],
        }
    }
}

impl Octaves {
    /// Counts a finite value.
    pub(super) fn count(&mut self, value: f64) {
        let magnitude = value.abs();
        if magnitude == 0.0 {
            return;
        }
        let octave = octave(magnitude);
        self.counts[octave] += 1;
        self.largest[octave] = magnitude.max(self.largest[octave]);
        if magnitude > 64.0 && is_fill(magnitude) {
            self.filled[octave] += 1;
        }
    }

    /// The magnitude from which on values are set apart; none where there is no gap with only suspects above it.
    pub(super) fn limit(&self) -> Option<f64> {
        let all: u64 = self.counts.iter().sum();
        let (mut above, mut filled, mut empty) = (0, 0, 0);
        let (mut bottom, mut limit) = (None, None);
        for octave in (0..self.counts.len()).rev() {
            let here = self.counts[octave];
            if here == 0 {
                empty += 1;
                continue;
            }
            let rare = all >= FEW && above <= (all / RARE).max(1);
            let gap = if above == filled { GAP_OF_FILLS } else { GAP };
            if let (Some(bottom), true, true) = (bottom, empty >= gap, rare || above == filled) {
                limit = Some(lower_edge(bottom));
            }
            (above, filled) = (above + here, filled + self.filled[octave]);
            (bottom, empty) = (Some(octave), 0);
        }
        limit
    }

    /// The largest magnitude below a limit.
    pub(super) fn largest_below(&self, limit: Option<f64>) -> f64 {
        let below = |largest: &&f64| limit.is_none_or(|limit| **largest < limit);
        let all = self.largest.iter().filter(below);
        all.copied().fold(0.0, f64::max)
    }
}

/// The place of an octave.
fn octave(magnitude: f64) -> usize {
    let exponent = ((magnitude.to_bits() >> 52) & 0x7ff) as i32 - 1023; // −1023 for the smallest
    (exponent.clamp(-SIDE, SIDE) + SIDE) as usize
}

/// The smallest magnitude of an octave.
fn lower_edge(octave: usize) -> f64 {
    2.0_f64.powi(octave as i32 - SIDE)
}

/// Whether it is a usual fill value, also as a 32-bit number.
fn is_fill(magnitude: f64) -> bool {
    let same = |fill: &f64| {
        [*fill, f64::from(*fill as f32)]
            .map(f64::to_bits)
            .contains(&magnitude.to_bits())
    };
    FILL_VALUES.iter().any(same)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(values: impl IntoIterator<Item = f64>) -> Option<f64> {
        let mut octaves = Octaves::default();
        values.into_iter().for_each(|value| octaves.count(value));
        octaves.limit()
    }

    fn smooth() -> impl Iterator<Item = f64> {
        (0..4000).map(|i| 3.0 * (0.01 * f64::from(i)).sin())
    }

    #[test]
    fn rare_values_beyond_a_gap_are_set_apart() {
        assert_eq!(limit(smooth()), None);
        for far in [-9999.0, 1e20, 300.0] {
            let found = limit(smooth().chain([far]));
            let found = found.unwrap_or_else(|| panic!("{far} is taken"));
            assert!(found > 3.0 && found <= far.abs(), "{far}: {found}");
        }
        assert_eq!(limit(smooth().chain([40.0])), None, "near the others");
        let both = limit(smooth().chain([1e20, 300.0]));
        assert_eq!(both, Some(256.0), "the lowest of several gaps counts");
    }

    #[test]
    fn two_phases_are_data_and_many_fill_values_are_none() {
        let half = |other: f64| (0..1000).map(move |i| if i % 2 == 0 { 1.0 } else { other });
        assert_eq!(limit(half(1000.0)), None);
        assert!(limit(half(f64::from(9.969_21e36_f32))).is_some());
        assert!(limit(half(-9999.0)).is_some());
        assert_eq!(limit([0.0; 1000].into_iter().chain([1.0])), None);
    }
}
