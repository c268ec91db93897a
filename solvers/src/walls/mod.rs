//! Equations between walls, by finite differences: what is not periodic joins as a
//! [`Stepper`](crate::Stepper).

mod heat;
mod tridiagonal;

pub use heat::{Heat, Walls};
