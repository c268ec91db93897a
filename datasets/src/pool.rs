//! Worker threads that run simulations ahead of the trainer.

mod placed;

use crate::{
    Autoscale, Buffer, Cursor, Cut, DataError, Share, Source, Window, WindowCutter, attempts,
    background, block_of, first_attempts, guarded,
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
    /// Simulations that a worker makes best at once.
    block: usize,
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

    /// The next simulations of a worker; the last ones are shared out to all.
    fn take_block(&mut self) -> Vec<(u64, usize)> {
        let fresh = self
            .total
            .saturating_sub(self.next)
            .div_ceil(self.share.step());
        let waiting = self.restart.len() + usize::try_from(fresh).unwrap_or(usize::MAX);
        let count = block_of(self.block, waiting, self.balance.active());
        (0..count).map_while(|_| self.take()).collect()
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
            // Where a simulation lies may depend on the windows before it, none begins before its turn.
            block: if buffer.breeds() { 1 } else { source.block() },
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

/// The windows of a simulation that was made in a block, or its failure.
type Made = Option<Result<Vec<Window>, DataError>>;

struct Worker {
    source: Arc<dyn Source>,
    buffer: Arc<Buffer>,
    jobs: Arc<Mutex<Jobs>>,
    turn: Arc<Condvar>,
    cut: Cut,
}

impl Worker {
    fn work(&self) {
        while let Some(block) = self.take() {
            if self.run(&block).is_break() {
                return;
            }
            self.jobs().busy -= 1;
        }
        let mut jobs = self.jobs();
        jobs.running -= 1;
        if jobs.running == 0 {
            self.buffer.finish();
        }
    }

    /// Runs the simulations of a block, and delivers one after the other; breaks when the buffer is closed.
    fn run(&self, block: &[(u64, usize)]) -> ControlFlow<()> {
        let mut made: Vec<Made> = Vec::new();
        for (place, &(index, skip)) in block.iter().enumerate() {
            if !self.buffer.begin(index) {
                return ControlFlow::Break(());
            }
            if place == 0 {
                made = self.together(block);
                made.reverse();
            }
            match self.deliver(index, skip, made.pop().flatten()) {
                Ok(ControlFlow::Continue(())) => self.buffer.end(index),
                Ok(ControlFlow::Break(())) => return ControlFlow::Break(()),
                Err(failure) => {
                    self.buffer.fail(failure);
                    return ControlFlow::Break(());
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// The windows of the simulations of a block, made at once where all are at their first attempt.
    fn together(&self, block: &[(u64, usize)]) -> Vec<Made> {
        let indices = block.iter().map(|(index, _)| *index);
        let first = indices.filter(|&index| self.buffer.attempt(index) == 0);
        let first: Vec<u64> = first.collect();
        if first.len() < block.len() {
            return Vec::new();
        }
        let begin = |index| {
            let conditions = self.source.begin(index)?;
            Ok((WindowCutter::new(self.cut, index, conditions), Vec::new()))
        };
        let made = first_attempts(&*self.source, &first, begin, |(cutter, windows), frame| {
            windows.extend(cutter.push(frame));
            self.go_on()
        });
        let windows =
            |ended: Result<(WindowCutter, Vec<Window>), _>| ended.map(|(_, windows)| windows);
        made.into_iter().map(|made| made.map(windows)).collect()
    }

    fn jobs(&self) -> MutexGuard<'_, Jobs> {
        let jobs = self.jobs.lock();
        jobs.expect("no thread panics while it takes a job")
    }

    /// The next simulations; waits while enough others are at work.
    fn take(&self) -> Option<Vec<(u64, usize)>> {
        let mut jobs = self.jobs();
        while !jobs.is_empty() && !self.buffer.is_closed() {
            self.rebalance(&mut jobs);
            if jobs.busy < jobs.balance.active() {
                jobs.busy += 1;
                return Some(jobs.take_block());
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

    /// Attempts one simulation until it succeeds, of which the first attempt may be `made`, then puts its windows from
    /// `skip` on; breaks when the buffer is closed.
    fn deliver(
        &self,
        index: u64,
        skip: usize,
        mut made: Made,
    ) -> Result<ControlFlow<()>, DataError> {
        let source = self.placed(index)?;
        let simulate = |source: &dyn Source| {
            let made = made.take();
            let ended = made.unwrap_or_else(|| guarded(index, || self.simulate(source, index)));
            match ended {
                Err(_) if self.buffer.is_closed() => Ok(Vec::new()),
                Err(error) => Err(error),
                Ok(mut windows) => {
                    Window::share(&mut windows, &source.static_fields(index));
                    let on_device = source.device_frames(index);
                    if !on_device.is_empty() {
                        Window::place(&mut windows, &on_device, self.cut);
                    }
                    Ok(windows)
                }
            }
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
        Ok(Arc::new(placed::Placed {
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
            self.go_on()
        })?;
        Ok(windows)
    }

    /// Whether frames are wanted.
    fn go_on(&self) -> ControlFlow<()> {
        if self.buffer.is_closed() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    fn put(&self, mut windows: impl Iterator<Item = Window>) -> ControlFlow<()> {
        if windows.all(|window| self.buffer.put(window)) && !self.buffer.is_closed() {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    }
}
