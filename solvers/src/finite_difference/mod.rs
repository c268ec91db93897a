//! Equations solved by finite differences, each with a [`Stepper`](crate::Stepper) of its own.

mod heat;
mod sorption;
mod tridiagonal;

pub use heat::{Heat, Walls};
pub use sorption::{Column, Sorption};
