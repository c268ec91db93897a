//! Metrics as other programs define them, for comparisons with what they publish; ours differ where these have a mistake
//! or depend on units.
//!
//! Numbers are those of one state, then means over simulations as everywhere. What a program does with several states at
//! once is said in its file.

pub mod exponax;
#[cfg(test)]
mod fixtures;
pub mod neuraloperator;
pub mod pdearena;
pub mod pdebench;
pub mod the_well;
