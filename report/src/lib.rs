//! Runs of trainings of surrogates, read and shown: the files of a run as types, advice about its stream of windows, the
//! diagnosis of its surrogate, and the page. No tensor library is linked, and nothing is solved.
//!
//! ```
//! use ondine_report::files::RunFiles;
//! use std::path::Path;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let directory = std::env::temp_dir().join(format!("ondine-report-{}", std::process::id()));
//! # std::fs::create_dir_all(&directory)?;
//! # std::fs::write(directory.join("recipe.toml"), "name = \"ks\"\n[equation]\nkind = \"kuramoto_sivashinsky\"\n")?;
//! # let run: &Path = &directory;
//! let files = RunFiles::read(run, run)?; // run: the directory of a training
//! for finding in files.diagnosis() {
//!     println!("{} {}", finding.seen, finding.remedy);
//! }
//! ondine_report::page::write(&[files], &run.join("report.html"))?;
//! # assert!(std::fs::read_to_string(run.join("report.html"))?.contains("Kuramoto–Sivashinsky"));
//! # std::fs::remove_dir_all(&directory)?;
//! # Ok(())
//! # }
//! ```
//!
//! A run keeps the facts of its training in `subject.json` ([`files::Subject`]), so that the diagnosis needs no recipe. A
//! program that has the recipe and solvers can add what it knows by [`files::Beside`].

pub mod advice;
pub mod diagnosis;
pub mod draw;
pub mod files;
pub mod numbers;
pub mod page;
