//! Trainings through the binary and from a program.

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/threads.rs"]
mod threads;

mod best;
mod breed;
mod diagnosis;
mod disk;
mod faults;
mod library;
mod own_solver;
mod schedules;
mod stages;
mod sweep;
mod telemetry;
mod tensorboard;
mod throughput;
mod train;
