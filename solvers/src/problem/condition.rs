//! Conditions: numbers that a simulation has beside its state.

/// A number that is the same over a simulation and may differ between simulations: the viscosity, say.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// Its name in recipes, files and messages, as `viscosity` or `velocity_x`.
    pub name: String,
    /// The axis of a component of a vector, on a grid of several axes.
    pub axis: Option<usize>,
    /// Symbol in the formula, as `ν`; empty where there is none.
    pub symbol: String,
    /// Smallest and largest value.
    pub range: [f64; 2],
    /// Physical unit, as `m/s`; none where it is not known or there is none.
    pub unit: Option<String>,
}
