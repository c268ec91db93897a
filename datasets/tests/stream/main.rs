//! Simulations on their way to a trainer: samplers, ensembles, workers, buffers and policies.

#[path = "../doubles/mod.rs"]
mod doubles;

mod attempts;
mod autoscale;
mod batches;
mod breed;
mod breeding;
mod buffer;
mod codes;
mod ensemble;
mod failures;
mod policies;
mod process;
mod rates;
mod remote;
mod resume;
mod samplers;
mod shares;
mod solver_points;
mod stress;
mod table;
mod together;
mod wire;
