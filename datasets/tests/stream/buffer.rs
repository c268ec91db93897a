//! Workers, buffer and trainer together: who waits for whom, what arrives, and in which order.

mod failures;
mod pace;

use crate::doubles::{Experiment, Name, name, wait_until, window, within_patience};
use ondine_datasets::policy::POLICIES;
use ondine_datasets::{Order, Snapshot};
use std::collections::BTreeSet;
use std::thread::spawn;
use std::time::Duration;

const IN_ORDER: Order = Order::Simulation { ahead: 3 };

/// Time per frame: none, another for each simulation, and a first simulation that is far slower than the others.
const DELAYS: [fn(u64) -> Duration; 3] = [
    |_| Duration::ZERO,
    |simulation| Duration::from_micros(simulation * 7919 % 5 * 100),
    |simulation| Duration::from_micros(if simulation == 0 { 1000 } else { 0 }),
];

fn sorted(mut names: Vec<Name>) -> Vec<Name> {
    names.sort_unstable();
    names
}

#[test]
fn no_batch_is_drawn_before_the_watermark() {
    let experiment = Experiment {
        watermark: 6,
        ..Experiment::default()
    };
    let buffer = experiment.buffer(Snapshot::default());
    let trainer = buffer.clone();
    let trainer = spawn(move || trainer.draw(2).expect("no simulation fails").len());
    for start in 0..5 {
        assert!(buffer.put(window((0, start))));
    }
    wait_until("waiting", || !buffer.telemetry().trainer_wait.is_zero());
    assert_eq!(buffer.telemetry().handed_out, 0);
    assert!(buffer.put(window((0, 5))));
    assert_eq!(within_patience(|| trainer.join().expect("no panic")), 2);
}

#[test]
fn the_watermark_is_no_longer_asked_for_when_production_is_over() {
    for order in [Order::Arrival, IN_ORDER] {
        let experiment = Experiment {
            order,
            watermark: 1000,
            capacity: 1000,
            ..Experiment::default()
        };
        let drawn = within_patience(move || experiment.start().drain());
        assert_eq!(sorted(drawn), experiment.windows(), "{order:?}");
    }
}

#[test]
fn batches_in_order_of_simulation_are_the_same_for_any_workers_and_delays() {
    for entry in POLICIES {
        for capacity in [8, 40, 500] {
            let experiment = Experiment {
                policy: entry.kind,
                order: IN_ORDER,
                capacity,
                workers: 1,
                ..Experiment::default()
            };
            let expected = within_patience(move || experiment.batches());
            for workers in [1, 2, 5] {
                for (number, delay) in DELAYS.into_iter().enumerate() {
                    let mut other = experiment;
                    (other.workers, other.simulator.delay) = (workers, delay);
                    let found = within_patience(move || other.batches());
                    let case = (entry.kind, capacity, workers, number);
                    assert_eq!(found, expected, "{case:?}");
                }
            }
        }
    }
}

#[test]
fn batches_in_order_of_simulation_are_the_same_however_far_workers_run_ahead() {
    let batches = |ahead, workers| {
        let experiment = Experiment {
            policy: "reservoir",
            order: Order::Simulation { ahead },
            workers,
            ..Experiment::default()
        };
        within_patience(move || experiment.batches())
    };
    let expected = batches(0, 1);
    for (ahead, workers) in [(0, 5), (1, 2), (100, 5), (u64::MAX, 20)] {
        assert_eq!(batches(ahead, workers), expected, "{ahead}, {workers}");
    }
}

#[test]
fn what_is_held_before_the_first_batch_does_not_depend_on_timing() {
    let held = |workers, delay: fn(u64) -> Duration| {
        let mut experiment = Experiment {
            order: IN_ORDER,
            steps: 4, // 28 windows are due with each batch
            workers,
            ..Experiment::default()
        };
        experiment.simulator.delay = delay;
        within_patience(move || {
            let running = experiment.start();
            running.buffer.wait_for_watermark().expect("no failure");
            let held = running.buffer.held();
            held.iter()
                .map(|window| name(window, 2))
                .collect::<Vec<_>>()
        })
    };
    let expected = held(1, DELAYS[0]);
    assert!(expected.len() >= 8, "the watermark is reached");
    for delay in DELAYS {
        assert_eq!(held(1, delay), expected);
        assert_eq!(held(5, delay), expected);
    }
}

#[test]
fn windows_in_order_of_simulation_stay_in_order() {
    let experiment = Experiment {
        order: IN_ORDER,
        workers: 5,
        ..Experiment::default()
    };
    let mut simulations = experiment;
    simulations.simulator.delay = DELAYS[1];
    let drawn = within_patience(move || simulations.batches().concat());
    assert_eq!(drawn, experiment.windows());
}

#[test]
fn eight_workers_deliver_every_window_exactly_once() {
    for (number, delay) in DELAYS.into_iter().enumerate() {
        let mut experiment = Experiment {
            simulations: 60,
            capacity: 25,
            steps: 150,
            workers: 8,
            ..Experiment::default()
        };
        experiment.simulator.delay = delay;
        let batches = within_patience(move || experiment.batches());
        assert!(batches.iter().all(|batch| batch.len() == 4), "{number}");
        assert_eq!(sorted(batches.concat()), experiment.windows(), "{number}");
    }
}

#[test]
fn a_reservoir_hands_out_every_window_at_least_once() {
    for order in [Order::Arrival, IN_ORDER] {
        let experiment = Experiment {
            policy: "reservoir",
            order,
            steps: 60,
            workers: 3,
            ..Experiment::default()
        };
        let batches = within_patience(move || experiment.batches());
        for batch in &batches {
            let different: BTreeSet<Name> = batch.iter().copied().collect();
            assert_eq!(different.len(), experiment.batch, "{order:?}: {batch:?}");
        }
        let read: BTreeSet<Name> = batches.into_iter().flatten().collect();
        assert!(read.into_iter().eq(experiment.windows()), "{order:?}");
    }
}

#[test]
fn more_workers_than_simulations_are_no_harm() {
    for order in [Order::Arrival, Order::Simulation { ahead: 50 }] {
        let experiment = Experiment {
            order,
            simulations: 3,
            workers: 16,
            ..Experiment::default()
        };
        let drawn = within_patience(move || experiment.start().drain());
        assert_eq!(sorted(drawn), experiment.windows(), "{order:?}");
    }
}

#[test]
fn telemetry_counts_what_arrives_and_what_is_handed_out() {
    for order in [Order::Arrival, IN_ORDER] {
        let experiment = Experiment {
            order,
            ..Experiment::default()
        };
        within_patience(move || {
            let running = experiment.start();
            for step in 1..=experiment.steps {
                running.draw();
                let telemetry = running.buffer.telemetry();
                assert_eq!(telemetry.handed_out, 4 * step);
                assert_eq!(
                    telemetry.arrived - telemetry.handed_out,
                    telemetry.held as u64
                );
                let fill = telemetry.held as f64 / 40.0;
                assert!((telemetry.fill() - fill).abs() < f64::EPSILON);
            }
            drop(running.pool);
            let telemetry = running.buffer.telemetry();
            assert_eq!(
                (telemetry.arrived, telemetry.held, telemetry.capacity),
                (120, 0, 40)
            );
            // In order of simulation the last one stays open, as nothing asks whether more comes.
            assert!((11..=12).contains(&telemetry.simulations), "{telemetry:?}");
        });
    }
}
