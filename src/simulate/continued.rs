//! Simulations that go on from the last frames of a file.

use ondine_datasets::initial::LastFrames;
use ondine_datasets::{Conditions, DataError, Ensemble, Source};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Simulations of an ensemble that begin with given states: simulation `i` with state `i`, whatever its attempt.
pub(super) struct Continued {
    pub(super) ensemble: Ensemble,
    pub(super) states: Arc<LastFrames>,
}

impl Source for Continued {
    fn conditions(&self, index: u64) -> Conditions {
        self.ensemble.conditions(index)
    }

    fn static_fields(&self, index: u64) -> Vec<f64> {
        self.ensemble.static_fields(index)
    }

    fn run(
        &self,
        index: u64,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<(), DataError> {
        let failed = |source| DataError::Simulation { index, source };
        let state = self.states.state(index).map_err(failed)?;
        self.ensemble.run_from(index, Some(&state), sink)
    }

    /// Other parameters with the same states; none where none are drawn, as every attempt would be the same.
    fn again(&self, attempt: u32) -> Option<Arc<dyn Source>> {
        let ensemble = &self.ensemble;
        let varies = ensemble.quantities.dims() > 0 || ensemble.draws();
        let again = || -> Arc<dyn Source> {
            Arc::new(Self {
                ensemble: match attempt {
                    0 => ensemble.clone(),
                    _ => ensemble.redrawn(attempt),
                },
                states: self.states.clone(),
            })
        };
        varies.then(again)
    }
}
