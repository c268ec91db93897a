//! Surrogates, objectives and metrics: promises of every member, kinds of states, members of a program's own.

#[path = "../common/mod.rs"]
mod common;

mod bundle;
mod contract;
mod direct;
mod distil;
mod ensemble;
mod extensions;
mod history;
mod positive;
mod resolution;
mod several;
mod solver_objectives;
mod units;
mod viscosity;
mod windows;
