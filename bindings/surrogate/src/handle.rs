//! A surrogate that is open for a code: states from and to its arrays.

use crate::order::Order;
use crate::{argument, error, info};
use ondine::device::device;
use ondine::forecast::{ForecastError, Forecaster};
use ondine_c::border::{numbers, places};
use ondine_coupling::{Code, Error, Result};
use std::ffi::{CString, c_double, c_void};
use std::path::{Path, PathBuf};

/// Number types of states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Numbers {
    F32,
    F64,
}

/// An open surrogate.
pub(crate) struct Opened {
    /// The run or file that it comes from.
    pub(crate) path: PathBuf,
    pub(crate) forecaster: Forecaster,
    /// Place of every condition that a call brings in the order of the forecaster.
    places: Vec<usize>,
    /// A value for every condition, in the order of the forecaster: of the present call, or the only one of the training.
    pub(crate) values: Vec<f64>,
    pub(crate) info: CString,
    pub(crate) numbers: Numbers,
    pub(crate) order: Order,
    /// The state of the present call, row-major.
    pub(crate) state: Vec<f64>,
}

impl Opened {
    pub(crate) fn open(path: &Path, name: &str) -> Result<Self> {
        let device = device(name).map_err(|error| argument(&error.to_string()))?;
        let forecaster = Forecaster::open(path, &device).map_err(|error| wrong(&error))?;
        if forecaster.is_direct() {
            return Err(wrong(&ForecastError::SeesNoState));
        }
        let described = info::describe(&forecaster);
        let known = forecaster.conditions();
        Ok(Self {
            path: path.to_owned(),
            places: info::conditioning(&forecaster),
            values: known.iter().map(|condition| condition.range[0]).collect(),
            info: CString::new(described.replace('\0', " ")).unwrap_or_default(),
            numbers: Numbers::F64,
            order: Order::new(forecaster.points()),
            state: vec![0.0; forecaster.state_len()],
            forecaster,
        })
    }

    /// Takes the conditions of a call.
    ///
    /// # Safety
    /// NULL, or as many numbers as conditions are told.
    pub(crate) unsafe fn tell(&mut self, conditions: *const c_double) -> Result<()> {
        if self.places.is_empty() {
            return Ok(());
        }
        // SAFETY: as the caller promises.
        let told = unsafe { numbers(conditions, self.places.len(), "conditions") }?;
        for (place, value) in self.places.iter().zip(told) {
            self.values[*place] = *value;
        }
        Ok(())
    }

    /// The conditions of the present call, in its order.
    pub(crate) fn conditioning(&self) -> Vec<f64> {
        self.places
            .iter()
            .map(|&place| self.values[place])
            .collect()
    }

    /// Time of a step under the conditions of the present call.
    pub(crate) fn dt(&self) -> f64 {
        let dt = self.values.last().copied().unwrap_or_default();
        dt * self.forecaster.stride() as f64
    }

    /// Takes a state of finite values.
    ///
    /// # Safety
    /// As for [`read`](Self::read).
    pub(crate) unsafe fn load(&mut self, values: *const c_void, name: &str) -> Result<()> {
        let mut state = std::mem::take(&mut self.state);
        // SAFETY: as the caller promises.
        let read = unsafe { self.read(values, name, &mut state) };
        self.state = state;
        read?;
        if self.state.iter().all(|value| value.is_finite()) {
            return Ok(());
        }
        let text = format!("`{name}` has values that are NaN or infinite");
        Err(error(Code::NotFinite, &text))
    }

    /// Reads a state, row-major.
    ///
    /// # Safety
    /// NULL, or the values of a state of the handle's type.
    pub(crate) unsafe fn read(
        &self,
        values: *const c_void,
        name: &str,
        state: &mut [f64],
    ) -> Result<()> {
        let length = state.len();
        match self.numbers {
            Numbers::F64 => {
                // SAFETY: as the caller promises.
                let values = unsafe { numbers(values.cast::<f64>(), length, name) }?;
                self.order.read(values, state);
            }
            Numbers::F32 => {
                // SAFETY: as the caller promises.
                let values = unsafe { numbers(values.cast::<f32>(), length, name) }?;
                self.order.read(values, state);
            }
        }
        Ok(())
    }

    /// The same as a state of its own.
    ///
    /// # Safety
    /// As for [`read`](Self::read).
    pub(crate) unsafe fn state(&self, values: *const c_void, name: &str) -> Result<Vec<f64>> {
        let mut state = vec![0.0; self.forecaster.state_len()];
        // SAFETY: as the caller promises.
        unsafe { self.read(values, name, &mut state) }?;
        Ok(state)
    }

    /// Writes the state.
    ///
    /// # Safety
    /// NULL, or places for the values of a state of the handle's type.
    pub(crate) unsafe fn store(&self, out: *mut c_void, name: &str) -> Result<()> {
        let state = &self.state;
        match self.numbers {
            Numbers::F64 => {
                // SAFETY: as the caller promises.
                let array = unsafe { places(out.cast::<f64>(), state.len(), name) }?;
                self.order.write(state, |value| value, array);
            }
            Numbers::F32 => {
                // SAFETY: as the caller promises.
                let array = unsafe { places(out.cast::<f32>(), state.len(), name) }?;
                self.order.write(state, |value| value as f32, array);
            }
        }
        Ok(())
    }

    /// Advances the state by one step.
    pub(crate) fn step(&mut self) -> Result<()> {
        let stepped = self.forecaster.step_with(&mut self.state, &self.values);
        stepped.map_err(|error| wrong(&error))
    }

    /// All conditions by name, with the values of the present call.
    fn named(&self) -> Vec<(String, f64)> {
        let known = self.forecaster.conditions().into_iter();
        let names = known.map(|condition| condition.name);
        names.zip(self.values.iter().copied()).collect()
    }

    /// Mean and standard deviation per value over members, one step after a state.
    fn moments(&mut self, state: &[f64], members: usize) -> Result<[Vec<f64>; 2]> {
        let named = self.named();
        let named: Vec<(&str, f64)> = named
            .iter()
            .map(|(name, value)| (&**name, *value))
            .collect();
        let moments = self.forecaster.moments(state, &named, members);
        moments.map_err(|error| wrong(&error))
    }

    /// Standard deviations over members one step later, of a surrogate that samples its answers.
    pub(crate) fn spread(&mut self, state: &[f64], members: usize) -> Result<Option<Vec<f64>>> {
        if !self.forecaster.is_stochastic() {
            return Ok(None);
        }
        let [_, deviations] = self.moments(state, members)?;
        Ok(Some(deviations))
    }

    /// Refuses a surrogate whose states have several frames.
    pub(crate) fn check_frames(&self) -> Result<()> {
        match self.forecaster.history().max(self.forecaster.bundle()) {
            1 => Ok(()),
            count => Err(argument(&format!(
                "a state of the surrogate has {count} frames, and one of a single frame is needed"
            ))),
        }
    }

    /// Makes the state the mean of several members one step later; their standard deviations.
    pub(crate) fn ensemble(&mut self, count: usize) -> Result<Vec<f64>> {
        let state = self.state.clone();
        let [mean, deviations] = self.moments(&state, count)?;
        self.state = mean;
        Ok(deviations)
    }
}

/// The error of a forecast, with its code.
fn wrong(found: &ForecastError) -> Error {
    let code = match found {
        ForecastError::Run(_) | ForecastError::Recipe(_) | ForecastError::Weights(_) => Code::File,
        ForecastError::Shape { .. } | ForecastError::Grid(_) => Code::Shape,
        ForecastError::UnknownCondition { .. }
        | ForecastError::MissingCondition { .. }
        | ForecastError::ConditionValue { .. }
        | ForecastError::ConditionCount { .. }
        | ForecastError::ValueCount { .. } => Code::Values,
        _ => Code::Argument,
    };
    error(code, &found.to_string())
}
