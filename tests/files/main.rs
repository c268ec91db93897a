//! Files of trajectories, of this package and of others: seen, converted, refused.

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/schema.rs"]
mod schema;

mod convert;
mod field_names;
mod file_kinds;
mod file_units;
mod foreign_files;
mod initial_file;
mod inspect;
mod shared_names;
