//! Trained surrogates judged and used: evaluations, predictions, forecasts for other programs.

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/schema.rs"]
mod schema;

mod by_field;
mod evaluate;
mod forecast;
mod gate;
mod predict;
mod stress;
