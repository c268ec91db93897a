//! Worker threads that run simulations ahead of the trainer.

use crate::{
    Autoscale, Buffer, Conditions, Cursor, Cut, DataError, Share, Source, Window, WindowCutter,
    attempts, background, guarded,
};
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Duration;

/// Time between two looks of a worker that is not needed whether it is.
const LOOK: Duration = Duration::from_millis(200);

/// Simulations that wait for a worker.
struct Jobs {
    restart: VecDeque<(u64, usize)>,
    next: u64,
    total: u64,
    /// Simulations of the buffer.
    share: Share,
    /// Threads that have not ended.
    running: usize,
    /// Threads that have a simulation.
    busy: usize,
    balance: Autoscale,
}

impl Jobs {
    /// Whether no simulation waits.
    fn is_empty(&self) -> bool {
        self.restart.is_empty() && self.next >= self.total
    }

    /// The next simulation, with the number of its windows that are in the buffer already.
    fn take(&mut self) -> Option<(u64, usize)> {
        if let Some(job) = self.restart.pop_front() {
            return Some(job);
        }
        let index = self.next;
        self.next += self.share.step();
        (index < self.total).then_some((index, 0))
    }
}

/// Threads that fill a buffer. Dropping the pool stops them.
pub struct WorkerPool {
    source: Arc<dyn Source>,
    buffer: Arc<Buffer>,
    turn: Arc<Condvar>,
    threads: Vec<JoinHandle<()>>,
}

impl WorkerPool {
    /// Starts threads that run the simulations of the buffer's share from `cursor` up to `total`: `workers`, or as many as a [`Autoscale`] has
    /// at most, of which only those take simulations that it wants to.
    ///
    /// # Panics
    /// Without a worker, as the trainer would wait for ever.
    pub fn start(
        workers: impl Into<Autoscale>,
        source: Arc<dyn Source>,
        buffer: Arc<Buffer>,
        cut: Cut,
        cursor: &Cursor,
        total: u64,
    ) -> Self {
        let balance = workers.into();
        let workers = balance.most();
        assert!(workers > 0, "a pool has a worker");
        buffer.employ(&balance);
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
            share: buffer.share(),
            running: workers,
            busy: 0,
            balance,
        };
        let (jobs, turn) = (Arc::new(Mutex::new(jobs)), Arc::default());
        let spawn = |_| {
            let worker = Worker {
                source: source.clone(),
                buffer: buffer.clone(),
                jobs: jobs.clone(),
                turn: Arc::clone(&turn),
                cut,
            };
            std::thread::spawn(move || {
                background::go_behind();
                worker.work();
            })
        };
        Self {
            threads: (0..workers).map(spawn).collect(),
            turn,
            source,
            buffer,
        }
    }
}

impl Drop for WorkerPool {
    fn drop(&mut self) {
        self.buffer.close();
        self.source.cancel();
        self.turn.notify_all();
        for thread in self.threads.drain(..) {
            // A worker's panic has been reported through the buffer.
            let _ = thread.join();
        }
    }
}

struct Worker {
    source: Arc<dyn Source>,
    buffer: Arc<Buffer>,
    jobs: Arc<Mutex<Jobs>>,
    turn: Arc<Condvar>,
    cut: Cut,
}

impl Worker {
    fn work(&self) {
        while let Some((index, skip)) = self.take() {
            if !self.buffer.begin(index) {
                return;
            }
            match self.deliver(index, skip) {
                Ok(ControlFlow::Continue(())) => self.buffer.end(index),
                Ok(ControlFlow::Break(())) => return,
                Err(failure) => return self.buffer.fail(failure),
            }
            self.jobs().busy -= 1;
        }
        let mut jobs = self.jobs();
        jobs.running -= 1;
        if jobs.running == 0 {
            self.buffer.finish();
        }
    }

    fn jobs(&self) -> MutexGuard<'_, Jobs> {
        let jobs = self.jobs.lock();
        jobs.expect("no thread panics while it takes a job")
    }

    /// The next simulation; waits while enough others are at work.
    fn take(&self) -> Option<(u64, usize)> {
        let mut jobs = self.jobs();
        while !jobs.is_empty() && !self.buffer.is_closed() {
            self.rebalance(&mut jobs);
            if jobs.busy < jobs.balance.active() {
                jobs.busy += 1;
                return jobs.take();
            }
            let woken = self.turn.wait_timeout(jobs, LOOK);
            jobs = woken.expect("no thread panics while it takes a job").0;
        }
        self.turn.notify_all(); // Those that wait have nothing to wait for.
        None
    }

    /// Lets one worker more work, or one less, if the waits of both sides speak for it.
    fn rebalance(&self, jobs: &mut Jobs) {
        let balance = &mut jobs.balance;
        if balance.is_fixed() {
            return;
        }
        match self.buffer.with_interval(|stretch| balance.hear(stretch)) {
            None | Some(0) => {}
            Some(_) => {
                self.buffer.employ(balance);
                self.turn.notify_all();
            }
        }
    }

    /// Attempts one simulation until it succeeds, then puts its windows from `skip` on; breaks when the buffer is
    /// closed.
    fn deliver(&self, index: u64, skip: usize) -> Result<ControlFlow<()>, DataError> {
        let source = self.placed(index)?;
        let simulate = |source: &dyn Source| match guarded(index, || self.simulate(source, index)) {
            Err(_) if self.buffer.is_closed() => Ok(Vec::new()),
            ended => ended,
        };
        let note = |conditions, error| self.buffer.note(index, conditions, error, skip > 0);
        let first = self.buffer.attempt(index);
        let windows = attempts(&*source, index, first, simulate, note)?;
        Ok(self.put(windows.into_iter().skip(skip)))
    }

    /// The source of a simulation, which an adaptive sampler may have placed.
    fn placed(&self, index: u64) -> Result<Arc<dyn Source>, DataError> {
        let Some(point) = self.buffer.point(index) else {
            return Ok(self.source.clone());
        };
        let placed = self.source.at(&point);
        Ok(Arc::new(Placed {
            placed: placed.ok_or(DataError::Unplaced { index })?,
            source: self.source.clone(),
        }))
    }

    /// The windows of one simulation; fewer when the buffer is closed. They are held back until it has ended: before a
    /// solution is seen to diverge, its last frames are wrong already.
    fn simulate(&self, source: &dyn Source, index: u64) -> Result<Vec<Window>, DataError> {
        let mut cutter = WindowCutter::new(self.cut, index, source.begin(index)?);
        let mut windows = Vec::new();
        source.run(index, &mut |frame| {
            windows.extend(cutter.push(frame));
            if self.buffer.is_closed() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })?;
        Window::share(&mut windows, &source.static_fields(index));
        Ok(windows)
    }

    fn put(&self, mut windows: impl Iterator<Item = Window>) -> ControlFlow<()> {
        if windows.all(|window| self.buffer.put(window)) && !self.buffer.is_closed() {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    }
}

/// A source at a point of the conditions: that of the first attempt, later ones are independent of it.
struct Placed {
    placed: Arc<dyn Source>,
    source: Arc<dyn Source>,
}

impl Source for Placed {
    fn conditions(&self, index: u64) -> Conditions {
        self.placed.conditions(index)
    }

    fn begin(&self, index: u64) -> Result<Conditions, DataError> {
        self.placed.begin(index)
    }

    fn known(&self, index: u64) -> Option<Conditions> {
        self.placed.known(index)
    }

    fn static_fields(&self, index: u64) -> Vec<f64> {
        self.placed.static_fields(index)
    }

    fn run(
        &self,
        index: u64,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<(), DataError> {
        self.placed.run(index, sink)
    }

    fn again(&self, attempt: u32) -> Option<Arc<dyn Source>> {
        let again = self.source.again(attempt);
        if attempt == 0 {
            again.map(|_| self.placed.clone())
        } else {
            again
        }
    }
}
