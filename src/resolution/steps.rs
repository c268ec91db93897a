//! Time steps that are short enough to judge the grid by, where those of the recipe are not.

use super::{Clock, Resolution, observe};
use ondine_datasets::{DataError, Ensemble};
use ondine_solvers::accuracy::MAX_SUBSTEPS;
use serde::Serialize;

/// Times as many steps each time.
const FACTOR: usize = 4;

/// Error in time from which on states of different steps have nothing in common, and say nothing of the grid.
const LOST: f64 = 0.1;

/// A number of steps per frame that does not diverge.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Steady {
    /// Steps per frame.
    pub substeps: usize,
    /// The error in time that a frame adds with them.
    pub temporal: Option<f64>,
}

/// The ensemble with as many steps per frame as keep the first `count` simulations from diverging, and what they show.
pub(super) fn steady(
    ensemble: &Ensemble,
    count: u64,
    clock: &Clock,
) -> Result<Option<(Ensemble, Resolution)>, DataError> {
    let mut shorter = ensemble.clone();
    loop {
        shorter.substeps = shorter.substeps.saturating_mul(FACTOR);
        if shorter.substeps > MAX_SUBSTEPS || clock.is_over() {
            return Ok(None);
        }
        let found = observe(&shorter, count, clock)?;
        if found.states > 0 && found.is_steady() {
            return Ok(Some((shorter, found)));
        }
    }
}

impl Resolution {
    /// Whether the time steps follow the solutions at all.
    pub(super) fn is_steady(&self) -> bool {
        let followed = self.temporal.is_none_or(|error| error <= LOST);
        let finite = self.spatial.is_none_or(f64::is_finite);
        self.failure.is_none() && followed && finite
    }

    /// These with the grid judged by `shorter`, the observations with `substeps` steps per frame.
    pub(super) fn judged_by(self, shorter: Self, substeps: usize, typed: usize) -> Self {
        let note = format!(
            "The error in space is that with {substeps} steps a frame: with {typed} the time steps are too long to judge \
             the grid."
        );
        let failed = self.failure.map(|_| f64::INFINITY);
        Self {
            temporal: failed.or(self.temporal),
            steady: Some(Steady {
                substeps,
                temporal: shorter.temporal,
            }),
            notes: [vec![note], shorter.notes.clone()].concat(),
            ..shorter
        }
    }
}
