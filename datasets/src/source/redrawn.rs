//! The attempts that a run came to.

use crate::sampler::breed::Lineage;
use crate::{Conditions, DataError, Failure, FailureLog, Frame, Source};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

/// A source whose simulations are the attempts that a run came to: those after the failed ones, and all others where
/// their generation has them.
pub struct Redrawn {
    source: Arc<dyn Source>,
    again: BTreeMap<u64, Arc<dyn Source>>,
    lineage: Option<Lineage>,
}

impl Redrawn {
    /// The simulations of `source` after these failures.
    pub fn new(source: Arc<dyn Source>, failures: &[Failure]) -> Self {
        let log = FailureLog::new(failures.to_vec(), 0);
        let drawn = |failure: &Failure| {
            let simulation = failure.simulation;
            let again = source.again(log.attempt(simulation))?;
            Some((simulation, again))
        };
        let redrawn = failures.iter().filter(|failure| failure.redrawn);
        Self {
            again: redrawn.filter_map(drawn).collect(),
            source,
            lineage: None,
        }
    }

    /// The same after these generations, if there are any.
    #[must_use]
    pub fn bred(self, lineage: Option<Lineage>) -> Self {
        Self { lineage, ..self }
    }

    fn of(&self, index: u64) -> Arc<dyn Source> {
        let again = self.again.get(&index).cloned();
        let placed = || {
            let point = self.lineage.as_ref()?.point(index)?;
            self.source.at(&point)
        };
        again.or_else(placed).unwrap_or_else(|| self.source.clone())
    }
}

impl Source for Redrawn {
    fn conditions(&self, index: u64) -> Conditions {
        self.of(index).conditions(index)
    }

    fn static_fields(&self, index: u64) -> Vec<f64> {
        self.of(index).static_fields(index)
    }

    fn device_frames(&self, index: u64) -> Vec<Frame> {
        self.of(index).device_frames(index)
    }

    fn run(
        &self,
        index: u64,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<(), DataError> {
        self.of(index).run(index, sink)
    }
}
