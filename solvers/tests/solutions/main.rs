//! Solutions beside closed forms, invariants and those of other codes.

#[path = "../common/mod.rs"]
mod common;

mod accuracy;
mod combined;
mod convergence;
mod exact;
mod heat;
mod invariant;
mod lyapunov;
mod order;
mod reference;
mod sine_series;
mod sorption;
