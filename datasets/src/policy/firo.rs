//! First in, random out: every item is handed out once, drawn uniformly from those that wait.
//!
//! FIRO of Meyer et al. (2023), Training deep surrogate models with large scale online learning: `watermark` items are held
//! back while others are still to arrive, so a batch is shuffled over that many items. When reception is over the rest is
//! drawn in random order.

use super::pool::{Pool, draw_batch};
use super::{Item, Outlook, Policy, PolicyEntry, Reads, plain};
use ondine_solvers::Rng;

/// The entry of the list of policies.
pub(super) const ENTRY: PolicyEntry = PolicyEntry {
    kind: "firo",
    summary: "every window once, in random order; the watermark is the number it shuffles over",
    reads: Reads::Once,
    options: &[],
    decode: |options| {
        plain(options, |capacity, watermark| {
            Box::new(Firo::new(capacity, watermark))
        })
    },
};

/// Items that wait, in no order.
#[derive(Debug, Clone)]
pub struct Firo<T> {
    capacity: usize,
    watermark: usize,
    waiting: Pool<T>,
}

impl<T: Item> Firo<T> {
    /// An empty buffer for `capacity` items that holds `watermark` back.
    pub fn new(capacity: usize, watermark: usize) -> Self {
        Self {
            capacity,
            watermark,
            waiting: Pool::default(),
        }
    }
}

impl<T: Item> Policy<T> for Firo<T> {
    fn len(&self) -> usize {
        self.waiting.len()
    }

    fn unread(&self) -> usize {
        self.waiting.len()
    }

    fn has_room(&self) -> bool {
        self.waiting.len() < self.capacity
    }

    fn ready(&self) -> usize {
        self.waiting.len().saturating_sub(self.watermark)
    }

    fn put(&mut self, item: T, _rng: &mut Rng) {
        self.waiting.push(item);
    }

    fn draw(&mut self, count: usize, _outlook: Outlook, rng: &mut Rng) -> Vec<T> {
        draw_batch(&mut [&mut self.waiting], count, rng)
    }

    fn contents(&self) -> Vec<(&T, bool)> {
        self.waiting.iter().map(|item| (item, false)).collect()
    }

    fn restore(&mut self, contents: Vec<(T, bool)>, _arrived: u64) {
        self.waiting = contents.into_iter().map(|(item, _)| item).collect();
    }
}
