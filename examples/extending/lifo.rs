//! Last in, first out: every item is handed out once, the newest first.
//!
//! New windows are learned at once, older ones when the solvers pause. A batch holds consecutive windows, however many of
//! them one simulation has.

use super::{Outlook, Policy, PolicyEntry, Reads, plain};
use ondine_solvers::Rng;

/// The entry of the list of policies.
pub(super) const ENTRY: PolicyEntry = PolicyEntry {
    kind: "lifo",
    summary: "every window once, the newest first",
    reads: Reads::Once,
    options: &[],
    decode: |options| plain(options, |capacity, _| Box::new(Lifo::new(capacity))),
};

/// A stack.
#[derive(Debug, Clone)]
pub struct Lifo<T> {
    capacity: usize,
    stack: Vec<T>,
}

impl<T> Lifo<T> {
    /// An empty stack for `capacity` items.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            stack: Vec::new(),
        }
    }
}

impl<T: Send> Policy<T> for Lifo<T> {
    fn len(&self) -> usize {
        self.stack.len()
    }

    fn unread(&self) -> usize {
        self.stack.len()
    }

    fn has_room(&self) -> bool {
        self.stack.len() < self.capacity
    }

    fn put(&mut self, item: T, _rng: &mut Rng) {
        self.stack.push(item);
    }

    fn draw(&mut self, count: usize, _outlook: Outlook, _rng: &mut Rng) -> Vec<T> {
        let below = self.stack.len().saturating_sub(count);
        self.stack.drain(below..).rev().collect()
    }

    fn contents(&self) -> Vec<(&T, bool)> {
        self.stack.iter().map(|item| (item, false)).collect()
    }

    fn restore(&mut self, contents: Vec<(T, bool)>, _arrived: u64) {
        self.stack = contents.into_iter().map(|(item, _)| item).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_window_is_drawn_first() {
        let (mut policy, mut rng) = (
            Lifo::new(3),
            Rng::stream(0, ondine_solvers::Stream::Batch, 0),
        );
        for item in 0..3 {
            policy.put(item, &mut rng);
        }
        assert!(!policy.has_room());
        assert_eq!(policy.draw(2, Outlook::ENDLESS, &mut rng), [2, 1]);
        assert_eq!(policy.unread(), 1);
        let built = ENTRY.build(3, 0).expect("it has no options");
        assert!(built.is_empty());
    }
}
