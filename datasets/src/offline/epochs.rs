//! The order of an offline training: a permutation an epoch, one after the other without a gap.
//!
//! Fisher & Yates (1938), table XXXIII, in the form of Durstenfeld (1964), with the random numbers of the epoch.

use super::WindowFile;
use crate::Share;
use ondine_solvers::{Rng, Stream};
use std::ops::Range;
use std::sync::Arc;

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
    /// The first window of every block of windows that are shuffled among each other, and the number of all.
    bounds: Arc<[u64]>,
    position: u64,
    /// Places from one window to the next.
    step: u64,
    /// The epoch that `order` is of.
    epoch: u64,
    order: Vec<u64>,
}

impl Epochs {
    /// The order of `windows` windows from place `position` on, counted from the first epoch's beginning.
    ///
    /// # Panics
    /// Without windows.
    pub fn new(seed: u64, windows: u64, position: u64) -> Self {
        Self::in_blocks(seed, windows, windows, position)
    }

    /// The same order, but of blocks of `block` neighbouring windows, and within each of its windows: what is read from a
    /// file is needed soon after what lies beside it. The last block has what is left.
    ///
    /// # Panics
    /// Without windows.
    pub fn in_blocks(seed: u64, windows: u64, block: u64, position: u64) -> Self {
        assert!(windows > 0 && block > 0, "an epoch has a window");
        let block = usize::try_from(block).unwrap_or(usize::MAX);
        let bounds = (0..windows).step_by(block).chain([windows]);
        Self::of_blocks(seed, bounds.collect(), position)
    }

    /// The same order of blocks that begin at these windows; the last number is that of all windows.
    ///
    /// # Panics
    /// When the numbers do not rise from 0, or there is no window.
    pub fn of_blocks(seed: u64, bounds: Arc<[u64]>, position: u64) -> Self {
        Self::of_share(seed, bounds, Share::ALL, position)
    }

    /// The windows of the order of [`Self::of_blocks`] that a share has, from its number `own` on: of every `size` windows in a
    /// row one.
    pub(super) fn of_share(seed: u64, bounds: Arc<[u64]>, share: Share, own: u64) -> Self {
        let windows = bounds.last().copied().unwrap_or(0);
        let rises = bounds.first() == Some(&0) && bounds.is_sorted();
        assert!(windows > 0 && rises, "an epoch has a window");
        let position = share.place(own);
        let epoch = position / windows;
        Self {
            seed,
            order: order(seed, &bounds, epoch),
            bounds,
            position,
            step: share.step(),
            epoch,
        }
    }
}

impl Iterator for Epochs {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let windows = self.order.len() as u64;
        let (epoch, place) = (self.position / windows, self.position % windows);
        if epoch != self.epoch {
            self.order = order(self.seed, &self.bounds, epoch);
            self.epoch = epoch;
        }
        self.position += self.step;
        Some(self.order[place as usize])
    }
}

impl WindowFile {
    /// The same where one of several processes reads its share of every order.
    #[must_use]
    pub fn shared(mut self, share: Share) -> Self {
        self.share = share;
        self
    }

    /// The order of a training with this seed, from a place among the windows of the share on.
    pub fn order(&self, seed: u64, position: u64) -> Epochs {
        Epochs::of_share(seed, self.blocks().bounds, self.share, position)
    }
}

fn order(seed: u64, bounds: &[u64], epoch: u64) -> Vec<u64> {
    let mut rng = Rng::stream(seed, Stream::Batch, epoch);
    let blocks = shuffled(0..bounds.len() as u64 - 1, &mut rng);
    let within = |number: u64| {
        let number = number as usize;
        shuffled(bounds[number]..bounds[number + 1], &mut rng)
    };
    blocks.into_iter().flat_map(within).collect()
}

fn shuffled(numbers: Range<u64>, rng: &mut Rng) -> Vec<u64> {
    let mut order: Vec<u64> = numbers.collect();
    for last in (1..order.len()).rev() {
        order.swap(last, rng.integer(0, last as u64) as usize);
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
    fn blocks_come_one_after_the_other_and_each_window_once() {
        let order = |seed| {
            Epochs::in_blocks(seed, 23, 5, 0)
                .take(46)
                .collect::<Vec<u64>>()
        };
        for epoch in order(3).chunks(23) {
            assert_eq!(epoch.iter().collect::<BTreeSet<_>>().len(), 23, "{epoch:?}");
            let mut blocks: Vec<u64> = epoch.iter().map(|window| window / 5).collect();
            blocks.dedup();
            assert_eq!(blocks.len(), 5, "{epoch:?}");
        }
        assert_ne!(order(3)[..23], order(3)[23..]);
        assert_ne!(order(3), order(4));
        let resumed: Vec<u64> = Epochs::in_blocks(3, 23, 5, 30).take(16).collect();
        assert_eq!(order(3)[30..], resumed);
        let all = Epochs::in_blocks(3, 23, 23, 0).take(46);
        assert!(all.eq(Epochs::new(3, 23, 0).take(46)));
    }

    #[test]
    fn blocks_may_have_different_numbers_of_windows() {
        let bounds = [0, 3, 3, 10, 12];
        let order: Vec<u64> = Epochs::of_blocks(5, bounds.into(), 0).take(24).collect();
        for epoch in order.chunks(12) {
            assert_eq!(epoch.iter().collect::<BTreeSet<_>>().len(), 12, "{epoch:?}");
            let block = |window: &u64| bounds.partition_point(|first| first <= window);
            let mut blocks: Vec<usize> = epoch.iter().map(block).collect();
            blocks.dedup();
            assert_eq!(blocks.len(), 3, "{epoch:?}");
        }
        assert!(
            Epochs::of_blocks(5, bounds.into(), 7)
                .take(17)
                .eq(order[7..].iter().copied())
        );
    }

    #[test]
    fn the_shares_of_an_order_are_the_order() {
        let all: Vec<u64> = Epochs::in_blocks(3, 23, 5, 0).take(60).collect();
        for size in 1..4 {
            for rank in 0..size {
                let bounds = [0, 5, 10, 15, 20, 23];
                let own = Epochs::of_share(3, bounds.into(), Share::new(rank, size), 2);
                let expected = all.iter().copied().skip(rank + 2 * size).step_by(size);
                assert!(own.take(15).eq(expected.take(15)), "{rank} of {size}");
            }
        }
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
