//! Working and waiting times of trainer and workers. It reads no clock: every change comes with its time.

use crate::Interval;
use std::time::{Duration, Instant};

/// State of workers and trainer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Now {
    /// Workers that may take simulations.
    pub(super) active: usize,
    /// Workers that may do so at most.
    pub(super) most: usize,
    /// Simulations under way.
    pub(super) running: u64,
    /// Workers that wait for room.
    pub(super) blocked: u32,
    /// Trainers that wait for windows: one, or none.
    pub(super) starved: u32,
    /// Whether the trainer goes through its steps; otherwise it prepares itself, evaluates or writes.
    pub(super) training: bool,
}

/// Adds up times between changes.
#[derive(Debug, Clone)]
pub(super) struct Meter {
    since: Instant,
    now: Now,
    total: Times,
    stretch: Interval,
}

/// Times since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Times {
    /// Time of all active workers together.
    pub(super) workers: Duration,
    /// Time that all workers together waited for room.
    pub(super) solver_wait: Duration,
    /// Time that the trainer waited for windows.
    pub(super) trainer_wait: Duration,
}

impl Meter {
    /// Starts at `at` with no worker and no trainer.
    pub(super) fn new(at: Instant) -> Self {
        Self {
            since: at,
            now: Now::default(),
            total: Times::default(),
            stretch: Interval::default(),
        }
    }

    /// State of workers and trainer.
    pub(super) fn now(&self) -> &Now {
        &self.now
    }

    /// State of workers and trainer, to be changed at `at`.
    pub(super) fn change(&mut self, at: Instant) -> &mut Now {
        let passed = at.saturating_duration_since(self.since);
        self.since = at;
        self.total = self.total.after(&self.now, passed);
        let (now, stretch) = (&self.now, &mut self.stretch);
        if now.training {
            stretch.training += passed;
            stretch.trainer_wait += passed * now.starved.min(1);
            stretch.production += passed * now.running as u32;
            stretch.production_wait += passed * now.blocked;
        }
        &mut self.now
    }

    /// Notes the end of a simulation.
    pub(super) fn ended(&mut self, at: Instant) {
        let now = self.change(at);
        // An end without a beginning is an end that was told twice: there is nobody to take away.
        now.running = now.running.saturating_sub(1);
        self.stretch.ended += u64::from(self.now.training);
    }

    /// The times until `at`.
    pub(super) fn times(&self, at: Instant) -> Times {
        let passed = at.saturating_duration_since(self.since);
        self.total.after(&self.now, passed)
    }

    /// The stretch of training until `at`.
    pub(super) fn stretch(&mut self, at: Instant) -> &mut Interval {
        self.change(at);
        &mut self.stretch
    }
}

impl Times {
    fn after(self, now: &Now, passed: Duration) -> Self {
        Self {
            workers: self.workers + passed * now.active as u32,
            solver_wait: self.solver_wait + passed * now.blocked,
            trainer_wait: self.trainer_wait + passed * now.starved,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn times_are_those_of_who_worked_and_waited_then() {
        let start = Instant::now();
        let at = |seconds| start + s(seconds);
        let mut meter = Meter::new(start);
        meter.change(at(0)).active = 3;
        meter.change(at(0)).running = 3;
        meter.change(at(1)).starved = 1; // before the first batch: no training so far
        meter.change(at(3)).starved = 0;
        meter.change(at(3)).training = true;
        meter.change(at(4)).blocked = 2;
        meter.change(at(6)).starved = 1;
        meter.ended(at(7));
        meter.change(at(7)).active = 2;
        let expected = Interval {
            training: s(5),
            trainer_wait: s(2),
            production: s(3 * 4 + 2),
            production_wait: s(2 * 4),
            ended: 1,
        };
        assert_eq!(*meter.stretch(at(8)), expected);
        meter.change(at(8)).training = false;
        assert_eq!(*meter.stretch(at(100)), expected, "a pause is none of it");
        *meter.stretch(at(100)) = Interval::default();
        meter.change(at(100)).training = true;
        assert_eq!(meter.stretch(at(101)).training, s(1));
        let times = meter.times(at(102));
        let expected = Times {
            workers: s(3 * 7 + 2 * 95),
            solver_wait: s(2 * 98),
            trainer_wait: s(2 + 96),
        };
        assert_eq!(times, expected);
    }

    #[test]
    fn an_end_that_is_told_twice_takes_nobody_away() {
        let start = Instant::now();
        let mut meter = Meter::new(start);
        meter.change(start).running = 1;
        meter.ended(start);
        meter.ended(start);
        assert_eq!(meter.now().running, 0);
    }
}
