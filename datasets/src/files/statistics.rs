//! Statistics that a dataset states about its fields.

/// Mean and standard deviation of a field over a dataset.
#[derive(Debug, Clone, PartialEq)]
pub struct Statistics {
    /// Name of the field.
    pub field: String,
    /// Mean of every component.
    pub mean: Vec<f64>,
    /// Standard deviation of every component.
    pub std: Vec<f64>,
}
