//! Data for online training: which simulations to run, who runs them, and what the trainer reads.
//!
//! A [`Sampler`](sampler::Sampler) places simulation `index` in the space of parameters, an [`Ensemble`] turns the point
//! into a solver run or any other [`Source`] has a trajectory for it, a [`WorkerPool`] runs simulations ahead of the trainer, and a [`Buffer`] holds their windows under
//! a [`Policy`](policy::Policy) and hands out batches. [`files`] keeps trajectories on
//! disk, and [`offline`] reads windows from there. Nothing here knows a network.

mod autoscale;
mod background;
mod batches;
mod buffer;
mod composition;
mod distribution;
mod error;
mod failure;
mod file_kind;
pub mod files;
pub mod initial;
pub mod offline;
mod parallel;
pub mod policy;
mod pool;
mod rate_limiter;
mod refusal;
mod reorder;
pub mod sampler;
mod share;
mod source;
mod telemetry;
mod window;

pub use autoscale::{Autoscale, Interval};
pub use batches::{Batches, MOST_CHANGES};
pub use buffer::{Buffer, BufferConfig, Cursor, Order, Snapshot};
pub use composition::{Composition, effective};
pub use distribution::{DISTRIBUTIONS, Distribution, DistributionEntry};
pub use error::DataError;
pub use failure::{
    Failure, FailureCounts, FailureKind, FailureLog, MAX_ATTEMPTS, attempts, block_of,
    first_attempts, guarded,
};
pub use file_kind::{FileKind, read_text};
pub use ondine_coupling as coupling;
pub use pool::WorkerPool;
pub use rate_limiter::RateLimiter;
pub use refusal::system_error;
pub use share::Share;
pub use source::{
    Around, Checked, Codes, Conditions, Draws, Ensemble, Maker, Quantities, Redrawn, Source,
    TimeLimit, process, remote,
};
pub use telemetry::Telemetry;
pub use window::{Cut, DeviceFrame, Frame, Window, WindowCutter};
