//! Equations solved by finite differences, each with a [`Stepper`](crate::Stepper) of its own.

mod heat;
mod tridiagonal;

pub use heat::{Heat, Walls};
