//! What is known of an equation before it has parameter values: its row of the catalogue.

use crate::{Equation, SolverError};

/// A parameter of an equation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameter {
    /// Name in a recipe.
    pub name: &'static str,
    /// Symbol in the formula of the equation.
    pub symbol: &'static str,
    /// What it is, in one line.
    pub doc: &'static str,
    /// Value when none is given; `None` when it has to be.
    pub default: Option<f64>,
    /// Smallest value allowed; [`f64::MIN_POSITIVE`] stands for "greater than 0".
    pub min: f64,
    /// Largest value allowed; infinity when there is no bound, but a value is always finite.
    pub max: f64,
    /// A range of values with interesting behaviour, to start from.
    pub good: [f64; 2],
}

/// A row of the catalogue.
#[derive(Debug, Clone, Copy)]
pub struct EquationEntry {
    /// Name in a recipe.
    pub kind: &'static str,
    /// The equation in Unicode.
    pub formula: &'static str,
    /// What it models and how it behaves, in one line.
    pub summary: &'static str,
    /// Names of the fields of a state, one per channel.
    pub fields: &'static [&'static str],
    /// Numbers of axes it exists for.
    pub dims: &'static [usize],
    /// Whether the mean of every field over the domain stays what it was, for all parameters.
    pub conserves_mean: bool,
    /// Its parameters, in the order of the values.
    pub parameters: &'static [Parameter],
    /// Makes the equation from one value per parameter, unchecked.
    pub build: fn(&[f64]) -> Box<dyn Equation>,
}

impl Parameter {
    /// Checks that `value` is finite and in range; `owner` is the equation named in the error.
    ///
    /// # Errors
    ///
    /// [`SolverError::OutOfRange`].
    pub fn check(&self, owner: &'static str, value: f64) -> Result<(), SolverError> {
        if value.is_finite() && (self.min..=self.max).contains(&value) {
            return Ok(());
        }
        Err(SolverError::OutOfRange {
            owner,
            name: self.name,
            value,
            min: self.min,
            max: self.max,
        })
    }
}

impl EquationEntry {
    /// Makes the equation for `values`, one per parameter, on a grid of `dims` axes.
    ///
    /// # Errors
    ///
    /// [`SolverError::Dimension`], [`SolverError::ParameterCount`] or
    /// [`SolverError::OutOfRange`], for the first thing that is wrong.
    pub fn build_checked(
        &self,
        values: &[f64],
        dims: usize,
    ) -> Result<Box<dyn Equation>, SolverError> {
        self.check_dims(dims)?;
        self.check_count(values.len())?;
        for (parameter, &value) in self.parameters.iter().zip(values) {
            parameter.check(self.kind, value)?;
        }
        Ok((self.build)(values))
    }

    fn check_dims(&self, dims: usize) -> Result<(), SolverError> {
        if self.dims.contains(&dims) {
            return Ok(());
        }
        Err(SolverError::Dimension {
            owner: self.kind,
            dims,
            supported: self.dims,
        })
    }

    fn check_count(&self, found: usize) -> Result<(), SolverError> {
        if found == self.parameters.len() {
            return Ok(());
        }
        let names: Vec<_> = self.parameters.iter().map(|p| p.name).collect();
        Err(SolverError::ParameterCount {
            equation: self.kind,
            expected: self.parameters.len(),
            found,
            names: names.join(", "),
        })
    }
}
