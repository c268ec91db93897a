//! Layers of networks beside plain loops.

#[path = "../common/mod.rs"]
mod common;

mod activation;
mod blocks;
mod burns;
mod convolution;
mod edges;
mod fourier;
mod threads;
