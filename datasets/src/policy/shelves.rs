//! Items with a note whether they have been read: two pools, drawn from together.

use super::Item;
use super::pool::{Pool, draw_batch, take_from_all};
use ondine_solvers::Rng;

/// Unread and read items.
#[derive(Debug, Clone)]
pub(super) struct Shelves<T> {
    pub(super) unread: Pool<T>,
    pub(super) read: Pool<T>,
}

impl<T> Default for Shelves<T> {
    fn default() -> Self {
        Self {
            unread: Pool::default(),
            read: Pool::default(),
        }
    }
}

impl<T: Item> Shelves<T> {
    /// Number of items.
    pub(super) fn len(&self) -> usize {
        self.unread.len() + self.read.len()
    }

    /// Removes one item, all equally likely.
    ///
    /// # Panics
    /// When there is none.
    pub(super) fn take(&mut self, rng: &mut Rng) -> T {
        take_from_all(&mut [&mut self.unread, &mut self.read], rng)
    }

    /// Removes a batch, drawn from all items alike.
    pub(super) fn draw(&mut self, count: usize, rng: &mut Rng) -> Vec<T> {
        draw_batch(&mut [&mut self.unread, &mut self.read], count, rng)
    }

    /// Removes a batch of unread items, filled up with read ones where they are too few.
    pub(super) fn draw_unread_first(&mut self, count: usize, rng: &mut Rng) -> Vec<T> {
        let mut batch = draw_batch(&mut [&mut self.unread], count, rng);
        let missing = count - batch.len();
        batch.extend(draw_batch(&mut [&mut self.read], missing, rng));
        batch
    }

    /// Every item with whether it has been read.
    pub(super) fn contents(&self) -> Vec<(&T, bool)> {
        let unread = self.unread.iter().map(|item| (item, false));
        unread
            .chain(self.read.iter().map(|item| (item, true)))
            .collect()
    }
}

impl<T: Item> FromIterator<(T, bool)> for Shelves<T> {
    fn from_iter<I: IntoIterator<Item = (T, bool)>>(contents: I) -> Self {
        let mut shelves = Self::default();
        for (item, read) in contents {
            if read {
                shelves.read.push(item);
            } else {
                shelves.unread.push(item);
            }
        }
        shelves
    }
}
