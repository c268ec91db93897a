//! Number of workers: the smallest with which the trainer does not wait.
//!
//! Let `r` be the windows that a trainer without waits takes a second, `p` those that a worker without waits gives, and `n`
//! the workers. What is given is taken, `n p (1 − s) = r (1 − t)` with the shares `s` and `t` of their time that workers
//! and trainer wait, so the load is `r / p = n (1 − s) / (1 − t)` workers. With `n` below it the trainer waits for the
//! share `1 − n p / r`, which is to stay below 5 %.

use std::cmp::Ordering;
use std::time::Duration;

/// The trainer may wait for this share of its time.
const WAIT: f64 = 0.05;
/// Workers that wait more than this share are not what the trainer waits for.
const IDLE: f64 = 0.5;
/// Below this share of waiting, windows may still be piling up or running out: the load can't be told from it.
const STEADY: f64 = 0.02;
/// A number of workers that was too few is tried again when the load has fallen to this part.
const LIGHTER: f64 = 0.9;
/// The number is clearly wrong where the load is this many times smaller, or the wait this many times too long, ...
const CLEAR: f64 = 2.0;
/// ... which one round shows; otherwise it takes the average of as many.
const SHORT: u32 = 2;
/// The number grows by this factor at most before its effect is seen.
const STRIDE: usize = 2;
/// Rounds over which the load is averaged before there is a worker less, where that is not clear, ...
const SPARE: u32 = 4;
/// ... and at most, so that old ones are forgotten.
const MEMORY: u32 = 8;
/// Simulations of a round: one a worker, and not fewer than this.
const FEWEST: u64 = 8;

/// Times of a stretch of training; pauses of the trainer are left out.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Interval {
    /// Time of the trainer.
    pub training: Duration,
    /// Of that, time that it waited for windows.
    pub trainer_wait: Duration,
    /// Time of all workers with a simulation under way.
    pub production: Duration,
    /// Of that, time that they waited for room.
    pub production_wait: Duration,
    /// Simulations that ended.
    pub ended: u64,
}

/// Decides how many workers work, from what it hears of stretches of training. It knows no clock and no thread.
///
/// It judges by rounds, in which every worker ends simulations: one round in which a new number takes effect, then rounds
/// that are measured. What they say is a number to go to, one step an answer.
#[derive(Debug, Clone)]
pub struct Autoscale {
    active: usize,
    least: usize,
    most: usize,
    span: Duration,
    /// Number of workers that the steps lead to.
    goal: usize,
    /// Whether the number was changed, so that this round does not show it in full.
    is_new: bool,
    /// Wait of the trainer and load with this number, on average.
    mean: Mean,
    /// The last number that was too few, and the load at which it was.
    too_few: (usize, f64),
}

impl From<usize> for Autoscale {
    /// So many workers, always.
    fn from(workers: usize) -> Self {
        Self::between(workers, workers, workers)
    }
}

impl Autoscale {
    /// From `first` workers on as many as the trainer needs, one at least and `most` at most.
    pub fn automatic(first: usize, most: usize) -> Self {
        Self::between(1, first.clamp(1, most.max(1)), most)
    }

    fn between(least: usize, first: usize, most: usize) -> Self {
        Self {
            active: first,
            least,
            most,
            span: Duration::from_secs(1),
            goal: first,
            is_new: true,
            mean: Mean::default(),
            too_few: (0, 0.0),
        }
    }

    /// The same with rounds of at least `span` of training, instead of a second.
    #[must_use]
    pub fn every(self, span: Duration) -> Self {
        Self { span, ..self }
    }

    /// Workers that may work now.
    pub fn active(&self) -> usize {
        self.active
    }

    /// Workers that there may be at most.
    pub fn most(&self) -> usize {
        self.most
    }

    /// Whether the number never changes.
    pub fn is_fixed(&self) -> bool {
        self.least == self.most
    }

    /// Answers −1, 0 or +1, the change of [`Self::active`], after which another stretch begins. None while the stretch is
    /// too short to tell: it goes on.
    pub fn hear(&mut self, stretch: &Interval) -> Option<i32> {
        let enough = stretch.ended >= FEWEST.max(self.active as u64);
        let is_round = enough && stretch.training >= self.span;
        if self.goal == self.active && (self.is_fixed() || !is_round) {
            return None;
        }
        if self.goal == self.active && !std::mem::take(&mut self.is_new) {
            self.judge(&Shares::of(stretch));
        }
        Some(self.step())
    }

    /// Sets the goal by a round.
    fn judge(&mut self, shares: &Shares) {
        self.mean.take(shares);
        if self.is_short(shares) {
            let enough = self.mean.enough().min(STRIDE * self.active);
            self.too_few = (self.active, self.mean.load);
            self.goal = enough.max(self.active + 1).min(self.most);
        } else if shares.trainer_wait <= WAIT && shares.production_wait >= STEADY {
            self.goal = self.fewer().clamp(self.least, self.active);
        }
    }

    /// Whether the trainer waits for more workers.
    fn is_short(&self, shares: &Shares) -> bool {
        let mean = self.mean.rounds >= SHORT && self.mean.wait > WAIT;
        let now = shares.trainer_wait > WAIT && shares.production_wait < IDLE;
        now && (mean || shares.trainer_wait > CLEAR * WAIT)
    }

    /// As many workers as would do, or more where that is not clear.
    fn fewer(&self) -> usize {
        let (load, clear) = (self.mean.load, (CLEAR * self.mean.load).ceil() as usize);
        if self.mean.rounds < SPARE {
            return clear.max(1);
        }
        let enough = self.mean.enough();
        let (too_few, then) = self.too_few;
        if load < LIGHTER * then {
            enough
        } else {
            enough.max(too_few + 1)
        }
    }

    /// One step towards the goal.
    fn step(&mut self) -> i32 {
        let change = match self.goal.cmp(&self.active) {
            Ordering::Equal => return 0,
            Ordering::Less => -1,
            Ordering::Greater => 1,
        };
        self.active = self.active.saturating_add_signed(change);
        (self.is_new, self.mean) = (true, Mean::default());
        change as i32
    }
}

/// Rounds on average, the last ones more.
#[derive(Debug, Clone, Copy, Default)]
struct Mean {
    rounds: u32,
    wait: f64,
    load: f64,
}

impl Mean {
    fn take(&mut self, shares: &Shares) {
        self.rounds += 1;
        let weight = 1.0 / f64::from(self.rounds.min(MEMORY));
        self.wait += weight * (shares.trainer_wait - self.wait);
        self.load += weight * (shares.load() - self.load);
    }

    /// The smallest number with which the trainer waits no more than it may.
    fn enough(&self) -> usize {
        ((1.0 - WAIT) * self.load).ceil() as usize
    }
}

/// A stretch in shares of time.
struct Shares {
    trainer_wait: f64,
    production_wait: f64,
    /// Simulations under way, on average.
    running: f64,
}

impl Shares {
    fn of(stretch: &Interval) -> Self {
        let share = |part: Duration, whole: Duration| {
            (part.as_secs_f64() / whole.as_secs_f64().max(1e-9)).min(1.0)
        };
        Self {
            trainer_wait: share(stretch.trainer_wait, stretch.training),
            production_wait: share(stretch.production_wait, stretch.production),
            running: stretch.production.as_secs_f64() / stretch.training.as_secs_f64().max(1e-9),
        }
    }

    /// Workers that would be enough if neither they nor the trainer ever waited.
    fn load(&self) -> f64 {
        self.running * (1.0 - self.production_wait) / (1.0 - self.trainer_wait).max(1e-9)
    }
}
