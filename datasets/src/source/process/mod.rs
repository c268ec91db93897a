//! Simulations in processes of their own: a solver that aborts, hangs or is killed takes nothing else along.

mod child;
mod serve;
pub mod wire;

pub use serve::serve;
pub(super) use serve::{text, trouble};

use crate::{Conditions, DataError, FailureKind, Source};
use child::{Child, Ended};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use wire::{Message, Trouble};

/// Command and settings of worker processes.
#[derive(Debug, Clone)]
pub struct Launch {
    /// The program, which calls [`serve`] when its only argument is `worker`. None where there is no such program.
    pub program: Option<PathBuf>,
    /// The resolved recipe.
    pub recipe: String,
    /// Values of a frame.
    pub values: usize,
    /// Time that a simulation may take; the process of a longer one is killed.
    pub limit: Option<Duration>,
}

/// A source whose simulations run in worker processes, as many as there are threads that ask for one. Frames are
/// rounded to 32-bit on their way, which is what windows keep.
pub struct Processes {
    shared: Arc<Shared>,
    /// The same simulations in this process, for their conditions.
    local: Arc<dyn Source>,
    ensemble: u8,
    attempt: u32,
    /// Point of simulations in the unit cube; empty where their sampler draws them.
    point: Vec<f64>,
}

struct Shared {
    launch: Launch,
    idle: Mutex<Vec<Child>>,
    cancelled: AtomicBool,
}

impl Processes {
    /// Processes for the simulations of `local`, which is ensemble number `ensemble` of those that the worker has.
    pub fn new(launch: Launch, local: Arc<dyn Source>, ensemble: u8) -> Self {
        let shared = Shared {
            launch,
            idle: Mutex::default(),
            cancelled: AtomicBool::new(false),
        };
        Self {
            shared: Arc::new(shared),
            local,
            ensemble,
            attempt: 0,
            point: Vec::new(),
        }
    }

    /// A worker that waits for work: one that is there, or a new one.
    fn worker(&self) -> Result<Child, DataError> {
        let idle = || {
            self.shared
                .idle
                .lock()
                .expect("no thread panics here")
                .pop()
        };
        while let Some(mut child) = idle() {
            if child.is_alive() {
                return Ok(child);
            }
        }
        Child::start(&self.shared.launch, &self.shared.cancelled)
    }

    /// Asks `child` for simulation `index` and hands its frames on.
    fn exchange(
        &self,
        child: &mut Child,
        index: u64,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<Option<DataError>, Ended> {
        let deadline = self.shared.launch.limit.map(|limit| Instant::now() + limit);
        child.send(&Message::Job {
            ensemble: self.ensemble,
            simulation: index,
            attempt: self.attempt,
            point: self.point.clone(),
        })?;
        loop {
            let frame = match child.receive(deadline, &self.shared.cancelled)? {
                Message::Frame(values) => values.iter().map(|&value| f64::from(value)).collect(),
                Message::Frame64(values) => values,
                Message::End => return Ok(None),
                Message::Failed { trouble, text } => return Ok(Some(error(index, trouble, text))),
                _ => return Err(Ended::Garbled("an unexpected message".to_owned())),
            };
            if frame.len() != self.shared.launch.values {
                let text = format!("a frame of {} values", frame.len());
                return Err(Ended::Garbled(text));
            }
            if sink(&frame).is_break() {
                return Err(Ended::Unwanted);
            }
        }
    }
}

impl Source for Processes {
    fn conditions(&self, index: u64) -> Conditions {
        self.local.conditions(index)
    }

    fn static_fields(&self, index: u64) -> Vec<f64> {
        self.local.static_fields(index)
    }

    fn run(
        &self,
        index: u64,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<(), DataError> {
        let mut child = self.worker()?;
        match self.exchange(&mut child, index, sink) {
            Ok(result) => {
                let mut idle = self.shared.idle.lock().expect("no thread panics here");
                idle.push(child);
                result.map_or(Ok(()), Err)
            }
            Err(Ended::Unwanted) => Ok(()),
            Err(Ended::TimedOut) => Err(DataError::TimedOut {
                index,
                limit_s: self.shared.launch.limit.unwrap_or_default().as_secs_f64(),
            }),
            Err(Ended::Garbled(what)) => Err(DataError::Crashed {
                index,
                how: format!("sent what makes no sense: {what}{}", child.last_words()),
            }),
            Err(Ended::Silent) => Err(child.obituary(index)),
        }
    }

    fn again(&self, attempt: u32) -> Option<Arc<dyn Source>> {
        Some(Arc::new(Self {
            shared: self.shared.clone(),
            local: self.local.again(attempt)?,
            ensemble: self.ensemble,
            attempt,
            point: Vec::new(),
        }))
    }

    fn at(&self, point: &[f64]) -> Option<Arc<dyn Source>> {
        Some(Arc::new(Self {
            shared: self.shared.clone(),
            local: self.local.at(point)?,
            ensemble: self.ensemble,
            attempt: self.attempt,
            point: point.to_vec(),
        }))
    }

    fn cancel(&self) {
        self.shared.cancelled.store(true, Ordering::Relaxed);
    }
}

/// The error that another process reported.
pub(super) fn error(index: u64, trouble: Trouble, text: String) -> DataError {
    let kind = match trouble {
        Trouble::Setup => return DataError::Worker(text),
        Trouble::Panicked => {
            return DataError::Panicked {
                index,
                message: text,
            };
        }
        Trouble::Diverged => FailureKind::Diverged,
        Trouble::Refused => FailureKind::Refused,
    };
    DataError::failed(index, kind, text)
}
