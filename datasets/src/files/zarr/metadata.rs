//! Description of an array in a store: `zarr.json` of version 3, `.zarray` and `.zattrs` of version 2.

use super::codec::Codec;
use crate::files::DatasetError;
use crate::files::bytes::Number;
use crate::files::folder::text;
use serde_json::Value;
use std::path::Path;

/// Largest chunk that is unpacked, in values.
const LARGEST_CHUNK: usize = 1 << 28;

/// An array as its store describes it.
pub(super) struct Metadata {
    pub(super) shape: Vec<usize>,
    /// Extents of a chunk.
    pub(super) chunk: Vec<usize>,
    /// Type of the stored numbers.
    pub(super) number: Number,
    /// Value of chunks without a file.
    pub(super) fill: f64,
    /// The value that stands for no data, beside those that attributes name.
    pub(super) gap: Option<f64>,
    /// From values to bytes, in the order of writing.
    pub(super) codecs: Vec<Codec>,
    /// Names of the axes.
    pub(super) dims: Option<Vec<String>>,
    pub(super) attributes: Value,
    pub(super) keys: Keys,
}

/// Names of the files of chunks.
pub(super) struct Keys {
    /// Begins with `c`, as in version 3.
    prefix: bool,
    separator: String,
}

impl Keys {
    /// The file of a chunk, relative to the array.
    pub(super) fn of(&self, chunk: &[usize]) -> String {
        let numbers = chunk.iter().map(usize::to_string);
        let prefix = self.prefix.then(|| "c".to_owned());
        let parts: Vec<String> = prefix.into_iter().chain(numbers).collect();
        if parts.is_empty() {
            "0".to_owned()
        } else {
            parts.join(&self.separator)
        }
    }
}

impl Metadata {
    /// Reads the description of the array in a folder; none where it holds no array, or one of no numbers.
    pub(super) fn read(folder: &Path) -> Result<Option<Self>, DatasetError> {
        let invalid = |what: String| DatasetError::Invalid {
            path: folder.to_path_buf(),
            what: format!("the Zarr array can't be read: {what}"),
        };
        let json = |name: &str| -> Result<Option<Value>, DatasetError> {
            let path = folder.join(name);
            if !path.exists() {
                return Ok(None);
            }
            let parsed = serde_json::from_str(&text(&path)?);
            parsed
                .map(Some)
                .map_err(|error| invalid(format!("`{name}` is no JSON: {error}")))
        };
        let metadata = if let Some(array) = json("zarr.json")? {
            match array["node_type"].as_str() {
                Some("array") => Self::of_version_3(&array),
                _ => return Ok(None),
            }
        } else if let Some(array) = json(".zarray")? {
            Self::of_version_2(&array, json(".zattrs")?.unwrap_or_default())
        } else {
            return Ok(None);
        };
        let metadata = metadata.map_err(invalid)?;
        metadata.iter().try_for_each(Self::check).map_err(invalid)?;
        Ok(metadata)
    }

    fn check(&self) -> Result<(), String> {
        let Self { shape, chunk, .. } = self;
        if shape.len() != chunk.len() || chunk.contains(&0) {
            return Err(format!("chunks of {chunk:?} for the shape {shape:?}"));
        }
        let dims = self.dims.as_ref().map_or(shape.len(), Vec::len);
        if dims != shape.len() {
            return Err(format!("{dims} names of axes for the shape {shape:?}"));
        }
        let values = |extents: &[usize]| {
            extents
                .iter()
                .try_fold(8_usize, |all, &n| all.checked_mul(n))
        };
        match (values(shape), values(chunk)) {
            (Some(_), Some(chunk)) if chunk <= 8 * LARGEST_CHUNK => Ok(()),
            _ => Err(format!(
                "its chunks of {chunk:?} values are larger than {LARGEST_CHUNK}: write smaller ones"
            )),
        }
    }

    fn of_version_3(array: &Value) -> Result<Option<Self>, String> {
        let name = array["data_type"].as_str().unwrap_or_default();
        let Some(number) = Number::of_zarr(name) else {
            return Ok(None);
        };
        let grid = &array["chunk_grid"];
        if grid["name"] != "regular" {
            return Err(format!("its chunks are {}, not regular", grid["name"]));
        }
        let chunk = extents(&grid["configuration"]["chunk_shape"])?;
        let encoding = &array["chunk_key_encoding"];
        let prefix = encoding["name"] != "v2";
        let separator = encoding["configuration"]["separator"].as_str();
        let codecs = array["codecs"].as_array().into_iter().flatten();
        let codecs = codecs.map(|codec| Codec::of_version_3(codec, number));
        let names = array["dimension_names"].as_array();
        let names = names.map(|names| names.iter().map(|name| name.as_str().map(str::to_owned)));
        Ok(Some(Self {
            shape: extents(&array["shape"])?,
            chunk,
            number,
            gap: None,
            fill: fill(&array["fill_value"]).unwrap_or(0.0),
            codecs: codecs.collect::<Result<_, _>>()?,
            dims: names.and_then(Iterator::collect),
            attributes: array["attributes"].clone(),
            keys: Keys {
                prefix,
                separator: separator
                    .unwrap_or(if prefix { "/" } else { "." })
                    .to_owned(),
            },
        }))
    }

    fn of_version_2(array: &Value, attributes: Value) -> Result<Option<Self>, String> {
        let descr = array["dtype"].as_str().unwrap_or_default();
        let Some(number) = Number::of_numpy(descr) else {
            return Ok(None);
        };
        if let Some(filter) = array["filters"]
            .as_array()
            .and_then(|filters| filters.first())
        {
            return Err(format!(
                "it has the filter {}: write it without filters",
                filter["id"]
            ));
        }
        let shape = extents(&array["shape"])?;
        let mut codecs = Vec::new();
        if array["order"] == "F" {
            codecs.push(Codec::Transpose((0..shape.len()).rev().collect()));
        }
        codecs.push(Codec::Bytes(number));
        if !array["compressor"].is_null() {
            codecs.push(Codec::of_version_2(&array["compressor"])?);
        }
        let names = attributes["_ARRAY_DIMENSIONS"].as_array();
        let names = names.map(|names| names.iter().map(|name| name.as_str().map(str::to_owned)));
        let separator = array["dimension_separator"].as_str().unwrap_or(".");
        Ok(Some(Self {
            chunk: extents(&array["chunks"])?,
            number,
            gap: gap_of_version_2(&array["fill_value"], &attributes),
            fill: fill(&array["fill_value"]).unwrap_or(0.0),
            dims: names.and_then(Iterator::collect),
            keys: Keys {
                prefix: false,
                separator: separator.to_owned(),
            },
            shape,
            codecs,
            attributes,
        }))
    }
}

/// The fill value of version 2 as xarray takes it, which writes its `_FillValue` there: points without data. A 0 of values
/// that are not packed is a number: the package `zarr` gives it to every array.
fn gap_of_version_2(stored: &Value, attributes: &Value) -> Option<f64> {
    let mut names = ["scale_factor", "add_offset"].iter();
    let packed = names.any(|name| !attributes[name].is_null());
    fill(stored).filter(|value| packed || value.abs() > 0.0)
}

/// A list of extents.
pub(super) fn extents(list: &Value) -> Result<Vec<usize>, String> {
    let list = list.as_array();
    let numbers = list.and_then(|list| list.iter().map(|n| Some(n.as_u64()? as usize)).collect());
    numbers.ok_or_else(|| "its shape or the shape of its chunks is missing".to_owned())
}

/// A fill value: a number, or a word for one that JSON does not have.
pub(super) fn fill(value: &Value) -> Option<f64> {
    match value.as_str() {
        Some("NaN") => Some(f64::NAN),
        Some("Infinity") => Some(f64::INFINITY),
        Some("-Infinity") => Some(f64::NEG_INFINITY),
        Some(_) => None,
        None => value.as_f64().or(value.as_bool().map(f64::from)),
    }
}
