//! A simulation as a client sees it.

/// A simulation that has begun.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulation {
    /// Its number in the training.
    pub number: u64,
    /// Its conditions.
    pub values: Vec<f64>,
    /// Frames that the training has of it already: more than 0 where it was begun before. Frames that are committed below
    /// this index are not sent again.
    pub frames: u64,
}
