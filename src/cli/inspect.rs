//! `ondine inspect`: the contents of files of trajectories.

use super::bar::Bar;
use super::inspection::{text, text_of_unknown};
use super::table::{print, print_json};
use super::{CliError, train};
use crate::control::{Advance, Control};
use crate::inspect::{InspectError, Inspection, Unknown, inspect, picture, unknown};
use crate::recipe::Dataset;
use clap::Args;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Say what files of trajectories hold: the problem as it is understood, how the values are stored, what they are, and a recipe for them.
#[derive(Args)]
pub(super) struct Inspect {
    /// Files, folders or patterns in quotes, each a dataset, in a layout of `ondine list formats`; of other HDF5, netCDF,
    /// Zarr and `NumPy` files the arrays are listed. A recipe (.toml) stands for the dataset of its [data].
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Read every frame; of large files a sample is read otherwise, which is named.
    #[arg(long)]
    all: bool,
    /// Draw the first trajectory of the file, a row per channel, as a PNG: over space and time in one dimension, in others the
    /// first, the middle and the last frame.
    #[arg(long, value_name = "FILE.png")]
    picture: Option<PathBuf>,
    /// Print a list with an object per file as JSON, without progress; docs/inspection.schema.json says what it holds.
    #[arg(long)]
    json: bool,
}

/// The answer for a file.
enum Answer {
    Known(Box<Inspection>),
    Unknown(Unknown),
    Unreadable(PathBuf),
}

impl Inspect {
    pub(super) fn run(self) -> Result<(), CliError> {
        if self.picture.is_some() && self.files.len() > 1 {
            let message = "--picture draws one file: name one";
            return Err(CliError::Usage(message.to_owned()));
        }
        let stop = train::stop_on_signal("stopping; once more to stop at once");
        let mut objects = Vec::new();
        let mut failed = None;
        for (place, file) in self.files.iter().enumerate() {
            let bar = Bar::new("reading frames", 1, self.json);
            let progress = |advance: Advance| {
                bar.set_length(advance.of as u64);
                bar.set_position(advance.done as u64);
            };
            let control = Control::none().telling(&progress).stopped_by(&stop);
            let found = inspect(file, self.all, &control);
            bar.finish();
            let (answer, error) = answer(file, found)?;
            if self.json {
                objects.push(answer.json(error.as_ref()));
            } else {
                answer.print(place > 0)?;
            }
            if let Some(error) = error {
                failed.replace(error).iter().for_each(said);
            }
        }
        if self.json {
            print_json(&objects)?;
        }
        if let (None, Some(picture)) = (&failed, &self.picture) {
            draw(&self.files[0], picture)?;
        }
        failed.map_or(Ok(()), |error| Err(error.into()))
    }
}

/// Draws a file.
fn draw(file: &Path, to: &Path) -> Result<(), CliError> {
    let shown = to.display();
    let refused = |error: String| CliError::Usage(format!("--picture {shown}: {error}"));
    let dataset = Dataset::open(file).map_err(|error| refused(error.to_string()))?;
    let png = picture(&*dataset.reader).map_err(|error| refused(error.to_string()))?;
    std::fs::write(to, png).map_err(|error| refused(error.to_string()))
}

/// The description of a file, with the error of one that is no dataset.
fn answer(
    file: &Path,
    found: Result<Inspection, InspectError>,
) -> Result<(Answer, Option<InspectError>), CliError> {
    match found {
        Ok(inspection) => Ok((Answer::Known(Box::new(inspection)), None)),
        Err(error @ InspectError::Stopped(_)) => Err(error.into()),
        Err(error) => {
            let listed = unknown(file).map(Answer::Unknown);
            let answer = listed.unwrap_or_else(|| Answer::Unreadable(file.to_path_buf()));
            Ok((answer, Some(error)))
        }
    }
}

/// An error that others follow.
fn said(error: &InspectError) {
    eprintln!("error: {error}");
}

impl Answer {
    fn json(&self, error: Option<&InspectError>) -> Value {
        let mut object = match self {
            Self::Known(inspection) => json!(inspection),
            Self::Unknown(unknown) => json!(unknown),
            Self::Unreadable(path) => json!({ "path": path }),
        };
        if let Some(error) = error {
            object["error"] = json!(error.to_string());
        }
        object
    }

    fn print(&self, follows: bool) -> Result<(), CliError> {
        let text = match self {
            Self::Known(inspection) => text(inspection),
            Self::Unknown(unknown) => text_of_unknown(unknown),
            Self::Unreadable(_) => return Ok(()),
        };
        print(&if follows { format!("\n{text}") } else { text })
    }
}
