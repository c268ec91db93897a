//! Advice about the stream of windows of a training: the [`RULES`] make [`Advice`] of lines of metrics.

mod advisor;
#[cfg(any(test, feature = "doubles"))]
pub mod doubles;
mod ranks;
mod rules;
mod signs;
mod ways;

pub use advisor::{Advice, Advisor, advise};
pub use rules::{RULES, Rule};
pub use signs::{Setting, Signs};
