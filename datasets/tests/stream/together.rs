//! Simulations that are made in blocks: the same as each by itself, in any block, after failures and interruptions.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

use crate::doubles::{Trouble, sampler, within_patience};
use ondine_datasets::policy::Fifo;
use ondine_datasets::{
    Batches, Buffer, BufferConfig, Conditions, Cut, DataError, Distribution, Ensemble, Failure,
    Frame, Order, Quantities, RateLimiter, Snapshot, Source, WorkerPool, first_attempts,
};
use ondine_solvers::initial::SineSeries;
use ondine_solvers::{Integrator, Precision, equation};

const SIMULATIONS: u64 = 29;
const FRAMES: usize = 12;
const BATCH: usize = 10;
const CUT: Cut = Cut {
    stride: 1,
    frames: 2,
};

/// Burgers flows; the time step of some is too long, and they diverge.
fn ensemble() -> Ensemble {
    let uniform = |low: f64, high: f64| Distribution::Uniform {
        uniform: [low, high],
    };
    Ensemble {
        equation: equation::find("burgers").expect("the equation is in the list"),
        points: vec![32],
        solver_points: vec![64],
        obstacles: vec![],
        quantities: Quantities {
            parameters: vec![uniform(0.001, 0.02)],
            length: vec![uniform(4.0, 8.0)],
            dt: uniform(0.02, 0.6),
        },
        substeps: 1,
        integrator: Integrator::Etdrk2,
        precision: Precision::F64,
        threads: 1,
        warmup: 1,
        frames: FRAMES,
        initial: Arc::new(SineSeries::default()),
        sampler: sampler("monte_carlo", 4),
        seed: 4,
    }
}

/// A source that is asked for blocks of `most` simulations and notes how many were asked for at once; one of them may panic.
#[derive(Clone)]
struct Blocks {
    source: Arc<dyn Source>,
    most: usize,
    asked: Arc<Mutex<Vec<usize>>>,
    trouble: Option<Trouble>,
}

impl Blocks {
    fn of(most: usize) -> Self {
        Self {
            source: Arc::new(ensemble()),
            most,
            asked: Arc::default(),
            trouble: None,
        }
    }
}

impl Source for Blocks {
    fn conditions(&self, index: u64) -> Conditions {
        self.source.conditions(index)
    }

    fn run(
        &self,
        index: u64,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<(), DataError> {
        match self.trouble {
            Some(Trouble::Panic { simulation }) if simulation == index => panic!("{index}"),
            _ => self.source.run(index, sink),
        }
    }

    fn block(&self) -> usize {
        self.most
    }

    fn run_block(
        &self,
        indices: &[u64],
        sink: &mut dyn FnMut(usize, &[f64]) -> ControlFlow<()>,
    ) -> Vec<Result<(), DataError>> {
        self.asked.lock().expect("no panic").push(indices.len());
        match self.trouble {
            Some(Trouble::Panic { simulation }) if indices.contains(&simulation) => {
                panic!("the block of {simulation}")
            }
            _ => self.source.run_block(indices, sink),
        }
    }

    fn again(&self, attempt: u32) -> Option<Arc<dyn Source>> {
        let trouble = self.trouble.filter(|_| attempt == 0);
        let source = self.source.again(attempt)?;
        Some(Arc::new(Self {
            source,
            trouble,
            ..self.clone()
        }))
    }
}

/// A window to the bit.
type Bits = (u64, usize, Vec<u32>);

/// A training that is begun or goes on.
struct Training {
    buffer: Arc<Buffer>,
    _pool: WorkerPool,
}

impl Training {
    fn go_on(source: Blocks, workers: usize, snapshot: Snapshot) -> Self {
        let total = SIMULATIONS * CUT.windows(FRAMES) as u64;
        let config = BufferConfig {
            capacity: 40,
            watermark: 20,
            order: Order::Simulation { ahead: 2 },
            pace: RateLimiter {
                total,
                watermark: 20,
                steps: total / BATCH as u64,
                drain: 0,
                ahead: 10,
                behind: 0,
                batches: Batches::of(BATCH as u64),
                growth: 1.0,
            },
            seed: 3,
        };
        let cursor = snapshot.cursor.clone();
        let buffer = Buffer::restored(Box::new(Fifo::new(40)), config, snapshot);
        let buffer = Arc::new(buffer.tolerating(100));
        let pool = WorkerPool::start(
            workers,
            Arc::new(source),
            buffer.clone(),
            CUT,
            &cursor,
            SIMULATIONS,
        );
        Self {
            buffer,
            _pool: pool,
        }
    }

    fn draw(&self) -> Vec<Bits> {
        let windows = self.buffer.draw(BATCH).expect("few simulations fail");
        let bits = windows.iter().map(|window| {
            let frames = window.frames.iter().map(Frame::on_host);
            let bits =
                frames.flat_map(|frame| frame.iter().map(|u| u.to_bits()).collect::<Vec<_>>());
            let bits = bits.collect();
            (window.simulation, window.start, bits)
        });
        bits.collect()
    }

    fn draw_all(&self) -> Vec<Vec<Bits>> {
        let batches = std::iter::repeat_with(|| self.draw());
        batches.take_while(|batch| !batch.is_empty()).collect()
    }

    /// Attempts that failed, by simulation.
    fn failures(&self) -> Vec<(u64, u32, String)> {
        let said = |failure: Failure| (failure.simulation, failure.attempt, failure.cause);
        let mut failures: Vec<_> = self.buffer.failures(0).into_iter().map(said).collect();
        failures.sort();
        failures
    }
}

/// Batches of a whole training, and its failures.
type Course = (Vec<Vec<Bits>>, Vec<(u64, u32, String)>);

fn whole(source: Blocks, workers: usize) -> Course {
    within_patience(move || {
        let training = Training::go_on(source, workers, Snapshot::default());
        (training.draw_all(), training.failures())
    })
}

#[test]
fn frames_are_the_same_to_the_bit_in_any_block() {
    let ensemble = ensemble();
    assert!(ensemble.block() > 1, "small grids are made in blocks");
    let alone = |index: u64| {
        let mut frames = Vec::new();
        let end = ensemble.run(index, &mut |frame| {
            frames.push(frame.to_vec());
            ControlFlow::Continue(())
        });
        (frames, end.map_err(|error| error.to_string()))
    };
    let mut failed = 0;
    for block in [
        &[0_u64, 1, 2][..],
        &[5, 0, 17, 3, 8, 9, 21, 2, 11, 28],
        &[7],
    ] {
        let mut frames = vec![Vec::new(); block.len()];
        let ends = ensemble.run_block(block, &mut |place, frame| {
            frames[place].push(frame.to_vec());
            ControlFlow::Continue(())
        });
        for ((index, frames), end) in block.iter().zip(frames).zip(ends) {
            failed += usize::from(end.is_err());
            assert_eq!(
                (frames, end.map_err(|error| error.to_string())),
                alone(*index)
            );
        }
    }
    assert!(failed > 0, "some diverge");
}

#[test]
fn batches_are_the_same_for_any_size_of_blocks_and_any_number_of_workers() {
    let expected = whole(Blocks::of(1), 1);
    assert!(!expected.1.is_empty(), "some diverge");
    for (most, workers) in [(8, 1), (8, 2), (3, 3), (16, 5)] {
        let source = Blocks::of(most);
        let asked = source.asked.clone();
        assert!(whole(source, workers) == expected, "{most}, {workers}");
        let asked = asked.lock().expect("no panic");
        assert!(asked.iter().all(|&asked| 1 < asked && asked <= most));
        assert!(!asked.is_empty(), "{most}, {workers}");
    }
}

#[test]
fn a_training_that_stops_in_the_middle_of_a_block_goes_on_as_if_it_had_not() {
    let (expected, _) = whole(Blocks::of(1), 1);
    for count in [0, 1, 3, 8, 20] {
        let (first, snapshot) = within_patience(move || {
            let training = Training::go_on(Blocks::of(8), 2, Snapshot::default());
            let first: Vec<_> = (0..count).map(|_| training.draw()).collect();
            (first, training.buffer.snapshot())
        });
        let rest = within_patience(move || Training::go_on(Blocks::of(5), 3, snapshot).draw_all());
        assert!([first, rest].concat() == expected, "{count}");
    }
}

#[test]
fn a_panic_in_a_block_is_that_of_one_simulation() {
    let panics = Some(Trouble::Panic { simulation: 6 });
    let one = Blocks {
        trouble: panics,
        ..Blocks::of(1)
    };
    let expected = whole(one, 1);
    let cause = |failure: &&(u64, u32, String)| (failure.0, failure.1) == (6, 0);
    assert!(expected.1.iter().any(|failure| cause(&failure)));
    let eight = Blocks {
        trouble: panics,
        ..Blocks::of(8)
    };
    assert!(whole(eight, 2) == expected);
}

#[test]
fn one_simulation_is_no_block() {
    let begin = |_| Ok(());
    let made = first_attempts(&Blocks::of(8), &[3], begin, |(), _| {
        ControlFlow::Continue(())
    });
    assert!(made.len() == 1 && made[0].is_none());
}
