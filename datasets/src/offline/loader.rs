//! Threads that read windows ahead of the trainer. Each has every n-th place in the order of the epochs, so that the order
//! in which windows are handed out depends on no thread.

use super::blocks::stream;
use super::{Epochs, WindowFile};
use crate::Window;
use crate::files::DatasetError;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// Time between two looks of a waiting trainer whether it was told to stop.
const LOOK: Duration = Duration::from_millis(100);

/// Most threads that read.
const THREADS: usize = 8;

/// Windows that are read ahead where nobody says how many.
const AHEAD: usize = 64;

/// Windows as they are read, or why one could not be.
type Windows = Receiver<Result<Window, DatasetError>>;

/// Hands out the windows of a file. Dropping it ends its threads.
pub struct EpochLoader {
    file: Arc<WindowFile>,
    seed: u64,
    /// The windows of each thread, of which the trainer takes one in turn.
    threads: Vec<Windows>,
    turn: usize,
    stop: Arc<AtomicBool>,
    handed_out: u64,
    waited: Duration,
}

impl EpochLoader {
    /// A loader of the order that `seed` gives, after `handed_out` windows of an earlier process. It reads at most `ahead`
    /// windows in front of the trainer, whose waiting ends when `stop` is set.
    pub fn start(
        file: Arc<WindowFile>,
        seed: u64,
        handed_out: u64,
        ahead: usize,
        stop: Arc<AtomicBool>,
    ) -> Self {
        let threads = threads(&file, &file.order(seed, handed_out), ahead);
        Self {
            threads,
            turn: 0,
            file,
            seed,
            stop,
            handed_out,
            waited: Duration::ZERO,
        }
    }

    /// The next `count` windows; none when the trainer was told to stop while it waited.
    ///
    /// # Errors
    /// When the file can't be read or has values that are not finite.
    pub fn draw(&mut self, count: usize) -> Result<Vec<Window>, DatasetError> {
        let mut batch = Vec::with_capacity(count);
        while batch.len() < count {
            match self.next()? {
                Some(window) => batch.push(window),
                None => return Ok(Vec::new()),
            }
        }
        self.handed_out += count as u64;
        Ok(batch)
    }

    /// The first `count` windows of the order, wherever the trainer is.
    ///
    /// # Errors
    /// When the file can't be read or has values that are not finite.
    pub fn first(&self, count: usize) -> Result<Vec<Window>, DatasetError> {
        let order = self.file.order(self.seed, 0);
        let threads = threads(&self.file, &order, AHEAD);
        let windows = threads
            .iter()
            .cycle()
            .take(count)
            .map_while(|thread| thread.recv().ok());
        windows.collect()
    }

    /// The file.
    pub fn file(&self) -> &WindowFile {
        &self.file
    }

    /// Windows handed out since the start of the run.
    pub fn handed_out(&self) -> u64 {
        self.handed_out
    }

    /// Time that the trainer has waited, in this process.
    pub fn waited(&self) -> Duration {
        self.waited
    }

    /// The next window, or none when the trainer was told to stop.
    fn next(&mut self) -> Result<Option<Window>, DatasetError> {
        let windows = &self.threads[self.turn];
        self.turn = (self.turn + 1) % self.threads.len();
        if let Ok(window) = windows.try_recv() {
            return window.map(Some);
        }
        let started = Instant::now();
        let next = loop {
            match windows.recv_timeout(LOOK) {
                Ok(window) => break window.map(Some),
                Err(RecvTimeoutError::Timeout) if !self.stop.load(Ordering::Relaxed) => {}
                // A thread that has ended said why in its last message, which a stopped trainer may have drawn.
                Err(_) => break Ok(None),
            }
        };
        self.waited += started.elapsed();
        next
    }
}

/// Starts threads that read windows in this order, at most `ahead` in front of the trainer.
fn threads(file: &Arc<WindowFile>, order: &Epochs, ahead: usize) -> Vec<Windows> {
    if file.is_streamed() {
        let (sender, windows) = sync_channel(ahead);
        stream(file, order.clone(), sender);
        return vec![windows];
    }
    let cores = thread::available_parallelism().map_or(1, usize::from);
    // Windows in memory need no second thread.
    let all_held = file.held() == file.windows();
    let count = if all_held { 1 } else { cores.min(THREADS) };
    let order = |place| order.clone().skip(place).step_by(count);
    let threads = (0..count).map(|place| read(file.clone(), order(place), ahead.div_ceil(count)));
    threads.collect()
}

/// Starts a thread that reads windows in this order.
fn read(
    file: Arc<WindowFile>,
    order: impl Iterator<Item = u64> + Send + 'static,
    ahead: usize,
) -> Windows {
    let (sender, windows) = sync_channel(ahead);
    thread::spawn(move || {
        for index in order {
            let window = file.window(index);
            let failed = window.is_err();
            if sender.send(window).is_err() || failed {
                return;
            }
        }
    });
    windows
}
