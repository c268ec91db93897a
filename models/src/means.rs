//! Means over the grid that a surrogate holds by construction.

use burn::tensor::Tensor;

/// Channels of a frame whose mean over the grid is held.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum HeldMeans {
    /// None of them.
    #[default]
    None,
    /// All of them.
    All,
    /// Those that are true, of all channels of a frame.
    Channels(Vec<bool>),
}

impl HeldMeans {
    /// Those of channels that are true, with all and none as such.
    pub fn of(channels: Vec<bool>) -> Self {
        if channels.iter().all(|held| *held) {
            Self::All
        } else if channels.contains(&true) {
            Self::Channels(channels)
        } else {
            Self::None
        }
    }

    /// Whether the mean of a channel of a frame is held.
    pub(crate) fn holds(&self, channel: usize) -> bool {
        match self {
            Self::None => false,
            Self::All => true,
            Self::Channels(held) => held[channel],
        }
    }

    /// The constraint in words; none where there is none.
    pub(crate) fn in_words(&self) -> Option<String> {
        match self {
            Self::None => None,
            Self::All => Some("the mean of every field is held".to_owned()),
            Self::Channels(held) => {
                let count = held.iter().filter(|held| **held).count();
                Some(format!(
                    "the mean of {count} of {} fields is held",
                    held.len()
                ))
            }
        }
    }

    /// Increments without their mean in every channel of these, one frame after the other.
    ///
    /// # Shapes   `[batch, point, channel]` → the same
    pub(crate) fn held(&self, increment: Tensor<3>) -> Tensor<3> {
        match self {
            Self::None => increment,
            Self::All => without_mean(increment),
            Self::Channels(held) => {
                let channels = increment.dims()[2];
                let every = held.iter().cycle().take(channels).enumerate();
                let parts = every.map(|(channel, held)| {
                    let part = increment.clone().narrow(2, channel, 1);
                    if *held { without_mean(part) } else { part }
                });
                Tensor::cat(parts.collect(), 2)
            }
        }
    }
}

/// `[batch, 1, channel]` is taken off every point.
fn without_mean(increment: Tensor<3>) -> Tensor<3> {
    increment.clone() - increment.mean_dim(1)
}
