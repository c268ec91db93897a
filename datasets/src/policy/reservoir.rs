//! Reservoir: draws from everything held, never evicts what has not been read, evicts read items uniformly.
//!
//! Meyer et al. (2023), Training deep surrogate models with large scale online learning: every item is read at least once,
//! with `p` arriving and `g` read per unit of time each is read `g/p` times on average and a share `p/g` is unread, and the
//! memory of the past is about `capacity / p` long. It is not Vitter's reservoir, see
//! [`UniformReservoir`](super::UniformReservoir).
//!
//! When reception is over the reservoir is drained: what is held is drawn without replacement. A training of a known length
//! must not run dry, so draining begins when what is left to draw is no more than what is held; where it is less, as many
//! read items are dropped, so that unread ones are all read. While items arrive, re-reads are kept short enough that the
//! draws that are left can read all that is unread or still to come: then batches are made of unread items, whichever
//! simulations they are of, and read ones fill them up.

use super::shelves::Shelves;
use super::{Item, Outlook, Policy, PolicyEntry, Reads, plain};
use ondine_solvers::Rng;

/// The entry of the list of policies.
pub(super) const ENTRY: PolicyEntry = PolicyEntry {
    kind: "reservoir",
    summary: "draws from all that is held; unread windows are kept, read ones evicted",
    reads: Reads::Many,
    options: &[],
    decode: |options| plain(options, |capacity, _| Box::new(Reservoir::new(capacity))),
};

/// Unread and read items.
#[derive(Debug, Clone)]
pub struct Reservoir<T> {
    capacity: usize,
    shelves: Shelves<T>,
}

impl<T: Item> Reservoir<T> {
    /// An empty reservoir for `capacity` items.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            shelves: Shelves::default(),
        }
    }

    /// Removes a batch when `left` items are still to be drawn and nothing more arrives.
    fn drain(&mut self, count: usize, left: u64, rng: &mut Rng) -> Vec<T> {
        let surplus = self.shelves.len() as u64 - left;
        for _ in 0..surplus.min(self.shelves.read.len() as u64) {
            self.shelves.read.take(rng);
        }
        self.shelves.draw(count, rng)
    }

    /// A batch that stays, drawn while re-reads are to spare.
    fn sample(&mut self, count: usize, outlook: Outlook, rng: &mut Rng) -> Vec<T> {
        let must_be_read = outlook.coming.saturating_add(self.unread() as u64);
        let spare = outlook.left.saturating_sub(must_be_read);
        let batch = if spare < count as u64 {
            self.shelves.draw_unread_first(count, rng)
        } else {
            self.shelves.draw(count, rng)
        };
        self.shelves.read.extend(batch.iter().cloned());
        batch
    }
}

impl<T: Item> Policy<T> for Reservoir<T> {
    fn len(&self) -> usize {
        self.shelves.len()
    }

    fn unread(&self) -> usize {
        self.shelves.unread.len()
    }

    fn has_room(&self) -> bool {
        self.unread() < self.capacity
    }

    fn put(&mut self, item: T, rng: &mut Rng) {
        if self.len() >= self.capacity && self.shelves.read.len() > 0 {
            self.shelves.read.take(rng);
        }
        self.shelves.unread.push(item);
    }

    fn draw(&mut self, count: usize, outlook: Outlook, rng: &mut Rng) -> Vec<T> {
        if outlook.coming == 0 && outlook.left <= self.len() as u64 {
            self.drain(count, outlook.left, rng)
        } else {
            self.sample(count, outlook, rng)
        }
    }

    fn contents(&self) -> Vec<(&T, bool)> {
        self.shelves.contents()
    }

    fn restore(&mut self, contents: Vec<(T, bool)>, _arrived: u64) {
        self.shelves = contents.into_iter().collect();
    }
}
