//! Work shared out to threads, and the processor time of all of them.

mod busy;

pub(crate) use busy::Busy;

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, ScopedJoinHandle};

/// Number of threads that work at a time: that of the cores.
pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// The results of `work` for every item, in the order of the items, shared out to all cores: a thread takes the next item
/// when it has done one. After an error no thread takes another item, and the first error in that order is returned.
pub(crate) fn map<T: Sync, R: Send, E: Send>(
    items: &[T],
    work: impl Fn(&T) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    let next = AtomicUsize::new(0);
    let run = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else {
                return done;
            };
            let result = work(item);
            if result.is_err() {
                next.store(items.len(), Ordering::Relaxed);
            }
            done.push((index, result));
        }
    };
    let threads = cores().min(items.len()).max(1);
    let mut all: Vec<(usize, Result<R, E>)> = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        threads.into_iter().flat_map(joined).collect()
    });
    all.sort_by_key(|(index, _)| *index);
    all.into_iter().map(|(_, result)| result).collect()
}

/// As [`map`], all items at once, a thread each.
pub(crate) fn each<T: Sync, R: Send, E: Send>(
    items: &[T],
    work: impl Fn(&T) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    let work = &work;
    thread::scope(|scope| {
        let spawned = items.iter().map(|item| scope.spawn(move || work(item)));
        let threads: Vec<_> = spawned.collect();
        threads.into_iter().map(joined).collect()
    })
}

/// The result of a thread; its panic goes on here.
fn joined<R>(thread: ScopedJoinHandle<'_, R>) -> R {
    thread.join().unwrap_or_else(|panic| resume_unwind(panic))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_in_the_order_of_the_items() {
        let items: Vec<usize> = (0..100).collect();
        let double = |item: &usize| Ok::<_, ()>(2 * item);
        let doubled: Vec<usize> = (0..100).map(|item| 2 * item).collect();
        assert_eq!(map(&items, double), Ok(doubled.clone()));
        assert_eq!(each(&items, double), Ok(doubled));
        assert_eq!(map(&[], double), Ok(vec![]));
    }

    #[test]
    fn an_error_ends_the_work_and_the_first_one_is_told() {
        let items: Vec<usize> = (0..10_000).collect();
        let done = AtomicUsize::new(0);
        let refuse = |item: &usize| {
            done.fetch_add(1, Ordering::Relaxed);
            if *item == 3 { Err(*item) } else { Ok(()) }
        };
        assert_eq!(map(&items, refuse), Err(3));
        assert!(done.load(Ordering::Relaxed) < items.len());
    }
}
