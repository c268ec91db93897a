//! Attempts at simulations that failed: what happened, with which parameters, and how often it may.
//!
//! A failed attempt is drawn again: attempt `a` of simulation `i` is simulation `i` of the source that
//! [`Source::again`](crate::Source::again) gives for `a`, a function of seed, `i` and `a`. Only the attempt that succeeds
//! gives windows.

use crate::{Conditions, DataError, Source};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Attempts at one simulation, each with other parameters, after which it is given up.
pub const MAX_ATTEMPTS: u32 = 10;

/// Kind of failure of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The solution left the range of physical values.
    Diverged,
    /// The solver refused the parameters that were drawn.
    Refused,
    /// The solver's code panicked.
    Panicked,
    /// It took longer than it may.
    TimedOut,
    /// Its process ended itself: it aborted, or exited in the middle.
    Crashed,
    /// Its process was killed from outside, which says nothing of the simulation.
    Lost,
}

/// A failed attempt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// Index of the simulation.
    pub simulation: u64,
    /// Which draw, counted from 0.
    pub attempt: u32,
    /// Kind of the failure.
    pub kind: FailureKind,
    /// Whether the next attempt has other parameters; otherwise this one is made again.
    pub redrawn: bool,
    /// The cause, as a sentence.
    pub cause: String,
    /// The parameters, unless they could not be drawn.
    pub conditions: Option<Conditions>,
}

/// Failed attempts by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FailureCounts {
    /// See [`FailureKind::Diverged`].
    pub diverged: u64,
    /// See [`FailureKind::Refused`].
    pub refused: u64,
    /// See [`FailureKind::Panicked`].
    pub panicked: u64,
    /// See [`FailureKind::TimedOut`].
    pub timed_out: u64,
    /// See [`FailureKind::Crashed`].
    pub crashed: u64,
    /// See [`FailureKind::Lost`].
    pub lost: u64,
}

impl FailureCounts {
    /// Counts one more.
    pub fn add(&mut self, kind: FailureKind) {
        *match kind {
            FailureKind::Diverged => &mut self.diverged,
            FailureKind::Refused => &mut self.refused,
            FailureKind::Panicked => &mut self.panicked,
            FailureKind::TimedOut => &mut self.timed_out,
            FailureKind::Crashed => &mut self.crashed,
            FailureKind::Lost => &mut self.lost,
        } += 1;
    }

    /// The failures of both.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        Self {
            diverged: self.diverged + other.diverged,
            refused: self.refused + other.refused,
            panicked: self.panicked + other.panicked,
            timed_out: self.timed_out + other.timed_out,
            crashed: self.crashed + other.crashed,
            lost: self.lost + other.lost,
        }
    }

    /// Every kind in words with its number.
    pub fn named(&self) -> [(&'static str, u64); 6] {
        [
            ("diverged", self.diverged),
            ("refused", self.refused),
            ("panicked", self.panicked),
            ("timed out", self.timed_out),
            ("crashed", self.crashed),
            ("lost", self.lost),
        ]
    }

    /// All of them.
    pub fn total(&self) -> u64 {
        self.named().iter().map(|(_, count)| count).sum()
    }
}

/// Runs `body` for simulation `index`; a panic becomes an error.
///
/// # Errors
/// Those of the body, and [`DataError::Panicked`].
pub fn guarded<T>(index: u64, body: impl FnOnce() -> Result<T, DataError>) -> Result<T, DataError> {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
        Err(DataError::Panicked {
            index,
            message: text.unwrap_or_else(|| "no message".to_owned()),
        })
    })
}

/// The first attempts at several simulations of a source, made at once: each has what `begin` makes of its index and `take`
/// of its frames, or its failure. None is one that has to be made by itself: the only one of a block, or one beside a
/// simulation that can't be begun or panics, so that nobody but that one suffers from it.
pub fn first_attempts<T>(
    source: &dyn Source,
    indices: &[u64],
    begin: impl Fn(u64) -> Result<T, DataError>,
    mut take: impl FnMut(&mut T, &[f64]) -> ControlFlow<()>,
) -> Vec<Option<Result<T, DataError>>> {
    let by_themselves = || indices.iter().map(|_| None).collect();
    if indices.len() < 2 {
        return by_themselves();
    }
    let made = guarded(indices[0], || {
        let begun = indices.iter().map(|&index| begin(index));
        let mut begun: Vec<T> = begun.collect::<Result<_, _>>()?;
        let mut sink = |place: usize, frame: &[f64]| take(&mut begun[place], frame);
        let ends = source.run_block(indices, &mut sink);
        let ended = begun.into_iter().zip(ends);
        Ok(ended.map(|(made, end)| Some(end.map(|()| made))).collect())
    });
    made.unwrap_or_else(|_| by_themselves())
}

/// Simulations of the next block, where so many `wait` for so many workers: none has two blocks to do while another has none.
pub fn block_of(most: usize, wait: usize, workers: usize) -> usize {
    most.min(wait / workers.max(1)).max(1)
}

/// Attempts simulation `index` of a source from attempt `first` on until one succeeds.
///
/// `simulate` runs it by the source of an attempt. `note` keeps an attempt that failed, with its conditions where they are
/// known, and returns the number of the next one, or the error that ends them all, as [`FailureLog::note`] does.
///
/// # Errors
/// That of an attempt at a source which can't draw again, and those of `note`.
pub fn attempts<T>(
    source: &dyn Source,
    index: u64,
    first: u32,
    mut simulate: impl FnMut(&dyn Source) -> Result<T, DataError>,
    mut note: impl FnMut(Option<Conditions>, DataError) -> Result<u32, DataError>,
) -> Result<T, DataError> {
    let mut attempt = first;
    loop {
        let again = source.again(attempt);
        let drawn = again.as_deref().unwrap_or(source);
        let error = match guarded(index, || simulate(drawn)) {
            Err(error) if again.is_some() => error,
            ended => return ended,
        };
        let conditions = guarded(index, || Ok(drawn.known(index))).ok().flatten();
        attempt = note(conditions, error)?;
    }
}

/// The failed attempts of a run, and how many there may be.
#[derive(Debug, Clone, Default)]
pub struct FailureLog {
    all: Vec<Failure>,
    limit: u64,
}

impl FailureLog {
    /// A log of what failed so far that allows `limit` failures altogether.
    pub fn new(all: Vec<Failure>, limit: u64) -> Self {
        Self { all, limit }
    }

    /// Every failed attempt, in the order in which they were seen.
    pub fn all(&self) -> &[Failure] {
        &self.all
    }

    /// Their numbers.
    pub fn counts(&self) -> FailureCounts {
        let mut counts = FailureCounts::default();
        self.all.iter().for_each(|failure| counts.add(failure.kind));
        counts
    }

    /// The attempt that `simulation` is at.
    pub fn attempt(&self, simulation: u64) -> u32 {
        let of_it = |failure: &&Failure| failure.simulation == simulation && failure.redrawn;
        self.all.iter().filter(of_it).count() as u32
    }

    /// Notes that the attempt at which `simulation` is failed, and returns the next one. An attempt is made again as
    /// it was when its process was killed from outside for the first time, and when it is `fixed`, because some of
    /// its windows are in use already. Otherwise the next one has other parameters.
    ///
    /// # Errors
    /// The error itself when it is not that of an attempt or none may fail; when there are more failures than
    /// allowed, first losses apart; when [`MAX_ATTEMPTS`] failed. What ends a run so is not noted, and a run that goes
    /// on begins with the same attempt.
    pub fn note(
        &mut self,
        simulation: u64,
        conditions: Option<Conditions>,
        error: DataError,
        fixed: bool,
    ) -> Result<u32, DataError> {
        let Some(kind) = error.kind().filter(|_| self.limit > 0) else {
            return Err(error);
        };
        let attempt = self.attempt(simulation);
        let excused = kind == FailureKind::Lost && !self.was_lost(simulation, attempt);
        let counted = self.all.iter().filter(|failure| self.counts_as(failure));
        let (counted, limit) = (counted.count() as u64, self.limit);
        let redrawn = !excused && !fixed;
        if !excused && counted >= limit {
            let (count, last) = (counted + 1, Box::new(error));
            return Err(DataError::TooManyFailures { count, limit, last });
        }
        if redrawn && attempt + 1 >= MAX_ATTEMPTS {
            let last = Box::new(error);
            return Err(DataError::GivenUp {
                index: simulation,
                attempts: MAX_ATTEMPTS,
                last,
            });
        }
        self.all.push(Failure {
            simulation,
            attempt,
            kind,
            redrawn,
            cause: error.to_string(),
            conditions,
        });
        Ok(attempt + u32::from(redrawn))
    }

    /// Whether a failure counts towards the limit: all but losses that are made again.
    fn counts_as(&self, failure: &Failure) -> bool {
        failure.redrawn || failure.kind != FailureKind::Lost
    }

    fn was_lost(&self, simulation: u64, attempt: u32) -> bool {
        self.all.iter().any(|failure| {
            (failure.simulation, failure.attempt) == (simulation, attempt)
                && failure.kind == FailureKind::Lost
        })
    }
}
