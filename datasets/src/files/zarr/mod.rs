//! Zarr of version 2 and 3: a folder of arrays in chunks, one file each. <https://zarr-specs.readthedocs.io>
//!
//! ```text
//! zarr.json, u/zarr.json, u/c/0/0/0      version 3
//! .zgroup, u/.zarray, u/.zattrs, u/0.0.0 version 2
//! ```
//!
//! Axes are known by their names ([`labelled`](super::labelled)): `dimension_names`, or `_ARRAY_DIMENSIONS` as xarray writes
//! them in version 2. A chunk without a file holds the fill value, which may be NaN.

mod array;
mod blosc;
mod codec;
mod groups;
mod metadata;

use super::arranged::Arranged;
use super::array::Array;
use super::decoded::Decoded;
use super::folder::{name, paths, text};
use super::labelled::{self, Variable};
use super::{DatasetError, FormatEntry};
use crate::FileKind;
use array::Chunked;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use metadata::{Metadata, fill};
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;

/// Zarr in the list.
pub(super) const ENTRY: FormatEntry = FormatEntry {
    kind: "zarr",
    summary: "Zarr 2 and 3 with named axes, as xarray writes it",
    recognises: |path| FileKind::of(path).is_ok_and(|kind| kind == FileKind::Zarr),
    open: |path| Ok(Box::new(open(path)?)),
};

fn open(path: &Path) -> Result<Arranged, DatasetError> {
    labelled::open(path, variables(path)?, numbers(path))
}

/// The attributes of a store that are numbers.
fn numbers(store: &Path) -> Vec<(String, f64)> {
    let all = attributes(store);
    let all = all
        .as_ref()
        .and_then(Value::as_object)
        .into_iter()
        .flatten();
    let number = |(name, value): (&String, &Value)| Some((name.clone(), value.as_f64()?));
    all.filter_map(number).collect()
}

/// An attribute of an array or a group; none where it has no such attribute.
pub(super) fn attribute(folder: &Path, name: &str) -> Option<Value> {
    attributes(folder)?.get(name).cloned()
}

/// The attributes of an array or a group.
fn attributes(folder: &Path) -> Option<Value> {
    let json = |file: &str| -> Option<Value> {
        serde_json::from_str(&text(&folder.join(file)).ok()?).ok()
    };
    json("zarr.json").map_or_else(
        || json(".zattrs"),
        |described| described.get("attributes").cloned(),
    )
}

/// The attribute `units` of an array; none where it has none.
pub(super) fn unit(folder: &Path) -> Option<String> {
    let metadata = Metadata::read(folder).ok()??;
    metadata.attributes["units"].as_str().map(str::to_owned)
}

/// The arrays of numbers of a store.
pub(super) fn variables(store: &Path) -> Result<Vec<Variable>, DatasetError> {
    let mut variables: Vec<Variable> = Vec::new();
    let mut arrays = Vec::new();
    for group in groups::chosen(store)? {
        arrays.extend(paths(&group)?);
    }
    for folder in arrays {
        let has_it = |variable: &Variable| variable.name == name(&folder);
        if !folder.is_dir() || variables.iter().any(has_it) {
            continue;
        }
        let Some(metadata) = Metadata::read(&folder)? else {
            continue;
        };
        let Some(dims) = metadata.dims.clone() else {
            return Err(DatasetError::Invalid {
                path: folder,
                what: "the axes of the array have no names: say in `[data.layout]` what they are (`ondine inspect` prints a template)"
                    .to_owned(),
            });
        };
        let attributes = metadata.attributes.clone();
        let word = |name: &str| attributes[name].as_str().map(str::to_owned);
        variables.push(Variable {
            name: name(&folder).to_owned(),
            dims,
            array: decoded(&folder, metadata),
            units: word("units"),
            axis: word("axis"),
            calendar: word("calendar"),
            standard_name: word("standard_name"),
            coordinates: word("coordinates"),
            grid_mapping: word("grid_mapping"),
            mapping_name: word("grid_mapping_name"),
        });
    }
    if let Some(array) = listed(store)?
        .into_iter()
        .find(|array| !is_array(&store.join(array)))
    {
        return Err(DatasetError::Invalid {
            path: store.to_path_buf(),
            what: format!(
                "the array `{array}` is missing, though the store lists it: copy the whole store again, or write its list \
                 anew with `zarr.consolidate_metadata`"
            ),
        });
    }
    if variables.is_empty() {
        Err(DatasetError::Missing {
            path: store.to_path_buf(),
            what: "a Zarr array of numbers, a folder with `zarr.json` or `.zarray`,".to_owned(),
        })
    } else {
        Ok(variables)
    }
}

/// The array in a folder of a store, whatever its axes are called.
pub(super) fn array(folder: &Path) -> Result<Arc<dyn Array>, DatasetError> {
    match Metadata::read(folder)? {
        Some(metadata) => Ok(decoded(folder, metadata)),
        None => Err(DatasetError::Missing {
            path: folder.to_path_buf(),
            what: "a Zarr array of numbers".to_owned(),
        }),
    }
}

/// The values of the array in a folder, unpacked, with NaN in the gaps.
fn decoded(folder: &Path, metadata: Metadata) -> Arc<dyn Array> {
    let attributes = metadata.attributes.clone();
    let gaps = metadata.gap.into_iter().collect();
    let sign = metadata.number.other_sign(attributes["_Unsigned"].as_str());
    let array = Arc::new(Chunked::new(folder, metadata));
    Decoded::over(array, |name| number(&attributes[name]), gaps, sign)
}

/// A number of an attribute. xarray writes floats such as `_FillValue` into version 3 as the base64 of their eight bytes,
/// little-endian.
fn number(value: &Value) -> Option<f64> {
    fill(value).or_else(|| {
        let bytes = BASE64_STANDARD.decode(value.as_str()?).ok()?;
        Some(f64::from_le_bytes(bytes.try_into().ok()?))
    })
}

/// Path, shape and extents of a chunk.
type Shape = (String, Vec<usize>, Vec<usize>);

/// The arrays of numbers of a store and of its groups.
pub(super) fn shapes(store: &Path) -> Result<Vec<Shape>, DatasetError> {
    let mut shapes = Vec::new();
    add_shapes(store, "", GROUPS, &mut shapes)?;
    Ok(shapes)
}

/// Groups within one another that are looked into.
const GROUPS: usize = 4;

fn add_shapes(
    folder: &Path,
    within: &str,
    depth: usize,
    shapes: &mut Vec<Shape>,
) -> Result<(), DatasetError> {
    for inner in paths(folder)?.into_iter().filter(|path| path.is_dir()) {
        let place = format!("{within}/{}", name(&inner));
        match Metadata::read(&inner)? {
            Some(array) => shapes.push((place, array.shape, array.chunk)),
            None if depth > 0 => add_shapes(&inner, &place, depth - 1, shapes)?,
            None => {}
        }
    }
    Ok(())
}

/// Whether a folder describes an array, of numbers or not.
fn is_array(folder: &Path) -> bool {
    ["zarr.json", ".zarray"]
        .into_iter()
        .any(|name| folder.join(name).exists())
}

/// The arrays that a store lists in one place, beside the description of each.
fn listed(store: &Path) -> Result<Vec<String>, DatasetError> {
    let json = |name: &str| -> Result<Value, DatasetError> {
        let path = store.join(name);
        if !path.exists() {
            return Ok(Value::Null);
        }
        Ok(serde_json::from_str(&text(&path)?).unwrap_or_default())
    };
    let version_3 = json("zarr.json")?;
    let version_2 = json(".zmetadata")?;
    let of_version_3 = version_3["consolidated_metadata"]["metadata"].as_object();
    let of_version_2 = version_2["metadata"].as_object();
    let arrays = of_version_3.into_iter().flatten();
    let arrays = arrays.filter(|(_, node)| node["node_type"] == "array");
    let files = of_version_2.into_iter().flatten();
    let folders = files.filter_map(|(file, _)| file.strip_suffix("/.zarray"));
    Ok(arrays
        .map(|(name, _)| name.clone())
        .chain(folders.map(str::to_owned))
        .collect())
}
