//! One simulation as a list of frames.

/// The frames of one simulation.
#[derive(Debug, Clone, PartialEq)]
pub struct Trajectory {
    /// Its place in the dataset, counted from 0.
    pub index: usize,
    /// Every frame after the other, each channel-major: `[frame, channel, point]`.
    pub frames: Vec<f64>,
}
