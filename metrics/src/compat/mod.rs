//! Metrics as other programs define them, for comparisons with what they publish; ours differ where these have a mistake
//! or depend on units.
//!
//! Numbers are those of one state, then means over simulations as everywhere. The file of a program describes its means
//! over several states at once.

pub mod exponax;
#[cfg(test)]
mod fixtures;
pub mod neuraloperator;
pub mod pdearena;
pub mod pdebench;
pub mod the_well;
