//! A surrogate that is open for a code: states from and to its arrays.

use crate::order::Order;
use crate::{argument, error, info};
use ondine::device::device;
use ondine::forecast::{ForecastError, Forecaster};
use ondine_c::border::{numbers, places};
use ondine_coupling::{Code, Error, Result};
use std::ffi::{CString, c_void};
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
    /// Names of all conditions; the first `told` are those of a call.
    names: Vec<String>,
    pub(crate) told: usize,
    pub(crate) info: CString,
    pub(crate) numbers: Numbers,
    pub(crate) column_major: bool,
    order: Order,
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
        let conditions = info::told(&forecaster);
        Ok(Self {
            path: path.to_owned(),
            told: conditions.told,
            names: conditions.names,
            info: CString::new(described.replace('\0', " ")).unwrap_or_default(),
            numbers: Numbers::F64,
            column_major: false,
            order: Order::new(forecaster.points()),
            state: vec![0.0; forecaster.state_len()],
            forecaster,
        })
    }

    /// Takes a state of finite values.
    ///
    /// # Safety
    /// As for [`read`](Self::read).
    pub(crate) unsafe fn load(&mut self, values: *const c_void, name: &str) -> Result<()> {
        // SAFETY: as the caller promises.
        let state = unsafe { self.read(values, name) }?;
        if !state.iter().all(|value| value.is_finite()) {
            let text = format!("`{name}` has values that are NaN or infinite");
            return Err(error(Code::NotFinite, &text));
        }
        self.state = state;
        Ok(())
    }

    /// Reads a state, row-major.
    ///
    /// # Safety
    /// NULL, or the values of a state of the handle's type.
    pub(crate) unsafe fn read(&self, values: *const c_void, name: &str) -> Result<Vec<f64>> {
        let length = self.forecaster.state_len();
        let state: Vec<f64> = match self.numbers {
            // SAFETY: as the caller promises.
            Numbers::F64 => unsafe { numbers(values.cast::<f64>(), length, name) }?.to_vec(),
            Numbers::F32 => {
                // SAFETY: as the caller promises.
                let values = unsafe { numbers(values.cast::<f32>(), length, name) }?;
                values.iter().map(|&value| f64::from(value)).collect()
            }
        };
        Ok(if self.column_major {
            self.order.to_rows(&state)
        } else {
            state
        })
    }

    /// Writes the state.
    ///
    /// # Safety
    /// NULL, or places for the values of a state of the handle's type.
    pub(crate) unsafe fn store(&self, out: *mut c_void, name: &str) -> Result<()> {
        let turned;
        let mut state = &self.state;
        if self.column_major {
            turned = self.order.to_columns(state);
            state = &turned;
        }
        match self.numbers {
            Numbers::F64 => {
                // SAFETY: as the caller promises.
                unsafe { places(out.cast::<f64>(), state.len(), name) }?.copy_from_slice(state);
            }
            Numbers::F32 => {
                // SAFETY: as the caller promises.
                let places = unsafe { places(out.cast::<f32>(), state.len(), name) }?;
                let pairs = places.iter_mut().zip(state);
                pairs.for_each(|(place, value)| *place = *value as f32);
            }
        }
        Ok(())
    }

    /// Advances the state by one step.
    pub(crate) fn step(&mut self, conditions: &[f64]) -> Result<()> {
        let named = self.names.iter().map(String::as_str);
        let named: Vec<(&str, f64)> = named.zip(conditions.iter().copied()).collect();
        let stepped = self.forecaster.step(&mut self.state, &named);
        stepped.map_err(|error| wrong(&error))
    }

    /// The conditions of a call and those with one value in the training, in the order of the problem.
    pub(crate) fn drawn(&self, conditions: &[f64]) -> Vec<f64> {
        let all = self.forecaster.conditions().into_iter();
        let typed = |name: &str| {
            let place = self.names.iter().position(|known| known == name)?;
            conditions.get(place).copied()
        };
        all.map(|one| typed(&one.name).unwrap_or(one.range[0]))
            .collect()
    }

    /// Standard deviations over members one step later, of a surrogate that samples its answers.
    pub(crate) fn spread(
        &mut self,
        state: &[f64],
        conditions: &[f64],
        members: usize,
    ) -> Result<Option<Vec<f64>>> {
        if !self.forecaster.is_stochastic() {
            return Ok(None);
        }
        let named = self.names.iter().map(String::as_str);
        let named: Vec<(&str, f64)> = named.zip(conditions.iter().copied()).collect();
        let moments = self.forecaster.moments(state, &named, members);
        let [_, deviations] = moments.map_err(|error| wrong(&error))?;
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
    pub(crate) fn ensemble(&mut self, conditions: &[f64], count: usize) -> Result<Vec<f64>> {
        let named = self.names.iter().map(String::as_str);
        let named: Vec<(&str, f64)> = named.zip(conditions.iter().copied()).collect();
        let moments = self.forecaster.moments(&self.state, &named, count);
        let [mean, deviations] = moments.map_err(|error| wrong(&error))?;
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
        | ForecastError::ConditionCount { .. } => Code::Values,
        _ => Code::Argument,
    };
    error(code, &found.to_string())
}
