//! Parameters of equations.

use crate::SolverError;

/// A parameter of an equation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameter {
    /// Name in a recipe.
    pub name: &'static str,
    /// Symbol in the formula of the equation.
    pub symbol: &'static str,
    /// Its meaning, in one line.
    pub doc: &'static str,
    /// Value when none is given; `None` when it has to be.
    pub default: Option<f64>,
    /// Smallest value allowed; [`f64::MIN_POSITIVE`] stands for "greater than 0".
    pub min: f64,
    /// Largest value allowed; infinity when there is no bound, but a value is always finite.
    pub max: f64,
    /// A range of values with interesting behaviour, to start from.
    pub good: [f64; 2],
    /// Whether it is a vector: one value for each axis of the grid.
    pub per_axis: bool,
    /// Whether only whole numbers are allowed.
    pub whole: bool,
}

impl Parameter {
    /// Values that most parameters without bounds have in common.
    pub const ANY: Self = Self {
        name: "",
        symbol: "",
        doc: "",
        default: None,
        min: f64::NEG_INFINITY,
        max: f64::INFINITY,
        good: [0.0, 0.0],
        per_axis: false,
        whole: false,
    };

    /// Values that most parameters from zero upwards have in common.
    pub const NON_NEGATIVE: Self = Self {
        min: 0.0,
        ..Self::ANY
    };

    /// Values that most parameters above zero have in common.
    pub const POSITIVE: Self = Self {
        min: f64::MIN_POSITIVE,
        ..Self::ANY
    };

    /// Checks that `value` is finite, in range and whole where it has to be; `owner` is the
    /// equation named in the error.
    ///
    /// # Errors
    ///
    /// [`SolverError::OutOfRange`] and [`SolverError::NotWhole`].
    pub fn check(&self, owner: &'static str, value: f64) -> Result<(), SolverError> {
        let name = self.name;
        if self.whole && value.fract().abs() > 0.0 {
            return Err(SolverError::NotWhole { owner, name, value });
        }
        if value.is_finite() && (self.min..=self.max).contains(&value) {
            return Ok(());
        }
        Err(SolverError::OutOfRange {
            owner,
            name,
            value,
            min: self.min,
            max: self.max,
        })
    }
}
