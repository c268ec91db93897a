//! Weights in files: a network out of a run, or into one.
//!
//! A file is in the format of safetensors. Under the key `ondine` of its metadata stands an [`About`] as JSON, which is
//! enough to build the network again; files of other programs lack it. Under `surrogate` stands an [`Exported`], with which the
//! file takes the place of a run where its surrogate is asked; such a file has a checksum under `crc32`.

mod about;
mod checksum;
mod exported;
mod file;
mod import;
mod pair;
mod scales;

pub use about::{About, Origin};
pub use exported::{Exported, Trained, VERSION};
pub use file::WeightFile;
pub use import::Imported;
pub use pair::{Checked, Pair};
pub use scales::{Scales, with_typed};

use crate::run::RunError;
use ondine_models::weights::ImportError;
use std::io;
use std::path::Path;

/// Why a file of weights can't be written or used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WeightError {
    /// The run that they come from can't be read.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The file exists.
    #[error("{0} exists; choose another file, or replace it with --overwrite")]
    Exists(String),
    /// Something is there that is no file.
    #[error("{0} is a folder or a device, and not replaced: choose another file")]
    NoFile(String),
    /// The file can't be written.
    #[error("{path} can't be written: {source}")]
    Write {
        /// The file.
        path: String,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The file can't be read.
    #[error("{path} can't be read: {source}")]
    Read {
        /// The file.
        path: String,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The file has another format, or is damaged.
    #[error("{path} is no file of weights: {reason}")]
    Format {
        /// The file.
        path: String,
        /// The fault.
        reason: String,
    },
    /// The file holds no surrogate that can be run.
    #[error("{path} can't be run as a surrogate: {reason}")]
    Surrogate {
        /// The file.
        path: String,
        /// The fault.
        reason: String,
    },
    /// A checkpoint is named of a file.
    #[error("{0} has one surrogate, and `checkpoint` names one of a run: leave it out")]
    OneSurrogate(String),
    /// The network has no names in the dialect that was asked for.
    #[error("`{kind}` has no names of {dialect}: possible for it are {possible}")]
    Dialect {
        /// Kind of the network.
        kind: String,
        /// As asked for.
        dialect: &'static str,
        /// Dialects that it has.
        possible: String,
    },
    /// The file holds another network than the recipe describes.
    #[error("{path} holds another network than the recipe has in [model]: {differences}")]
    OtherNetwork {
        /// The file.
        path: String,
        /// The keys that differ.
        differences: String,
    },
    /// The arrays are not the weights of the network.
    #[error("{path}: {error}\n  write the options in [model] that the network was built with")]
    Arrays {
        /// The file.
        path: String,
        /// Which ones.
        error: ImportError,
    },
    /// The units of the network are not known.
    #[error(
        "{0} does not say in which units its network was trained: write --scaling measured for those of the recipe's \
         simulations, as a training measures them, or --scaling identity where it was trained in physical units; \
         --scale KEY=VALUES then sets single ones"
    )]
    NoScales(String),
    /// Options of the network leave no array.
    #[error(
        "{path}: arrays do not say everything of a network: another one with these would answer otherwise\n  the recipe \
         stands for one with{untraced}\n  write --check PAIR.safetensors, a file with an `input` of the network and its \
         `output`, to compare answers; or --unchecked, if it was built with exactly these"
    )]
    Untraced {
        /// The file.
        path: String,
        /// Each on a line.
        untraced: String,
    },
    /// An input with its answer can't be used.
    #[error("{path} is no input of this network with its answer: {reason}")]
    Pair {
        /// The file.
        path: String,
        /// The fault, and what to write instead.
        reason: String,
    },
    /// The network answers otherwise than the one that was exported.
    #[error(
        "{path}: its network answers the `input` of {pair} otherwise than with its `output`: the relative difference is \
         {difference:.1e}\n  it was built with an option that [model] has otherwise or not at all, or the arrays were \
         written in another order of their axes (numpy.ascontiguousarray before save_file){}",
        stands_for(untraced)
    )]
    Differs {
        /// The file.
        path: String,
        /// The file of the pair.
        pair: String,
        /// Norm of the difference over that of the answer in the pair.
        difference: f64,
        /// Options that arrays do not tell, each on a line.
        untraced: String,
    },
    /// The scales are not those of such a network.
    #[error("{0}")]
    Scales(String),
}

impl WeightError {
    /// Whether the disk is the cause, and not what the user wrote.
    pub fn is_system(&self) -> bool {
        match self {
            Self::Write { source, .. } => source.kind() != io::ErrorKind::NotFound,
            _ => false,
        }
    }
}

fn stands_for(untraced: &str) -> String {
    if untraced.is_empty() {
        String::new()
    } else {
        format!("\n  the recipe stands for one with{untraced}")
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
