//! `ondine convert`: files of trajectories into The Well's layout.

use super::bar::Bar;
use super::number::whole;
use super::table::{print, print_json};
use super::{CliError, train};
use crate::control::{Advance, Control};
use crate::convert::{Part, convert};
use crate::inspect::InspectError;
use crate::numbers::text::duration;
use crate::recipe::Dataset;
use crate::size::bytes;
use clap::{Args, ValueEnum};
use ondine_datasets::files::{DatasetInfo, DatasetReader, Dtype};
use serde_json::json;
use std::ops::Range;
use std::path::PathBuf;
use std::time::Instant;

/// Write a file of trajectories in any layout to an HDF5 file in The Well's layout, a frame per chunk, and compare it with what was read.
#[derive(Args)]
pub(super) struct Convert {
    /// A file, a folder or a pattern in quotes, in a layout of `ondine list formats`, or a recipe (.toml), of which the dataset of
    /// [data] is written.
    file: PathBuf,
    /// The file to write; it must not be there.
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
        if self.output.exists() {
            let output = self.output.display();
            return Err(CliError::Usage(format!(
                "{output} exists; write the name of another file"
            )));
        }
        if self.every == 0 {
            return Err(CliError::Usage("--every must be 1 or more".to_owned()));
        }
        let dataset = Dataset::open(&self.file).map_err(InspectError::from)?;
        let named = |error| CliError::Usage(format!("--{error}"));
        let part = Part::of(dataset.reader, self.trajectories.clone(), self.every);
        let files = format!("{} ({})", self.file.display(), dataset.format);
        let part = part.map_err(named)?.named(files);
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
        let renamed = convert(&part, &self.output, dtype, &control)?;
        bar.finish();
        self.conclude(part.info(), &renamed, started.elapsed().as_secs_f64())
    }

    /// Says what was done.
    fn conclude(
        &self,
        info: &DatasetInfo,
        renamed: &[(String, String)],
        seconds: f64,
    ) -> Result<(), CliError> {
        let size = std::fs::metadata(&self.output)?.len();
        let (trajectories, frames) = (info.trajectories, info.frames);
        if self.json {
            let renamed: serde_json::Map<_, _> = renamed
                .iter()
                .map(|(old, new)| (old.clone(), json!(new)))
                .collect();
            return print_json(&json!({
                "file": self.output, "trajectories": trajectories, "frames": frames, "bytes": size,
                "renamed": renamed, "seconds": seconds,
            }));
        }
        let changed = renamed.iter();
        let changed = changed.map(|(old, new)| format!("\n`{old}` is called `{new}` there"));
        print(&format!(
            "{trajectories} trajectories of {frames} frames, {}, written and compared in {}{}\n{}",
            bytes(size.into()),
            duration(seconds),
            changed.collect::<String>(),
            self.output.display()
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_two_rising_numbers() {
        assert_eq!(range("3..20"), Ok(3..20));
        for text in ["", "3", "3..", "..3", "5..5", "7..2", "-1..2", "1..=2"] {
            assert!(range(text).is_err(), "{text}");
        }
    }
}
