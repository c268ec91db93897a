//! Uniform reservoir: what is held is a uniform sample of everything that has ever arrived.
//!
//! J. S. Vitter, "Random sampling with a reservoir", ACM Trans. Math. Softw. 11, 37 (1985), algorithm R: item `n` is kept
//! with the probability `capacity / n` and then replaces one of those held, all equally likely. Batches so see the whole
//! history alike, where [`Reservoir`](super::Reservoir) forgets. Draws leave the items where they are, to the end of the
//! training. The price: items are turned away and evicted whether or not somebody has read them, so there always is room,
//! and solvers are held back by the pace of the training alone.

use super::shelves::Shelves;
use super::{Item, Outlook, Policy, PolicyEntry, Reads, plain};
use ondine_solvers::Rng;

/// The entry of the list of policies.
pub(super) const ENTRY: PolicyEntry = PolicyEntry {
    kind: "uniform_reservoir",
    summary: "draws from a uniform sample of all windows so far; some are never read",
    reads: Reads::Chance,
    options: &[],
    decode: |options| {
        plain(options, |capacity, _| {
            Box::new(UniformReservoir::new(capacity))
        })
    },
};

/// A sample of the items so far.
#[derive(Debug, Clone)]
pub struct UniformReservoir<T> {
    capacity: usize,
    arrived: u64,
    shelves: Shelves<T>,
}

impl<T: Item> UniformReservoir<T> {
    /// An empty reservoir for `capacity` items.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            arrived: 0,
            shelves: Shelves::default(),
        }
    }
}

impl<T: Item> Policy<T> for UniformReservoir<T> {
    fn len(&self) -> usize {
        self.shelves.len()
    }

    fn unread(&self) -> usize {
        self.shelves.unread.len()
    }

    fn has_room(&self) -> bool {
        true
    }

    fn put(&mut self, item: T, rng: &mut Rng) {
        self.arrived += 1;
        if self.len() >= self.capacity {
            if rng.integer(0, self.arrived - 1) >= self.capacity as u64 {
                return;
            }
            self.shelves.take(rng);
        }
        self.shelves.unread.push(item);
    }

    fn draw(&mut self, count: usize, _outlook: Outlook, rng: &mut Rng) -> Vec<T> {
        let batch = self.shelves.draw(count, rng);
        self.shelves.read.extend(batch.iter().cloned());
        batch
    }

    fn contents(&self) -> Vec<(&T, bool)> {
        self.shelves.contents()
    }

    fn restore(&mut self, contents: Vec<(T, bool)>, arrived: u64) {
        self.arrived = arrived;
        self.shelves = contents.into_iter().collect();
    }
}
