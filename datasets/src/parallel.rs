//! Work on many items, shared out to all cores.

use crate::files::DatasetError;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

/// The results of `work` for the first items, in their order, by all cores: all of them unless `stop` is set.
pub(crate) fn map<T: Sync, R: Send>(
    items: &[T],
    stop: &AtomicBool,
    work: impl Fn(&T) -> Result<R, DatasetError> + Sync,
) -> Result<Vec<R>, DatasetError> {
    let next = AtomicUsize::new(0);
    let run = || {
        let mut done = Vec::new();
        while !stop.load(Ordering::Relaxed) {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { break };
            let result = work(item);
            if result.is_err() {
                next.store(items.len(), Ordering::Relaxed);
            }
            done.push((index, result));
        }
        done
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut all: Vec<(usize, Result<R, DatasetError>)> = thread::scope(|scope| {
        let threads = (0..cores.min(items.len())).map(|_| scope.spawn(run));
        let threads: Vec<_> = threads.collect();
        let joined = threads.into_iter().map(|thread| thread.join());
        let joined = joined.flat_map(|done| done.unwrap_or_else(|panic| resume_unwind(panic)));
        joined.collect()
    });
    all.sort_by_key(|(index, _)| *index);
    let first = all.into_iter().enumerate();
    let first = first.take_while(|(place, (index, _))| place == index);
    first.map(|(_, (_, result))| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_those_of_the_first_items_in_their_order() {
        let stop = AtomicBool::new(false);
        let items: Vec<usize> = (0..50).collect();
        let doubled = map(&items, &stop, |item| Ok(2 * item)).unwrap();
        assert_eq!(doubled, (0..50).map(|item| 2 * item).collect::<Vec<_>>());
        let until = |last: usize| {
            let stop = AtomicBool::new(false);
            map(&items, &stop, |&item| {
                if item == last {
                    stop.store(true, Ordering::Relaxed);
                }
                Ok(item)
            })
        };
        let done = until(20).unwrap();
        assert_eq!(done, items[..done.len()]);
        assert!(done.len() >= 20 && done.len() < 50, "{}", done.len());
    }
}
