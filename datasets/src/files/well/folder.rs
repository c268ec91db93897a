//! The folders in which The Well is distributed: `data/{train,valid,test}/*.hdf5` beside `stats.yaml`.

use super::WellReader;
use crate::FileKind;
use crate::files::folder::{dataset_name, paths};
use crate::files::{DatasetError, DatasetReader, Joined, Statistics};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The parts of a dataset, in the order of their trajectories.
const SPLITS: [&str; 3] = ["train", "valid", "test"];

/// The folder of the splits: `data` within the one given, or that itself; none where there is none.
fn data(path: &Path) -> Option<PathBuf> {
    let within = [path.join("data"), path.to_path_buf()];
    let is_data = |folder: &PathBuf| SPLITS.iter().any(|split| folder.join(split).is_dir());
    within.into_iter().find(is_data)
}

/// Whether a folder has splits of a dataset.
pub(super) fn recognises(path: &Path) -> bool {
    data(path).is_some() && !FileKind::of(path).is_ok_and(|kind| kind == FileKind::Zarr)
}

/// All files of a dataset.
pub(super) fn open(path: &Path) -> Result<Joined, DatasetError> {
    let mut files = Vec::new();
    let mut splits = Vec::new();
    match data(path) {
        Some(data) => {
            for split in SPLITS {
                let of_split = if data.join(split).is_dir() {
                    stored(&data.join(split))?
                } else {
                    Vec::new()
                };
                splits.push((split.to_owned(), of_split.len()));
                files.extend(of_split);
            }
        }
        None => files = stored(path)?,
    }
    splits.retain(|(_, count)| *count > 0);
    if files.is_empty() {
        return Err(DatasetError::Missing {
            path: path.to_path_buf(),
            what: "a file of The Well, `*.hdf5` or `*.h5`, in it or in `data/train`,".to_owned(),
        });
    }
    let statistics = statistics(path)?;
    let one = |path: &Path| Ok(Arc::new(WellReader::open(path)?) as Arc<dyn DatasetReader>);
    let joined = Joined::open(&dataset_name(path), files, one)?;
    Ok(joined
        .split(&splits)
        .described(|info| info.statistics = statistics))
}

/// The HDF5 files of a folder, in the order of their names.
fn stored(folder: &Path) -> Result<Vec<PathBuf>, DatasetError> {
    let mut files = paths(folder)?;
    files.retain(|path| {
        let end = path.extension().unwrap_or_default();
        end == "hdf5" || end == "h5"
    });
    Ok(files)
}

/// Means and deviations of the fields in `stats.yaml`; nothing where there is no such file.
fn statistics(path: &Path) -> Result<Vec<Statistics>, DatasetError> {
    let file = path.join("stats.yaml");
    if !file.exists() {
        return Ok(Vec::new());
    }
    let text = std::fs::read_to_string(&file).map_err(DatasetError::io(&file))?;
    let (mean, std) = (section(&text, "mean"), section(&text, "std"));
    let of_field = |(field, mean): (String, Vec<f64>)| {
        let found = std.iter().find(|(other, _)| *other == field)?;
        let std = found.1.clone();
        Some(Statistics { field, mean, std })
    };
    Ok(mean.into_iter().filter_map(of_field).collect())
}

/// The numbers of every field in a section of the YAML text: one of a scalar, a list of a vector, lists of a tensor.
fn section(text: &str, name: &str) -> Vec<(String, Vec<f64>)> {
    let lines = text
        .lines()
        .skip_while(|line| line.trim_end() != format!("{name}:"));
    let within = lines
        .skip(1)
        .take_while(|line| line.starts_with([' ', '-']));
    let mut fields: Vec<(String, Vec<f64>)> = Vec::new();
    for line in within {
        let line = line.trim();
        let field = line.split_once(':').filter(|_| !line.starts_with('-'));
        if let Some((field, _)) = field {
            fields.push((field.trim_matches(['"', '\'']).to_owned(), Vec::new()));
        }
        // A number is the last word; before it stand the name of a field or the dashes of lists.
        let number = line.rsplit([' ', ':']).next().unwrap_or_default();
        if let (Some((_, numbers)), Ok(number)) = (fields.last_mut(), number.parse()) {
            numbers.push(number);
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_by_section_and_field() {
        let text = "mean:\n  A: 0.5\n  u:\n  - -0.25\n  - 1.0e-3\n  D:\n  - - 1.0\n    - -2.0\n  - - 3.0\n    - 4.0\nstd:\n  A: 2\n";
        let mean = section(text, "mean");
        let expected = [
            ("A", vec![0.5]),
            ("u", vec![-0.25, 1e-3]),
            ("D", vec![1.0, -2.0, 3.0, 4.0]),
        ];
        let expected = expected.map(|(name, numbers)| (name.to_owned(), numbers));
        assert_eq!(mean, expected);
        assert_eq!(section(text, "std"), [("A".to_owned(), vec![2.0])]);
        assert_eq!(section(text, "rms"), []);
    }
}
