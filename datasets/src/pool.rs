//! Worker threads that run simulations ahead of the trainer.

use crate::{Buffer, Cursor, Cut, DataError, Simulator, WindowCutter};
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// Simulations that wait for a worker.
struct Jobs {
    restart: VecDeque<(u64, usize)>,
    next: u64,
    total: u64,
    running: usize,
}

impl Jobs {
    /// The next simulation, with the number of its windows that are in the buffer already.
    fn take(&mut self) -> Option<(u64, usize)> {
        if let Some(job) = self.restart.pop_front() {
            return Some(job);
        }
        let index = self.next;
        self.next += 1;
        (index < self.total).then_some((index, 0))
    }
}

/// Threads that fill a buffer. Dropping the pool stops them.
pub struct WorkerPool {
    buffer: Arc<Buffer>,
    threads: Vec<JoinHandle<()>>,
}

impl WorkerPool {
    /// Starts `workers` threads that run the simulations from `cursor` up to `total`.
    ///
    /// # Panics
    /// Without a worker, as the trainer would wait for ever.
    pub fn start(
        workers: usize,
        simulator: Arc<dyn Simulator>,
        buffer: Arc<Buffer>,
        cut: Cut,
        cursor: &Cursor,
        total: u64,
    ) -> Self {
        assert!(workers > 0, "a pool has a worker");
        let restart = cursor
            .restart
            .iter()
            .copied()
            .filter(|&(index, _)| index < total)
            .collect();
        let jobs = Jobs {
            restart,
            next: cursor.next,
            total,
            running: workers,
        };
        let jobs = Arc::new(Mutex::new(jobs));
        let spawn = |_| {
            let worker = Worker {
                simulator: simulator.clone(),
                buffer: buffer.clone(),
                jobs: jobs.clone(),
                cut,
            };
            std::thread::spawn(move || worker.work())
        };
        Self {
            threads: (0..workers).map(spawn).collect(),
            buffer,
        }
    }
}

impl Drop for WorkerPool {
    fn drop(&mut self) {
        self.buffer.close();
        for thread in self.threads.drain(..) {
            // A worker's panic has been reported through the buffer.
            let _ = thread.join();
        }
    }
}

struct Worker {
    simulator: Arc<dyn Simulator>,
    buffer: Arc<Buffer>,
    jobs: Arc<Mutex<Jobs>>,
    cut: Cut,
}

impl Worker {
    fn work(&self) {
        while let Some((index, skip)) = self.take() {
            self.buffer.begin(index);
            match catch_unwind(AssertUnwindSafe(|| self.simulate(index, skip))) {
                Ok(Ok(ControlFlow::Continue(()))) => self.buffer.end(index),
                Ok(Ok(ControlFlow::Break(()))) => return,
                Ok(Err(failure)) => return self.buffer.fail(failure),
                Err(panic) => {
                    let message = panic_text(&*panic);
                    return self.buffer.fail(DataError::Panicked { index, message });
                }
            }
        }
        let mut jobs = self
            .jobs
            .lock()
            .expect("no thread panics while it takes a job");
        jobs.running -= 1;
        if jobs.running == 0 {
            self.buffer.finish();
        }
    }

    fn take(&self) -> Option<(u64, usize)> {
        self.jobs
            .lock()
            .expect("no thread panics while it takes a job")
            .take()
    }

    /// Runs one simulation into the buffer; breaks when the buffer is closed.
    fn simulate(&self, index: u64, skip: usize) -> Result<ControlFlow<()>, DataError> {
        let conditions = self.simulator.conditions(index);
        let mut cutter = WindowCutter::new(self.cut, index, conditions);
        let mut flow = ControlFlow::Continue(());
        self.simulator.run(index, &mut |frame| {
            let window = cutter.push(frame).filter(|window| window.start >= skip);
            if window.is_some_and(|window| !self.buffer.put(window)) {
                flow = ControlFlow::Break(());
            }
            flow
        })?;
        Ok(flow)
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned())
}
