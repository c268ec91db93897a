//! Archives of arrays, `.npz`. What is compressed is unpacked into memory when it is read.

use super::{at, held, invalid, words};
use crate::files::DatasetError;
use crate::files::array::Array;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zip::{CompressionMethod, ZipArchive};

/// Largest compressed array that is unpacked, in bytes.
const LARGEST: u64 = 1 << 31;

/// An archive, opened anew for each of its arrays.
pub(in crate::files) struct Npz {
    path: PathBuf,
}

impl Npz {
    /// The archive at `path`.
    pub(in crate::files) fn open(path: &Path) -> Result<Self, DatasetError> {
        let path = path.to_path_buf();
        let archive = Self { path };
        archive.members()?;
        Ok(archive)
    }

    fn members(&self) -> Result<ZipArchive<BufReader<File>>, DatasetError> {
        let file = File::open(&self.path).map_err(DatasetError::io(&self.path))?;
        ZipArchive::new(BufReader::new(file)).map_err(|_| DatasetError::Invalid {
            path: self.path.clone(),
            what: "it is no archive of NumPy arrays, or it is damaged".to_owned(),
        })
    }

    /// Names of all arrays.
    pub(in crate::files) fn names(&self) -> Vec<String> {
        let Ok(archive) = self.members() else {
            return Vec::new();
        };
        let names = archive.file_names().flatten();
        names
            .map(|name| name.trim_end_matches(".npy").to_owned())
            .collect()
    }

    /// An array of numbers.
    pub(in crate::files) fn array(&self, name: &str) -> Result<Arc<dyn Array>, DatasetError> {
        match self.place(name)? {
            Some(start) => {
                let file = File::open(&self.path).map_err(DatasetError::io(&self.path))?;
                at(&self.path, name, file, start)
            }
            None => held(&self.path, name, &self.bytes(name)?),
        }
    }

    /// An array of words; none where there is none of this name, or it holds others.
    pub(in crate::files) fn words(&self, name: &str) -> Option<Vec<String>> {
        words(&self.bytes(name).ok()?)
    }

    /// Whether the bytes of an array, whatever it holds, have a word in them.
    pub(in crate::files) fn contains(&self, name: &str, word: &str) -> bool {
        let bytes = self.bytes(name).unwrap_or_default();
        bytes
            .windows(word.len())
            .any(|part| part == word.as_bytes())
    }

    /// Place of an array in the file, in bytes; none where it is compressed.
    fn place(&self, name: &str) -> Result<Option<u64>, DatasetError> {
        let mut archive = self.members()?;
        let member = archive.by_name(&format!("{name}.npy"));
        let member = member.map_err(|_| self.missing(name))?;
        let stored = member.compression() == CompressionMethod::Stored;
        Ok(member.data_start().filter(|_| stored))
    }

    /// The bytes of an array, unpacked.
    fn bytes(&self, name: &str) -> Result<Vec<u8>, DatasetError> {
        let mut archive = self.members()?;
        let member = archive.by_name(&format!("{name}.npy"));
        let member = member.map_err(|_| self.missing(name))?;
        let size = member.size();
        if size > LARGEST {
            return Err(invalid(
                &self.path,
                name,
                &format!(
                    "unpacked, it has {size} bytes, more than {LARGEST}: write the archive with `numpy.savez`, which leaves \
                     arrays as they are, or as files of their own"
                ),
            ));
        }
        let mut bytes = Vec::new();
        let read = member.take(LARGEST).read_to_end(&mut bytes);
        read.map_err(|_| invalid(&self.path, name, "it is damaged"))?;
        Ok(bytes)
    }

    fn missing(&self, name: &str) -> DatasetError {
        DatasetError::Missing {
            path: self.path.clone(),
            what: format!("the array `{name}`"),
        }
    }
}
