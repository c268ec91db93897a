//! The blocking buffer between workers and trainer: watermark, back-pressure, order and telemetry around a policy.

mod breeding;
mod meter;
mod shared_out;
mod snapshot;
mod state;
mod views;

use crate::policy::Policy;
use crate::{Autoscale, Conditions, DataError, Failure, FailureLog, Interval, RateLimiter, Window};
use ondine_solvers::{Rng, Stream};
pub use snapshot::{Cursor, Snapshot};
use state::State;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// Time between two looks of a waiting trainer whether it was told to stop.
const LOOK: Duration = Duration::from_millis(100);

/// Order in which windows enter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// As workers finish them; batches depend on timing.
    Arrival,
    /// By simulation, at fixed steps of the training: batches are a function of the seed for any number of workers. The
    /// trainer waits for a late simulation, and workers run at most `ahead` simulations in front.
    Simulation {
        /// Simulations that may wait for their turn.
        ahead: u64,
    },
}

/// Settings of a buffer.
#[derive(Debug, Clone, Copy)]
pub struct BufferConfig {
    /// Windows that fit.
    pub capacity: usize,
    /// Windows that must have arrived before the first batch.
    pub watermark: usize,
    /// Order of entrance.
    pub order: Order,
    /// When windows are due.
    pub pace: RateLimiter,
    /// Seed of evictions and draws.
    pub seed: u64,
}

/// Hands windows from worker threads to the trainer.
///
/// Workers wait while the policy has no room or production is ahead of its [`RateLimiter`]; the trainer waits for the
/// watermark and while production is behind its pace, in simulation order for every window that is due. They never wait
/// for each other: what the watermark and the next batch need may enter before it is due, and a full policy is enough for
/// a batch.
pub struct Buffer {
    config: BufferConfig,
    state: Mutex<State>,
    room: Condvar,
    data: Condvar,
    stop: Arc<AtomicBool>,
    closed: AtomicBool,
}

impl Buffer {
    /// An empty buffer around `policy`.
    pub fn new(policy: Box<dyn Policy<Window>>, config: BufferConfig) -> Self {
        Self::restored(policy, config, Snapshot::default())
    }

    /// A buffer with the contents of a snapshot.
    pub fn restored(
        mut policy: Box<dyn Policy<Window>>,
        config: BufferConfig,
        mut snapshot: Snapshot,
    ) -> Self {
        policy.restore(std::mem::take(&mut snapshot.contents), snapshot.arrived);
        let state = State::new(policy, config, snapshot);
        Self {
            config,
            state: Mutex::new(state),
            room: Condvar::new(),
            data: Condvar::new(),
            stop: Arc::default(),
            closed: AtomicBool::new(false),
        }
    }

    /// The same buffer with a flag that ends the trainer's waiting when it is set.
    #[must_use]
    pub fn stopped_by(mut self, stop: Arc<AtomicBool>) -> Self {
        self.stop = stop;
        self
    }

    /// The same buffer where up to `limit` attempts at simulations may fail; without this, none may.
    #[must_use]
    pub fn tolerating(self, limit: u64) -> Self {
        let mut state = self.lock();
        state.failures = FailureLog::new(state.failures.all().to_vec(), limit);
        drop(state);
        self
    }

    /// Notes that the trainer does something else until it draws its next batch: what happens meanwhile says nothing of
    /// how many workers it needs.
    pub fn rest(&self) {
        self.lock().meter.change(Instant::now()).training = false;
    }

    /// Notes how many workers may work; production may run ahead by their share of its [`RateLimiter`].
    pub fn employ(&self, workers: &Autoscale) {
        let mut state = self.lock();
        let now = state.meter.change(Instant::now());
        (now.active, now.most) = (workers.active(), workers.most());
        self.room.notify_all();
    }

    /// Lets `look` see the interval of training since its last answer.
    pub fn with_interval<T>(&self, look: impl FnOnce(&Interval) -> Option<T>) -> Option<T> {
        let mut state = self.lock();
        let stretch = state.meter.stretch(Instant::now());
        let answer = look(stretch)?;
        *stretch = Interval::default();
        Some(answer)
    }

    /// Puts a window, waiting for room. False when the buffer was closed: the worker should stop.
    pub fn put(&self, window: Window) -> bool {
        let mut state = self.lock();
        while !state.closed && !state.may_put(window.simulation) {
            state = self.wait_for_room(state);
        }
        if state.closed {
            return false;
        }
        match self.config.order {
            Order::Arrival => state.enter(window),
            Order::Simulation { .. } => state.reorder.push(window),
        }
        self.data.notify_all();
        true
    }

    /// Notes that `simulation` has given its last window.
    pub fn end(&self, simulation: u64) {
        let mut state = self.lock();
        state.telemetry.simulations += 1;
        state.meter.ended(Instant::now());
        match self.config.order {
            Order::Arrival => drop(state.progress.remove(&simulation)),
            Order::Simulation { .. } => state.reorder.end(simulation),
        }
        self.data.notify_all();
    }

    /// Notes that no more simulations come.
    pub fn finish(&self) {
        self.lock().over = true;
        self.data.notify_all();
    }

    /// The attempt that `simulation` is at: how often it was drawn again.
    pub fn attempt(&self, simulation: u64) -> u32 {
        self.lock().failures.attempt(simulation)
    }

    /// Notes that an attempt failed and returns the next one, see [`FailureLog::note`].
    ///
    /// # Errors
    /// When it is the end of the run.
    pub fn note(
        &self,
        simulation: u64,
        conditions: Option<Conditions>,
        error: DataError,
        fixed: bool,
    ) -> Result<u32, DataError> {
        let mut state = self.lock();
        state.failures.note(simulation, conditions, error, fixed)
    }

    /// The failed attempts of the run but for the first `known`.
    pub fn failures(&self, known: usize) -> Vec<Failure> {
        let state = self.lock();
        state.failures.all().iter().skip(known).cloned().collect()
    }

    /// Whether windows are not wanted any more.
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    /// Stops the run: the next batch is this error.
    pub fn fail(&self, failure: DataError) {
        let mut state = self.lock();
        state.failure.get_or_insert(failure);
        state.closed = true;
        self.closed.store(true, Ordering::Relaxed);
        self.wake();
    }

    /// Tells workers to stop.
    pub fn close(&self) {
        self.lock().closed = true;
        self.closed.store(true, Ordering::Relaxed);
        self.wake();
    }

    /// The next batch of `count` different windows; fewer when not as many fit; fewer, in the end none, when production
    /// is over; none when the trainer was told to stop while it waited.
    ///
    /// # Errors
    /// When a simulation failed.
    pub fn draw(&self, count: usize) -> Result<Vec<Window>, DataError> {
        if self.ready(count)? {
            Ok(self.take(count))
        } else {
            Ok(Vec::new())
        }
    }

    /// Waits until the next batch of `count` windows can be taken. False when production is over and none is left, or the
    /// trainer was told to stop while it waited.
    ///
    /// # Errors
    /// When a simulation failed.
    pub fn ready(&self, count: usize) -> Result<bool, DataError> {
        let mut state = self.lock();
        state.meter.change(Instant::now()).training = true;
        if state.wanted != count {
            state.wanted = count;
            self.room.notify_all();
        }
        let (state, ready) = self.wait_for_batch(state)?;
        Ok(ready && !state.policy.is_empty())
    }

    /// The next batch of `count` different windows as [`Self::draw`] gives it, of what is held now.
    pub fn take(&self, count: usize) -> Vec<Window> {
        let mut state = self.lock();
        let mut rng = Rng::stream(self.config.seed, Stream::Batch, state.batches);
        let outlook = state.outlook();
        let unread = state.policy.unread();
        let batch = state.policy.draw(count, outlook, &mut rng);
        state.telemetry.read += unread.saturating_sub(state.policy.unread()) as u64;
        state.batches += 1;
        state.telemetry.handed_out += batch.len() as u64;
        self.room.notify_all();
        batch
    }

    /// Waits until the first batch could be drawn: what is held then is, in simulation order, a function of the seed.
    ///
    /// # Errors
    /// When a simulation failed.
    pub fn wait_for_watermark(&self) -> Result<(), DataError> {
        self.wait_for_batch(self.lock()).map(drop)
    }

    /// Lets windows enter, and waits for those that are not here, until a batch may be drawn; false when the trainer was
    /// told to stop before.
    fn wait_for_batch<'a>(
        &self,
        mut state: MutexGuard<'a, State>,
    ) -> Result<(MutexGuard<'a, State>, bool), DataError> {
        loop {
            if let Some(failure) = &state.failure {
                return Err(failure.clone());
            }
            self.admit_due(&mut state);
            if state.may_draw() {
                return Ok((state, true));
            }
            if self.stop.load(Ordering::Relaxed) {
                return Ok((state, false));
            }
            state = self.wait_for_data(state);
        }
    }

    /// Lets workers in for a while and counts the time as the trainer's waiting.
    fn wait_for_data<'a>(&self, mut state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        state.meter.change(Instant::now()).starved += 1;
        let woken = self.data.wait_timeout(state, LOOK);
        let (mut state, _) = woken.expect("no thread panics while it holds the buffer");
        state.meter.change(Instant::now()).starved -= 1;
        state
    }

    /// Lets the trainer in and counts the time as the solvers' waiting.
    fn wait_for_room<'a>(&self, mut state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        state.meter.change(Instant::now()).blocked += 1;
        let woken = self.room.wait(state);
        let mut state = woken.expect("no thread panics while it holds the buffer");
        state.meter.change(Instant::now()).blocked -= 1;
        state
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .expect("no thread panics while it holds the buffer")
    }

    /// In simulation order: lets windows enter until a batch may be drawn or the next one is not here.
    fn admit_due(&self, state: &mut State) {
        let head = state.reorder.head;
        while !state.may_draw() && state.admit() {}
        if state.reorder.head != head {
            self.room.notify_all();
        }
    }

    fn wake(&self) {
        self.room.notify_all();
        self.data.notify_all();
    }
}
