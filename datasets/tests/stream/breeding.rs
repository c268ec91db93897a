//! Generations and workers: which simulations a generation is for, on any number of threads and after restarts.

mod order;

use crate::doubles::{cases, failure, within_patience};
use ondine_datasets::policy::{self, POLICIES};
use ondine_datasets::sampler::breed::{Breed, Lineage, Parent};
use ondine_datasets::{
    Buffer, BufferConfig, Conditions, Cursor, Cut, DataError, Order, RateLimiter, Snapshot, Source,
    WorkerPool,
};
use proptest::prelude::*;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

const SIMULATIONS: u64 = 60;
const WINDOWS: u64 = 5;
const STEPS: u64 = 75;
const BATCH: usize = 4;
const IN_ORDER: Order = Order::Simulation { ahead: 3 };

/// Steps between two generations.
const EVERY: u64 = 5;
const SEED: u64 = 11;

/// Simulations whose parameter is where they were placed; of those that were not, 1000 + 100 attempts + index.
#[derive(Debug, Clone)]
struct Placed {
    point: Option<f64>,
    attempt: u32,
    /// Time that simulation takes.
    delay: fn(u64) -> Duration,
    /// A test whether simulations fail at a point.
    fails: fn(f64) -> bool,
}

impl Default for Placed {
    fn default() -> Self {
        Self {
            point: None,
            attempt: 0,
            delay: |_| Duration::ZERO,
            fails: |_| false,
        }
    }
}

impl Source for Placed {
    fn conditions(&self, index: u64) -> Conditions {
        let own = 1000.0 + 100.0 * f64::from(self.attempt) + index as f64;
        Conditions {
            dt: 0.5,
            length: vec![2.0],
            spacing: vec![1.0],
            parameters: vec![self.point.unwrap_or(own)],
        }
    }

    fn run(
        &self,
        index: u64,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<(), DataError> {
        sleep((self.delay)(index));
        if self.point.is_some_and(self.fails) {
            return Err(failure(index));
        }
        for frame in 0..=WINDOWS {
            if sink(&[index as f64, frame as f64]).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn again(&self, attempt: u32) -> Option<Arc<dyn Source>> {
        Some(Arc::new(Self {
            attempt,
            point: None,
            ..self.clone()
        }))
    }

    fn at(&self, point: &[f64]) -> Option<Arc<dyn Source>> {
        Some(Arc::new(Self {
            point: Some(point[0]),
            ..self.clone()
        }))
    }
}

/// A training without a network that breeds.
#[derive(Debug, Clone)]
struct Experiment {
    policy: &'static str,
    order: Order,
    workers: usize,
    lead: u64,
    capacity: usize,
    watermark: usize,
    simulator: Placed,
}

impl Default for Experiment {
    fn default() -> Self {
        Self {
            policy: "reservoir",
            order: IN_ORDER,
            workers: 2,
            lead: 3,
            capacity: 40,
            watermark: 10,
            simulator: Placed::default(),
        }
    }
}

impl Experiment {
    fn buffer(&self, snapshot: Snapshot) -> (Arc<Buffer>, Cursor) {
        let entry = policy::find(self.policy).expect("the policy is in the list");
        let total = SIMULATIONS * WINDOWS;
        let pace = RateLimiter {
            total,
            watermark: self.watermark as u64,
            steps: STEPS,
            drain: 0,
            ahead: 10,
            behind: total.div_ceil(STEPS),
            batches: ondine_datasets::Batches::of(BATCH as u64),
            growth: 1.0,
        };
        let config = BufferConfig {
            capacity: self.capacity,
            watermark: self.watermark,
            order: self.order,
            pace,
            seed: 7,
        };
        let cursor = snapshot.cursor.clone();
        let lineage = Lineage {
            seed: SEED,
            lead: self.lead,
            generations: snapshot.generations.clone(),
        };
        let policy = entry
            .build(self.capacity, self.watermark)
            .expect("options have defaults");
        let buffer = Buffer::restored(policy, config, snapshot);
        let buffer = buffer.tolerating(1000).breeding(lineage);
        (Arc::new(buffer), cursor)
    }

    fn pool(
        &self,
        buffer: &Arc<Buffer>,
        cursor: &Cursor,
        simulator: Arc<dyn Source>,
    ) -> WorkerPool {
        let cut = Cut {
            stride: 1,
            frames: 2,
        };
        let (workers, buffer) = (self.workers, buffer.clone());
        WorkerPool::start(workers, simulator, buffer, cut, cursor, SIMULATIONS)
    }

    fn start(&self, snapshot: Snapshot) -> Running {
        let (buffer, cursor) = self.buffer(snapshot);
        let simulator = Arc::new(self.simulator.clone());
        Running {
            _pool: self.pool(&buffer, &cursor, simulator),
            buffer,
        }
    }
}

/// Simulation, first frame and parameter of every window of every batch.
type Batches = Vec<Vec<(u64, usize, u64)>>;

struct Running {
    buffer: Arc<Buffer>,
    _pool: WorkerPool,
}

impl Running {
    /// Draws batches up to a step, with a generation of the last batch every few of them.
    fn train(&self, from: u64, to: u64) -> Batches {
        let batch = |step| {
            let windows = self.buffer.draw(BATCH).expect("nothing ends the run");
            let parameter = |index: usize| windows[index].conditions.parameters[0];
            let drawn = windows.iter().enumerate();
            let names = drawn.map(|(i, w)| (w.simulation, w.start, parameter(i).to_bits()));
            let names = names.collect();
            if (step + 1) % EVERY == 0 {
                let point = |index| vec![(parameter(index) / 7.0).fract() as f32];
                let parents = (0..windows.len()).map(|index| Parent {
                    point: point(index),
                    weight: 1.0 + index as f32,
                });
                self.buffer.breed(&breed(), parents.collect());
            }
            names
        };
        (from..to).map(batch).collect()
    }
}

fn breed() -> Breed {
    Breed {
        start: 0.5,
        end: 0.9,
        breakpoint: 3,
        ..Breed::default()
    }
}

fn whole(experiment: Experiment) -> Batches {
    within_patience(move || experiment.start(Snapshot::default()).train(0, STEPS))
}

/// Batches from the step of a snapshot on, and the state after them.
fn part(experiment: Experiment, snapshot: Snapshot, to: u64) -> (Batches, Snapshot) {
    within_patience(move || {
        let from = snapshot.batches;
        let running = experiment.start(snapshot);
        let batches = running.train(from, to);
        (batches, running.buffer.snapshot())
    })
}

fn slow_now_and_then(index: u64) -> Duration {
    Duration::from_micros(index * 7919 % 13 * 150)
}

#[test]
fn the_same_simulations_are_bred_on_any_number_of_workers_with_every_buffer() {
    for entry in POLICIES {
        let mut experiment = Experiment {
            policy: entry.kind,
            workers: 1,
            ..Experiment::default()
        };
        let expected = whole(experiment.clone());
        let children = |batches: &Batches| {
            let parameters = batches.iter().flatten().map(|name| f64::from_bits(name.2));
            parameters.filter(|parameter| *parameter < 1.0).count()
        };
        assert!(children(&expected) > 60, "{}", entry.kind);
        assert_eq!(expected.len() as u64, STEPS);
        for workers in [1, 2, 4, 9] {
            experiment.workers = workers;
            experiment.simulator.delay = slow_now_and_then;
            assert_eq!(
                whole(experiment.clone()),
                expected,
                "{}, {workers} workers",
                entry.kind
            );
        }
    }
}

proptest! {
    #![proptest_config(cases(16))]

    #[test]
    fn a_run_that_breeds_may_be_stopped_any_number_of_times(
        policy in 0..POLICIES.len(),
        lead in 0..6_u64,
        stops in prop::collection::vec((0..30_u64, 1..6_usize), 1..4),
        fails in any::<bool>(),
    ) {
        let mut experiment = Experiment {
            policy: POLICIES[policy].kind,
            lead,
            ..Experiment::default()
        };
        experiment.simulator.delay = slow_now_and_then;
        if fails {
            experiment.simulator.fails = |point| point < 0.4;
        }
        let expected = whole(experiment.clone());
        let (mut found, mut snapshot) = (Vec::new(), Snapshot::default());
        for (count, workers) in stops {
            experiment.workers = workers;
            let to = (snapshot.batches + count).min(STEPS);
            let (batches, kept) = part(experiment.clone(), snapshot, to);
            found.extend(batches);
            snapshot = kept;
        }
        let (batches, last) = part(experiment, snapshot, STEPS);
        found.extend(batches);
        prop_assert_eq!(found, expected);
        prop_assert_eq!(last.failures.is_empty(), !fails);
    }
}
