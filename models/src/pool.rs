//! The threads that loops are shared out to, here and in the CPU backend.

/// Runs `work` on one core, for the wall time of a surrogate beside that of a solver: loops that are shared out to threads have
/// one thread meanwhile. Where the system refuses to start that, they have all.
///
/// ```
/// use ondine_models::on_one_core;
/// assert_eq!(on_one_core(|| 2 + 2), 4);
/// ```
pub fn on_one_core<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    match rayon::ThreadPoolBuilder::new().num_threads(1).build() {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}

/// Runs `work` on one of the threads that loops are shared out to. Loops that begin on another thread are handed over one by
/// one, and each time that thread sleeps and is woken, which takes as long as the loops of a small network.
///
/// ```
/// use ondine_models::in_pool;
/// assert_eq!(in_pool(|| 2 + 2), 4);
/// ```
pub fn in_pool<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    rayon::scope(|_| work())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_loops_have_one_thread() {
        assert_eq!(on_one_core(rayon::current_num_threads), 1);
    }

    #[test]
    fn work_is_done_by_a_thread_of_the_pool() {
        let here = std::thread::current().id();
        let (place, thread) =
            in_pool(|| (rayon::current_thread_index(), std::thread::current().id()));
        assert!(place.is_some() && thread != here);
        let nested =
            in_pool(|| in_pool(rayon::current_thread_index) == rayon::current_thread_index());
        assert!(nested, "within the pool work stays on its thread");
    }
}
