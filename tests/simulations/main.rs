//! Simulations: into files, on threads and on devices, and their errors.

#[path = "../common/mod.rs"]
mod common;

mod accuracy;
mod device_source;
mod simulate;
mod solver_points;
mod unresolved;
mod volumes;
mod walls;
