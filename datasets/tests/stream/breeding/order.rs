//! When a generation is for whom.

use super::{
    BATCH, Batches, EVERY, Experiment, IN_ORDER, Placed, SEED, SIMULATIONS, STEPS, breed, part,
    slow_now_and_then,
};
use crate::doubles::{give_time, wait_until, within_patience};
use ondine_datasets::sampler::breed::{Lineage, Parent};
use ondine_datasets::{Conditions, DataError, Order, Redrawn, Snapshot, Source};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Every window is of the simulation that seed, index, generations and failures give, without a buffer.
fn check(batches: &Batches, simulator: &Placed, snapshot: &Snapshot) {
    let lineage = Lineage {
        seed: SEED,
        lead: 0,
        generations: snapshot.generations.clone(),
    };
    let drawn = Redrawn::new(Arc::new(simulator.clone()), &snapshot.failures).bred(Some(lineage));
    for &(simulation, _, parameter) in batches.iter().flatten() {
        let expected = drawn.conditions(simulation).parameters[0];
        assert_eq!(f64::from_bits(parameter).to_bits(), expected.to_bits());
    }
}

#[test]
fn simulations_are_a_function_of_seed_index_generations_and_failures_in_every_order() {
    for order in [Order::Arrival, IN_ORDER] {
        for workers in [1, 4] {
            let mut experiment = Experiment {
                order,
                workers,
                ..Experiment::default()
            };
            experiment.simulator.delay = slow_now_and_then;
            experiment.simulator.fails = |point| point < 0.4;
            let (first, snapshot) = part(experiment.clone(), Snapshot::default(), 40);
            check(&first, &experiment.simulator, &snapshot);
            let simulator = experiment.simulator.clone();
            let (second, snapshot) = part(experiment, snapshot, STEPS);
            assert_eq!(
                snapshot.generations.last().map(|last| last.number),
                Some(14)
            );
            assert!(!snapshot.failures.is_empty(), "{order:?}");
            let batches = [first, second].concat();
            check(&batches, &simulator, &snapshot);
            let again = second_draws(&batches, &snapshot);
            assert!(again > 0, "simulations that failed were drawn again");
        }
    }
}

/// Number of windows of simulations that failed and were drawn again, whose parameters are not those of children.
fn second_draws(batches: &Batches, snapshot: &Snapshot) -> usize {
    let failed = |simulation: u64| snapshot.failures.iter().any(|f| f.simulation == simulation);
    let again = batches.iter().flatten().filter(|name| failed(name.0));
    again
        .inspect(|name| assert!(f64::from_bits(name.2) >= 1100.0))
        .count()
}

#[test]
fn nothing_begins_more_than_the_lead_before_its_turn() {
    static STARTED: AtomicU64 = AtomicU64::new(0);
    within_patience(|| {
        let mut experiment = Experiment {
            workers: 12,
            lead: 3,
            ..Experiment::default()
        };
        experiment.simulator.delay = |index| {
            STARTED.fetch_max(index + 1, Ordering::Relaxed);
            Duration::ZERO
        };
        let running = experiment.start(Snapshot::default());
        running.buffer.wait_for_watermark().expect("no failure");
        let head = running.buffer.snapshot().simulations;
        assert_eq!(running.buffer.unbred(), head + 4);
        let begun = || STARTED.load(Ordering::Relaxed);
        wait_until("that and three more have begun", || begun() >= head + 4);
        give_time();
        assert_eq!(begun(), head + 4, "twelve workers would run more");
        let before = running.buffer.unbred();
        running.train(0, 30);
        assert!(running.buffer.unbred() > before);
        let bred = running.buffer.composition().bred.expect("a share");
        assert!(bred > 0.2 && bred < 1.0, "{bred}");
    });
}

#[test]
fn in_order_of_arrival_a_generation_is_for_all_that_have_not_begun() {
    within_patience(|| {
        let experiment = Experiment {
            order: Order::Arrival,
            workers: 3,
            ..Experiment::default()
        };
        let running = experiment.start(Snapshot::default());
        let drawn = running.train(0, EVERY);
        let generations = running.buffer.snapshot().generations;
        let first = generations[0].first;
        // What was drawn had begun, and so had what is under way, one a worker.
        let latest = drawn.iter().flatten().map(|name| name.0).max();
        assert!(
            latest < Some(first) && first < SIMULATIONS,
            "{latest:?}, {first}"
        );
        assert_eq!(running.buffer.generations(), 1);
        let children = (first..SIMULATIONS).filter(|&index| running.buffer.point(index).is_some());
        assert!(children.count() > 10);
        let children = (0..first).filter(|&index| running.buffer.point(index).is_some());
        assert_eq!(children.count(), 0);
    });
}

#[test]
fn a_simulator_that_takes_no_parameters_ends_the_run_by_name() {
    struct Stubborn;
    impl Source for Stubborn {
        fn conditions(&self, index: u64) -> Conditions {
            Placed::default().conditions(index)
        }

        fn run(
            &self,
            index: u64,
            sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
        ) -> Result<(), DataError> {
            Placed::default().run(index, sink)
        }
    }
    within_patience(|| {
        let experiment = Experiment {
            workers: 1,
            ..Experiment::default()
        };
        let (buffer, cursor) = experiment.buffer(Snapshot::default());
        let parents = vec![Parent {
            point: vec![0.5],
            weight: 1.0,
        }];
        buffer.breed(&breed(), parents);
        let _pool = experiment.pool(&buffer, &cursor, Arc::new(Stubborn));
        let found = (0..STEPS).find_map(|_| buffer.draw(BATCH).err());
        let child = (0..SIMULATIONS).find(|&index| buffer.point(index).is_some());
        let index = child.expect("half of them are children");
        assert_eq!(found, Some(DataError::Unplaced { index }));
    });
}
