//! Ondine trains neural surrogates of partial differential equations online: its solvers make simulations while the
//! network trains on them.
//!
//! A [`Recipe`](recipe::Recipe) describes an experiment; checked, it is a [`Plan`](plan::Plan); a
//! [`Training`](training::Training) carries it out into a [`Run`](run::Run), whose surrogate a
//! [`Forecaster`](forecast::Forecaster) gives to other programs. The command line (feature `cli`) does just that.

pub mod accuracy;
pub mod agreement;
pub mod batch;
pub mod chaos;
pub mod checkpoint;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
pub mod conditioning;
pub mod control;
pub mod convert;
pub mod device;
mod device_source;
pub mod evaluation;
pub mod evidence;
pub mod forecast;
pub mod gate;
pub mod group;
pub mod inspect;
mod memory;
pub mod objective;
pub mod observer;
pub mod pages;
mod parallel;
pub mod plan;
pub mod predict;
pub mod recipe;
pub mod report;
pub mod resolution;
pub mod run;
pub mod schedule;
pub mod simulate;
mod size;
pub mod sweep;
mod teacher;
pub mod telemetry;
pub mod throughput;
mod trainer;
pub mod training;
pub mod tuning;
mod warm;
pub mod weights;
mod wording;

pub use burn;
pub use ondine_datasets as datasets;
pub use ondine_metrics::{self as metrics, results};
pub use ondine_models as models;
pub use ondine_report::{diagnosis, files};
pub use ondine_solvers as solvers;
pub use ondine_tensor_solvers as tensor_solvers;

use ondine_metrics as metric;
use ondine_report::{draw, numbers};

/// The Rust programs of the README and the book, which are compiled with the other examples of the documentation.
#[cfg(doctest)]
mod book {
    #[doc = include_str!("../README.md")]
    struct Readme;
    #[doc = include_str!("../docs/book/library.md")]
    struct Library;
    #[doc = include_str!("../docs/book/datasets.md")]
    struct Datasets;
}
