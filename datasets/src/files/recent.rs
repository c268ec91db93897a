//! The last few of many things: files that stay open, chunks that stay unpacked.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Bytes that kept things hold together, as far as more than one is kept: unpacked chunks of open files.
const MOST_BYTES: usize = 256 << 20;

/// The last few of many things, by number: what is read again soon is not opened or unpacked again.
pub(super) struct Recent<T> {
    most: usize,
    /// Bytes that a thing holds.
    weigh: fn(&T) -> usize,
    /// Whether things may hold more while they are kept.
    grow: bool,
    kept: Mutex<Kept<T>>,
}

struct Kept<T> {
    things: HashMap<usize, T>,
    /// Their numbers, the oldest first.
    order: VecDeque<usize>,
    bytes: usize,
}

impl<T: Clone> Recent<T> {
    /// Room for `most` things, at least one, and for fewer where they hold more than 256 MiB together.
    pub(super) fn weighing(most: usize, weigh: fn(&T) -> usize) -> Self {
        Self {
            most: most.max(1),
            weigh,
            grow: false,
            kept: Mutex::new(Kept {
                things: HashMap::new(),
                order: VecDeque::new(),
                bytes: 0,
            }),
        }
    }

    /// The same of things that may hold more while they are kept, as open files do: they are weighed whenever one is asked for.
    pub(super) fn growing(most: usize, weigh: fn(&T) -> usize) -> Self {
        Self {
            grow: true,
            ..Self::weighing(most, weigh)
        }
    }

    /// The thing with this number, made where it is not kept.
    pub(super) fn get<E>(&self, index: usize, make: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        if let Some(thing) = self.kept(index) {
            return Ok(thing);
        }
        let thing = make()?; // other threads make theirs meanwhile
        let mut kept = self.lock();
        if kept.things.insert(index, thing.clone()).is_none() {
            kept.order.push_back(index);
            kept.bytes += (self.weigh)(&thing);
        }
        self.drop_oldest(&mut kept, index);
        Ok(thing)
    }

    /// The thing with this number, if it is kept.
    fn kept(&self, index: usize) -> Option<T> {
        let mut kept = self.lock();
        if self.grow {
            kept.bytes = self.weight_of(&kept);
            self.drop_oldest(&mut kept, index);
        }
        kept.things.get(&index).cloned()
    }

    /// Drops the oldest things but that with this number, while there are too many or all hold too much.
    fn drop_oldest(&self, kept: &mut Kept<T>, index: usize) {
        while kept.order.len() > self.most || kept.bytes > MOST_BYTES {
            let Some(oldest) = kept.order.iter().position(|other| *other != index) else {
                break;
            };
            let number = kept.order.remove(oldest);
            let thing = number.and_then(|number| kept.things.remove(&number));
            let bytes = thing.map_or(0, |thing| (self.weigh)(&thing));
            kept.bytes = kept.bytes.saturating_sub(bytes);
        }
    }

    /// Bytes that all kept things hold.
    pub(super) fn weight(&self) -> usize {
        self.weight_of(&self.lock())
    }

    fn weight_of(&self, kept: &Kept<T>) -> usize {
        kept.things.values().map(self.weigh).sum()
    }

    fn lock(&self) -> MutexGuard<'_, Kept<T>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

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
    #[test]
    fn files_that_unpack_more_while_they_are_open_are_weighed_again() {
        static BYTES: AtomicUsize = AtomicUsize::new(0);
        let open: Recent<usize> = Recent::growing(8, |_| BYTES.load(Ordering::Relaxed));
        for index in 0..4 {
            made(&open, index, index);
        }
        BYTES.store(MOST_BYTES / 2, Ordering::Relaxed);
        assert_eq!(made(&open, 3, 9), 3, "the newest is kept");
        assert_eq!(open.weight(), MOST_BYTES);
        assert_eq!(made(&open, 0, 9), 9, "the oldest is gone");
    }
}
