//! Networks and surrogates: promises of every member, weights, and those of other packages.

#[path = "../common/mod.rs"]
mod common;

mod carry;
mod contract;
mod counts;
mod from_parameters;
mod options;
mod parity;
mod pde_transformer;
mod positive;
mod records;
