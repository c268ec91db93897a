//! Weights of networks: out of runs and into them, beside those of other packages, in files of surrogates.

#[path = "../common/mod.rs"]
mod common;

mod exchange;
mod exported;
mod forward;
mod origins;
mod untraced;
mod warm;
