//! Threads that one simulation shares out its grid to.

use std::fmt;
use std::sync::Arc;

use rayon::iter::{IndexedParallelIterator, IntoParallelRefMutIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;
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
    pub(crate) fn enter<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        match &self.pool {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }

    /// Calls `f` with the position and the values of parts of `u` that together are all of it.
    pub fn each<A: Send>(&self, u: &mut [A], f: impl Fn(usize, &mut [A]) + Send + Sync) {
        if self.pool.is_none() || u.len() < WORTH_SHARING {
            return f(0, u);
        }
        let size = u.len().div_ceil(self.count());
        let parts = u.par_chunks_mut(size).with_max_len(1).enumerate();
        self.enter(|| parts.for_each(|(i, part)| f(i * size, part)));
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
        if self.pool.is_none() || u.len() < WORTH_SHARING {
            return f(0, u, v);
        }
        let size = u.len().div_ceil(self.count());
        let parts = u.par_chunks_mut(size).zip(v.par_chunks_mut(size));
        let parts = parts.with_max_len(1).enumerate();
        self.enter(|| parts.for_each(|(i, (u, v))| f(i * size, u, v)));
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
        if self.pool.is_none() || length < WORTH_SHARING {
            return f(0, fields);
        }
        let size = length.div_ceil(self.count());
        self.enter(|| halve(size, 0, fields, &f));
    }

    /// Gives every worker its part of `u`, `size` values or what is left of them, with its number.
    pub(crate) fn share<W: Send, A: Send>(
        &self,
        workers: &mut [W],
        (u, size): (&mut [A], usize),
        f: impl Fn(usize, &mut W, &mut [A]) + Send + Sync,
    ) {
        if self.pool.is_none() {
            let parts = workers.iter_mut().zip(u.chunks_mut(size)).enumerate();
            return parts.for_each(|(i, (worker, u))| f(i, worker, u));
        }
        let parts = workers.par_iter_mut().zip(u.par_chunks_mut(size));
        let parts = parts.with_max_len(1).enumerate();
        self.enter(|| parts.for_each(|(i, (worker, u))| f(i, worker, u)));
    }

    /// As [`share`](Self::share) for two slices.
    pub(crate) fn share_pair<W: Send, A: Send, B: Send>(
        &self,
        workers: &mut [W],
        (u, u_size): (&mut [A], usize),
        (v, v_size): (&mut [B], usize),
        f: impl Fn(usize, &mut W, &mut [A], &mut [B]) + Send + Sync,
    ) {
        if self.pool.is_none() {
            let parts = u.chunks_mut(u_size).zip(v.chunks_mut(v_size));
            let parts = workers.iter_mut().zip(parts).enumerate();
            return parts.for_each(|(i, (worker, (u, v)))| f(i, worker, u, v));
        }
        let parts = u.par_chunks_mut(u_size).zip(v.par_chunks_mut(v_size));
        let parts = workers.par_iter_mut().zip(parts);
        let parts = parts.with_max_len(1).enumerate();
        self.enter(|| parts.for_each(|(i, (worker, (u, v)))| f(i, worker, u, v)));
    }
}

/// Cuts the fields, which begin at `start`, in the middle until they are parts of `size`.
fn halve<A: Send, const N: usize>(
    size: usize,
    start: usize,
    fields: [&mut [A]; N],
    f: &(impl Fn(usize, [&mut [A]; N]) + Sync),
) {
    let length = fields.first().map_or(0, |field| field.len());
    if length <= size {
        return f(start, fields);
    }
    let middle = length.div_ceil(size) / 2 * size;
    let mut left = fields;
    let right = left.each_mut().map(|field| {
        let (first, second) = std::mem::take(field).split_at_mut(middle);
        *field = first;
        second
    });
    rayon::join(
        || halve(size, start, left, f),
        || halve(size, start + middle, right, f),
    );
}

impl fmt::Debug for Threads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Threads").field(&self.count()).finish()
    }
}
