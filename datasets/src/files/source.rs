//! An open HDF5 file that knows its name: values and attributes, with errors that say what is missing where.

use super::DatasetError;
use super::element::Element;
use super::elsewhere::Elsewhere;
use super::filters::filters;
use super::numbers::Numbers;
use super::room::trusted;
use crate::FileKind;
use hdf5_reader::error::Error;
use hdf5_reader::group::Group;
use hdf5_reader::{
    Attribute, DEFAULT_MAX_CHUNK_BYTES, Dataset, Datatype, Hdf5File, OpenOptions, RawAttribute,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An HDF5 file open for reading.
pub(super) struct Source {
    path: PathBuf,
    file: Hdf5File,
    second: Arc<Elsewhere>,
}

impl Source {
    /// Opens a file; refuses one that is no HDF5 or ends early.
    pub(super) fn open(path: &Path) -> Result<Self, DatasetError> {
        let metadata = std::fs::metadata(path).map_err(DatasetError::io(path))?;
        let kind = FileKind::of(path).map_err(DatasetError::io(path))?;
        let path = path.to_path_buf();
        if kind.is_directory() {
            return Err(DatasetError::NotHdf5 { path, kind });
        }
        let most = trusted(metadata.len());
        let chunk = most.max(DEFAULT_MAX_CHUNK_BYTES);
        let options = OpenOptions::default()
            .with_max_read_bytes(most)
            .with_max_chunk_bytes(chunk)
            .with_filter_registry(filters(chunk));
        let file = match Hdf5File::open_with_options(&path, options) {
            Ok(file) => file,
            Err(Error::InvalidMagic) => return Err(DatasetError::NotHdf5 { path, kind }),
            Err(error) => return Err(DatasetError::unreadable(&path, "its first bytes")(error)),
        };
        let (expected, found) = (file.superblock().eof_address, metadata.len());
        if found < expected {
            return Err(DatasetError::Truncated {
                path,
                expected,
                found,
            });
        }
        let second = Arc::new(Elsewhere::new(&path));
        Ok(Self { path, file, second })
    }

    /// The name it was opened by.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Name of a dataset that has no other: that of the file, without its ending.
    pub(super) fn name(&self) -> String {
        let stem = self.path.file_stem().unwrap_or_default();
        stem.to_string_lossy().into_owned()
    }

    /// The error of something that is not there.
    pub(super) fn missing(&self, what: impl Into<String>) -> DatasetError {
        DatasetError::Missing {
            path: self.path.clone(),
            what: what.into(),
        }
    }

    /// The error of something that contradicts the layout.
    pub(super) fn invalid(&self, what: impl Into<String>) -> DatasetError {
        DatasetError::Invalid {
            path: self.path.clone(),
            what: what.into(),
        }
    }

    /// Path of a file that this one names.
    fn beside(&self, name: &str) -> PathBuf {
        self.path.parent().unwrap_or(Path::new("")).join(name)
    }

    /// The group at the top.
    pub(super) fn root(&self) -> Result<Group, DatasetError> {
        let root = self.file.root_group();
        root.map_err(DatasetError::unreadable(&self.path, "the group at its top"))
    }

    /// A group at the top.
    pub(super) fn group(&self, name: &str) -> Result<Group, DatasetError> {
        self.root()?.group(name).map_err(|error| match error {
            Error::GroupNotFound(_) => self.missing(format!("the group `{name}`")),
            other => DatasetError::unreadable(&self.path, &format!("the group `{name}`"))(other),
        })
    }

    /// A group by its path.
    pub(super) fn group_at(&self, path: &str) -> Result<Group, DatasetError> {
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        parts.try_fold(self.root()?, |group, part| {
            group.group(part).map_err(|error| match error {
                Error::GroupNotFound(_) => self.missing(format!("the group `{path}`")),
                other => {
                    DatasetError::unreadable(&self.path, &format!("the group `{path}`"))(other)
                }
            })
        })
    }

    /// A dataset of numbers by its path.
    pub(super) fn dataset_at(&self, path: &str) -> Result<Numbers, DatasetError> {
        let (group, name) = path.rsplit_once('/').unwrap_or(("", path));
        match self.group_at(group) {
            Ok(found) => self.dataset_in(&found, group, name),
            Err(missing) if group.is_empty() => Err(missing),
            Err(missing) => self.within(group, name).unwrap_or(Err(missing)),
        }
    }

    /// The words of a dataset by its path, the last axis fastest; none where it holds no words, or they can't be read.
    pub(super) fn words_at(&self, path: &str) -> Option<Vec<String>> {
        let (group, name) = path.rsplit_once('/').unwrap_or(("", path));
        let dataset = self.group_at(group).ok()?.dataset(name).ok()?;
        dataset.read_strings().ok()
    }

    /// A dataset within something that is no group of this file: a part of records, or a member of a linked group; none
    /// where there is nothing.
    fn within(&self, path: &str, name: &str) -> Option<Result<Numbers, DatasetError>> {
        match self.dataset_at(path) {
            Ok(records) => {
                let missing = self.missing_part(&records, name);
                Some(records.part(name).ok_or(missing))
            }
            Err(_) => Numbers::by_second(format!("{path}/{name}"), self.second.clone())
                .ok()
                .map(Ok),
        }
    }

    fn missing_part(&self, records: &Numbers, name: &str) -> DatasetError {
        self.invalid(format!("`{}` has no part `{name}`", records.name()))
    }

    /// Names of the groups and of the datasets at the top, each in rising order.
    pub(super) fn names(&self) -> Result<[Vec<String>; 2], DatasetError> {
        let names = self.root()?.member_names();
        let (mut groups, mut datasets) =
            names.map_err(DatasetError::unreadable(&self.path, "the group at its top"))?;
        groups.sort();
        datasets.sort();
        Ok([groups, datasets])
    }

    /// Whether there are groups of all these names at the top.
    pub(super) fn has_groups(&self, wanted: &[&str]) -> bool {
        let names = self.names();
        names.is_ok_and(|[groups, _]| wanted.iter().all(|name| groups.iter().any(|g| g == name)))
    }

    /// The groups within another, in the order of their names.
    pub(super) fn groups(&self, group: &Group) -> Result<Vec<Group>, DatasetError> {
        let place = format!("the group `{}`", group.name());
        let mut groups = group
            .groups()
            .map_err(DatasetError::unreadable(&self.path, &place))?;
        groups.sort_by(|a, b| a.name().cmp(b.name()));
        Ok(groups)
    }

    /// A dataset of numbers of a group at the top.
    pub(super) fn dataset(&self, group: &Group, name: &str) -> Result<Numbers, DatasetError> {
        self.dataset_in(group, group.name(), name)
    }

    /// A dataset of numbers of the group that lies at `within`.
    pub(super) fn dataset_in(
        &self,
        group: &Group,
        within: &str,
        name: &str,
    ) -> Result<Numbers, DatasetError> {
        let path = format!("{within}/{name}");
        match group.dataset(name) {
            Ok(dataset) => Ok(Numbers::new(path, dataset, self.second.clone())),
            Err(Error::DatasetNotFound(_)) => match self.second.link(within, name) {
                Some((file, inside)) if !self.beside(&file).exists() => Err(self.invalid(format!(
                    "`{path}` is a link to `{inside}` of the file `{file}`, which can't be followed: there is no file {}; put \
                     it there, or copy all values into one file",
                    self.beside(&file).display()
                ))),
                Some((file, inside)) => {
                    Numbers::by_second(path.clone(), self.second.clone()).map_err(|error| {
                        let error = error.inner();
                        self.invalid(format!(
                            "`{path}` is a link to `{inside}` of the file `{file}`, which can't be followed: {error}"
                        ))
                    })
                }
                None => Err(self.missing(format!("the dataset `{path}`"))),
            },
            Err(first) => Numbers::by_second(path, self.second.clone()).map_err(|second| {
                match second {
                    invalid @ DatasetError::Invalid { .. } => invalid,
                    _ => DatasetError::unreadable(&self.path, &format!("the dataset `{name}`"))(first),
                }
            }),
        }
    }
}

/// Attributes as plain values; none when there is no such attribute, or one of another type.
pub(super) trait Attributes {
    /// The attribute as it is stored.
    fn stored(&self, name: &str) -> Option<Attribute>;

    /// The bytes that describe its type.
    fn described(&self, name: &str) -> Option<Vec<u8>>;

    /// A list of words; a single word is a list of one.
    fn words(&self, name: &str) -> Option<Vec<String>> {
        let attribute = self.stored(name)?;
        match attribute.num_elements() {
            Ok(0) => Some(Vec::new()), // h5py stores an empty list as numbers
            _ => attribute
                .read_strings()
                .or_else(|_| attribute.read_string().map(|word| vec![word]))
                .ok(),
        }
    }

    /// One word.
    fn word(&self, name: &str) -> Option<String> {
        self.words(name)?.into_iter().next()
    }

    /// One number.
    fn number(&self, name: &str) -> Option<f64> {
        let attribute = self.stored(name)?;
        let described = match attribute.datatype {
            // Of these there are several kinds.
            Datatype::FloatingPoint { .. } => self.described(name),
            _ => None,
        };
        let element = Element::of(&attribute.datatype, described.as_deref())?;
        element.number(&attribute.raw_data)
    }

    /// A list of truth values; a single one is a list of one.
    fn flags(&self, name: &str) -> Option<Vec<bool>> {
        let attribute = self.stored(name)?;
        match attribute.datatype {
            Datatype::Enum { .. } | Datatype::FixedPoint { .. } => {
                let count = attribute.num_elements().ok()?.max(1) as usize;
                let size = (attribute.raw_data.len() / count).max(1);
                let values = attribute.raw_data.chunks(size);
                Some(values.map(|value| value.iter().any(|&b| b != 0)).collect())
            }
            _ => None,
        }
    }
}

impl Attributes for Dataset {
    fn stored(&self, name: &str) -> Option<Attribute> {
        self.attribute(name).ok()
    }

    fn described(&self, name: &str) -> Option<Vec<u8>> {
        let attributes = self.raw_attributes().ok()?;
        described(&attributes, name)
    }
}

impl Attributes for Group {
    fn stored(&self, name: &str) -> Option<Attribute> {
        self.attribute(name).ok()
    }

    fn described(&self, name: &str) -> Option<Vec<u8>> {
        let attributes = self.raw_attributes().ok()?;
        described(&attributes, name)
    }
}

/// The bytes that describe the type of one of these attributes.
pub(super) fn described(attributes: &[RawAttribute], name: &str) -> Option<Vec<u8>> {
    let mut named = attributes.iter().filter(|one| one.name() == name);
    named.next().map(|one| one.raw_datatype().to_vec())
}

#[cfg(test)]
mod tests;
