//! One state advanced by one step. Buffers are kept from step to step: beyond the tensors, of which a step makes two for its state
//! and its conditions, nothing is allocated once the first step was made.

use super::conditions::{self, Named};
use super::{ForecastError, Forecaster, Value};
use ondine_datasets::Conditions;
use ondine_models::{Inputs, Surrogate};
use ondine_solvers::problem::Condition;

/// The conditions of a step, as kept from step to step.
pub(super) struct StepConditions {
    /// All conditions, in the order of [`Forecaster::conditions`].
    known: Vec<Condition>,
    /// A value for each of them.
    values: Vec<f64>,
    /// The same as conditions of a simulation.
    now: Conditions,
}

impl StepConditions {
    pub(super) fn new(known: Vec<Condition>) -> Self {
        Self {
            values: Vec::with_capacity(known.len()),
            known,
            now: Conditions {
                dt: 0.0,
                length: Vec::new(),
                spacing: Vec::new(),
                parameters: Vec::new(),
            },
        }
    }
}

impl Forecaster {
    /// Advances a state by one step, in place.
    ///
    /// # Shapes   state: `[field, point]`, or `[frame, field, point]` of several frames
    ///
    /// # Errors
    /// When the state has another size, or a condition is unknown, missing or no possible value.
    pub fn step<T: Value>(
        &mut self,
        state: &mut [T],
        conditions: &Named<'_>,
    ) -> Result<(), ForecastError> {
        self.check_state(state.len())?;
        let own = self.problem().conditions.len();
        let StepConditions { known, values, .. } = &mut self.kept;
        let known = &*known;
        for pair in conditions {
            conditions::check(known, own, *pair)?;
        }
        values.clear();
        for condition in known {
            values.push(conditions::value(known, condition, conditions)?);
        }
        self.advance(state)
    }

    /// As [`Self::step`], with a value for each of [`Self::conditions`], in their order.
    ///
    /// # Errors
    /// When the state has another size, or there are not as many values as conditions, or a value is not possible.
    pub fn step_with<T: Value>(
        &mut self,
        state: &mut [T],
        values: &[f64],
    ) -> Result<(), ForecastError> {
        self.check_state(state.len())?;
        let own = self.problem().conditions.len();
        let known = &self.kept.known;
        if values.len() != known.len() {
            return Err(ForecastError::ValueCount {
                found: values.len(),
                known: conditions::listed(known),
            });
        }
        for (place, value) in values.iter().enumerate() {
            conditions::check_value(&known[place], place >= own, *value)?;
        }
        self.kept.values.clear();
        self.kept.values.extend_from_slice(values);
        self.advance(state)
    }

    /// Checks that the surrogate advances states, and that one has so many values.
    fn check_state(&self, values: usize) -> Result<(), ForecastError> {
        match self.layout.inputs {
            Inputs::Parameters => Err(ForecastError::SeesNoState),
            Inputs::State => self.check_len(values, 1),
        }
    }

    /// Advances a state under the values that are kept.
    fn advance<T: Value>(&mut self, state: &mut [T]) -> Result<(), ForecastError> {
        self.check_static_fields()?;
        self.settle();
        let layout = &self.layout;
        let u = layout.one_state(state, T::to_f32, &self.static_fields, &self.device);
        let parameters = layout.row(&self.kept.now, &self.device);
        let next = self
            .surrogate
            .step(u, parameters, &layout.grid, &mut self.draws);
        let kept = state.len() - layout.bundle * layout.frame_len(); // values of frames that stay, and move to the front
        state.copy_within(state.len() - kept.., 0);
        layout.read(layout.answered(next), |values| {
            for (place, value) in state[kept..].iter_mut().zip(values) {
                *place = T::from_f32(*value);
            }
        });
        Ok(())
    }

    /// Makes the kept values conditions of a simulation.
    fn settle(&mut self) {
        let (problem, StepConditions { values, now, .. }) = (&self.network.problem, &mut self.kept);
        let (own, others) = values.split_at(problem.conditions.len());
        let (length, dt) = others.split_at(problem.dims());
        now.parameters.clear();
        now.parameters.extend_from_slice(own);
        now.length.clear();
        now.length.extend_from_slice(length);
        now.spacing.clear();
        let axes = problem.axes.iter().zip(&self.layout.grid).zip(length);
        now.spacing
            .extend(axes.map(|((axis, points), length)| axis.kind.spacing(*points, *length)));
        now.dt = dt[0];
    }
}
