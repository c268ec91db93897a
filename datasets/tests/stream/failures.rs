//! Simulations that diverge, panic, hang or are lost: they are counted, drawn again and leave nothing in the buffer.

mod lost;

use crate::doubles::{CountingSimulator, Experiment, cases, failure, within_patience};
use ondine_datasets::policy::POLICIES;
use ondine_datasets::{
    Buffer, Conditions, DataError, FailureKind, Order, Snapshot, Source, TimeLimit, Window,
    WorkerPool,
};
use proptest::prelude::*;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

const IN_ORDER: Order = Order::Simulation { ahead: 2 };

/// Value in frames of an attempt that will fail, which must never be trained on.
const POISON: f64 = -1.0;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    Diverge,
    Panic,
    Hang,
    Lose,
}

/// Frame `j` of attempt `a` at simulation `i` is `[i, a, j]`; attempts fail as `fault` says, after half of their frames.
#[derive(Clone, Copy)]
struct Faulty {
    counting: CountingSimulator,
    attempt: u32,
    fault: fn(u64, u32) -> Option<Fault>,
}

impl Source for Faulty {
    fn conditions(&self, index: u64) -> Conditions {
        let mut conditions = self.counting.conditions(index);
        conditions.parameters.push(f64::from(self.attempt));
        conditions
    }

    fn run(
        &self,
        index: u64,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<(), DataError> {
        let fault = (self.fault)(index, self.attempt);
        let mut result = Ok(());
        let mut frame = 0;
        self.counting.run(index, &mut |_| {
            let values = match fault {
                Some(_) => [POISON; 3],
                None => [index as f64, f64::from(self.attempt), f64::from(frame)],
            };
            frame += 1;
            if frame == 7 {
                result = stumble(index, fault);
            }
            match result {
                Ok(()) => sink(&values),
                Err(_) => ControlFlow::Break(()),
            }
        })?;
        result
    }

    fn again(&self, attempt: u32) -> Option<Arc<dyn Source>> {
        Some(Arc::new(Self { attempt, ..*self }))
    }
}

fn stumble(index: u64, fault: Option<Fault>) -> Result<(), DataError> {
    match fault {
        None => Ok(()),
        Some(Fault::Diverge) => Err(failure(index)),
        Some(Fault::Panic) => panic!("attempt at {index}"),
        Some(Fault::Hang) => {
            sleep(Duration::from_millis(120));
            Ok(())
        }
        Some(Fault::Lose) => Err(DataError::Lost {
            index,
            how: "was killed".to_owned(),
        }),
    }
}

/// Simulation 2 fails twice, 5 once, 9 three times.
fn some(index: u64, attempt: u32) -> Option<Fault> {
    match (index, attempt) {
        (2 | 9, 0) | (9, 2) => Some(Fault::Diverge),
        (2 | 9, 1) | (5, 0) => Some(Fault::Panic),
        _ => None,
    }
}

/// The attempt that succeeds.
fn success(index: u64) -> u32 {
    match index {
        2 => 2,
        5 => 1,
        9 => 3,
        _ => 0,
    }
}

struct Running {
    experiment: Experiment,
    buffer: Arc<Buffer>,
    _pool: WorkerPool,
}

impl Running {
    fn try_draw(&self) -> Result<Vec<Name>, DataError> {
        let windows = self.buffer.draw(self.experiment.batch)?;
        Ok(windows.iter().map(name).collect())
    }

    fn draw_many(&self, count: u64) -> Vec<Vec<Name>> {
        let draw = |_| self.try_draw().expect("few simulations fail");
        (0..count).map(draw).collect()
    }

    fn error(&self) -> DataError {
        let batches = std::iter::repeat_with(|| self.try_draw());
        batches
            .take(1000)
            .find_map(Result::err)
            .expect("it fails for good")
    }
}

fn start(
    experiment: Experiment,
    fault: fn(u64, u32) -> Option<Fault>,
    limit: u64,
    snapshot: Snapshot,
) -> Running {
    let simulator = Arc::new(Faulty {
        counting: experiment.simulator,
        attempt: 0,
        fault,
    });
    let limited = TimeLimit {
        source: simulator,
        limit: Duration::from_millis(100),
    };
    start_with(experiment, Arc::new(limited), limit, snapshot)
}

fn start_with(
    experiment: Experiment,
    simulator: Arc<dyn Source>,
    limit: u64,
    snapshot: Snapshot,
) -> Running {
    let cursor = snapshot.cursor.clone();
    let buffer = Arc::into_inner(experiment.buffer(snapshot)).expect("not shared");
    let buffer = Arc::new(buffer.tolerating(limit));
    let (workers, total) = (experiment.workers, experiment.simulations);
    let pool = WorkerPool::start(
        workers,
        simulator,
        buffer.clone(),
        experiment.cut,
        &cursor,
        total,
    );
    Running {
        experiment,
        buffer,
        _pool: pool,
    }
}

/// Simulation, attempt and first frame of a window.
type Name = (u64, u32, usize);

/// The name of a window whose frames and conditions agree.
fn name(window: &Window) -> Name {
    let attempt = window.frames[0].on_host()[1] as u32;
    for (position, frame) in window.frames.iter().enumerate() {
        let number = window.start + position * 2;
        let expected = [window.simulation as f32, attempt as f32, number as f32];
        assert_eq!(frame.on_host()[..], expected, "{window:?}");
    }
    let parameters = [window.simulation as f64, f64::from(attempt)];
    assert_eq!(window.conditions.parameters, parameters);
    (window.simulation, attempt, window.start)
}

fn ordered(order: Order, workers: usize) -> Experiment {
    Experiment {
        order,
        workers,
        ..Experiment::default()
    }
}

#[test]
fn failed_simulations_are_counted_and_drawn_again_and_nothing_of_them_is_trained_on() {
    for order in [Order::Arrival, IN_ORDER] {
        for workers in [1, 2, 4] {
            let experiment = ordered(order, workers);
            within_patience(move || {
                let running = start(experiment, some, 6, Snapshot::default());
                let mut drawn = running.draw_many(30).concat();
                drawn.sort_unstable();
                let windows = experiment.windows().into_iter();
                let expected = windows.map(|(index, start)| (index, success(index), start));
                assert_eq!(drawn, expected.collect::<Vec<_>>(), "{order:?}");
                let telemetry = running.buffer.telemetry();
                assert_eq!(telemetry.arrived, experiment.pace().total);
                assert_eq!(telemetry.failures.refused, 3, "SolverError::Length");
                assert_eq!(telemetry.failures.panicked, 3);
                assert_eq!(telemetry.failures.total(), 6);
                let mut failures = running.buffer.failures(0);
                failures.sort_by_key(|failure| (failure.simulation, failure.attempt));
                let first = &failures[0];
                assert_eq!((first.simulation, first.attempt), (2, 0));
                assert_eq!(first.kind, FailureKind::Refused);
                assert_eq!(first.cause, failure(2).to_string());
                let conditions = first.conditions.as_ref().expect("it was drawn");
                assert_eq!(conditions.parameters, [2.0, 0.0]);
            });
        }
    }
}

#[test]
fn batches_in_order_of_simulation_are_the_same_for_any_workers_and_after_a_restart() {
    for entry in POLICIES {
        let experiment = Experiment {
            policy: entry.kind,
            capacity: 30,
            ..ordered(IN_ORDER, 1)
        };
        let whole = move |workers| {
            let experiment = Experiment {
                workers,
                ..experiment
            };
            within_patience(move || {
                let running = start(experiment, some, 6, Snapshot::default());
                running.draw_many(experiment.steps)
            })
        };
        let expected = whole(1);
        assert_eq!(whole(2), expected, "{}", entry.kind);
        assert_eq!(whole(4), expected, "{}", entry.kind);
        for count in [0, 3, 6, 7, 13, 24, 29] {
            let (first, snapshot) = interrupted(experiment, Snapshot::default(), count);
            let (second, last) = interrupted(experiment, snapshot, experiment.steps - count);
            let case = (entry.kind, count);
            assert_eq!([first, second].concat(), expected, "{case:?}");
            assert_eq!(last.failures.len(), 6, "{case:?}: none is counted twice");
        }
    }
}

fn interrupted(
    experiment: Experiment,
    snapshot: Snapshot,
    count: u64,
) -> (Vec<Vec<Name>>, Snapshot) {
    within_patience(move || {
        let running = start(experiment, some, 6, snapshot);
        let batches = running.draw_many(count);
        (batches, running.buffer.snapshot())
    })
}

proptest! {
    #![proptest_config(cases(12))]

    #[test]
    fn no_window_is_lost_or_twice_when_runs_with_failures_are_stopped(
        stops in prop::collection::vec((0..12_u64, 1..5_usize), 1..4),
        in_order in any::<bool>(),
    ) {
        let order = if in_order { IN_ORDER } else { Order::Arrival };
        let mut experiment = ordered(order, 2);
        let (mut found, mut snapshot) = (Vec::new(), Snapshot::default());
        for (count, workers) in stops {
            experiment.workers = workers;
            let count = count.min(experiment.steps - snapshot.batches);
            let (batches, kept) = interrupted(experiment, snapshot, count);
            found.extend(batches.concat());
            snapshot = kept;
        }
        let left = experiment.steps - snapshot.batches;
        let (batches, last) = interrupted(experiment, snapshot, left);
        found.extend(batches.concat());
        found.sort_unstable();
        let windows = experiment.windows().into_iter();
        let expected: Vec<_> = windows.map(|(i, start)| (i, success(i), start)).collect();
        prop_assert_eq!(found, expected);
        prop_assert_eq!(last.failures.len(), 6);
    }
}

#[test]
fn one_failure_more_than_allowed_stops_the_run_and_says_what_happened() {
    for order in [Order::Arrival, IN_ORDER] {
        let error = within_patience(move || {
            let running = start(ordered(order, 1), some, 5, Snapshot::default());
            let error = running.error();
            assert_eq!(running.buffer.telemetry().failures.total(), 5);
            error
        });
        let DataError::TooManyFailures { count, limit, last } = &error else {
            panic!("{error}");
        };
        assert_eq!((*count, *limit), (6, 5));
        assert_eq!(**last, failure(9));
        let text = error.to_string();
        let said = "6 simulations failed, more than ensemble.max_failures = 5; the last one: simulation 9: ";
        assert!(text.starts_with(said), "{text}");
    }
}

#[test]
fn where_none_may_fail_the_first_failure_is_the_error() {
    let running = start(ordered(IN_ORDER, 2), some, 0, Snapshot::default());
    assert_eq!(running.error(), failure(2));
    assert!(running.buffer.failures(0).is_empty());
}
