//! Promises of every equation, initial state and integrator.

#[path = "../common/mod.rs"]
mod common;
#[path = "../own/insulated.rs"]
mod insulated;

mod batch;
mod boundary;
mod catalogue;
mod initial;
mod precision;
mod resample;
mod walls;
