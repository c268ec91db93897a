//! A limit to the time of a simulation.

use crate::{Conditions, DataError, Frame, Source};
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

impl Source for TimeLimit {
    fn conditions(&self, index: u64) -> Conditions {
        self.source.conditions(index)
    }

    fn begin(&self, index: u64) -> Result<Conditions, DataError> {
        self.source.begin(index)
    }

    fn known(&self, index: u64) -> Option<Conditions> {
        self.source.known(index)
    }

    fn static_fields(&self, index: u64) -> Vec<f64> {
        self.source.static_fields(index)
    }

    fn device_frames(&self, index: u64) -> Vec<Frame> {
        self.source.device_frames(index)
    }

    fn run(
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

    fn again(&self, attempt: u32) -> Option<Arc<dyn Source>> {
        let source = self.source.again(attempt)?;
        Some(Arc::new(Self {
            source,
            limit: self.limit,
        }))
    }

    fn at(&self, point: &[f64]) -> Option<Arc<dyn Source>> {
        let source = self.source.at(point)?;
        Some(Arc::new(Self {
            source,
            limit: self.limit,
        }))
    }

    fn cancel(&self) {
        self.source.cancel();
    }
}
