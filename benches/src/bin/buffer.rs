//! Rate at which the training buffer takes windows and hands them out, without solvers or network.
//!
//! Windows are two frames of 32-bit numbers, each frame shared by two windows, 100 windows per simulation. *Put* takes
//! windows that exist, *cut and put* makes them from 64-bit states as workers do, which copies every frame once. *Draw*
//! takes batches of 32 from a full buffer, *draw and copy* writes their frames into one block as a trainer does. *All*
//! does both at once: producers cut and put while one consumer draws and copies, two reads per window where a policy
//! allows it.
//!
//! ```sh
//! cargo run --release -p ondine-benches --bin buffer
//! ```

use std::time::Instant;

use ondine_datasets::policy::{POLICIES, PolicyEntry, Reads};
use ondine_datasets::{
    Batches, Buffer, BufferConfig, Conditions, Cut, Frame, Order, RateLimiter, Window, WindowCutter,
};

/// Windows of a batch.
const BATCH: usize = 32;
/// Windows of a simulation.
const PER_SIMULATION: usize = 100;
/// Windows that are put in one measurement.
const WINDOWS: usize = 32_000;
/// Windows that fit, where not all do.
const CAPACITY: usize = 10_000;
/// Measurements, of which the best counts.
const REPEATS: usize = 5;

fn main() {
    println!(
        "{:<18} {:>7} {:>9}  {:>10}  {:>22}  {:>10}  {:>22}  {:>22}",
        "policy",
        "values",
        "producers",
        "put",
        "cut and put",
        "draw",
        "draw and copy",
        "all, drawn"
    );
    for values in [256, 64 * 64] {
        for entry in POLICIES {
            for producers in [1, 2, 4] {
                report(Case {
                    entry,
                    values,
                    producers,
                });
            }
        }
    }
}

/// A measurement: policy, size of a frame and number of producers.
#[derive(Clone, Copy)]
struct Case {
    entry: &'static PolicyEntry,
    values: usize,
    producers: usize,
}

fn report(case: Case) {
    let best = |measure: &dyn Fn() -> f64| (0..REPEATS).map(|_| measure()).fold(0.0, f64::max);
    let copied = |frames: f64| {
        let bytes = frames * 4.0 * case.values as f64;
        format!("{}, {:5.2} GB/s", millions(frames), 1e-9 * bytes)
    };
    let alone = |text: &dyn Fn() -> String| match case.producers {
        1 => text(),
        _ => String::new(), // no producer takes part
    };
    println!(
        "{:<18} {:>7} {:>9}  {:>10}  {:>22}  {:>10}  {:>22}  {:>22}",
        case.entry.kind,
        case.values,
        case.producers,
        millions(best(&|| case.put())),
        copied(best(&|| case.cut_and_put())),
        alone(&|| millions(best(&|| case.draw(|batch| batch.len())))),
        alone(&|| copied(best(&|| case.draw(|batch| copy(&batch))))),
        copied(best(&|| case.all()))
    );
}

/// "1.23 M/s".
fn millions(frames: f64) -> String {
    format!("{:.2} M/s", 1e-6 * frames)
}

impl Case {
    /// Frames per second that come in as windows that exist; each window brings one.
    fn put(self) -> f64 {
        let buffer = self.buffer(WINDOWS, 1);
        let windows: Vec<Vec<Window>> = self
            .simulations()
            .map(|s| self.windows(s).collect())
            .collect();
        let next = std::sync::Mutex::new(windows.into_iter());
        let started = Instant::now();
        self.produce(|_| {
            let take = || next.lock().expect("no panic").next();
            while let Some(windows) = take() {
                windows.into_iter().for_each(|window| put(&buffer, window));
            }
        });
        WINDOWS as f64 / started.elapsed().as_secs_f64()
    }

    /// Frames per second that come in from states.
    fn cut_and_put(self) -> f64 {
        let buffer = self.buffer(WINDOWS, 1);
        let started = Instant::now();
        self.produce(|producer| self.simulate(producer, &buffer));
        WINDOWS as f64 / started.elapsed().as_secs_f64()
    }

    /// Frames per second that are handed out, two per window; `read` does something with a batch.
    fn draw(self, read: fn(Vec<Window>) -> usize) -> f64 {
        let buffer = self.buffer(CAPACITY, u64::MAX);
        let windows = self
            .simulations()
            .flat_map(|simulation| self.windows(simulation));
        windows
            .take(CAPACITY)
            .for_each(|window| put(&buffer, window));
        let batches = CAPACITY / BATCH;
        let started = Instant::now();
        let drawn: usize = (0..batches).map(|_| read(draw(&buffer))).sum();
        assert_eq!(drawn, batches * BATCH, "no batch is short");
        2.0 * drawn as f64 / started.elapsed().as_secs_f64()
    }

    /// Frames per second that are handed out and copied while producers fill the buffer.
    fn all(self) -> f64 {
        let reads = if self.entry.reads == Reads::Once {
            1
        } else {
            2
        };
        let batches = reads * WINDOWS / BATCH;
        let buffer = self.buffer(CAPACITY, batches as u64);
        let started = Instant::now();
        std::thread::scope(|scope| {
            scope.spawn(|| self.produce(|producer| self.simulate(producer, &buffer)));
            let drawn: usize = (0..batches).map(|_| copy(&draw(&buffer))).sum();
            assert_eq!(drawn, batches * BATCH, "no batch is short");
            buffer.close(); // no producer waits for room any more
        });
        (2 * batches * BATCH) as f64 / started.elapsed().as_secs_f64()
    }

    fn simulations(self) -> std::ops::Range<u64> {
        0..(WINDOWS / PER_SIMULATION) as u64
    }

    /// Runs `work` on as many threads as there are producers.
    fn produce(self, work: impl Fn(usize) + Sync) {
        std::thread::scope(|scope| {
            for producer in 0..self.producers {
                let work = &work;
                scope.spawn(move || work(producer));
            }
        });
    }

    /// Puts the windows of every simulation that is this producer's.
    fn simulate(self, producer: usize, buffer: &Buffer) {
        for simulation in self.simulations().skip(producer).step_by(self.producers) {
            for window in self.windows(simulation) {
                if !buffer.put(window) {
                    return;
                }
            }
        }
    }

    /// The windows of a simulation, cut from states as they are asked for.
    fn windows(self, simulation: u64) -> impl Iterator<Item = Window> {
        let cut = Cut {
            stride: 1,
            frames: 2,
        };
        let conditions = Conditions {
            dt: 1.0,
            length: vec![1.0],
            spacing: vec![1.0],
            parameters: vec![1.0],
        };
        let mut cutter = WindowCutter::new(cut, simulation, conditions);
        let state = vec![simulation as f64; self.values];
        (0..=PER_SIMULATION).filter_map(move |_| cutter.push(&state))
    }

    /// A buffer in order of arrival.
    fn buffer(self, capacity: usize, steps: u64) -> Buffer {
        let watermark = capacity / 10;
        let pace = RateLimiter {
            total: WINDOWS as u64,
            watermark: watermark as u64,
            steps,
            drain: 0,
            ahead: WINDOWS as u64,
            behind: WINDOWS as u64,
            batches: Batches::of(BATCH as u64),
            growth: 1.0,
        };
        let config = BufferConfig {
            capacity,
            watermark,
            order: Order::Arrival,
            pace,
            seed: 0,
        };
        // What firo holds back is not asked for when nobody puts.
        let held_back = if steps == u64::MAX { 0 } else { watermark };
        Buffer::new(
            self.entry
                .build(capacity, held_back)
                .expect("options have defaults"),
            config,
        )
    }
}

fn put(buffer: &Buffer, window: Window) {
    assert!(buffer.put(window), "the buffer is open");
}

fn draw(buffer: &Buffer) -> Vec<Window> {
    buffer.draw(BATCH).expect("no simulation fails")
}

/// Copies the frames of a batch into one block; the number of windows.
fn copy(batch: &[Window]) -> usize {
    let frames = batch.iter().flat_map(|window| &window.frames);
    let frames: Vec<&[f32]> = frames.filter_map(Frame::values).collect();
    std::hint::black_box(frames.concat());
    batch.len()
}
