//! Windows of a file in the order of the epochs, read ahead of the trainer.

use super::ahead::{Ahead, LOOK};
use super::blocks::stream;
use super::{Epochs, WindowFile};
use crate::Window;
use crate::files::DatasetError;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// Most threads that read.
const THREADS: usize = 8;

/// Windows that are read ahead where nobody says how many.
const AHEAD: usize = 64;

/// Hands out the windows of a file. Dropping it ends its threads.
pub struct EpochLoader {
    file: Arc<WindowFile>,
    seed: u64,
    windows: Windows,
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
        Self {
            windows: Windows::start(&file, file.order(seed, handed_out), ahead),
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
        let windows = Windows::start(&self.file, self.file.order(self.seed, 0), AHEAD);
        let never = AtomicBool::new(false);
        (0..count).map_while(|_| windows.next(&never)).collect()
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
        let started = Instant::now();
        let window = self.windows.next(&self.stop).transpose();
        self.waited += started.elapsed();
        window
    }
}

/// Windows in an order, as they are read.
enum Windows {
    Streamed(Receiver<Result<Window, DatasetError>>),
    Ahead(Ahead),
}

impl Windows {
    /// Starts threads that read windows in this order, at most `ahead` in front of the trainer.
    fn start(file: &Arc<WindowFile>, order: Epochs, ahead: usize) -> Self {
        if file.is_streamed() {
            let (sender, windows) = sync_channel(ahead);
            stream(file, order, sender);
            return Self::Streamed(windows);
        }
        let cores = thread::available_parallelism().map_or(1, usize::from);
        // Windows in memory need no second thread.
        let all_held = file.held() == file.windows();
        let count = if all_held { 1 } else { cores.min(THREADS) };
        Self::Ahead(Ahead::start(file.clone(), order, ahead, count))
    }

    /// The next window; none when the trainer was told to stop, or its threads have ended: why is the error before.
    fn next(&self, stop: &AtomicBool) -> Option<Result<Window, DatasetError>> {
        let windows = match self {
            Self::Streamed(windows) => windows,
            Self::Ahead(windows) => return windows.next(stop),
        };
        loop {
            match windows.recv_timeout(LOOK) {
                Ok(window) => return Some(window),
                Err(RecvTimeoutError::Timeout) if !stop.load(Ordering::Relaxed) => {}
                Err(_) => return None,
            }
        }
    }
}
