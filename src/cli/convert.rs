//! `ondine convert`: files of trajectories into The Well's layout.

use super::bar::Bar;
use super::number::whole;
use super::table::{print, print_json};
use super::{CliError, train};
use crate::control::{Advance, Control};
use crate::convert::{Part, Renamed, convert_all};
use crate::inspect::InspectError;
use crate::numbers::text::duration;
use crate::recipe::Dataset;
use crate::size::bytes;
use clap::{Args, ValueEnum};
use ondine_datasets::files::{DatasetInfo, DatasetReader, Dtype};
use serde_json::{Value, json};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Write a file of trajectories in any layout to an HDF5 file in The Well's layout, a frame per chunk, and compare it with what was read.
#[derive(Args)]
pub(super) struct Convert {
    /// A file, a folder or a pattern in quotes, in a layout of `ondine list formats`, or a recipe (.toml), of which the dataset of
    /// [data] is written.
    file: PathBuf,
    /// The file to write; it must not be there. Of several grids or numbers of frames there is a file for each, whose name says it:
    /// OUT-64x64.h5.
    output: PathBuf,
    /// Convert only these trajectories: from A up to B, which is left out, counted from 0.
    #[arg(long, value_name = "A..B", value_parser = range)]
    trajectories: Option<Range<usize>>,
    /// Convert only every N-th frame, from the first one on.
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = whole::<usize>)]
    every: usize,
    /// Bits of the frames in the file.
    #[arg(long, default_value = "32")]
    precision: Bits,
    /// Print the result as JSON, without progress.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Bits {
    #[value(name = "32")]
    Single,
    #[value(name = "64")]
    Double,
}

/// "10..20".
fn range(text: &str) -> Result<Range<usize>, String> {
    let ends = text.split_once("..").map(|(a, b)| (whole(a), whole(b)));
    match ends {
        Some((Ok(first), Ok(end))) if first < end => Ok(first..end),
        _ => Err("write two whole numbers as 0..20, the second one larger".to_owned()),
    }
}

impl Convert {
    pub(super) fn run(self) -> Result<(), CliError> {
        free(&self.output)?;
        if self.every == 0 {
            return Err(CliError::Usage("--every must be 1 or more".to_owned()));
        }
        let parts = self.parts()?;
        let bar = Bar::new("writing", 1, self.json);
        let stop = train::stop_on_signal("stopping; no file is written");
        let progress = |advance: Advance| {
            bar.set_message(format!("{} blocks", advance.what));
            bar.set_length(advance.of as u64);
            bar.set_position(advance.done as u64);
        };
        let control = Control::none().telling(&progress).stopped_by(&stop);
        let dtype = match self.precision {
            Bits::Single => Dtype::F32,
            Bits::Double => Dtype::F64,
        };
        let started = Instant::now();
        let renamed = convert_all(&parts, dtype, &control)?;
        bar.finish();
        let seconds = started.elapsed().as_secs_f64();
        let written = parts.iter().zip(&renamed);
        let written =
            written.map(|((path, part), renamed)| Written::of(path, part.info(), renamed));
        let written: Vec<Written> = written.collect::<Result<_, _>>()?;
        if self.json {
            print_json(&object(&written, seconds))
        } else {
            print(&text(&written, seconds))
        }
    }

    /// The parts of the dataset that have one grid and one number of frames, each with the file to write.
    fn parts(&self) -> Result<Vec<(PathBuf, Part)>, CliError> {
        let dataset = Dataset::open(&self.file).map_err(InspectError::from)?;
        let named = |error| CliError::Usage(format!("--{error}"));
        let part = Part::of(dataset.reader, self.trajectories.clone(), self.every);
        let files = format!("{} ({})", self.file.display(), dataset.format);
        let parts = part.map_err(named)?.named(files).of_one_shape().into_iter();
        let parts = parts.map(|(name, part)| {
            let path = called(&self.output, &name);
            free(&path).map(|()| (path, part))
        });
        parts.collect()
    }
}

/// Refuses a file that is there.
fn free(output: &Path) -> Result<(), CliError> {
    if !output.exists() {
        return Ok(());
    }
    let output = output.display();
    Err(CliError::Usage(format!(
        "{output} exists; write the name of another file"
    )))
}

/// The file of a part: `waves-64x64.h5` of `waves.h5`.
fn called(output: &Path, name: &str) -> PathBuf {
    if name.is_empty() {
        return output.to_path_buf();
    }
    let [stem, ending] = [output.file_stem(), output.extension()]
        .map(|part| part.unwrap_or_default().to_string_lossy().into_owned());
    let ending = if ending.is_empty() {
        ending
    } else {
        format!(".{ending}")
    };
    output.with_file_name(format!("{stem}-{name}{ending}"))
}

/// A file that was written.
struct Written<'a> {
    path: &'a Path,
    info: &'a DatasetInfo,
    renamed: &'a Renamed,
    size: u64,
}

impl<'a> Written<'a> {
    fn of(path: &'a Path, info: &'a DatasetInfo, renamed: &'a Renamed) -> Result<Self, CliError> {
        let size = std::fs::metadata(path)?.len();
        Ok(Self {
            path,
            info,
            renamed,
            size,
        })
    }

    fn object(&self) -> Value {
        let renamed = self.renamed.iter();
        let renamed = renamed.map(|(old, new)| (old.clone(), json!(new)));
        json!({
            "file": self.path, "points": self.info.points(), "trajectories": self.info.trajectories,
            "frames": self.info.frames, "bytes": self.size,
            "renamed": renamed.collect::<serde_json::Map<_, _>>(),
        })
    }

    fn text(&self) -> String {
        format!(
            "{} trajectories of {} frames, {}",
            self.info.trajectories,
            self.info.frames,
            bytes(self.size.into())
        )
    }
}

/// The files as JSON: an object of the only one, or a list of several.
fn object(written: &[Written<'_>], seconds: f64) -> Value {
    let mut all = match written {
        [one] => one.object(),
        several => json!({ "files": several.iter().map(Written::object).collect::<Vec<_>>() }),
    };
    all["seconds"] = json!(seconds);
    all
}

/// The files in words.
fn text(written: &[Written<'_>], seconds: f64) -> String {
    let mut changed: Vec<String> = Vec::new();
    for (old, new) in written.iter().flat_map(|one| one.renamed) {
        let line = format!("\n`{old}` is called `{new}` there");
        if !changed.contains(&line) {
            changed.push(line);
        }
    }
    let changed = changed.concat();
    let took = format!("written and compared in {}", duration(seconds));
    match written {
        [one] => format!("{}, {took}{changed}\n{}", one.text(), one.path.display()),
        several => {
            let lines = several.iter();
            let lines = lines.map(|one| format!("{}: {}\n", one.path.display(), one.text()));
            let files = several.iter().map(|one| one.path);
            let files: Vec<&Path> = files.collect();
            format!(
                "{}{} files, one per grid and number of frames, {took}{changed}\n[data] takes them as one dataset: source = {files:?}",
                lines.collect::<String>(),
                several.len()
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_parts_are_called_by_what_they_hold() {
        let of = |output: &str, name| called(output.as_ref(), name).display().to_string();
        assert_eq!(of("runs/all.h5", ""), "runs/all.h5");
        assert_eq!(of("runs/all.h5", "64x64"), "runs/all-64x64.h5");
        assert_eq!(of("all", "64-20frames"), "all-64-20frames");
    }

    #[test]
    fn ranges_are_two_rising_numbers() {
        assert_eq!(range("3..20"), Ok(3..20));
        for text in ["", "3", "3..", "..3", "5..5", "7..2", "-1..2", "1..=2"] {
            assert!(range(text).is_err(), "{text}");
        }
    }
}
