//! A run that is stopped and continued gives the batches of one that is not.

use std::time::Duration;

use crate::doubles::{Experiment, Name, cases, within_patience};
use ondine_datasets::policy::POLICIES;
use ondine_datasets::{Order, Snapshot};
use proptest::prelude::*;

const IN_ORDER: Order = Order::Simulation { ahead: 2 };

/// Draws `count` batches, then stops the workers; with what a checkpoint would keep.
fn interrupted(
    experiment: Experiment,
    snapshot: Snapshot,
    count: u64,
) -> (Vec<Vec<Name>>, Snapshot) {
    within_patience(move || {
        let running = experiment.restart(snapshot);
        let batches = running.draw_many(count);
        let snapshot = running.buffer.snapshot();
        drop(running.pool);
        (batches, snapshot)
    })
}

/// Draws the rest of the batches.
fn rest(experiment: Experiment, snapshot: Snapshot) -> Vec<Vec<Name>> {
    let left = experiment.steps - snapshot.batches;
    within_patience(move || experiment.restart(snapshot).draw_many(left))
}

fn sorted(mut names: Vec<Name>) -> Vec<Name> {
    names.sort_unstable();
    names
}

#[test]
fn a_continued_run_draws_the_same_batches_in_order_of_simulation() {
    for entry in POLICIES {
        let experiment = Experiment {
            policy: entry.kind,
            order: IN_ORDER,
            capacity: 30,
            ..Experiment::default()
        };
        let expected = within_patience(move || experiment.batches());
        for count in [0, 1, 2, 7, 15, 28, 29, 30] {
            let (first, snapshot) = interrupted(experiment, Snapshot::default(), count);
            assert_eq!(snapshot.batches, count);
            for workers in [1, 2, 5] {
                let other = Experiment {
                    workers,
                    ..experiment
                };
                let second = rest(other, snapshot.clone());
                let case = (entry.kind, count, workers);
                assert_eq!([first.clone(), second].concat(), expected, "{case:?}");
            }
        }
    }
}

#[test]
fn production_continues_at_the_first_window_that_has_not_entered() {
    let experiment = Experiment {
        order: IN_ORDER,
        capacity: 120,
        watermark: 10,
        steps: 11,
        batch: 5,
        ..Experiment::default()
    };
    for count in 1..=11 {
        // 20 windows, two simulations, enter before the first batch and 10, one simulation, before each other one.
        let (_, snapshot) = interrupted(experiment, Snapshot::default(), count);
        assert_eq!(snapshot.arrived, 10 * (count + 1));
        assert_eq!(snapshot.handed_out, 5 * count);
        assert_eq!(snapshot.contents.len() as u64, 5 * count + 10);
        assert_eq!(
            snapshot.cursor.restart,
            [(count, 10)],
            "that it ended is not known yet"
        );
        assert_eq!(snapshot.cursor.next, count + 1);
    }
}

#[test]
fn a_snapshot_before_the_first_batch_keeps_what_the_watermark_asked_for() {
    for entry in POLICIES {
        let experiment = Experiment {
            policy: entry.kind,
            order: IN_ORDER,
            ..Experiment::default()
        };
        let expected = within_patience(move || experiment.batches());
        let snapshot = within_patience(move || {
            let running = experiment.start();
            running.buffer.wait_for_watermark().expect("no failure");
            running.buffer.snapshot()
        });
        assert!(snapshot.arrived >= 8, "{}", entry.kind);
        assert_eq!(rest(experiment, snapshot), expected, "{}", entry.kind);
    }
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn a_run_may_be_stopped_any_number_of_times(
        policy in 0..POLICIES.len(),
        capacity in 4..60_usize,
        stops in prop::collection::vec((0..12_u64, 1..6_usize), 1..4),
        ahead in 0..5_u64,
    ) {
        let mut experiment = Experiment {
            policy: POLICIES[policy].kind,
            order: Order::Simulation { ahead },
            capacity,
            watermark: capacity.min(8),
            ..Experiment::default()
        };
        let expected = within_patience(move || experiment.batches());
        let (mut found, mut snapshot) = (Vec::new(), Snapshot::default());
        for (count, workers) in stops {
            experiment.workers = workers;
            let count = count.min(experiment.steps - snapshot.batches);
            let (batches, kept) = interrupted(experiment, snapshot, count);
            found.extend(batches);
            snapshot = kept;
        }
        found.extend(rest(experiment, snapshot));
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn nothing_is_lost_or_twice_across_restarts_in_order_of_arrival() {
    for count in [0, 1, 5, 13, 29, 30] {
        for workers in [1, 3, 8] {
            let mut experiment = Experiment {
                capacity: 20,
                workers: 5,
                ..Experiment::default()
            };
            experiment.simulator.delay = |simulation| Duration::from_micros(simulation % 3 * 50);
            let (first, snapshot) = interrupted(experiment, Snapshot::default(), count);
            let taken = snapshot.arrived - snapshot.handed_out;
            assert_eq!(snapshot.contents.len() as u64, taken);
            experiment.workers = workers;
            let half = (experiment.steps - count) / 2;
            let (second, snapshot) = interrupted(experiment, snapshot, half);
            let third = rest(experiment, snapshot);
            let drawn = [first, second, third].concat().concat();
            let case = (count, workers);
            assert_eq!(sorted(drawn), experiment.windows(), "{case:?}");
        }
    }
}

#[test]
fn counters_go_on_after_a_restart() {
    for order in [Order::Arrival, IN_ORDER] {
        let experiment = Experiment {
            order,
            ..Experiment::default()
        };
        let (_, snapshot) = interrupted(experiment, Snapshot::default(), 20);
        let buffer = experiment.buffer(snapshot.clone());
        let telemetry = buffer.telemetry();
        assert_eq!(telemetry.arrived, snapshot.arrived, "{order:?}");
        assert_eq!(telemetry.handed_out, 80, "{order:?}");
        assert_eq!(telemetry.simulations, snapshot.simulations, "{order:?}");
        assert_eq!(telemetry.held, snapshot.contents.len(), "{order:?}");
        let again = buffer.snapshot();
        assert_eq!(again.cursor, snapshot.cursor, "{order:?}");
        assert_eq!(again.batches, 20, "{order:?}");
        let (_, last) = interrupted(experiment, snapshot, 10);
        assert_eq!((last.arrived, last.handed_out), (120, 120), "{order:?}");
    }
}
