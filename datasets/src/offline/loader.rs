//! A thread that reads windows ahead of the trainer, in the order of the epochs.

use super::{Epochs, WindowFile};
use crate::Window;
use crate::hdf5::DatasetError;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

/// How often a waiting trainer looks whether it was told to stop.
const LOOK: Duration = Duration::from_millis(100);

/// Hands out the windows of a file. Dropping it ends its thread.
pub struct EpochLoader {
    file: Arc<WindowFile>,
    windows: Receiver<Result<Window, DatasetError>>,
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
        let (sender, windows) = sync_channel(ahead);
        let (source, order) = (file.clone(), Epochs::new(seed, file.windows(), handed_out));
        std::thread::spawn(move || {
            for index in order {
                let window = source.window(index);
                let failed = window.is_err();
                if sender.send(window).is_err() || failed {
                    return;
                }
            }
        });
        Self {
            file,
            windows,
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
        if let Ok(window) = self.windows.try_recv() {
            return window.map(Some);
        }
        let started = Instant::now();
        let next = loop {
            match self.windows.recv_timeout(LOOK) {
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
