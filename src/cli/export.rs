//! `ondine export`: the network of a run as a file of weights.

use super::CliError;
use super::table::{print, print_json};
use crate::run::Run;
use crate::weights::{Origin, WeightFile};
use clap::{Args, ValueEnum};
use ondine_models::weights::Dialect;
use serde_json::json;
use std::path::PathBuf;

/// Write the weights of a run's network to a file in the format of safetensors.
#[derive(Args)]
pub(super) struct Export {
    /// Directory of the run.
    run: PathBuf,
    /// The file to write, for example ks.safetensors.
    file: PathBuf,
    /// The checkpoint to take: best, or for example step-00000500; the last one if absent.
    #[arg(long, value_name = "CHECKPOINT")]
    checkpoint: Option<String>,
    /// The weights after the last step, where the run keeps their average too.
    #[arg(long)]
    last: bool,
    /// Whose names and axes the arrays have.
    #[arg(long = "as", default_value = "ondine", value_name = "LAYOUT")]
    layout: Layout,
    /// Replace the file if it exists.
    #[arg(long)]
    overwrite: bool,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Layout {
    /// Paths of modules, axes as they are here.
    Ondine,
    /// The state of an FNO of neuraloperator (for `fno_neuraloperator`), complex weights as real pairs.
    Neuraloperator,
    /// The state of a modern U-Net of pdearena (for `unet`).
    Pdearena,
}

impl Export {
    pub(super) fn run(self) -> Result<(), CliError> {
        WeightFile::check_place(&self.file, self.overwrite)?;
        let run = Run::open(&self.run)?;
        let exported = WeightFile::of_run(
            &run,
            self.checkpoint.as_deref(),
            self.last,
            self.layout.dialect(),
        )?;
        let file = WeightFile {
            path: self.file.clone(),
            ..exported
        };
        file.write(self.overwrite)?;
        self.conclude(&file)
    }

    fn conclude(&self, file: &WeightFile) -> Result<(), CliError> {
        let (arrays, numbers) = (file.arrays.len(), file.arrays.num_values());
        let about = file.about.as_ref().expect("every export has it");
        let weights = about.weights;
        if self.json {
            return print_json(&json!({
                "file": self.file, "layout": about.layout, "arrays": arrays, "parameters": numbers,
                "step": about.step, "weights": weights,
            }));
        }
        let which = match weights {
            Origin::Average => "their average over the training",
            Origin::Last => "those of the last step",
        };
        let kind = about.model.get("kind").and_then(|kind| kind.as_str());
        print(&format!(
            "{numbers} weights of a `{}` after {} steps, {which}, in {arrays} arrays\n{}",
            kind.unwrap_or_default(),
            about.step,
            self.file.display()
        ))
    }
}

impl Layout {
    fn dialect(self) -> Dialect {
        match self {
            Self::Ondine => Dialect::Ondine,
            Self::Neuraloperator => Dialect::Neuraloperator,
            Self::Pdearena => Dialect::Pdearena,
        }
    }
}
