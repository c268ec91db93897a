//! `[data]`: a file of trajectories to train on, in the place of solvers.

use super::data_file::{self, DataFile};
use super::source::Source;
use super::table::Table;
use super::{HeldOutTrajectories, Recipe, RecipeError};
use ondine_datasets::files::{
    self, Coarsening, DatasetError, DatasetInfo, DatasetReader, End, Files, Layout, Reading,
    by_name,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// `[data]`.
#[derive(Debug, Clone, Serialize)]
pub struct DataSection {
    /// The file, from the working directory.
    #[serde(serialize_with = "data_file::path")]
    pub source: DataFile,
    /// Options for reading the file.
    #[serde(flatten)]
    pub reading: Reading,
    /// Share of every batch that comes from the file, beside simulations that run meanwhile; all of it if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mix: Option<f64>,
    /// Trajectories to train on, from the first one; all if absent.
    pub trajectories: Option<u64>,
    /// Trajectories of the file that are not trained on, and judged on in the place of simulations; where absent, simulations
    /// are run, and of a problem without a solver nothing is judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_out: Option<HeldOutTrajectories>,
    /// The files of `held_out`, where it names some.
    #[serde(skip)]
    pub judged: Option<DataFile>,
    /// Origin of the scales of the fields.
    #[serde(skip_serializing_if = "FieldScales::is_default")]
    pub scales: FieldScales,
    /// The treatment of trajectories with values that are no data.
    #[serde(skip_serializing_if = "Skip::is_none")]
    pub skip: Skip,
    /// MiB of memory for frames; what does not fit is read from the disk whenever it is needed.
    pub memory: u64,
    /// Trajectories that are shuffled among each other, block after block; all if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block: Option<u64>,
}

/// `[data]` as typed, without the tables in it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    source: Paths,
    format: Option<String>,
    files: Option<Files>,
    #[serde(default)]
    ends: BTreeMap<String, End>,
    fields: Option<Vec<String>>,
    every: Option<usize>,
    #[serde(default)]
    crop: BTreeMap<String, [usize; 2]>,
    coarsen: Option<Coarsening>,
    mix: Option<f64>,
    trajectories: Option<u64>,
    held_out: Option<HeldOutTrajectories>,
    #[serde(default)]
    scales: FieldScales,
    #[serde(default)]
    skip: Skip,
    #[serde(default = "default_memory")]
    memory: u64,
    block: Option<u64>,
}

/// Origin of the means and standard deviations that fields are scaled by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldScales {
    /// From the first windows of the training.
    #[default]
    Measured,
    /// From the dataset, which says them of itself.
    File,
}

impl FieldScales {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
    fn is_default(&self) -> bool {
        *self == Self::Measured
    }
}

/// Which trajectories of a file are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Skip {
    /// None: a file with values that are no data is refused.
    #[default]
    None,
    /// Trajectories with values that are no data (not finite, fill values, outliers), with frames that were never
    /// written, and without variation where others vary.
    Bad,
}

impl Skip {
    fn is_none(&self) -> bool {
        *self == Self::None
    }
}

impl DataSection {
    /// Decodes the section and opens its file.
    pub(super) fn decode(mut table: Table<'_>, source: &Source) -> Result<Self, RecipeError> {
        let layout = table.take_table("layout", source)?;
        let layout: Option<Layout> = layout.map(|table| table.decode(source)).transpose()?;
        let typed: Typed = table.decode(source)?;
        let reading = Reading {
            format: typed.format,
            layout,
            files: typed.files,
            ends: typed.ends,
            fields: typed.fields,
            every: typed.every,
            crop: typed.crop,
            coarsen: typed.coarsen,
        };
        let open = |paths: &[PathBuf], without: &[PathBuf], key: &str| {
            DataFile::open_without(paths, without, &reading).map_err(|error| {
                let place = format!("data.{}", error.key().unwrap_or(key));
                source.error_at(&place, format!("{error}{}", beside(paths, source)))
            })
        };
        let held_out = match &typed.held_out {
            Some(HeldOutTrajectories::Files(paths)) => &paths[..],
            _ => &[],
        };
        let file = open(&typed.source.all(), held_out, "source")?;
        let judged = match held_out {
            [] => None,
            paths => Some(open(paths, &[], "held_out")?),
        };
        let whole = |file: &DataFile| HeldOutTrajectories::Files(file.paths.clone());
        Ok(Self {
            source: file,
            mix: typed.mix,
            trajectories: typed.trajectories,
            held_out: judged.as_ref().map(whole).or(typed.held_out),
            judged,
            scales: typed.scales,
            skip: typed.skip,
            memory: typed.memory,
            reading,
            block: typed.block,
        })
    }

    /// With the fields of the file in the order of those called `names`, where it has the same.
    pub(super) fn of_fields(mut self, names: &[&str]) -> Self {
        self.source.reader = by_name(self.source.reader, names);
        if let Some(judged) = &mut self.judged {
            judged.reader = by_name(judged.reader.clone(), names);
        }
        self
    }

    /// With the grid of `points` as the first of the file, where it has several.
    pub(super) fn on_grid(mut self, points: &[usize]) -> Self {
        self.source.reader = files::on_grid(self.source.reader, points);
        self
    }

    /// The numbers of the trajectories that are left out, in order.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn skipped(&self) -> Result<Vec<usize>, String> {
        match self.skip {
            Skip::None => Ok(Vec::new()),
            Skip::Bad => {
                let all = self.source.screening()?;
                Ok(all.left_out())
            }
        }
    }
}

impl Recipe {
    /// `[data]`, whether its file is trained on alone or beside simulations.
    pub(crate) fn file(&self) -> Option<&DataSection> {
        self.data.as_ref().or(self.replay.as_ref())
    }

    /// Whether the memory of `[data]` holds all frames of its file that are trained on.
    pub(crate) fn holds_file(&self) -> bool {
        self.data.as_ref().is_some_and(|data| {
            let frame = size_of::<f32>() * data.source.reader.info().largest_frame_len();
            let frames = (self.ensemble.simulations).saturating_mul(self.time.frames as u64);
            frames.saturating_mul(frame as u64) <= data.memory << 20
        })
    }
}

/// Opens a file that a command is given beside the one of `[data]`, which is read in this way. Of a file that Ondine wrote the
/// format is known, and predictions of a training from a file have its view already.
///
/// # Errors
/// When it can't be read as a dataset.
pub(crate) fn open_like(
    reading: Option<&Reading>,
    path: &Path,
) -> Result<Arc<dyn DatasetReader>, DatasetError> {
    let Some(reading) = reading.filter(|reading| **reading != Reading::default()) else {
        return files::open(path);
    };
    match files::open(path) {
        Ok(own) if is_forecast(own.info()) => Ok(own),
        Ok(own) if own.info().provenance.ondine_version.is_some() => {
            reading.of_known_format().open(path)
        }
        _ => reading.open(path),
    }
}

/// The options for reading files in `[data]` of a resolved recipe, none of which is opened.
pub(crate) fn reading_of(recipe: &str) -> Option<Reading> {
    const KEYS: [&str; 8] = [
        "format", "layout", "files", "ends", "fields", "every", "crop", "coarsen",
    ];
    let mut recipe: toml::Table = recipe.parse().ok()?;
    let toml::Value::Table(mut data) = recipe.remove("data")? else {
        return None;
    };
    data.retain(|key, _| KEYS.contains(&key));
    data.try_into().ok()
}

/// Paths as typed: one, or a list.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a path in quotes, or a list of them")]
pub(super) enum Paths {
    One(PathBuf),
    Several(Vec<PathBuf>),
}

impl Paths {
    pub(super) fn all(self) -> Vec<PathBuf> {
        match self {
            Self::One(path) => vec![path],
            Self::Several(paths) => paths,
        }
    }
}

/// Where a path lies that is not there from the working directory, but beside the recipe; nothing else.
fn beside(paths: &[PathBuf], source: &Source) -> String {
    let there = |path: &&PathBuf| {
        path.is_relative() && !path.exists() && source.folder().join(path).exists()
    };
    paths.iter().find(there).map_or(String::new(), |path| {
        let found = source.folder().join(path);
        format!(
            "; paths are taken from the working directory: write {:?}",
            found.display().to_string()
        )
    })
}

/// True of a file with predictions of a training from a file.
fn is_forecast(info: &DatasetInfo) -> bool {
    let recipe = info.provenance.recipe.as_deref();
    let recipe = recipe.and_then(|recipe| recipe.parse::<toml::Table>().ok());
    recipe.is_some_and(|recipe| recipe.contains_key("data"))
}

fn default_memory() -> u64 {
    4096
}

#[cfg(test)]
mod tests {
    use super::*;
    use ondine_datasets::files::Factors;

    #[test]
    fn a_resolved_recipe_keeps_how_its_files_are_read() {
        let reading = Reading {
            format: Some("netcdf".to_owned()),
            layout: None,
            files: Some(Files::Frames),
            ends: BTreeMap::from([("x".to_owned(), End::Periodic)]),
            fields: Some(vec!["u".to_owned()]),
            every: Some(2),
            crop: BTreeMap::from([("y".to_owned(), [0, 8])]),
            coarsen: Some(Coarsening {
                factors: Factors::All(2),
                by: None,
            }),
        };
        let mut keys = toml::Table::try_from(&reading).expect("valid TOML");
        keys.insert("source".to_owned(), "runs".into());
        let recipe = toml::Table::from_iter([("data".to_owned(), keys.into())]).to_string();
        assert_eq!(reading_of(&recipe), Some(reading));
    }
}
