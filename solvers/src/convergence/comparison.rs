//! A run on trial beside a more accurate one, frame by frame.

use super::Errors;
use super::frame::apart;
use super::refinement::Shared;
use crate::accuracy::norm;
use crate::stepper::one_step;
use crate::{Divergence, Resample, SimulationSpec, SolverError, Stepper};

/// The runs and what was found of them.
pub(super) struct Comparison {
    accurate: Box<dyn Stepper>,
    anew: Anew,
    spec: SimulationSpec,
    shared: Shared,
    /// Estimated error over distance of the two.
    extrapolation: f64,
    /// The run on trial.
    trial_state: Vec<f64>,
    /// The accurate one, at all its points.
    state: Vec<f64>,
    /// Norm of the largest of its states so far at the points of the trial.
    largest: f64,
    pub(super) errors: Errors,
}

/// A run that begins every frame anew where the other one is, for what a single frame adds.
pub(super) enum Anew {
    /// The accurate run, in the states of the one on trial: at its points, or as waves between.
    Accurate(Option<Box<Resample>>, Box<dyn Stepper>),
    /// The run on trial, in the accurate states at its points.
    Trial(Box<dyn Stepper>),
}

impl Comparison {
    /// Compares with the simulation `accurate`, from its state `start` on.
    pub(super) fn new(
        accurate: SimulationSpec,
        anew: Anew,
        shared: Shared,
        extrapolation: f64,
        start: &[f64],
    ) -> Result<Self, SolverError> {
        let mut stepper = accurate.stepper()?;
        stepper.start(start);
        let trial_state = shared.of(start);
        Ok(Self {
            accurate: stepper,
            anew,
            spec: accurate,
            largest: norm(&trial_state),
            trial_state,
            shared,
            extrapolation,
            state: start.to_vec(),
            errors: Errors::default(),
        })
    }

    /// The accurate state at the points of the trial.
    pub(super) fn accurate_state(&self) -> Vec<f64> {
        self.shared.of(&self.state)
    }

    /// The accurate state at all its points.
    pub(super) fn state(&self) -> &[f64] {
        &self.state
    }

    /// One frame further, at whose end the run on trial is in the state `u`.
    pub(super) fn advance(&mut self, u: &[f64]) -> Result<(), SolverError> {
        let before = self.accurate_state();
        let time = self.errors.added.len() as f64 * self.spec.dt;
        self.accurate.step();
        self.accurate.read(&mut self.state);
        self.check(&self.state)?;
        let after = self.accurate_state();
        let added = match &mut self.anew {
            Anew::Trial(trial) => {
                let mut once = vec![0.0; before.len()];
                one_step(trial.as_mut(), time, &before, &mut once);
                apart(&once, &after, norm(&before))
            }
            Anew::Accurate(between, accurate) => {
                let mut once = vec![0.0; self.state.len()];
                let waves = between.as_mut().map(|waves| waves.apply(&self.trial_state));
                let start = waves.unwrap_or(&self.trial_state);
                one_step(accurate.as_mut(), time, start, &mut once);
                self.check(&once)?;
                apart(u, &self.shared.of(&once), norm(&self.trial_state))
            }
        };
        self.errors.added.push(self.extrapolation * added);
        let accumulated = self.extrapolation * apart(u, &after, self.largest);
        self.errors.accumulated.push(accumulated);
        self.largest = self.largest.max(norm(&after));
        self.trial_state.copy_from_slice(u);
        Ok(())
    }

    /// Checks that the state of the accurate run is finite.
    fn check(&self, state: &[f64]) -> Result<(), SolverError> {
        if state.iter().all(|u| u.is_finite()) {
            return Ok(());
        }
        let frames = self.errors.added.len() + 1;
        Err(self.spec.diverged(Divergence {
            time: frames as f64 * self.spec.dt,
            peak: f64::INFINITY,
        }))
    }
}
