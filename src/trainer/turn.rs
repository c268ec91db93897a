//! Turns of a training and of the program that it runs in.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Time between two looks of a resting trainer whether the program waits for it.
const LOOK: Duration = Duration::from_millis(5);

/// The turns of a trainer, which steps during its own alone; and while the program waits for it, since neither would go on else.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Whether it is the trainer's turn.
    open: bool,
    /// Whether it is, up to the end of the training.
    for_good: bool,
    /// Whether a step is under way.
    busy: bool,
    /// Whether there are no more steps.
    ended: bool,
    steps: usize,
}

/// A step that is under way.
#[derive(Debug)]
pub(crate) struct Step<'a>(&'a Turns);

impl Turns {
    /// Turns of a training that goes on behind so many steps.
    pub(crate) fn behind(steps: usize) -> Self {
        let turns = Self::default();
        turns.state().steps = steps;
        turns
    }

    /// Waits for the trainer's turn and begins a step; `is_awaited` says whether the program waits for the trainer.
    pub(crate) fn step(&self, is_awaited: impl Fn() -> bool) -> Step<'_> {
        let mut state = self.state();
        while !state.open && !is_awaited() {
            let woken = self.changed.wait_timeout(state, LOOK);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.busy = true;
        Step(self)
    }

    /// Notes that there are no more steps.
    pub(crate) fn end(&self) {
        self.state().ended = true;
        self.changed.notify_all();
    }

    /// Gives the trainer a turn of this length, and waits for the step that is under way then; the steps that are done.
    pub(crate) fn give(&self, limit: Duration) -> usize {
        let since = Instant::now();
        let mut state = self.state();
        state.open = true;
        self.changed.notify_all();
        while let Some(left) = limit
            .checked_sub(since.elapsed())
            .filter(|left| !left.is_zero())
            && !state.ended
        {
            let woken = self.changed.wait_timeout(state, left);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.open = state.for_good;
        while state.busy && !state.ended {
            let woken = self.changed.wait(state);
            state = woken.unwrap_or_else(PoisonError::into_inner);
        }
        state.steps
    }

    /// Gives the trainer all turns from now on.
    pub(crate) fn give_all(&self) {
        let mut state = self.state();
        (state.open, state.for_good) = (true, true);
        self.changed.notify_all();
    }

    /// Whether there are no more steps.
    pub(crate) fn is_over(&self) -> bool {
        self.state().ended
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Step<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.busy = false;
        state.steps += 1;
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[test]
    fn steps_are_made_in_turns_alone_or_where_the_program_waits() {
        let turns = Turns::behind(7);
        let (awaited, over) = (AtomicBool::new(false), AtomicBool::new(false));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    let _step = turns.step(|| awaited.load(Ordering::Relaxed));
                    std::thread::sleep(Duration::from_millis(1));
                }
                turns.end();
            });
            std::thread::sleep(4 * LOOK);
            assert_eq!(turns.give(Duration::ZERO), 7, "it rests");
            let before = turns.give(10 * LOOK);
            assert!(before > 7, "it steps in its turn");
            std::thread::sleep(4 * LOOK);
            assert!(turns.give(Duration::ZERO) <= before + 1, "it rests again");
            awaited.store(true, Ordering::Relaxed);
            let since = Instant::now();
            while turns.give(Duration::ZERO) < before + 5 {
                assert!(since.elapsed() < Duration::from_secs(20), "it is awaited");
                std::thread::sleep(LOOK);
            }
            over.store(true, Ordering::Relaxed);
        });
        assert!(turns.is_over());
    }
}
