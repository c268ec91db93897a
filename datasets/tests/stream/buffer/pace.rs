//! Waiting of readers and writers for each other.

use super::{IN_ORDER, sorted};
use crate::doubles::{Experiment, give_time, wait_until, window, within_patience};
use ondine_datasets::{Order, Snapshot};
use std::sync::Arc;
use std::thread::{sleep, spawn};
use std::time::Duration;

#[test]
fn a_producer_waits_while_the_buffer_is_full_and_goes_on_after_a_draw() {
    let experiment = Experiment {
        capacity: 4,
        watermark: 1,
        ahead: 100,
        ..Experiment::default()
    };
    let buffer = experiment.buffer(Snapshot::default());
    let arrived = || buffer.telemetry().arrived;
    let producer = buffer.clone();
    let producer = spawn(move || (0..6).all(|start| producer.put(window((0, start)))));
    wait_until("full", || arrived() == 4);
    give_time();
    assert_eq!(arrived(), 4, "the fifth window waits");
    buffer.draw(1).expect("no simulation fails");
    wait_until("filled up", || arrived() == 5);
    give_time();
    assert_eq!(arrived(), 5, "the sixth window waits");
    buffer.draw(1).expect("no simulation fails");
    wait_until("filled up", || arrived() == 6);
    assert!(producer.join().expect("no panic"), "every window was taken");
    let waited = buffer.telemetry().solver_wait;
    assert!(waited > Duration::ZERO);
}

#[test]
fn production_keeps_the_pace() {
    for order in [Order::Arrival, IN_ORDER] {
        let experiment = Experiment {
            order,
            capacity: 1000,
            ..Experiment::default()
        };
        within_patience(move || {
            let (running, pace) = (experiment.start(), experiment.pace());
            let arrived = || running.buffer.telemetry().arrived;
            for step in 0..experiment.steps {
                let bound = match order {
                    Order::Arrival => pace.allowed(step).min(pace.total),
                    Order::Simulation { .. } => pace.due(step),
                };
                if order == Order::Arrival {
                    wait_until("as far as allowed", || arrived() >= bound);
                    sleep(Duration::from_millis(1));
                    assert_eq!(arrived(), bound, "before batch {step}");
                }
                running.draw();
                if order != Order::Arrival {
                    assert_eq!(arrived(), bound, "after batch {step}");
                }
            }
        });
    }
}

#[test]
fn settings_that_starve_the_trainer_do_not_stop_it() {
    let plain = Experiment {
        policy: "reservoir",
        steps: 100,
        ahead: 0,
        ..Experiment::default()
    };
    for order in [Order::Arrival, IN_ORDER] {
        // With 100 steps, one or two windows are due with each batch.
        let batch_above_watermark = Experiment {
            watermark: 1,
            ..plain
        };
        let watermark_above_capacity = Experiment {
            watermark: 100,
            ..plain
        };
        let batch_above_capacity = Experiment {
            capacity: 3,
            watermark: 1,
            ..plain
        };
        for experiment in [
            batch_above_watermark,
            watermark_above_capacity,
            batch_above_capacity,
        ] {
            let experiment = Experiment {
                order,
                ..experiment
            };
            let batches = within_patience(move || experiment.batches());
            let size = experiment.batch.min(experiment.capacity);
            let full = batches.iter().all(|batch| batch.len() == size);
            assert!(full, "{experiment:?}: {batches:?}");
        }
        // Each window once gives fewer batches than there are steps; they come early instead of never.
        let too_few = Experiment {
            policy: "fifo",
            watermark: 1,
            order,
            ..plain
        };
        let drawn = within_patience(move || too_few.batches().concat());
        assert_eq!(sorted(drawn), too_few.windows(), "{order:?}");
    }
}

#[test]
fn workers_that_wait_for_the_pace_go_on_for_a_larger_batch() {
    let experiment = Experiment {
        watermark: 1,
        ahead: 0,
        ..Experiment::default()
    };
    let running = experiment.start();
    let arrived = || running.buffer.telemetry().arrived;
    let allowed = experiment.pace().allowed(0);
    wait_until("as far as allowed", || arrived() == allowed);
    give_time();
    assert_eq!(arrived(), allowed);
    let batch = within_patience(move || running.buffer.draw(9).expect("no failure"));
    assert_eq!(batch.len(), 9);
}

#[test]
fn dropping_the_pool_frees_producers_that_wait() {
    for order in [Order::Arrival, Order::Simulation { ahead: 0 }] {
        for capacity in [4, 1000] {
            let experiment = Experiment {
                order,
                capacity,
                ahead: 0,
                workers: 8,
                ..Experiment::default()
            };
            within_patience(move || {
                let running = experiment.start();
                running.draw();
                give_time(); // Every worker waits now: for room, for the pace or for its turn.
                drop(running.pool);
                let waited = running.buffer.telemetry().solver_wait;
                assert!(waited > Duration::ZERO, "{order:?}");
                assert!(!running.buffer.put(window((0, 0))), "{order:?}: closed");
            });
        }
    }
}

#[test]
fn a_trainer_that_waits_is_freed_when_the_buffer_closes() {
    let buffer = Experiment::default().buffer(Snapshot::default());
    let trainer = buffer.clone();
    let trainer = spawn(move || trainer.draw(4).expect("no failure").len());
    give_time();
    buffer.close();
    assert_eq!(within_patience(|| trainer.join().expect("no panic")), 0);
}

#[test]
fn a_trainer_that_waits_is_freed_when_it_is_told_to_stop() {
    use std::sync::atomic::{AtomicBool, Ordering};
    let stop = Arc::new(AtomicBool::new(false));
    let buffer = Arc::into_inner(Experiment::default().buffer(Snapshot::default()));
    let buffer = Arc::new(buffer.expect("not shared").stopped_by(stop.clone()));
    let trainer = buffer.clone();
    let trainer = spawn(move || trainer.draw(4).expect("no failure").len());
    give_time();
    stop.store(true, Ordering::Relaxed);
    assert_eq!(within_patience(|| trainer.join().expect("no panic")), 0);
    assert_eq!(buffer.snapshot().batches, 0, "no batch was drawn");
}

#[test]
fn nobody_waits_when_solvers_and_trainer_keep_step() {
    let experiment = Experiment {
        capacity: 1000,
        ahead: 1000,
        watermark: 1,
        ..Experiment::default()
    };
    let running = experiment.start();
    wait_until("over", || running.buffer.telemetry().arrived == 120);
    within_patience(move || {
        running.drain();
        let telemetry = running.buffer.telemetry();
        let waits = (telemetry.solver_wait, telemetry.trainer_wait);
        assert_eq!(waits, (Duration::ZERO, Duration::ZERO));
    });
}
