//! Places where simulations run: threads of this machine, and workers that are connected.

use crate::DataError;
use ondine_coupling::Listener;
use std::collections::BTreeSet;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Simulations per worker that are given out: the one that runs, and the next one.
const AHEAD: usize = 2;

/// Time between two looks for a worker.
const LOOK: Duration = Duration::from_millis(5);

/// Places that threads claim for their simulations, the simulation with the lowest index first.
pub(super) struct Places {
    state: Mutex<State>,
    freed: Condvar,
}

struct State {
    /// Free threads of this machine.
    here: usize,
    /// Simulations that are given out.
    there: usize,
    /// Simulations on this machine.
    running: usize,
    /// Simulations without a place.
    waiting: BTreeSet<u64>,
}

/// A place, which is free again when the value is dropped.
pub(super) enum Place<'a> {
    Here(Held<'a>),
    There(Held<'a>),
}

/// A place that is taken.
pub(super) struct Held<'a> {
    places: &'a Places,
    is_here: bool,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let mut state = self.places.state();
        if self.is_here {
            state.here += 1;
            state.running -= 1;
        } else {
            state.there -= 1;
        }
        drop(state);
        self.places.freed.notify_all();
    }
}

impl State {
    /// Workers that have something to do: one per simulation beyond the threads of this machine.
    fn wanted(&self) -> usize {
        let simulations = self.running + self.there + self.waiting.len();
        simulations.saturating_sub(self.here + self.running)
    }
}

impl Places {
    /// So many threads of this machine.
    pub(super) fn new(threads: usize) -> Self {
        Self {
            state: Mutex::new(State {
                here: threads,
                there: 0,
                running: 0,
                waiting: BTreeSet::new(),
            }),
            freed: Condvar::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a thread of this machine has nothing to do.
    pub(super) fn is_free_here(&self) -> bool {
        self.state().here > 0
    }

    /// Waits for a place, on this machine where it has to be; none once the listener is stopped. Meanwhile the first of those
    /// that wait looks for workers, of which so many have something to do.
    ///
    /// # Errors
    /// Those of `look`.
    pub(super) fn claim(
        &self,
        index: u64,
        listener: &Listener,
        here: bool,
        look: &dyn Fn(usize) -> Result<(), DataError>,
    ) -> Result<Option<Place<'_>>, DataError> {
        self.state().waiting.insert(index);
        let result = self.awaited(index, listener, here, look);
        self.state().waiting.remove(&index);
        self.freed.notify_all(); // another one is the first now
        result
    }

    fn awaited(
        &self,
        index: u64,
        listener: &Listener,
        here: bool,
        look: &dyn Fn(usize) -> Result<(), DataError>,
    ) -> Result<Option<Place<'_>>, DataError> {
        while !listener.is_stopped() {
            let wanted = self.state().wanted();
            look(wanted)?;
            let mut state = self.state();
            let is_first = state.waiting.first() == Some(&index);
            if let Some(place) = self.take(&mut state, listener, (is_first, here)) {
                return Ok(Some(place));
            }
            let limit = if is_first { LOOK } else { 20 * LOOK };
            drop(self.freed.wait_timeout(state, limit));
        }
        Ok(None)
    }

    /// A place that is free, for the first of those that wait or one that has to be here.
    fn take(
        &self,
        state: &mut State,
        listener: &Listener,
        (is_first, here): (bool, bool),
    ) -> Option<Place<'_>> {
        let held = |is_here| Held {
            places: self,
            is_here,
        };
        if (is_first || here) && state.here > 0 {
            state.here -= 1;
            state.running += 1;
            return Some(Place::Here(held(true)));
        }
        if is_first && !here && state.there < AHEAD * listener.clients() {
            state.there += 1;
            return Some(Place::There(held(false)));
        }
        None
    }
}
