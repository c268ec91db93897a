//! Which generation a simulation belongs to: the buffer knows what has begun and what has entered.
//!
//! In order of simulation a simulation begins no more than `lead` before that whose windows enter, and waits for that if
//! need be. What enters is a function of the batches drawn, so a generation made after a step is for the same simulations
//! on any number of workers. In order of arrival nothing waits, and a generation is for all that have not begun.

use super::{Buffer, Order, State};
use crate::sampler::breed::{Breed, Generation, Lineage, Parent};
use std::time::Instant;

impl Buffer {
    /// The same buffer with simulations that belong to generations.
    #[must_use]
    pub fn breeding(self, lineage: Lineage) -> Self {
        self.lock().lineage = Some(lineage);
        self
    }

    /// Whether simulations belong to generations.
    pub(crate) fn breeds(&self) -> bool {
        self.lock().lineage.is_some()
    }

    /// The point of a simulation in the unit cube, once it has begun; none where its sampler draws it.
    pub fn point(&self, simulation: u64) -> Option<Vec<f64>> {
        self.lock().lineage.as_ref()?.point(simulation)
    }

    /// Number of generations so far.
    pub fn generations(&self) -> u32 {
        self.lock().lineage.as_ref().map_or(0, Lineage::count)
    }

    /// The first simulation that a generation made now is for.
    pub fn unbred(&self) -> u64 {
        self.lock().unbred()
    }

    /// Makes a generation of these parents, between two batches.
    ///
    /// # Panics
    /// When the buffer has no [`Lineage`].
    pub fn breed(&self, breed: &Breed, parents: Vec<Parent>) {
        let mut state = self.lock();
        let first = state.unbred();
        let lineage = state.lineage.as_mut().expect("a buffer with generations");
        let number = lineage.count();
        lineage.push(Generation {
            number,
            first,
            share: breed.share(number) as f32,
            sigma: breed.sigma as f32,
            parents,
        });
    }

    /// Notes that a worker starts `simulation`, once it may. False when the buffer was closed: the worker should stop.
    pub fn begin(&self, simulation: u64) -> bool {
        let mut state = self.lock();
        while !state.closed && !state.may_begin(simulation) {
            state = self.wait_for_room(state);
        }
        state.meter.change(Instant::now()).running += 1;
        if self.config.order == Order::Arrival {
            // Workers take simulations in order but may get here in another: those between have been taken too.
            let step = state.share.step();
            for taken in (state.next..=simulation).step_by(step as usize) {
                state.progress.insert(taken, 0);
            }
            state.next = state.next.max(simulation + step);
        }
        !state.closed
    }
}

impl State {
    /// Whether a generation to come can't be that of `simulation`.
    fn may_begin(&self, simulation: u64) -> bool {
        match self.config.order {
            Order::Arrival => true,
            Order::Simulation { .. } => self.lineage.is_none() || simulation < self.unbred(),
        }
    }

    /// The first simulation that has not begun, or, in order of simulation, that may not begin now.
    fn unbred(&self) -> u64 {
        let lead = self.lineage.as_ref().map_or(0, |lineage| lineage.lead);
        match self.config.order {
            Order::Arrival => self.next,
            Order::Simulation { .. } => self.reorder.head.saturating_add(lead).saturating_add(1),
        }
    }
}
