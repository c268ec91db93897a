//! Arrays of a file by their paths, whatever holds them.

use super::super::array::Array;
use super::super::decoded::Decoded;
use super::super::folder;
use super::super::labelled::Variable;
use super::super::numbers::Numbers;
use super::super::source::{Attributes, Source};
use super::super::{DatasetError, netcdf, numpy, zarr};
use super::stars::is_pattern;
use crate::FileKind;
use hdf5_reader::group::Group;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Arrays that are listed, at most, ...
const LISTED: usize = 1000;

/// ... and groups within groups that are looked into: links may lead back.
const DEPTH: usize = 8;

/// Arrays by path.
#[derive(Clone)]
pub(super) enum Store {
    Hdf5(Arc<Source>),
    Labelled(Arc<Vec<Variable>>),
    Zarr,
    Npz(Arc<numpy::Npz>),
    Npy,
    /// A folder of `.npy` files.
    Folder,
}

impl Store {
    pub(super) fn open(path: &Path) -> Result<Self, DatasetError> {
        let kind = FileKind::of(path).map_err(DatasetError::io(path))?;
        Ok(match kind {
            FileKind::Hdf5 => Self::Hdf5(Arc::new(Source::open(path)?)),
            FileKind::NetCdf3 => Self::Labelled(Arc::new(netcdf::variables(path)?)),
            FileKind::Zarr => Self::Zarr,
            FileKind::Npz => Self::Npz(Arc::new(numpy::Npz::open(path)?)),
            FileKind::Npy => Self::Npy,
            FileKind::Directory | FileKind::Run => Self::Folder,
            _ => {
                return Err(DatasetError::Invalid {
                    path: path.to_path_buf(),
                    what: format!(
                        "it is {kind}; data.layout describes HDF5, netCDF, Zarr and NumPy"
                    ),
                });
            }
        })
    }

    /// The array at `place` of the file at `path`; of a pattern those that it stands for, one behind the other.
    pub(super) fn array(&self, path: &Path, place: &str) -> Result<Arc<dyn Array>, DatasetError> {
        if is_pattern(place) {
            return self.stacked(path, place);
        }
        let missing = || DatasetError::Missing {
            path: path.to_path_buf(),
            what: format!("the array `{place}`"),
        };
        let inside = place.trim_matches('/');
        match self {
            Self::Hdf5(source) => Ok(unpacked(source.dataset_at(inside)?)),
            Self::Labelled(variables) => {
                let found = variables.iter().find(|one| one.name == inside);
                found.map(|one| one.array.clone()).ok_or_else(missing)
            }
            Self::Zarr => zarr::array(&path.join(inside)),
            Self::Npz(archive) => archive.array(inside.trim_end_matches(".npy")),
            Self::Npy => numpy::open(path),
            Self::Folder => numpy::open(&beside(path, place).ok_or_else(missing)?),
        }
    }

    /// The number in an attribute of a group, a dataset or the whole file, or the word where it is none; none where there is no
    /// attribute.
    pub(super) fn attribute(&self, path: &Path, place: &str) -> Option<Result<f64, String>> {
        let place = place.trim_matches('/');
        let (within, name) = place.rsplit_once('/').unwrap_or(("", place));
        match self {
            Self::Hdf5(source) => {
                let [number, words] = match source.group_at(within) {
                    Ok(group) => [group.number(name).map(Ok), group.word(name).map(parsed)],
                    Err(_) => {
                        let dataset = source.dataset_at(within).ok()?;
                        let words = dataset
                            .words(name)
                            .and_then(|words| words.into_iter().next());
                        [dataset.number(name).map(Ok), words.map(parsed)]
                    }
                };
                number.or(words)
            }
            Self::Labelled(_) => Some(netcdf::attribute(path, name)?.or_else(parsed)),
            Self::Zarr => {
                let value = zarr::attribute(&path.join(within), name)?;
                match value.as_str() {
                    Some(word) => Some(parsed(word.to_owned())),
                    None => value.as_f64().map(Ok),
                }
            }
            Self::Npz(_) | Self::Npy | Self::Folder => None,
        }
    }

    /// The attribute `units` of the array at `place` of the file at `path`, of a pattern that of the first; none where it has
    /// none.
    pub(super) fn unit(&self, path: &Path, place: &str) -> Option<String> {
        if is_pattern(place) {
            let places = self.matching(path, place).ok()?;
            return self.unit(path, places.first()?);
        }
        let inside = place.trim_matches('/');
        match self {
            Self::Hdf5(source) => {
                let words = source.dataset_at(inside).ok()?.words("units")?;
                words.into_iter().next()
            }
            Self::Labelled(variables) => {
                let found = variables.iter().find(|one| one.name == inside);
                found?.units.clone()
            }
            Self::Zarr => zarr::unit(&path.join(inside)),
            Self::Npz(_) | Self::Npy | Self::Folder => None,
        }
    }

    /// The paths of all arrays, in rising order.
    pub(super) fn names(&self, path: &Path) -> Vec<String> {
        let mut names = match self {
            Self::Hdf5(source) => {
                let mut found = Vec::new();
                if let Ok(root) = source.root() {
                    within(&root, "", DEPTH, &mut found);
                }
                found
            }
            Self::Labelled(variables) => variables.iter().map(|one| one.name.clone()).collect(),
            Self::Npz(archive) => archive.names(),
            Self::Zarr => named(path, |path| path.is_dir()),
            Self::Npy => named_alone(path),
            Self::Folder => named(path, |path| {
                path.extension().is_some_and(|end| end == "npy")
            }),
        };
        names.sort();
        names
    }
}

/// The number that a word is, or the word.
fn parsed(word: String) -> Result<f64, String> {
    word.trim().parse().map_err(|_| word)
}

/// The values of a dataset of HDF5, unpacked where netCDF's attributes say that they are packed.
fn unpacked(dataset: Numbers) -> Arc<dyn Array> {
    let number = |name: &str| dataset.number(name);
    let scaling = ["scale_factor", "add_offset"].map(number);
    let sign = dataset.other_sign();
    if scaling == [None; 2] && sign.is_none() {
        return Arc::new(dataset);
    }
    let gaps = dataset.fill_values();
    let [scale, offset] = scaling;
    let number = |name: &str| match name {
        "scale_factor" => scale,
        "add_offset" => offset,
        _ => None, // they are among the gaps
    };
    Decoded::over(Arc::new(dataset), number, gaps, sign)
}

/// Whether a folder has arrays of such names, as `u_*.npy`.
pub(super) fn holds_pattern(folder: &Path, place: &str) -> bool {
    let plain = is_pattern(place) && !place.contains('/') && folder.is_dir();
    plain && Store::Folder.matching(folder, place).is_ok()
}

/// The file of an array in a folder of them, called with or without its ending.
pub(super) fn beside(folder: &Path, place: &str) -> Option<PathBuf> {
    let files = [folder.join(place), folder.join(format!("{place}.npy"))];
    let array = |file: &&PathBuf| FileKind::of(file).is_ok_and(|kind| kind == FileKind::Npy);
    files.iter().find(array).cloned()
}

/// The paths of the datasets in a group of HDF5 at `place`, and in groups within.
fn within(group: &Group, place: &str, depth: usize, found: &mut Vec<String>) {
    let Ok((groups, datasets)) = group.member_names() else {
        return;
    };
    found.extend(datasets.iter().map(|name| format!("{place}/{name}")));
    if depth == 0 {
        return;
    }
    for name in groups {
        if let Ok(inner) = group.group(&name)
            && found.len() < LISTED
        {
            within(&inner, &format!("{place}/{name}"), depth - 1, found);
        }
    }
}

/// The names of what lies in a folder, if it is `wanted`.
fn named(folder: &Path, wanted: impl Fn(&Path) -> bool) -> Vec<String> {
    let mut paths = folder::paths(folder).unwrap_or_default();
    paths.retain(|path| wanted(path));
    paths
        .iter()
        .map(|path| folder::name(path).to_owned())
        .collect()
}

fn named_alone(path: &Path) -> Vec<String> {
    vec![folder::name(path).to_owned()]
}
