//! Arrays of a file by their paths, whatever holds them.

use super::super::array::Array;
use super::super::decoded::Decoded;
use super::super::folder;
use super::super::numbers::Numbers;
use super::super::source::{Attributes, Source};
use super::super::{DatasetError, netcdf, numpy, zarr};
use crate::FileKind;
use hdf5_reader::group::Group;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Arrays that are listed, at most, ...
const LISTED: usize = 1000;

/// ... and groups within groups that are looked into: links may lead back.
const DEPTH: usize = 8;

/// Arrays by path.
pub(super) enum Store {
    Hdf5(Source),
    Labelled(Vec<(String, Arc<dyn Array>)>),
    Zarr,
    Npz(numpy::Npz),
    Npy,
    /// A folder of `.npy` files.
    Folder,
}

impl Store {
    pub(super) fn open(path: &Path) -> Result<Self, DatasetError> {
        let kind = FileKind::of(path).map_err(DatasetError::io(path))?;
        Ok(match kind {
            FileKind::Hdf5 => Self::Hdf5(Source::open(path)?),
            FileKind::NetCdf3 => {
                let variables = netcdf::variables(path)?.into_iter();
                Self::Labelled(variables.map(|one| (one.name, one.array)).collect())
            }
            FileKind::Zarr => Self::Zarr,
            FileKind::Npz => Self::Npz(numpy::Npz::open(path)?),
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

    /// The array at `place` of the file at `path`.
    pub(super) fn array(&self, path: &Path, place: &str) -> Result<Arc<dyn Array>, DatasetError> {
        let missing = || DatasetError::Missing {
            path: path.to_path_buf(),
            what: format!("the array `{place}`"),
        };
        let inside = place.trim_matches('/');
        match self {
            Self::Hdf5(source) => Ok(unpacked(source.dataset_at(inside)?)),
            Self::Labelled(variables) => {
                let found = variables.iter().find(|(name, _)| name == inside);
                found.map(|(_, array)| array.clone()).ok_or_else(missing)
            }
            Self::Zarr => zarr::array(&path.join(inside)),
            Self::Npz(archive) => archive.array(inside.trim_end_matches(".npy")),
            Self::Npy => numpy::open(path),
            Self::Folder => numpy::open(&beside(path, place).ok_or_else(missing)?),
        }
    }

    /// The number in an attribute of a group of HDF5; none where there is none.
    pub(super) fn attribute(&self, place: &str) -> Option<f64> {
        let Self::Hdf5(source) = self else {
            return None;
        };
        let place = place.trim_matches('/');
        let (group, name) = place.rsplit_once('/').unwrap_or(("", place));
        source.group_at(group).ok()?.number(name)
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
            Self::Labelled(variables) => variables.iter().map(|(name, _)| name.clone()).collect(),
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
