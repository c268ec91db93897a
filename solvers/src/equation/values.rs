//! Values of an equation's parameters: their names, their checks, and the equation that has them.

use super::{EquationEntry, Parameter};
use crate::{Equation, SolverError};

impl EquationEntry {
    /// The parameter that each value on a grid of `dims` axes belongs to: a parameter with one
    /// value per axis comes that many times in a row.
    pub fn values_in(&self, dims: usize) -> impl Iterator<Item = &'static Parameter> + use<> {
        let times = move |parameter: &Parameter| if parameter.per_axis { dims } else { 1 };
        let parameters = self.parameters.iter();
        parameters.flat_map(move |parameter| std::iter::repeat_n(parameter, times(parameter)))
    }

    /// Names of the values on a grid of `dims` axes: `velocity` in one dimension, `velocity_x`
    /// and `velocity_y` in two.
    #[must_use]
    pub fn value_names(&self, dims: usize) -> Vec<String> {
        let axes = if dims == 1 {
            &[""][..]
        } else {
            &["_x", "_y", "_z"][..dims.min(3)]
        };
        let names = |parameter: &Parameter| -> Vec<String> {
            let suffixes = if parameter.per_axis { axes } else { &[""] };
            let name = |suffix| format!("{}{suffix}", parameter.name);
            suffixes.iter().map(name).collect()
        };
        self.parameters.iter().flat_map(names).collect()
    }

    /// Checks `values`, one for each of [`values_in`](Self::values_in), for a grid of `dims` axes.
    ///
    /// # Errors
    ///
    /// [`SolverError::Dimension`], [`SolverError::ParameterCount`] or the errors of
    /// [`Parameter::check`], for the first thing that is wrong.
    pub fn check(&self, values: &[f64], dims: usize) -> Result<(), SolverError> {
        self.check_dims(dims)?;
        self.check_count(values.len(), dims)?;
        let mut pairs = self.values_in(dims).zip(values);
        pairs.try_for_each(|(parameter, &value)| parameter.check(self.kind, value))
    }

    /// Makes the equation for checked `values` on a grid of `dims` axes.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check), and [`SolverError::NotPeriodic`] or [`SolverError::NoModes`] when
    /// it has no Fourier modes.
    pub fn build_checked(
        &self,
        values: &[f64],
        dims: usize,
    ) -> Result<Box<dyn Equation>, SolverError> {
        self.build_drawn(values, &[], dims)
    }

    /// As [`build_checked`](Self::build_checked) with what [`draw`](Self::draw) has drawn; without,
    /// there is no force.
    ///
    /// # Errors
    ///
    /// As [`build_checked`](Self::build_checked).
    pub fn build_drawn(
        &self,
        values: &[f64],
        drawn: &[f64],
        dims: usize,
    ) -> Result<Box<dyn Equation>, SolverError> {
        self.check(values, dims)?;
        let owner = self.kind;
        match (self.has_modes(), self.is_periodic(dims)) {
            (true, _) => Ok((self.build)(&[values, drawn].concat(), dims)),
            (false, true) => Err(SolverError::NoModes { owner }),
            (false, false) => Err(SolverError::NotPeriodic { owner }),
        }
    }

    /// Checks that the equation exists on a grid of `dims` axes.
    ///
    /// # Errors
    ///
    /// [`SolverError::Dimension`].
    pub fn check_dims(&self, dims: usize) -> Result<(), SolverError> {
        if self.dims.contains(&dims) {
            return Ok(());
        }
        Err(SolverError::Dimension {
            owner: self.kind,
            dims,
            supported: self.dims,
        })
    }

    fn check_count(&self, found: usize, dims: usize) -> Result<(), SolverError> {
        let names = self.value_names(dims);
        if found == names.len() {
            return Ok(());
        }
        Err(SolverError::ParameterCount {
            equation: self.kind,
            expected: names.len(),
            found,
            names: names.join(", "),
        })
    }
}
