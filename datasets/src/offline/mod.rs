//! Training from a file: every window once an epoch, in an order of its own each time.
//!
//! [`Epochs`] is the order, [`WindowFile`] the windows, [`EpochLoader`] threads that read ahead of the trainer. What
//! comes out is a [`Window`](crate::Window), as from a [`Buffer`](crate::Buffer).

mod ahead;
mod blocks;
mod conditions;
mod epochs;
mod file;
mod hold;
mod loader;
mod still;

pub use conditions::conditions;
pub use epochs::Epochs;
pub use file::WindowFile;
pub use loader::EpochLoader;
pub use still::{missing, static_fields};
