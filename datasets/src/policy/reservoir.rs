//! Reservoir: draws uniformly from everything held, never evicts what has not been read, evicts read items uniformly.
//!
//! Meyer et al. (2023), Training deep surrogate models with large scale online learning, §3: the trainer never waits
//! once the buffer is filled, every item is read at least once, and the memory of the past is about
//! capacity / production rate long.

use super::{Policy, PolicyEntry, Reads};
use ondine_solvers::Rng;

/// The entry of the list of policies.
pub(super) const ENTRY: PolicyEntry = PolicyEntry {
    kind: "reservoir",
    summary: "uniform draws from all that is held; unread windows are kept, read ones evicted",
    reads: Reads::Many,
    build: |capacity| Box::new(Reservoir::new(capacity)),
};

/// Unread and read items.
#[derive(Debug, Clone)]
pub struct Reservoir<T> {
    capacity: usize,
    unread: Vec<T>,
    read: Vec<T>,
}

impl<T> Reservoir<T> {
    /// An empty reservoir for `capacity` items.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            unread: Vec::new(),
            read: Vec::new(),
        }
    }

    /// Number of items that nobody has read.
    pub fn unread(&self) -> usize {
        self.unread.len()
    }

    /// Removes one item, uniformly over all.
    fn take(&mut self, rng: &mut Rng) -> T {
        let index = below(self.unread.len() + self.read.len(), rng);
        match index.checked_sub(self.unread.len()) {
            None => self.unread.swap_remove(index),
            Some(index) => self.read.swap_remove(index),
        }
    }
}

impl<T: Clone + Send> Policy<T> for Reservoir<T> {
    fn len(&self) -> usize {
        self.unread.len() + self.read.len()
    }

    fn has_room(&self) -> bool {
        self.unread.len() < self.capacity
    }

    fn put(&mut self, item: T, rng: &mut Rng) {
        if self.len() >= self.capacity && !self.read.is_empty() {
            let evicted = below(self.read.len(), rng);
            self.read.swap_remove(evicted);
        }
        self.unread.push(item);
    }

    /// Drawn items are set aside until the batch is full, so that none is in it twice.
    fn draw(&mut self, count: usize, rng: &mut Rng) -> Vec<T> {
        let count = count.min(self.len());
        let batch: Vec<T> = (0..count).map(|_| self.take(rng)).collect();
        self.read.extend(batch.iter().cloned());
        batch
    }

    fn contents(&self) -> Vec<(&T, bool)> {
        let unread = self.unread.iter().map(|item| (item, false));
        unread
            .chain(self.read.iter().map(|item| (item, true)))
            .collect()
    }

    fn restore(&mut self, contents: Vec<(T, bool)>) {
        let (read, unread): (Vec<_>, Vec<_>) = contents.into_iter().partition(|(_, read)| *read);
        self.read = read.into_iter().map(|(item, _)| item).collect();
        self.unread = unread.into_iter().map(|(item, _)| item).collect();
    }
}

/// A uniform index below `count`.
fn below(count: usize, rng: &mut Rng) -> usize {
    ((rng.uniform(0.0, 1.0) * count as f64) as usize).min(count - 1)
}
