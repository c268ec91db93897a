//! Priority of the trainer over the solvers where threads are more than cores.

/// Steps of niceness by which a solver stands behind the trainer: about a tenth of a core's time where both want it.
#[cfg(target_os = "linux")]
const BEHIND: i32 = 10;

/// Lets other threads of the machine go before the calling one and the processes that it starts.
///
/// A trainer on the CPU computes on all cores, and a solver that shares one of them delays every operation of a step.
/// Behind the trainer, solvers take the time that it leaves, and all of it when it waits for them. Only Linux knows the
/// priority of a thread by `nice(2)`; elsewhere, or where the system refuses, nothing is changed.
pub(crate) fn go_behind() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::nice(BEHIND);
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use rustix::process::getpriority_process;

    fn niceness() -> i32 {
        getpriority_process(None).expect("a thread may ask for its own")
    }

    #[test]
    fn the_calling_thread_goes_behind_and_no_other() {
        let before = niceness();
        let work = || {
            go_behind();
            niceness()
        };
        let behind = std::thread::scope(|scope| scope.spawn(work).join());
        let behind = behind.expect("nothing panics");
        assert_eq!(behind, (before + BEHIND).min(19)); // 19 is the last place
        assert_eq!(niceness(), before);
    }
}
