//! Work on one core, for the wall time of a surrogate beside that of a solver.

/// Runs `work` on one core: loops that are shared out to threads, here and in the CPU backend, have one thread meanwhile.
/// Where the system refuses to start that, they have all.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_loops_have_one_thread() {
        assert_eq!(on_one_core(rayon::current_num_threads), 1);
    }
}
