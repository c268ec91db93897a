//! Windows of a file that several threads read ahead of the trainer.
//!
//! The order of the epochs is taken in rounds. The windows of a round are read chunk after chunk, a run of windows that begin in
//! the same chunk by one thread, and handed out in the order of the epochs. So a chunk that holds frames of many windows is
//! unpacked once per round, threads seldom wait for a chunk that another one unpacks, and a fast thread reads what a slow one
//! has not begun. A round goes through the file in the opposite direction to the one before: the chunks that are still
//! unpacked come first. Neither the number of threads nor their speed changes which windows are handed out, or when.

use super::{Epochs, WindowFile};
use crate::Window;
use crate::files::DatasetError;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// Time between two looks of a waiting trainer whether it was told to stop.
pub(super) const LOOK: Duration = Duration::from_millis(100);

/// Windows that are read ahead. Dropping it ends its threads.
pub(super) struct Ahead(Arc<Shared>);

impl Ahead {
    /// Starts `threads` threads that read the windows of `order`, at most `ahead` in front of the trainer.
    pub(super) fn start(
        file: Arc<WindowFile>,
        order: Epochs,
        ahead: usize,
        threads: usize,
    ) -> Self {
        let ahead = ahead.max(1);
        let shared = Arc::new(Shared {
            together: file.stored_together(),
            file,
            ahead,
            round: ahead.div_ceil(2),
            longest: ahead.div_ceil(2 * threads.max(1)),
            queue: Mutex::new(Queue::of(order)),
            room: Condvar::new(),
            ready: Condvar::new(),
        });
        for _ in 0..threads {
            let shared = shared.clone();
            thread::spawn(move || Thread(&shared).read());
        }
        Self(shared)
    }

    /// The next window; none where the trainer was told to stop, or an earlier window could not be read.
    pub(super) fn next(&self, stop: &AtomicBool) -> Option<Result<Window, DatasetError>> {
        let Shared { ready, .. } = &*self.0;
        let mut queue = self.0.lock();
        while !matches!(queue.windows.front(), Some(Some(_))) {
            if queue.has_ended() || stop.load(Ordering::Relaxed) {
                return None;
            }
            let waited = ready.wait_timeout(queue, LOOK);
            queue = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        queue.handed_out += 1;
        let window = queue.windows.pop_front().flatten();
        if self.0.has_room(&queue) {
            self.0.room.notify_all();
        }
        window
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// A window by its place in the order and its number in the file.
type Placed = (u64, u64);

struct Shared {
    file: Arc<WindowFile>,
    /// Trajectories and frames that lie in one chunk.
    together: [usize; 2],
    /// Windows that are begun and not handed out, at most.
    ahead: usize,
    /// Windows of a round.
    round: usize,
    /// Windows of a run, at most.
    longest: usize,
    queue: Mutex<Queue>,
    /// Threads that wait for windows to read.
    room: Condvar,
    /// The trainer that waits for a window.
    ready: Condvar,
}

struct Queue {
    order: Epochs,
    /// What is left to read of the rounds that have begun.
    runs: VecDeque<Vec<Placed>>,
    rounds: u64,
    handed_out: u64,
    /// The windows of the rounds that have begun, from the next one to be handed out on; none while they are not read.
    windows: VecDeque<Option<Result<Window, DatasetError>>>,
    /// Whether a window could not be read, so that no other round begins.
    failed: bool,
    closed: bool,
}

impl Queue {
    fn of(order: Epochs) -> Self {
        Self {
            order,
            runs: VecDeque::new(),
            rounds: 0,
            handed_out: 0,
            windows: VecDeque::new(),
            failed: false,
            closed: false,
        }
    }

    /// Whether no window will come any more.
    fn has_ended(&self) -> bool {
        self.closed || self.failed && self.windows.is_empty()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn has_room(&self, queue: &Queue) -> bool {
        !queue.failed
            && (queue.windows.is_empty() || queue.windows.len() + self.round <= self.ahead)
    }

    /// The next run to be read; none when nobody takes the windows any more.
    fn next_run(&self) -> Option<Vec<Placed>> {
        let mut queue = self.lock();
        while !queue.closed {
            if let Some(run) = queue.runs.pop_front() {
                return Some(run);
            }
            if self.has_room(&queue) {
                self.begin_round(&mut queue);
                self.room.notify_all();
            } else {
                let waited = self.room.wait(queue);
                queue = waited.unwrap_or_else(PoisonError::into_inner);
            }
        }
        None
    }

    fn begin_round(&self, queue: &mut Queue) {
        let first = queue.handed_out + queue.windows.len() as u64;
        let placed = (first..).zip(&mut queue.order).take(self.round);
        let mut placed: Vec<Placed> = placed.collect();
        let chunk = |(_, window): &Placed| self.file.chunk(*window, self.together);
        placed.sort_by_key(|one| (chunk(one), one.1));
        queue.windows.extend(placed.iter().map(|_| None));
        let alike = placed.chunk_by(|a, b| chunk(a) == chunk(b));
        let runs = alike
            .flat_map(|run| run.chunks(self.longest))
            .map(<[_]>::to_vec);
        if queue.rounds.is_multiple_of(2) {
            queue.runs.extend(runs);
        } else {
            runs.for_each(|run| queue.runs.push_front(run));
        }
        queue.rounds += 1;
    }

    fn put(&self, place: u64, window: Result<Window, DatasetError>) {
        let mut queue = self.lock();
        queue.failed |= window.is_err();
        let at = (place - queue.handed_out) as usize;
        queue.windows[at] = Some(window);
        if at == 0 {
            self.ready.notify_one();
        }
    }

    fn close(&self) {
        self.lock().closed = true;
        self.room.notify_all();
        self.ready.notify_all();
    }
}

/// A thread that reads. Where it ends by a panic, the others end as well, since its window will not come.
struct Thread<'a>(&'a Shared);

impl Thread<'_> {
    fn read(self) {
        while let Some(run) = self.0.next_run() {
            for (place, window) in run {
                self.0.put(place, self.0.file.window(window));
            }
        }
    }
}

impl Drop for Thread<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

#[cfg(test)]
mod tests;
