//! Workers, buffer and trainer together: who waits for whom, what arrives, and in which order.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread::{sleep, spawn};
use std::time::Duration;

use crate::doubles::{
    CountingSimulator, Experiment, Name, Trouble, failure, give_time, name, wait_until, window,
    within_patience,
};
use ondine_datasets::policy::POLICIES;
use ondine_datasets::{Cursor, DataError, Order, Snapshot};

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
fn simulations_with_fewer_frames_than_promised_end_the_training_early() {
    for order in [Order::Arrival, IN_ORDER] {
        for frames in [0, 4, 9] {
            let mut experiment = Experiment {
                order,
                workers: 3,
                ..Experiment::default()
            };
            experiment.simulator.frames = frames;
            let drawn = within_patience(move || experiment.start().drain());
            let fewer = Experiment {
                frames,
                ..experiment
            };
            assert_eq!(sorted(drawn), fewer.windows(), "{order:?}, {frames}");
        }
    }
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

fn stumbling(order: Order, trouble: Trouble) -> DataError {
    let mut experiment = Experiment {
        order,
        workers: 3,
        ..Experiment::default()
    };
    experiment.simulator.trouble = Some(trouble);
    within_patience(move || {
        let running = experiment.start();
        let error = std::iter::repeat_with(|| running.try_draw()).find_map(Result::err);
        let error = error.expect("endless");
        assert_eq!(running.try_draw(), Err(error.clone()), "it stays");
        assert_eq!(running.buffer.wait_for_watermark(), Err(error.clone()));
        error
    })
}

#[test]
fn a_simulation_that_fails_or_panics_reaches_the_trainer_by_its_index() {
    for order in [Order::Arrival, IN_ORDER] {
        let error = stumbling(order, Trouble::Failure { simulation: 5 });
        assert_eq!(error, failure(5), "{order:?}");
        assert!(error.to_string().starts_with("simulation 5: "), "{error}");

        let error = stumbling(order, Trouble::Panic { simulation: 7 });
        let message = "no state in simulation 7".to_owned();
        assert_eq!(error, DataError::Panicked { index: 7, message });
        let text = error.to_string();
        assert!(
            text.starts_with("simulation 7: the solver panicked"),
            "{text}"
        );
    }
}

#[test]
fn a_simulation_that_failed_is_run_again_after_a_restart() {
    for order in [Order::Arrival, IN_ORDER] {
        let mut experiment = Experiment {
            order,
            ..Experiment::default()
        };
        experiment.simulator.trouble = Some(Trouble::Failure { simulation: 4 });
        let (mut drawn, snapshot) = within_patience(move || {
            let running = experiment.start();
            let batches = std::iter::repeat_with(|| running.try_draw());
            let drawn: Vec<Name> = batches.map_while(Result::ok).flatten().collect();
            (drawn, running.buffer.snapshot())
        });
        experiment.simulator.trouble = None;
        drawn.extend(within_patience(move || {
            experiment.restart(snapshot).drain()
        }));
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

#[test]
fn a_simulation_between_two_that_began_is_not_lost() {
    let buffer = Experiment::default().buffer(Snapshot::default());
    buffer.begin(2); // Simulations 0 and 1 have been taken by workers that have not come so far.
    let expected = Cursor {
        restart: vec![(0, 0), (1, 0), (2, 0)],
        next: 3,
    };
    assert_eq!(buffer.snapshot().cursor, expected);
    buffer.begin(0);
    buffer.put(window((0, 0)));
    buffer.end(0);
    buffer.put(window((1, 0)));
    buffer.begin(1);
    let expected = Cursor {
        restart: vec![(1, 1), (2, 0)],
        next: 3,
    };
    assert_eq!(buffer.snapshot().cursor, expected);
}

#[test]
#[should_panic(expected = "a pool has a worker")]
fn a_pool_without_workers_is_refused() {
    let experiment = Experiment {
        workers: 0,
        ..Experiment::default()
    };
    experiment.start();
}

#[test]
fn simulators_may_go_on_after_the_sink_breaks() {
    struct Deaf(CountingSimulator);
    impl ondine_datasets::Source for Deaf {
        fn conditions(&self, index: u64) -> ondine_datasets::Conditions {
            self.0.conditions(index)
        }
        fn run(
            &self,
            index: u64,
            sink: &mut dyn FnMut(&[f64]) -> std::ops::ControlFlow<()>,
        ) -> Result<(), DataError> {
            for frame in 0..self.0.frames {
                let _ = sink(&[index as f64, frame as f64]);
            }
            Ok(())
        }
    }
    within_patience(|| {
        let experiment = Experiment::default();
        let buffer = experiment.buffer(Snapshot::default());
        let deaf = Arc::new(Deaf(experiment.simulator));
        let cursor = Cursor::default();
        let pool = ondine_datasets::WorkerPool::start(
            2,
            deaf,
            buffer.clone(),
            experiment.cut,
            &cursor,
            12,
        );
        buffer.draw(4).expect("no failure");
        drop(pool);
        let snapshot = buffer.snapshot();
        let rest = experiment.restart(snapshot).drain();
        assert_eq!(rest.len() + 4, experiment.windows().len());
    });
}
