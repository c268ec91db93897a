//! The order of an offline training: a permutation an epoch, one after the other without a gap.
//!
//! Fisher & Yates (1938), table XXXIII, in the form of Durstenfeld (1964), with the random numbers of the epoch.

use ondine_solvers::{Rng, Stream};

/// Indices of windows, each once an epoch; the order of an epoch is a function of the seed and its number.
///
/// ```
/// use ondine_datasets::offline::Epochs;
///
/// let mut first: Vec<u64> = Epochs::new(7, 5, 0).take(5).collect();
/// let resumed: Vec<u64> = Epochs::new(7, 5, 3).take(2).collect();
/// assert_eq!(first[3..], resumed);
/// first.sort();
/// assert_eq!(first, [0, 1, 2, 3, 4]);
/// ```
#[derive(Debug, Clone)]
pub struct Epochs {
    seed: u64,
    windows: u64,
    position: u64,
    order: Vec<u64>,
}

impl Epochs {
    /// The order of `windows` windows from place `position` on, counted from the first epoch's beginning.
    ///
    /// # Panics
    /// Without windows.
    pub fn new(seed: u64, windows: u64, position: u64) -> Self {
        assert!(windows > 0, "an epoch has a window");
        let order = permutation(seed, windows, position / windows);
        Self {
            seed,
            windows,
            position,
            order,
        }
    }
}

impl Iterator for Epochs {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let place = self.position % self.windows;
        if place == 0 {
            self.order = permutation(self.seed, self.windows, self.position / self.windows);
        }
        self.position += 1;
        Some(self.order[place as usize])
    }
}

fn permutation(seed: u64, windows: u64, epoch: u64) -> Vec<u64> {
    let mut rng = Rng::stream(seed, Stream::Batch, epoch);
    let mut order: Vec<u64> = (0..windows).collect();
    for last in (1..windows).rev() {
        order.swap(last as usize, rng.integer(0, last) as usize);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_window_comes_once_an_epoch_in_another_order_each_time() {
        let all: Vec<u64> = Epochs::new(3, 50, 0).take(150).collect();
        let epochs: Vec<&[u64]> = all.chunks(50).collect();
        for epoch in &epochs {
            assert_eq!(epoch.iter().collect::<BTreeSet<_>>().len(), 50, "{epoch:?}");
        }
        let orders: BTreeSet<&[u64]> = epochs.into_iter().collect();
        assert_eq!(orders.len(), 3, "no epoch repeats another");
        let other: Vec<u64> = Epochs::new(4, 50, 0).take(50).collect();
        assert!(!orders.contains(&other[..]), "another seed, another order");
    }

    #[test]
    fn every_window_is_as_likely_at_every_place() {
        let mut counts = [[0_u32; 4]; 4];
        let (epochs, windows) = (4000, 4);
        for (at, window) in Epochs::new(0, windows, 0).take(4 * epochs).enumerate() {
            counts[at % 4][window as usize] += 1;
        }
        // Expected 1000 each with a standard deviation of 27: five of them.
        let wrong = |count: &&u32| count.abs_diff(1000) > 137;
        assert_eq!(counts.iter().flatten().find(wrong), None, "{counts:?}");
    }
}
