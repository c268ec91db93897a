//! Simulations that an adaptive sampler has placed.

use crate::{Conditions, DataError, Frame, Source};
use std::ops::ControlFlow;
use std::sync::Arc;

/// A source at a point of the conditions: that of the first attempt, later ones are independent of it.
pub(super) struct Placed {
    pub(super) placed: Arc<dyn Source>,
    pub(super) source: Arc<dyn Source>,
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

    fn device_frames(&self, index: u64) -> Vec<Frame> {
        self.placed.device_frames(index)
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
