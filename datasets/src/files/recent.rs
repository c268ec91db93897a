//! The last few of many things: files that stay open, chunks that stay unpacked.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// Bytes that kept things hold together, as far as more than one is kept: unpacked chunks of open files.
const MOST_BYTES: usize = 256 << 20;

/// The last few of many things, by number: what is read again soon is not opened or unpacked again.
pub(super) struct Recent<T> {
    most: usize,
    /// Bytes that a thing holds now, which may become more while it is kept.
    weigh: fn(&T) -> usize,
    kept: Mutex<VecDeque<(usize, T)>>,
}

impl<T: Clone> Recent<T> {
    /// Room for `most` things, at least one, and for fewer where they hold more than 256 MiB together.
    pub(super) fn weighing(most: usize, weigh: fn(&T) -> usize) -> Self {
        Self {
            most: most.max(1),
            weigh,
            kept: Mutex::default(),
        }
    }

    /// The thing with this number, made where it is not kept.
    pub(super) fn get<E>(&self, index: usize, make: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        if let Some(thing) = self.kept(index) {
            return Ok(thing);
        }
        let thing = make()?; // other threads make theirs meanwhile
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == self.most {
            kept.pop_front();
        }
        kept.push_back((index, thing.clone()));
        Ok(thing)
    }

    /// The thing with this number, if it is kept; the oldest of the others go where all hold too much.
    fn kept(&self, index: usize) -> Option<T> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().find(|(other, _)| *other == index);
        let found = found.map(|(_, thing)| thing.clone());
        let mut bytes = self.weight_of(&kept);
        while bytes > MOST_BYTES {
            let Some(oldest) = kept.iter().position(|(other, _)| *other != index) else {
                break;
            };
            let removed = kept.remove(oldest);
            bytes -= removed
                .map_or(0, |(_, thing)| (self.weigh)(&thing))
                .min(bytes);
        }
        found
    }

    /// Bytes that all kept things hold.
    pub(super) fn weight(&self) -> usize {
        self.weight_of(&self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn weight_of(&self, kept: &VecDeque<(usize, T)>) -> usize {
        kept.iter().map(|(_, thing)| (self.weigh)(thing)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(recent: &Recent<usize>, index: usize, bytes: usize) -> usize {
        recent.get::<()>(index, || Ok(bytes)).unwrap()
    }

    #[test]
    fn the_oldest_go_where_there_are_too_many() {
        let recent = Recent::weighing(2, |_| 0);
        for index in 0..3 {
            assert_eq!(made(&recent, index, index), index);
        }
        assert_eq!(made(&recent, 2, 9), 2, "it is kept");
        assert_eq!(made(&recent, 0, 9), 9, "it was made again");
    }

    #[test]
    fn the_oldest_go_where_all_hold_too_much() {
        let recent = Recent::weighing(8, |bytes| *bytes);
        let large = MOST_BYTES / 4 + 1;
        for index in 0..5 {
            made(&recent, index, large);
            assert!(recent.weight() <= MOST_BYTES + large);
        }
        assert_eq!(made(&recent, 4, 0), large, "the newest is kept");
        assert_eq!(made(&recent, 0, 7), 7, "the oldest is gone");
        let whole = Recent::weighing(8, |bytes| *bytes);
        made(&whole, 0, 2 * MOST_BYTES);
        assert_eq!(made(&whole, 0, 1), 2 * MOST_BYTES, "one is always kept");
    }
}
