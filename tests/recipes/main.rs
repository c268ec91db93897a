//! Recipes as typed: what is refused, in which words, and what is listed.

#[path = "../common/mod.rs"]
mod common;

mod input;
mod list;
mod posed;
mod sizes;
mod terminal;
