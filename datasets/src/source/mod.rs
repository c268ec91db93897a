//! Sources: anything that gives trajectories by index.
//!
//! [`Ensemble`] runs our own solvers, [`process`] does the same in processes of their own and [`remote`] in workers
//! that come over the wire, [`Codes`] are foreign ones; [`TimeLimit`] and [`Checked`] stand [`Around`] another
//! source, and [`Redrawn`] has the attempts of one. A solver or file of a user's own is one more member of the trait.

mod around;
mod checked;
mod codes;
mod draws;
mod ensemble;
mod filter;
pub mod process;
mod quantities;
mod redrawn;
pub mod remote;
mod time_limit;

pub use around::Around;
pub use checked::Checked;
pub use codes::{Codes, Maker};
pub use draws::Draws;
pub use ensemble::Ensemble;
pub use quantities::Quantities;
pub use redrawn::Redrawn;
pub use time_limit::TimeLimit;

use crate::{DataError, Frame};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Conditions of a simulation: the numbers that a network may be told beside the state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conditions {
    /// Time between two frames.
    pub dt: f64,
    /// Domain length of every axis.
    pub length: Vec<f64>,
    /// Distance of two grid points along every axis.
    pub spacing: Vec<f64>,
    /// Values of the conditions of the problem, in its order: parameters of an equation, say.
    pub parameters: Vec<f64>,
}

impl Conditions {
    /// The values of everything that may be drawn, in the order of [`Quantities::iter`](crate::Quantities::iter).
    pub fn values(&self) -> impl Iterator<Item = f64> {
        let values = self.parameters.iter().chain(&self.length).chain([&self.dt]);
        values.copied()
    }
}

/// A source of trajectories: simulation `index` is a function of the index alone.
///
/// A failure that other conditions may not have is [`DataError::failed`]; such a simulation is drawn again where
/// [`again`](Self::again) says how.
///
/// ```
/// use ondine_datasets::{Conditions, DataError, FailureKind, Source};
/// use std::ops::ControlFlow;
///
/// /// Decay `u' = -k u` of a field of eight points, with explicit Euler steps.
/// struct Decay;
///
/// impl Source for Decay {
///     fn conditions(&self, index: u64) -> Conditions {
///         let rate = index as f64;
///         Conditions { dt: 0.1, length: vec![1.0], spacing: vec![0.125], parameters: vec![rate] }
///     }
///
///     fn run(
///         &self,
///         index: u64,
///         sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
///     ) -> Result<(), DataError> {
///         let Conditions { dt, parameters, .. } = self.conditions(index);
///         let factor = 1.0 - dt * parameters[0];
///         if factor.abs() > 1.0 {
///             let why = format!("rate {} is unstable", parameters[0]);
///             return Err(DataError::failed(index, FailureKind::Diverged, why));
///         }
///         let mut u = [1.0; 8];
///         for _ in 0..50 {
///             if sink(&u).is_break() {
///                 break;
///             }
///             u = u.map(|value| value * factor);
///         }
///         Ok(())
///     }
/// }
///
/// let error = Decay.run(30, &mut |_| ControlFlow::Continue(())).expect_err("unstable");
/// assert_eq!(error.to_string(), "simulation 30: rate 30 is unstable");
/// assert_eq!(error.kind(), Some(FailureKind::Diverged));
/// ```
pub trait Source: Send + Sync {
    /// The conditions of simulation `index`, without running it; of one that brings its own, those in the middle of their
    /// ranges until it has [begun](Self::begin).
    fn conditions(&self, index: u64) -> Conditions;

    /// The conditions of simulation `index` as it is begun, before [`run`](Self::run): for simulations that bring theirs,
    /// which are waited for.
    ///
    /// # Errors
    /// When none comes.
    fn begin(&self, index: u64) -> Result<Conditions, DataError> {
        Ok(self.conditions(index))
    }

    /// The conditions of simulation `index`, where they are known by now.
    fn known(&self, index: u64) -> Option<Conditions> {
        Some(self.conditions(index))
    }

    /// The fields of simulation `index` that do not change in time, such as a mask of obstacles, in the order of the
    /// problem: one channel after the other, the last axis fastest within one. By default none. They are asked for when
    /// the simulation has run.
    fn static_fields(&self, _index: u64) -> Vec<f64> {
        Vec::new()
    }

    /// The frames of simulation `index` where [`run`](Self::run) left them on a device: handed over once, asked for when it has
    /// run. By default none, and frames are those that the sink got.
    fn device_frames(&self, _index: u64) -> Vec<Frame> {
        Vec::new()
    }

    /// Runs simulation `index` and gives every frame to `sink`, until the sink breaks. A frame is channel-major: field
    /// after field, the last axis fastest within one; empty where frames [stay on a device](Self::device_frames).
    ///
    /// # Errors
    /// When the simulation fails, [`DataError::failed`] with what the source knows of it.
    fn run(
        &self,
        index: u64,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<(), DataError>;

    /// Number of simulations that [`run_block`](Self::run_block) makes best at once: 1, the default, where it makes them one
    /// after the other.
    fn block(&self) -> usize {
        1
    }

    /// Runs several simulations and gives every frame to `sink`, with the place of its simulation in `indices`. A simulation
    /// whose frames are not wanted any more breaks, and the others go on. Frames are those of [`run`](Self::run) to the bit,
    /// whichever simulations are beside it. Returns how each of them ended; one that fails does so alone.
    fn run_block(
        &self,
        indices: &[u64],
        sink: &mut dyn FnMut(usize, &[f64]) -> ControlFlow<()>,
    ) -> Vec<Result<(), DataError>> {
        let mut run = |(place, &index)| self.run(index, &mut |frame| sink(place, frame));
        indices.iter().enumerate().map(&mut run).collect()
    }

    /// The source whose simulation `index` is attempt `attempt` of this one's: other draws from the same
    /// distributions, for simulations that failed, as pure as the first. Attempt 0 is this source. None, the
    /// default, for simulations that can't be drawn again.
    fn again(&self, _attempt: u32) -> Option<Arc<dyn Source>> {
        None
    }

    /// The source all whose simulations lie at `point` of the unit cube of what is drawn, whatever their index; the
    /// rest of a draw, such as initial states, stays that of the index. None, the default, where nothing can be placed.
    fn at(&self, _point: &[f64]) -> Option<Arc<dyn Source>> {
        None
    }

    /// Notes that frames are not wanted any more: a run that is under way may end early.
    fn cancel(&self) {}
}
