//! Several processes: simulation codes, workers on other machines, ranks that train together.

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/threads.rs"]
mod threads;

mod coupled;
mod group;
mod ranks;
mod session;
mod wave;
mod workers;
