//! Observers of a training. The library never prints.

mod fault;
mod jsonl;
mod lines;
mod tensorboard;

pub use crate::telemetry::Progress;
pub use fault::{Fault, counted};
pub use jsonl::JsonLines;
pub use tensorboard::TensorBoard;

use crate::results::{Evaluation, Sample};
use crate::run::RunError;
use crate::telemetry::{Advice, Reading};
use std::collections::BTreeMap;

/// Loss, gradient and stream of windows since the last such report.
#[derive(Debug, Clone, PartialEq)]
pub struct Learned {
    /// Mean loss.
    pub loss: f64,
    /// Learning rate of the last step.
    pub learning_rate: f64,
    /// Norm of the last gradient, before clipping.
    pub gradient_norm: f64,
    /// The stream of windows.
    pub reading: Reading,
}

/// Follows a training.
pub trait Observer {
    /// After every step.
    fn stepped(&mut self, _progress: &Progress) {}

    /// Every so many steps.
    ///
    /// # Errors
    /// When what the observer writes to refuses.
    fn learned(&mut self, _progress: &Progress, _learned: &Learned) -> Result<(), RunError> {
        Ok(())
    }

    /// When the stream of windows gives a reason to change a setting.
    fn advised(&mut self, _advice: &Advice) {}

    /// When something happened that the training goes on behind, as a restart of workers, in words.
    fn noted(&mut self, _words: &str) {}

    /// After every evaluation.
    ///
    /// # Errors
    /// When what the observer writes to refuses.
    fn evaluated(
        &mut self,
        _progress: &Progress,
        _evaluation: &Evaluation,
        _metrics: &BTreeMap<String, f64>,
    ) -> Result<(), RunError> {
        Ok(())
    }

    /// After [`Self::evaluated`], with the rollout of the first held-out simulation.
    ///
    /// # Errors
    /// When what the observer writes to refuses.
    fn rolled_out(&mut self, _progress: &Progress, _sample: &Sample) -> Result<(), RunError> {
        Ok(())
    }

    /// After an attempt at a simulation that failed.
    ///
    /// # Errors
    /// When what the observer writes to refuses.
    fn failed(&mut self, _progress: &Progress, _fault: &Fault) -> Result<(), RunError> {
        Ok(())
    }

    /// When something begins that takes a while and is no training step.
    fn doing(&mut self, _what: &str) {}
}
