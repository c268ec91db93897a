//! States advanced by a surrogate.

use super::conditions::Named;
use super::rollout::{Forecasts, RolledOut};
use super::{ForecastError, Forecaster, Value};
use crate::batch;
use ondine_datasets::Conditions;
use ondine_models::{Inputs, Model, Surrogate, Together};

impl Forecaster {
    /// Advances a state by several steps, in place.
    ///
    /// # Errors
    /// As [`Self::step`].
    pub fn steps<T: Value>(
        &mut self,
        state: &mut [T],
        conditions: &Named<'_>,
        count: usize,
    ) -> Result<(), ForecastError> {
        self.check_len(state.len(), 1)?;
        self.batch(state, &[conditions], count)
    }

    /// Advances several states together by several steps, in place; `conditions` are one list for all states, or one for
    /// each.
    ///
    /// # Shapes   states: `[state, field, point]`, or `[state, frame, field, point]` of several frames
    ///
    /// # Errors
    /// As [`Self::step`], and when there are lists of conditions for another number of states.
    pub fn batch<T: Value>(
        &mut self,
        states: &mut [T],
        conditions: &[&Named<'_>],
        steps: usize,
    ) -> Result<(), ForecastError> {
        let all = self.rolled_out(states, conditions, steps, false)?;
        let (len, frame) = (self.state_len(), self.layout.frame_len());
        let new = all.len().min(self.history());
        let kept = len - new * frame; // values of frames that stay, and move to the front
        for (index, state) in states.chunks_mut(len).enumerate() {
            state.copy_within(len - kept.., 0);
            let places = state[kept..].chunks_mut(frame);
            for (place, frames) in places.zip(&all[all.len() - new..]) {
                write(place, &frames[index]);
            }
        }
        Ok(())
    }

    /// All frames of a rollout, without the state that it begins with.
    ///
    /// # Shapes   state: as for [`Self::step`] → `[frame, field, point]`, as many frames as steps, times those of a bundle
    ///
    /// # Errors
    /// As [`Self::step`].
    pub fn rollout<T: Value>(
        &mut self,
        state: &[T],
        conditions: &Named<'_>,
        steps: usize,
    ) -> Result<Vec<T>, ForecastError> {
        self.members(state, conditions, steps, 1)
    }

    /// Several rollouts from one state, by a surrogate that samples its answers, or one by each of
    /// [several members](Self::with_members).
    ///
    /// # Shapes   state: as for [`Self::step`] → `[member, frame, field, point]`
    ///
    /// # Errors
    /// As [`Self::step`], and when the surrogate gives one answer only, or has another number of members.
    pub fn members<T: Value>(
        &mut self,
        state: &[T],
        conditions: &Named<'_>,
        steps: usize,
        members: usize,
    ) -> Result<Vec<T>, ForecastError> {
        self.check_len(state.len(), 1)?;
        let asked = self.together.as_ref().unwrap_or(&self.surrogate);
        check_samples(asked, self.network.model.kind(), members)?;
        let all = self.rolled_out(&state.repeat(members), &[conditions], steps, members > 1)?;
        let frames = (0..members).flat_map(|member| all.iter().map(move |frame| &frame[member]));
        Ok(frames.flatten().map(|value| T::from_f32(*value)).collect())
    }

    /// Mean and standard deviation per value over members that sample their answers, one step later.
    ///
    /// # Shapes   state: as for [`Self::step`] → twice `[field, point]`, or `[frame, field, point]` of a bundle
    ///
    /// # Errors
    /// As [`Self::members`].
    pub fn moments(
        &mut self,
        state: &[f64],
        conditions: &Named<'_>,
        members: usize,
    ) -> Result<[Vec<f64>; 2], ForecastError> {
        let all = self.members(state, conditions, 1, members)?;
        let length = all.len() / members.max(1);
        let each = |place: usize| all[place..].iter().step_by(length);
        let moments = (0..length).map(|place| {
            let mean = each(place).sum::<f64>() / members as f64;
            let squares: f64 = each(place).map(|value| (value - mean).powi(2)).sum();
            (
                mean,
                (squares / members.saturating_sub(1).max(1) as f64).sqrt(),
            )
        });
        let (means, deviations) = moments.unzip();
        Ok([means, deviations])
    }

    /// The solution at some times after the initial state, by a surrogate that sees conditions alone
    /// (`inputs = "parameters"`).
    ///
    /// # Shapes   → `[time, field, point]`
    ///
    /// # Errors
    /// When the surrogate advances states, or a condition is unknown, missing or no possible value.
    pub fn solution<T: Value>(
        &mut self,
        conditions: &Named<'_>,
        times: &[f64],
    ) -> Result<Vec<T>, ForecastError> {
        if !self.is_direct() {
            return Err(ForecastError::KnowsNoTime);
        }
        let mut told = self.layout.parameters(&self.resolved(conditions)?, 0);
        told.pop(); // The time is the last one.
        let row = |time: &f64| [&told[..], &[*time]].concat();
        let rows: Vec<Vec<f64>> = times.iter().map(row).collect();
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let nothing = vec![0.0; self.state_len()];
        let states = self
            .layout
            .states(rows.iter().map(|_| [&nothing[..]]), &self.device);
        let parameters = batch::conditioning(rows, &self.device);
        let grid = &self.layout.grid;
        let u = self
            .surrogate
            .step(states, parameters, grid, &mut self.draws);
        let values = self.layout.to_host(u).into_iter().flatten();
        Ok(values.map(T::from_f32).collect())
    }

    /// Frames `[frame][state]` of rollouts from states one after the other, by all members in turn or by the first one.
    fn rolled_out<T: Value>(
        &mut self,
        states: &[T],
        conditions: &[&Named<'_>],
        steps: usize,
        by_all: bool,
    ) -> Result<Forecasts, ForecastError> {
        if self.layout.inputs == Inputs::Parameters {
            return Err(ForecastError::SeesNoState);
        }
        let count = states.len() / self.state_len();
        self.check_len(states.len(), count.max(1))?;
        let conditions = self.each(conditions, count)?;
        self.check_static_fields()?;
        let values: Vec<f32> = states.iter().map(|value| value.to_f32()).collect();
        let frames = |state| -> Vec<&[f32]> {
            let frames = <[f32]>::chunks(state, self.layout.frame_len());
            frames.chain([&self.static_fields[..]]).collect()
        };
        let together = self.together.as_ref().filter(|_| by_all);
        let rolled_out = RolledOut {
            layout: &self.layout,
            surrogate: together.unwrap_or(&self.surrogate),
            device: &self.device,
        };
        let mut rollout = rolled_out.begin(values.chunks(self.state_len()).map(frames), &[0]);
        let mut all = Vec::new();
        for _ in 0..steps {
            all.extend(rollout.advance(conditions.iter(), &mut self.draws));
        }
        Ok(all)
    }

    /// The conditions of each of `count` states.
    fn each(
        &self,
        conditions: &[&Named<'_>],
        count: usize,
    ) -> Result<Vec<Conditions>, ForecastError> {
        let all = conditions.iter().map(|named| self.resolved(named));
        let all: Vec<Conditions> = all.collect::<Result<_, _>>()?;
        match &all[..] {
            [one] => Ok(vec![one.clone(); count]),
            each if each.len() == count => Ok(all),
            _ => Err(ForecastError::ConditionCount {
                found: all.len(),
                states: count,
            }),
        }
    }

    /// Checks that the static fields were handed over.
    pub(super) fn check_static_fields(&self) -> Result<(), ForecastError> {
        if self.static_fields.len() == self.layout.statics * self.layout.num_points() {
            return Ok(());
        }
        Err(self.missing_static_fields("no values".to_owned()))
    }

    /// Checks that an array holds so many states.
    pub(super) fn check_len(&self, found: usize, states: usize) -> Result<(), ForecastError> {
        let expected = states * self.state_len();
        if found == expected {
            return Ok(());
        }
        Err(ForecastError::Shape {
            found: format!("{found} values"),
            expected: format!("{expected} values"),
            meaning: self.meaning(),
        })
    }

    /// The axes of a state, in words.
    pub(super) fn meaning(&self) -> String {
        let points = self.points().iter().map(usize::to_string);
        let points: Vec<String> = points.collect();
        let frames = match self.history() {
            1 => String::new(),
            frames => format!("{frames} frames of "),
        };
        format!(
            "a state is {frames}the fields {} on {} points, the last axis fastest",
            self.fields().join(", "),
            points.join(" x ")
        )
    }
}

/// Checks that so many rollouts from one state differ.
pub(super) fn check_samples(
    surrogate: &Model,
    kind: &'static str,
    samples: usize,
) -> Result<(), ForecastError> {
    let members = surrogate.method::<Together>().map(Together::count);
    if let Some(members) = members.filter(|members| samples > 1 && *members != samples) {
        return Err(ForecastError::MemberCount { members });
    }
    if samples <= 1 || surrogate.is_stochastic() {
        return Ok(());
    }
    Err(ForecastError::OneAnswer(kind))
}

fn write<T: Value>(place: &mut [T], values: &[f32]) {
    for (place, value) in place.iter_mut().zip(values) {
        *place = T::from_f32(*value);
    }
}
