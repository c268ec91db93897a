//! States as arrays of `ndarray`, with the axes `[field, x, y, …]`.

use super::conditions::Named;
use super::{ForecastError, Forecaster, Value};
use ndarray::{ArrayD, ArrayViewD, IxDyn};

impl Forecaster {
    /// The state one step later.
    ///
    /// # Shapes   state: `[field, x, y, …]`, or `[frame, field, x, y, …]` of several frames → the same
    ///
    /// # Errors
    /// As [`Self::step`].
    pub fn step_array<T: Value>(
        &mut self,
        state: ArrayViewD<'_, T>,
        conditions: &Named<'_>,
    ) -> Result<ArrayD<T>, ForecastError> {
        let mut values = self.values(&state, &[])?;
        self.step(&mut values, conditions)?;
        Ok(self.array(values, &[]))
    }

    /// Several states one step later; `conditions` are one list for all states, or one for each.
    ///
    /// # Shapes   states: `[state, field, x, y, …]`, or `[state, frame, field, x, y, …]` of several frames → the same
    ///
    /// # Errors
    /// As [`Self::batch`].
    pub fn batch_array<T: Value>(
        &mut self,
        states: ArrayViewD<'_, T>,
        conditions: &[&Named<'_>],
    ) -> Result<ArrayD<T>, ForecastError> {
        let count = states.shape().first().copied().unwrap_or(1);
        let mut values = self.values(&states, &[count])?;
        self.batch(&mut values, conditions, 1)?;
        Ok(self.array(values, &[count]))
    }

    /// All frames of a rollout, without the state that it begins with.
    ///
    /// # Shapes   state: as for [`Self::step_array`] → `[frame, field, x, y, …]`
    ///
    /// # Errors
    /// As [`Self::step`].
    pub fn rollout_array<T: Value>(
        &mut self,
        state: ArrayViewD<'_, T>,
        conditions: &Named<'_>,
        steps: usize,
    ) -> Result<ArrayD<T>, ForecastError> {
        let values = self.values(&state, &[])?;
        let frames = self.rollout(&values, conditions, steps)?;
        Ok(self.frames(frames, &[steps * self.bundle()]))
    }

    /// Several rollouts from one state, by a surrogate that samples its answers.
    ///
    /// # Shapes   state: as for [`Self::step_array`] → `[member, frame, field, x, y, …]`
    ///
    /// # Errors
    /// As [`Self::members`].
    pub fn members_array<T: Value>(
        &mut self,
        state: ArrayViewD<'_, T>,
        conditions: &Named<'_>,
        steps: usize,
        members: usize,
    ) -> Result<ArrayD<T>, ForecastError> {
        let values = self.values(&state, &[])?;
        let frames = self.members(&values, conditions, steps, members)?;
        Ok(self.frames(frames, &[members, steps * self.bundle()]))
    }

    /// The solution at some times, as [`Self::solution`].
    ///
    /// # Shapes   → `[time, field, x, y, …]`
    ///
    /// # Errors
    /// As [`Self::solution`].
    pub fn solution_array<T: Value>(
        &mut self,
        conditions: &Named<'_>,
        times: &[f64],
    ) -> Result<ArrayD<T>, ForecastError> {
        let values = self.solution(conditions, times)?;
        Ok(self.frames(values, &[times.len()]))
    }

    /// The values of states in the order of their axes, whatever it is in memory.
    fn values<T: Value>(
        &self,
        states: &ArrayViewD<'_, T>,
        before: &[usize],
    ) -> Result<Vec<T>, ForecastError> {
        let expected = self.shape(before);
        if states.shape() == expected {
            return Ok(states.iter().copied().collect());
        }
        Err(ForecastError::Shape {
            found: format!("the axes {:?}", states.shape()),
            expected: format!("{expected:?}"),
            meaning: self.meaning(),
        })
    }

    /// States as an array.
    fn array<T: Value>(&self, values: Vec<T>, before: &[usize]) -> ArrayD<T> {
        shaped(values, &self.shape(before))
    }

    /// Frames as an array.
    fn frames<T: Value>(&self, values: Vec<T>, before: &[usize]) -> ArrayD<T> {
        shaped(values, &[before, &self.frame_shape()].concat())
    }

    /// The axes of states, after others.
    fn shape(&self, before: &[usize]) -> Vec<usize> {
        let history = (self.history() > 1).then_some(self.history());
        let before = before.iter().copied().chain(history);
        before.chain(self.frame_shape()).collect()
    }

    /// The axes of a frame.
    fn frame_shape(&self) -> Vec<usize> {
        [&[self.layout.channels], self.points()].concat()
    }
}

fn shaped<T>(values: Vec<T>, shape: &[usize]) -> ArrayD<T> {
    ArrayD::from_shape_vec(IxDyn(shape), values).expect("an array of states has their shape")
}
