//! A simulator whose frames say where they come from, an experiment around it, and a limit of time.

mod draws;

pub(crate) use draws::{Tag, cases, chi_square, quantities, sampler, without_options};

use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread::{sleep, spawn};
use std::time::{Duration, Instant};

use ondine_datasets::policy::{PolicyEntry, Reads};
use ondine_datasets::{
    Batches, Buffer, BufferConfig, Conditions, Cursor, Cut, DataError, Frame, Order, RateLimiter,
    Snapshot, Source, Window, WorkerPool, policy,
};
use ondine_solvers::SolverError;

/// Longer than anything here takes; a test that reaches it is in a deadlock.
const PATIENCE: Duration = Duration::from_secs(20);

/// Name of a window: its simulation and its first frame.
pub(crate) type Name = (u64, usize);

/// Failure of a simulation, after half of its frames.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Trouble {
    Failure { simulation: u64 },
    Panic { simulation: u64 },
}

/// Frame `j` of simulation `i` is `[i, j]`, its only parameter is `i`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CountingSimulator {
    pub(crate) frames: usize,
    /// Time that a frame of a simulation takes.
    pub(crate) delay: fn(u64) -> Duration,
    pub(crate) trouble: Option<Trouble>,
}

impl CountingSimulator {
    fn stumble(&self, index: u64) -> Result<(), DataError> {
        match self.trouble {
            Some(Trouble::Failure { simulation }) if simulation == index => {
                Err(failure(simulation))
            }
            Some(Trouble::Panic { simulation }) if simulation == index => {
                panic!("no state in simulation {simulation}")
            }
            _ => Ok(()),
        }
    }
}

impl Source for CountingSimulator {
    fn conditions(&self, index: u64) -> Conditions {
        conditions(index)
    }

    fn run(
        &self,
        index: u64,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<(), DataError> {
        for frame in 0..self.frames {
            if frame == self.frames / 2 {
                self.stumble(index)?;
            }
            sleep((self.delay)(index));
            if sink(&[index as f64, frame as f64]).is_break() {
                break;
            }
        }
        Ok(())
    }
}

/// The error of the simulation that fails.
pub(crate) fn failure(index: u64) -> DataError {
    let source = SolverError::Length {
        axis: 0,
        length: -1.0,
    };
    DataError::Simulation { index, source }
}

fn conditions(index: u64) -> Conditions {
    Conditions {
        dt: 0.5,
        length: vec![2.0],
        spacing: vec![1.0],
        parameters: vec![index as f64],
    }
}

/// A window of two frames, without a simulator.
pub(crate) fn window((simulation, start): Name) -> Window {
    let frame = |j: usize| Frame::from_iter([simulation as f32, j as f32]);
    Window {
        simulation,
        grid: 0,
        start,
        conditions: Arc::new(conditions(simulation)),
        frames: vec![frame(start), frame(start + 1)],
        static_fields: Arc::default(),
    }
}

/// The name of a window whose frames and conditions are what its name says.
pub(crate) fn name(window: &Window, stride: usize) -> Name {
    let Window {
        simulation, start, ..
    } = *window;
    for (position, frame) in window.frames.iter().enumerate() {
        let expected = [simulation as f32, (start + position * stride) as f32];
        assert_eq!(
            frame.on_host()[..],
            expected,
            "frame {position} of {window:?}"
        );
    }
    assert_eq!(*window.conditions, conditions(simulation));
    (simulation, start)
}

/// A training without a network: simulations, a buffer and the batches drawn from it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Experiment {
    pub(crate) policy: &'static str,
    pub(crate) order: Order,
    pub(crate) capacity: usize,
    pub(crate) watermark: usize,
    /// Windows by which production may be ahead in order of arrival.
    pub(crate) ahead: u64,
    pub(crate) simulations: u64,
    /// Frames a simulation, as the pace has them; the simulator may give others.
    pub(crate) frames: usize,
    pub(crate) cut: Cut,
    pub(crate) steps: u64,
    pub(crate) batch: usize,
    pub(crate) workers: usize,
    pub(crate) simulator: CountingSimulator,
}

impl Default for Experiment {
    /// 12 simulations of 10 windows in 30 batches of 4, without delay.
    fn default() -> Self {
        Self {
            policy: "fifo",
            order: Order::Arrival,
            capacity: 40,
            watermark: 8,
            ahead: 16,
            simulations: 12,
            frames: 14,
            cut: Cut {
                stride: 2,
                frames: 3,
            },
            steps: 30,
            batch: 4,
            workers: 2,
            simulator: CountingSimulator {
                frames: 14,
                delay: |_| Duration::ZERO,
                trouble: None,
            },
        }
    }
}

impl Experiment {
    /// Every window there is, in order.
    pub(crate) fn windows(&self) -> Vec<Name> {
        let each = self.cut.windows(self.frames);
        (0..self.simulations)
            .flat_map(|simulation| (0..each).map(move |start| (simulation, start)))
            .collect()
    }

    pub(crate) fn pace(&self) -> RateLimiter {
        let pace = RateLimiter {
            total: self.windows().len() as u64,
            watermark: self.watermark as u64,
            steps: self.steps,
            drain: 0,
            ahead: self.ahead,
            behind: 0,
            batches: Batches::of(self.batch as u64),
            growth: 1.0,
        };
        let pace = RateLimiter {
            behind: pace.per_step(),
            ..pace
        };
        match self.entry().reads {
            Reads::Many => pace.draining(self.capacity),
            Reads::Once | Reads::Chance => pace,
        }
    }

    pub(crate) fn entry(&self) -> &'static PolicyEntry {
        policy::find(self.policy).expect("the policy is in the list")
    }

    /// The buffer alone.
    pub(crate) fn buffer(&self, snapshot: Snapshot) -> Arc<Buffer> {
        let config = BufferConfig {
            capacity: self.capacity,
            watermark: self.watermark,
            order: self.order,
            pace: self.pace(),
            seed: 7,
        };
        let policy = self
            .entry()
            .build(self.capacity, self.watermark)
            .expect("options have defaults");
        Arc::new(Buffer::restored(policy, config, snapshot))
    }

    pub(crate) fn start(&self) -> Running {
        self.restart(Snapshot::default())
    }

    pub(crate) fn restart(&self, snapshot: Snapshot) -> Running {
        let cursor = snapshot.cursor.clone();
        let buffer = self.buffer(snapshot);
        let pool = self.pool(&buffer, &cursor);
        Running {
            experiment: *self,
            buffer,
            pool,
        }
    }

    pub(crate) fn pool(&self, buffer: &Arc<Buffer>, cursor: &Cursor) -> WorkerPool {
        let (simulator, buffer) = (Arc::new(self.simulator), buffer.clone());
        let total = self.simulations;
        WorkerPool::start(self.workers, simulator, buffer, self.cut, cursor, total)
    }

    /// Every batch of the training.
    pub(crate) fn batches(&self) -> Vec<Vec<Name>> {
        self.start().draw_many(self.steps)
    }
}

/// An experiment with workers at work; dropping it stops them.
pub(crate) struct Running {
    experiment: Experiment,
    pub(crate) buffer: Arc<Buffer>,
    pub(crate) pool: WorkerPool,
}

impl Running {
    pub(crate) fn try_draw(&self) -> Result<Vec<Name>, DataError> {
        let windows = self.buffer.draw(self.experiment.batch)?;
        let stride = self.experiment.cut.stride;
        Ok(windows.iter().map(|window| name(window, stride)).collect())
    }

    pub(crate) fn draw(&self) -> Vec<Name> {
        self.try_draw().expect("no simulation fails")
    }

    pub(crate) fn draw_many(&self, count: u64) -> Vec<Vec<Name>> {
        (0..count).map(|_| self.draw()).collect()
    }

    /// Draws until nothing comes any more.
    pub(crate) fn drain(&self) -> Vec<Name> {
        let batches = std::iter::from_fn(|| Some(self.draw()));
        batches
            .take_while(|batch| !batch.is_empty())
            .flatten()
            .collect()
    }
}

/// The result of `body`, or a panic when it does not end.
pub(crate) fn within_patience<T: Send + 'static>(body: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = channel();
    let thread = spawn(move || sender.send(body()));
    match receiver.recv_timeout(PATIENCE) {
        Ok(result) => result,
        Err(RecvTimeoutError::Timeout) => panic!("deadlock: nothing in {PATIENCE:?}"),
        Err(RecvTimeoutError::Disconnected) => {
            resume_unwind(thread.join().expect_err("it ended without a result"))
        }
    }
}

/// Waits until the condition holds.
pub(crate) fn wait_until(what: &str, condition: impl Fn() -> bool) {
    let started = Instant::now();
    while !condition() {
        assert!(started.elapsed() < PATIENCE, "deadlock: never {what}");
        sleep(Duration::from_millis(1));
    }
}

/// Time for a thread to do what it must not do.
pub(crate) fn give_time() {
    sleep(Duration::from_millis(30));
}
