//! First in, first out: every item is handed out once, in the order of arrival.
//!
//! A batch is what came in a row, however many windows of one simulation that is.

use super::{Outlook, Policy, PolicyEntry, Reads, plain};
use ondine_solvers::Rng;
use std::collections::VecDeque;

/// The entry of the list of policies.
pub(super) const ENTRY: PolicyEntry = PolicyEntry {
    kind: "fifo",
    summary: "every window once, in the order of arrival (streaming; forgets)",
    reads: Reads::Once,
    options: &[],
    decode: |options| plain(options, |capacity, _| Box::new(Fifo::new(capacity))),
};

/// A queue.
#[derive(Debug, Clone)]
pub struct Fifo<T> {
    capacity: usize,
    queue: VecDeque<T>,
}

impl<T> Fifo<T> {
    /// An empty queue for `capacity` items.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            queue: VecDeque::new(),
        }
    }
}

impl<T: Send> Policy<T> for Fifo<T> {
    fn len(&self) -> usize {
        self.queue.len()
    }

    fn unread(&self) -> usize {
        self.queue.len()
    }

    fn has_room(&self) -> bool {
        self.queue.len() < self.capacity
    }

    fn put(&mut self, item: T, _rng: &mut Rng) {
        self.queue.push_back(item);
    }

    fn draw(&mut self, count: usize, _outlook: Outlook, _rng: &mut Rng) -> Vec<T> {
        let count = count.min(self.queue.len());
        self.queue.drain(..count).collect()
    }

    fn contents(&self) -> Vec<(&T, bool)> {
        self.queue.iter().map(|item| (item, false)).collect()
    }

    fn restore(&mut self, contents: Vec<(T, bool)>, _arrived: u64) {
        self.queue = contents.into_iter().map(|(item, _)| item).collect();
    }
}
