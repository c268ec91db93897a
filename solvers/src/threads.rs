//! Threads that one simulation shares out its grid to.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use rayon::{ThreadPool, ThreadPoolBuilder};

/// Elements below which a loop is not worth sharing out: a few microseconds of work.
const WORTH_SHARING: usize = 8192;

/// One thread, or a pool that the loops over a large grid are shared out to.
///
/// Work is cut into equal parts at places that depend on the number of threads only, and no sum
/// crosses a cut: results are the same bit for bit for any number of threads.
#[derive(Clone)]
pub struct Threads {
    pool: Option<Arc<ThreadPool>>,
}

impl Threads {
    /// The calling thread alone.
    #[must_use]
    pub fn one() -> Self {
        Self { pool: None }
    }

    /// So many threads. Where the system refuses to start them, the calling thread alone.
    #[must_use]
    pub fn new(count: usize) -> Self {
        let pool = match count {
            0 | 1 => None,
            _ => ThreadPoolBuilder::new().num_threads(count).build().ok(),
        };
        Self {
            pool: pool.map(Arc::new),
        }
    }

    /// The number of threads, at least 1.
    #[must_use]
    pub fn count(&self) -> usize {
        self.pool
            .as_ref()
            .map_or(1, |pool| pool.current_num_threads())
    }

    /// Runs `work` where the loops below find their threads at once.
    pub(crate) fn enter(&self, work: impl FnOnce() + Send) {
        match &self.pool {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }

    /// Calls `f` with the position and the values of parts of `u` that together are all of it.
    pub fn each<A: Send>(&self, u: &mut [A], f: impl Fn(usize, &mut [A]) + Send + Sync) {
        let Some(pool) = self.pool_for(u.len()) else {
            return f(0, u);
        };
        let size = u.len().div_ceil(self.count());
        deal(pool, u.chunks_mut(size), |i, part| f(i * size, part));
    }

    /// As [`each`](Self::each) for two slices of one length, cut at the same places.
    ///
    /// # Panics
    ///
    /// When their lengths differ.
    pub fn each_pair<A: Send, B: Send>(
        &self,
        u: &mut [A],
        v: &mut [B],
        f: impl Fn(usize, &mut [A], &mut [B]) + Send + Sync,
    ) {
        assert_eq!(u.len(), v.len(), "fields of one grid");
        let Some(pool) = self.pool_for(u.len()) else {
            return f(0, u, v);
        };
        let size = u.len().div_ceil(self.count());
        let parts = u.chunks_mut(size).zip(v.chunks_mut(size));
        deal(pool, parts, |i, (u, v)| f(i * size, u, v));
    }

    /// As [`each`](Self::each) for several slices of one length, cut at the same places.
    ///
    /// # Panics
    ///
    /// When their lengths differ.
    pub fn each_of<A: Send, const N: usize>(
        &self,
        fields: [&mut [A]; N],
        f: impl Fn(usize, [&mut [A]; N]) + Send + Sync,
    ) {
        let length = fields.first().map_or(0, |field| field.len());
        let equal = fields.iter().all(|field| field.len() == length);
        assert!(equal, "fields of one grid");
        let Some(pool) = self.pool_for(length) else {
            return f(0, fields);
        };
        let size = length.div_ceil(self.count());
        let mut chunks = fields.map(|field| field.chunks_mut(size));
        let next = |_| {
            let parts = chunks.each_mut();
            parts.map(|chunks| chunks.next().expect("as many parts of each field"))
        };
        deal(pool, (0..length.div_ceil(size)).map(next), |i, parts| {
            f(i * size, parts);
        });
    }

    /// Gives every worker its part of `u`, `size` values or what is left of them, with its number.
    pub(crate) fn share<W: Send, A: Send>(
        &self,
        workers: &mut [W],
        (u, size): (&mut [A], usize),
        f: impl Fn(usize, &mut W, &mut [A]) + Send + Sync,
    ) {
        let parts = workers.iter_mut().zip(u.chunks_mut(size));
        self.all(parts, |i, (worker, u)| f(i, worker, u));
    }

    /// As [`share`](Self::share) for two slices.
    pub(crate) fn share_pair<W: Send, A: Send, B: Send>(
        &self,
        workers: &mut [W],
        (u, u_size): (&mut [A], usize),
        (v, v_size): (&mut [B], usize),
        f: impl Fn(usize, &mut W, &mut [A], &mut [B]) + Send + Sync,
    ) {
        let parts = u.chunks_mut(u_size).zip(v.chunks_mut(v_size));
        let parts = workers.iter_mut().zip(parts);
        self.all(parts, |i, (worker, (u, v))| f(i, worker, u, v));
    }

    /// Calls `f` with every part and its number.
    fn all<P: Send>(&self, parts: impl Iterator<Item = P>, f: impl Fn(usize, P) + Sync) {
        match &self.pool {
            Some(pool) => deal(pool, parts, f),
            None => parts.enumerate().for_each(|(i, part)| f(i, part)),
        }
    }

    /// The pool, where a loop over so many elements is worth sharing out.
    fn pool_for(&self, elements: usize) -> Option<&ThreadPool> {
        let pool = self.pool.as_deref();
        pool.filter(|_| elements >= WORTH_SHARING)
    }
}

/// Calls `f` with every part and its number, on the threads of the pool.
///
/// Parts are handed over by their numbers, so that the threads' own code is compiled once for all kinds of work.
fn deal<P: Send>(pool: &ThreadPool, parts: impl Iterator<Item = P>, f: impl Fn(usize, P) + Sync) {
    let parts: Vec<_> = parts.map(|part| Mutex::new(Some(part))).collect();
    let take = |i: usize| {
        let part = parts[i].lock().ok().and_then(|mut part| part.take());
        f(i, part.expect("a part is taken once"));
    };
    on_threads(pool, parts.len(), &take);
}

/// Calls `work` with every number below `count`.
fn on_threads(pool: &ThreadPool, count: usize, work: &(dyn Fn(usize) + Sync)) {
    pool.install(|| halve(0..count, work));
}

/// Cuts the numbers in the middle until one is left.
fn halve(numbers: Range<usize>, work: &(dyn Fn(usize) + Sync)) {
    let Range { start, end } = numbers;
    if numbers.len() < 2 {
        return numbers.for_each(work);
    }
    let middle = start + numbers.len() / 2;
    rayon::join(|| halve(start..middle, work), || halve(middle..end, work));
}

impl fmt::Debug for Threads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Threads").field(&self.count()).finish()
    }
}
