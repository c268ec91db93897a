//! A limit to the time of a simulation.

use super::Around;
use crate::{DataError, Source};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A source whose simulations may take `limit`. A thread can't be stopped from outside, so the clock is read between
/// two frames: a frame that never ends, warm-up included, needs a process of its own.
pub struct TimeLimit {
    /// The source that simulates.
    pub source: Arc<dyn Source>,
    /// Time that a simulation may take.
    pub limit: Duration,
}

impl Around for TimeLimit {
    fn inner(&self) -> &Arc<dyn Source> {
        &self.source
    }

    fn around(&self, source: Arc<dyn Source>) -> Arc<dyn Source> {
        Arc::new(Self { source, ..*self })
    }

    fn run_inner(
        &self,
        index: u64,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<(), DataError> {
        let (started, mut late) = (Instant::now(), false);
        self.source.run(index, &mut |frame| {
            late = late || started.elapsed() > self.limit;
            if late {
                ControlFlow::Break(())
            } else {
                sink(frame)
            }
        })?;
        if late {
            Err(DataError::TimedOut {
                index,
                limit_s: self.limit.as_secs_f64(),
            })
        } else {
            Ok(())
        }
    }
}
