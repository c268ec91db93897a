//! Values of each trajectory, and the times of its frames.

use super::spacing::Uneven;

/// A value that all trajectories share, or one of each.
#[derive(Debug, Clone, PartialEq)]
pub enum Varying<T> {
    /// The same for all.
    Same(T),
    /// One of each, in the order of the trajectories.
    Each(Vec<T>),
}

impl<T: PartialEq> Varying<T> {
    /// One value of each trajectory, or the one that all share.
    pub(super) fn of(mut values: Vec<T>) -> Self {
        let shared = values.windows(2).all(|pair| pair[0] == pair[1]);
        if shared && !values.is_empty() {
            Self::Same(values.swap_remove(0))
        } else {
            Self::Each(values)
        }
    }
}

impl<T> Varying<T> {
    /// The value of trajectory `index`.
    ///
    /// # Panics
    /// When there are values of each trajectory, but not of this one.
    pub fn get(&self, index: usize) -> &T {
        match self {
            Self::Same(value) => value,
            Self::Each(values) => &values[index],
        }
    }

    /// The same kind of value made of each of these.
    pub fn map<U>(&self, f: impl Fn(&T) -> U) -> Varying<U> {
        match self {
            Self::Same(value) => Varying::Same(f(value)),
            Self::Each(values) => Varying::Each(values.iter().map(f).collect()),
        }
    }

    /// Whether there are values of each trajectory.
    pub fn varies(&self) -> bool {
        matches!(self, Self::Each(_))
    }
}

/// When the frames were taken.
#[derive(Debug, Clone, PartialEq)]
pub enum Time {
    /// From 0 on, with equal spacing.
    Uniform(Varying<f64>),
    /// At these times.
    Listed(Varying<Vec<f64>>),
}

impl Time {
    /// Checks that the frames of trajectory `index` are evenly spaced in time, as steps of a surrogate are.
    ///
    /// # Errors
    /// When they are not, or a time is not finite; the text names the frame, and says how to mend the file.
    pub fn check(&self, index: usize) -> Result<(), String> {
        let Self::Listed(times) = self else {
            return Ok(());
        };
        let whose = if times.varies() {
            format!(" of trajectory {index}")
        } else {
            String::new()
        };
        let Some(uneven) = Uneven::find(times.get(index)) else {
            return Ok(());
        };
        let place = uneven.describe("frame");
        Err(match uneven {
            Uneven::Step { .. } => format!(
                "the times{whose} are not evenly spaced: {place}; a step of a surrogate is one time \
                 for all: keep frames that are equally far apart, or interpolate to such times, in a new file"
            ),
            _ if uneven.falls() => format!(
                "the times{whose} fall: {place}; put frames and times into rising order in a new file"
            ),
            _ => format!(
                "the times{whose} do not rise: {place}; write the true times into a new file"
            ),
        })
    }

    /// Time between two frames of trajectory `index`, the mean where they are not evenly spaced; 0 for a single frame.
    pub fn dt(&self, index: usize) -> f64 {
        match self {
            Self::Uniform(dt) => *dt.get(index),
            Self::Listed(times) => match times.get(index).as_slice() {
                [first, .., last] => (last - first) / (times.get(index).len() - 1) as f64,
                _ => 0.0,
            },
        }
    }
}
