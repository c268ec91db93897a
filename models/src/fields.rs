//! The fields that a network is built for.

use serde::{Deserialize, Serialize};

/// Inputs of a surrogate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Inputs {
    /// The state now, and parameters.
    #[default]
    State,
    /// Parameters alone, the last of which is the time of the state that is asked for.
    Parameters,
}

/// The unit a network counts distances in, and so the meaning of another grid to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// By points: neighbours of a point lie nearer on a finer grid, where the network is another operator. The distance of
    /// two points is a condition that it has to know.
    #[default]
    Points,
    /// By the length of the box: waves over it, the same ones on any number of points. Such a network is the same operator
    /// on every grid as long as all that it is told is the same.
    Domain,
}

/// The fields a network is built for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldSpec {
    /// Channels that the network sees: those of the state, static fields, and what a surrogate shows it beside; 0 where
    /// it sees parameters alone.
    pub inputs: usize,
    /// Channels that the network answers with.
    pub outputs: usize,
    /// Frames that a step answers with, and advances by. Of more than one, the channels are those of one frame after the
    /// other.
    pub bundle: usize,
    /// Frames of a state, as many as [`Self::bundle`] or more, the latest one last.
    pub history: usize,
    /// Channels of fields that do not change in time, which a state has behind its frames.
    pub statics: usize,
    /// The one of these channels that is 0 at points without data and 1 at others; none where all points have data.
    pub mask: Option<usize>,
    /// Number of parameters (time step, grid spacing, equation parameters).
    pub parameters: usize,
    /// Points per axis of the grid it is trained on, 1 to 3 axes. Most networks run on other grids too; the faults of
    /// others are those of [`NetworkConfig::check_grid`](crate::network::NetworkConfig::check_grid).
    pub grid: Vec<usize>,
}

impl FieldSpec {
    /// A network from `channels` fields to as many, on `grid`.
    pub fn new(channels: usize, parameters: usize, grid: &[usize]) -> Self {
        Self {
            inputs: channels,
            outputs: channels,
            bundle: 1,
            history: 1,
            statics: 0,
            mask: None,
            parameters,
            grid: grid.to_vec(),
        }
    }

    /// The same for states and answers of `frames` frames, the channels of each as many as now.
    #[must_use]
    pub fn bundled(mut self, frames: usize) -> Self {
        self.inputs *= frames;
        self.outputs *= frames;
        self.bundle = frames;
        self.history = frames;
        self
    }

    /// The same for states of `frames` frames; answers stay as they are.
    ///
    /// # Panics
    /// When these are fewer frames than those of an answer.
    #[must_use]
    pub fn with_history(mut self, frames: usize) -> Self {
        assert!(frames >= self.bundle, "a state has the frames of an answer");
        self.inputs = self.channels() * frames + self.statics;
        self.history = frames;
        self
    }

    /// The same with `channels` of static fields behind the frames of a state.
    #[must_use]
    pub fn with_statics(mut self, channels: usize) -> Self {
        self.inputs = self.channels() * self.history + channels;
        self.statics = channels;
        self
    }

    /// The same for states with points without data: where static channel `mask` is 0.
    ///
    /// # Panics
    /// When there is no such channel.
    #[must_use]
    pub fn with_mask(mut self, mask: Option<usize>) -> Self {
        assert!(
            mask.is_none_or(|place| place < self.statics),
            "the mask is one of the static channels"
        );
        self.mask = mask;
        self
    }

    /// Channels of a frame.
    pub fn channels(&self) -> usize {
        self.outputs / self.bundle
    }

    /// Number of space dimensions.
    pub fn dims(&self) -> usize {
        self.grid.len()
    }
}
