//! A dataset as commands name it: files of trajectories, or a recipe whose `[data]` says how they are read.

use super::described::line;
use super::source::Source;
use super::{DataSection, RecipeError, placed, text_of};
use ondine_datasets::FileKind;
use ondine_datasets::files::{DatasetError, DatasetReader, Reading, recognise};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Name of the format of files that `[data.layout]` describes.
const LAYOUT: &str = "layout";

/// Why there is no dataset.
#[derive(Debug, thiserror::Error)]
pub enum NoDataset {
    /// The files can't be read as a dataset.
    #[error(transparent)]
    Files(#[from] DatasetError),
    /// The recipe is wrong.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
}

/// An open dataset with what a recipe says of it.
pub struct Dataset {
    /// The dataset, or the part of it that the recipe names.
    pub reader: Arc<dyn DatasetReader>,
    /// The files or folders it consists of, at least one.
    pub parts: Vec<PathBuf>,
    /// Name of the format, `layout` where the recipe describes one.
    pub format: String,
    /// Lines of `[data]` that open it again.
    pub lines: String,
}

impl Dataset {
    /// Opens a file, a folder or a pattern in a format of the list, or what `[data]` of a recipe names, which may have no other
    /// section.
    ///
    /// # Errors
    /// When the files can't be read as a dataset, or the recipe is wrong or has no `[data]`.
    pub fn open(path: &Path) -> Result<Self, NoDataset> {
        let recipe = path.extension().is_some_and(|ending| ending == "toml");
        if recipe && FileKind::of(path).is_ok_and(|kind| kind == FileKind::Text) {
            return Ok(Self::of_recipe(path)?);
        }
        let reading = Reading::default();
        Ok(Self {
            reader: reading.open(path)?,
            parts: reading.parts(path)?,
            format: format(&reading, path),
            lines: lines(&[path.to_path_buf()], &reading),
        })
    }

    fn of_recipe(path: &Path) -> Result<Self, RecipeError> {
        let source = placed(&path.display().to_string(), &text_of(path)?, &[])?;
        let section = section(&source)?;
        let (reading, paths) = (section.reading, section.source.paths);
        let parts = paths.iter().flat_map(|path| {
            let found = reading.parts(path);
            found.unwrap_or_else(|_| vec![path.clone()]) // it is open, so that its parts are known
        });
        let parts: Vec<PathBuf> = parts.collect();
        Ok(Self {
            reader: section.source.reader,
            format: format(&reading, &parts[0]),
            lines: lines(&paths, &reading),
            parts,
        })
    }
}

fn section(source: &Source) -> Result<DataSection, RecipeError> {
    match source.tree()?.take_table("data", source)? {
        Some(table) => DataSection::decode(table, source),
        None => Err(source.missing_section("data")),
    }
}

/// The format that files are read in.
fn format(reading: &Reading, path: &Path) -> String {
    if reading.layout.is_some() {
        return LAYOUT.to_owned();
    }
    let parts = reading.parts(path).unwrap_or_default();
    let found = parts.first().and_then(|part| recognise(part));
    let found = found.map_or(String::new(), |entry| entry.kind.to_owned());
    reading.format.clone().unwrap_or(found)
}

/// The keys of `[data]`, a line each.
fn lines(paths: &[PathBuf], reading: &Reading) -> String {
    let shown = |path: &PathBuf| toml::Value::from(path.to_string_lossy().into_owned());
    let source = match paths {
        [one] => shown(one),
        several => several.iter().map(shown).collect::<Vec<_>>().into(),
    };
    let keys = toml::Table::try_from(reading).expect("names and numbers are valid TOML");
    let keys = keys.into_iter().map(|(key, value)| line(&key, &value));
    line("source", &source) + &keys.collect::<String>()
}
