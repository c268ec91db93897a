//! Trainings on files of trajectories.

#[path = "../common/mod.rs"]
mod common;

mod converted_training;
mod data_section;
mod fitzhugh_nagumo;
mod grids;
mod masks;
mod mix;
mod offline;
mod statics;
