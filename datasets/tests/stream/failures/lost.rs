//! Simulations that hang, are lost, are given up, or are in use when they fail.

use super::{Fault, Faulty, IN_ORDER, ordered, some, start, start_with, stumble, success};
use crate::doubles::{CountingSimulator, Experiment, failure, wait_until, within_patience};
use ondine_datasets::{
    Conditions, Cursor, DataError, MAX_ATTEMPTS, Order, Redrawn, Snapshot, Source,
};
use std::ops::ControlFlow;
use std::sync::Arc;

#[test]
fn a_simulation_that_always_fails_is_given_up() {
    fn always(index: u64, _attempt: u32) -> Option<Fault> {
        (index == 3).then_some(Fault::Diverge)
    }
    let running = start(ordered(IN_ORDER, 2), always, 1000, Snapshot::default());
    let error = running.error();
    let expected = DataError::GivenUp {
        index: 3,
        attempts: MAX_ATTEMPTS,
        last: Box::new(failure(3)),
    };
    assert_eq!(error, expected);
}

#[test]
fn a_simulation_that_hangs_between_frames_is_drawn_again() {
    fn hangs(index: u64, attempt: u32) -> Option<Fault> {
        (index == 1 && attempt == 0).then_some(Fault::Hang)
    }
    let drawn = within_patience(|| {
        let running = start(ordered(Order::Arrival, 2), hangs, 1, Snapshot::default());
        let drawn = running.draw_many(30).concat();
        assert_eq!(running.buffer.telemetry().failures.timed_out, 1);
        let cause = running.buffer.failures(0).remove(0).cause;
        assert_eq!(
            cause,
            "simulation 1: no end within ensemble.time_limit = 0.1 s"
        );
        drawn
    });
    assert!(drawn.iter().all(|(i, a, _)| *a == u32::from(*i == 1)));
}

/// Loses the first run of some simulations, and the first two of simulation 4.
struct Losing {
    counting: CountingSimulator,
    lost: Arc<std::sync::Mutex<Vec<u64>>>,
}

impl Source for Losing {
    fn conditions(&self, index: u64) -> Conditions {
        self.counting.conditions(index)
    }

    fn run(
        &self,
        index: u64,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<(), DataError> {
        let mut lost = self.lost.lock().expect("no panic");
        let times = lost.iter().filter(|i| **i == index).count();
        if times < [0, 1, 0, 1, 2, 0][index as usize % 6] && index < 6 {
            lost.push(index);
            return stumble(index, Some(Fault::Lose));
        }
        drop(lost);
        self.counting.run(index, sink)
    }

    fn again(&self, _attempt: u32) -> Option<Arc<dyn Source>> {
        Some(Arc::new(Self {
            lost: self.lost.clone(),
            ..*self
        }))
    }
}

#[test]
fn a_simulation_that_is_lost_is_made_again_as_it_was_once_and_then_drawn_again() {
    within_patience(|| {
        let experiment = ordered(Order::Arrival, 2);
        let simulator = Losing {
            counting: experiment.simulator,
            lost: Arc::default(),
        };
        // One failure is allowed, the second loss of simulation 4; first losses do not count.
        let running = start_with(experiment, Arc::new(simulator), 1, Snapshot::default());
        let drawn = (0..30).map(|_| running.buffer.draw(4).expect("no failure").len());
        assert_eq!(drawn.sum::<usize>(), 120);
        let mut failures = running.buffer.failures(0);
        failures.sort_by_key(|failure| (failure.simulation, failure.redrawn));
        let found = failures
            .iter()
            .map(|f| (f.simulation, f.attempt, f.redrawn));
        let expected = [(1, 0, false), (3, 0, false), (4, 0, false), (4, 0, true)];
        assert_eq!(found.collect::<Vec<_>>(), expected);
    });
}

#[test]
fn a_simulation_whose_windows_are_in_use_is_never_drawn_otherwise() {
    /// Every second run fails, whatever the attempt.
    struct Moody(CountingSimulator, Arc<std::sync::atomic::AtomicU64>, u32);
    impl Source for Moody {
        fn conditions(&self, index: u64) -> Conditions {
            self.0.conditions(index)
        }
        fn run(
            &self,
            index: u64,
            sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
        ) -> Result<(), DataError> {
            assert_eq!(self.2, 0, "the same parameters");
            match self.1.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
                0 => Err(failure(index)),
                _ => self.0.run(index, sink),
            }
        }
        fn again(&self, attempt: u32) -> Option<Arc<dyn Source>> {
            Some(Arc::new(Self(self.0, self.1.clone(), attempt)))
        }
    }
    within_patience(|| {
        let experiment = Experiment {
            simulations: 1,
            ..ordered(Order::Arrival, 1)
        };
        let snapshot = Snapshot {
            arrived: 6,
            cursor: Cursor {
                restart: vec![(0, 6)],
                next: 1,
            },
            ..Snapshot::default()
        };
        let moody = Moody(experiment.simulator, Arc::default(), 0);
        let running = start_with(experiment, Arc::new(moody), 3, snapshot);
        wait_until("all there", || running.buffer.telemetry().arrived == 10);
        let failures = running.buffer.failures(0);
        assert_eq!(failures.len(), 1);
        assert!(!failures[0].redrawn);
    });
}

#[test]
fn simulations_of_a_run_are_the_attempts_that_it_came_to() {
    let faulty = Faulty {
        counting: Experiment::default().simulator,
        attempt: 0,
        fault: some,
    };
    let experiment = ordered(Order::Arrival, 2);
    let failures = within_patience(move || {
        let running = start(experiment, some, 6, Snapshot::default());
        running.draw_many(30);
        running.buffer.failures(0)
    });
    let redrawn = Redrawn::new(Arc::new(faulty), &failures);
    for index in 0..12 {
        let attempt = f64::from(success(index));
        assert_eq!(redrawn.conditions(index).parameters[1..], [attempt]);
        let mut frames = 0;
        let run = redrawn.run(index, &mut |frame| {
            assert_eq!(frame[1..2], [attempt]);
            frames += 1;
            ControlFlow::Continue(())
        });
        assert_eq!((run, frames), (Ok(()), 14), "{index}");
    }
}
