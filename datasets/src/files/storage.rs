//! Precision and chunks of a file that is written.

use super::Dtype;

/// The frames of a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Chunks {
    /// As many as fit into 256 KiB: few chunks, for whole trajectories.
    #[default]
    Blocks,
    /// One, or as many as fit into 4 KiB: single frames are read without others.
    Frames,
}

/// Precision and chunks of a file that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Storage {
    /// Precision of frames and of dimensions.
    pub dtype: Dtype,
    /// The frames of a chunk.
    pub chunks: Chunks,
}

impl From<Dtype> for Storage {
    fn from(dtype: Dtype) -> Self {
        Self {
            dtype,
            ..Self::default()
        }
    }
}
