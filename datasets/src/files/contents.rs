//! The arrays of a file, whatever they mean: names, shapes, types, and how they are stored; of arrays of words, the words.

use super::source::Source;
use super::{DatasetError, netcdf, numpy, words, zarr};
use crate::FileKind;
use rust_hdf5::{H5Dataset, H5File, H5FileOptions};
use std::path::Path;

/// Arrays that are listed of a file, at most.
const LISTED: usize = 256;

/// Words of an array that are listed, at most.
const LISTED_WORDS: usize = 100;

/// Words of an array that is read at all, at most.
const READ_WORDS: usize = 1 << 16;

/// An array of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredArray {
    /// Its path in the file.
    pub path: String,
    /// Its extent along every axis; nothing for a single value.
    pub shape: Vec<usize>,
    /// The type of its values, as `f32`; nothing where the format does not tell before they are read.
    pub values: String,
    /// The extents of a chunk; none where it lies in one piece.
    pub chunk: Option<Vec<usize>>,
    /// The filters of its chunks, in the order of writing.
    pub filters: Vec<String>,
    /// The words of an HDF5 array of words, the first 100, the last axis fastest; nothing of other arrays, and where it has more than 65,536.
    pub words: Vec<String>,
}

impl StoredArray {
    fn plain(path: &str, shape: &[usize]) -> Self {
        Self {
            path: path.to_owned(),
            shape: shape.to_vec(),
            values: String::new(),
            chunk: None,
            filters: Vec::new(),
            words: Vec::new(),
        }
    }

    /// Number of values.
    pub fn len(&self) -> usize {
        self.shape.iter().fold(1, |all, &n| all.saturating_mul(n))
    }

    /// Whether it has no value.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The arrays of an HDF5, netCDF, Zarr or `NumPy` file in the order of their paths, of large files the first 256.
///
/// # Errors
/// When the file is of another kind, or can't be read.
///
/// ```no_run
/// for array in ondine_datasets::files::contents("run.h5".as_ref())? {
///     println!("{} {:?}", array.path, array.shape);
/// }
/// # Ok::<(), ondine_datasets::files::DatasetError>(())
/// ```
pub fn contents(path: &Path) -> Result<Vec<StoredArray>, DatasetError> {
    let kind = FileKind::of(path).map_err(DatasetError::io(path))?;
    let mut arrays = match kind {
        FileKind::Hdf5 => hdf5(path)?,
        FileKind::NetCdf3 => {
            let variables = netcdf::variables(path)?.into_iter();
            let stored = variables.map(|one| StoredArray::plain(&one.name, one.array.shape()));
            stored.collect()
        }
        FileKind::Zarr => zarr::shapes(path)?
            .into_iter()
            .map(|(name, shape, chunk)| StoredArray {
                chunk: Some(chunk),
                ..StoredArray::plain(&name, &shape)
            })
            .collect(),
        FileKind::Npz => npz(path)?,
        FileKind::Npy => vec![StoredArray::plain("values", numpy::open(path)?.shape())],
        _ => {
            return Err(DatasetError::Invalid {
                path: path.to_path_buf(),
                what: format!("it is {kind}, of which no arrays are listed"),
            });
        }
    };
    arrays.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(arrays)
}

/// The datasets of an HDF5 file; those that can't be described are left out.
fn hdf5(path: &Path) -> Result<Vec<StoredArray>, DatasetError> {
    let file = H5FileOptions::new().no_locking().open(path);
    let file = file.map_err(|_| DatasetError::Hdf5 {
        path: path.to_path_buf(),
        message: "it can't be read: the file is damaged".to_owned(),
    })?;
    let mut names = file.dataset_names();
    names.sort();
    names.truncate(LISTED);
    let source = Source::open(path)?;
    let arrays = names.iter().filter_map(|name| described(&file, name));
    let arrays = arrays.filter(|array| !is_dimension_alone(&source, array));
    let with_words = |array: StoredArray| StoredArray {
        words: listed_words(&source, &array),
        ..array
    };
    Ok(arrays
        .map(with_words)
        .flat_map(|array| parts(&source, array))
        .collect())
}

/// Beginning of the name that netCDF-4 gives a dimension that no variable lists the points of.
const NO_VARIABLE: &str = "This is a netCDF dimension but not a netCDF variable";

/// Whether an array only says how long a dimension of netCDF-4 is.
fn is_dimension_alone(source: &Source, array: &StoredArray) -> bool {
    let stored = source.dataset_at(&array.path);
    let name = stored.ok().and_then(|dataset| dataset.words("NAME"));
    let name = name.and_then(|words| words.into_iter().next());
    array.shape.len() == 1 && name.is_some_and(|name| name.starts_with(NO_VARIABLE))
}

/// An array, or the parts of its records, which are read as arrays of their own.
fn parts(source: &Source, array: StoredArray) -> Vec<StoredArray> {
    let records = array.values.starts_with("compound");
    let stored = source.dataset_at(&array.path).ok().filter(|_| records);
    let names = stored.map_or(Vec::new(), |records| records.parts());
    if names.is_empty() {
        return vec![array];
    }
    let part = |name: &String| StoredArray {
        path: format!("{}/{name}", array.path),
        values: "part of records".to_owned(),
        ..array.clone()
    };
    names.iter().map(part).collect()
}

/// The first words of an array of words.
fn listed_words(source: &Source, array: &StoredArray) -> Vec<String> {
    if array.len() > READ_WORDS {
        return Vec::new();
    }
    let mut words = source.words_at(&array.path).unwrap_or_default();
    words.truncate(LISTED_WORDS);
    words
}

fn described(file: &H5File, name: &str) -> Option<StoredArray> {
    let dataset = file.dataset(name.trim_start_matches('/')).ok()?;
    Some(StoredArray {
        path: format!("/{}", name.trim_start_matches('/')),
        shape: dataset.shape(),
        values: dataset.datatype().ok()?.to_string(),
        chunk: dataset.chunk_dims(),
        filters: filters(&dataset),
        words: Vec::new(),
    })
}

fn filters(dataset: &H5Dataset) -> Vec<String> {
    let filters = dataset.filters().unwrap_or_default().into_iter();
    filters
        .map(|filter| match filter.id {
            1 => "gzip".to_owned(),
            2 => "shuffle".to_owned(),
            3 => "fletcher32".to_owned(),
            4 => "szip".to_owned(),
            5 => "n-bit".to_owned(),
            6 => "scale-offset".to_owned(),
            id => words::filter(id),
        })
        .collect()
}

/// The arrays of numbers of an archive.
fn npz(path: &Path) -> Result<Vec<StoredArray>, DatasetError> {
    let archive = numpy::Npz::open(path)?;
    let names = archive.names().into_iter().take(LISTED);
    let numbers = names.filter_map(|name| {
        let array = archive.array(&name).ok()?;
        Some(StoredArray::plain(&name, array.shape()))
    });
    Ok(numbers.collect())
}
