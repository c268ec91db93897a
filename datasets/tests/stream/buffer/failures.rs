//! Simulations that fail or end early, and what restarts make of them.

use super::{IN_ORDER, sorted};
use crate::doubles::{
    CountingSimulator, Experiment, Name, Trouble, failure, window, within_patience,
};
use ondine_datasets::{Cursor, DataError, Order, Snapshot};
use std::sync::Arc;

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
