//! A file of no known layout: its arrays, and a `[data.layout]` to fill in.

mod axes;
mod frame;
mod gathered;

use super::ArrayLine;
use axes::{meant, of_frame, of_shape};
use frame::Frame;
use gathered::{Gathered, gathered};
use ondine_datasets::files::{StoredArray, are_numbered, contents, recognise};
use serde::Serialize;
use std::fs;
use std::path::{Path, PathBuf};
use toml::Value;

/// A file whose arrays can be read and whose layout is not known.
#[derive(Debug, Serialize)]
pub struct Unknown {
    /// The path that was given.
    pub path: PathBuf,
    /// Its arrays, 256 at most; of a folder of files those of the first one.
    pub arrays: Vec<ArrayLine>,
    /// Lines of a recipe that describe the layout, with guesses at the meaning of axes; none where no array can be a field.
    pub layout: Option<String>,
}

/// Formats that are recognised by their container alone: names of axes may be missing in their files.
const CONTAINERS: [&str; 2] = ["netcdf", "zarr"];

/// The arrays of an HDF5, netCDF, Zarr or `NumPy` file of no known layout; none where there are none, the file is of another
/// kind, or it has a layout and a fault.
#[must_use]
pub fn unknown(path: &Path) -> Option<Unknown> {
    if recognise(path).is_some_and(|entry| !CONTAINERS.contains(&entry.kind)) {
        return None;
    }
    let (arrays, numbered) = places(path).iter().find_map(|place| found(place))?;
    let frame = Frame::of(&arrays).filter(|_| numbered);
    let layout = match frame {
        Some(frame) => Some(frame.layout(path)),
        None => layout(path, &arrays),
    };
    Some(Unknown {
        path: path.to_path_buf(),
        layout,
        arrays: arrays.into_iter().map(ArrayLine::from).collect(),
    })
}

/// The path, and the folders within, the first ones.
fn places(path: &Path) -> Vec<PathBuf> {
    let mut within = inside(path).unwrap_or_default();
    within.retain(|path| path.is_dir());
    within.truncate(LOOKED_AT);
    within.insert(0, path.to_path_buf());
    within
}

/// The arrays of a file, or of the first one in a folder, and whether files of the folder are called alike but for a number.
fn found(place: &Path) -> Option<(Vec<StoredArray>, bool)> {
    if let Some(own) = arrays(place).or_else(|| folder_of_arrays(place)) {
        return Some((own, false));
    }
    let numbered = inside(place).is_some_and(|files| are_numbered(&files));
    Some((first(place)?, numbered))
}

fn arrays(path: &Path) -> Option<Vec<StoredArray>> {
    contents(path).ok().filter(|arrays| !arrays.is_empty())
}

/// The arrays of a folder of `.npy` files, which are one dataset.
fn folder_of_arrays(folder: &Path) -> Option<Vec<StoredArray>> {
    let is_array = |path: &PathBuf| path.extension().is_some_and(|end| end == "npy");
    let paths: Vec<PathBuf> = inside(folder)?
        .into_iter()
        .filter(is_array)
        .take(LOOKED_AT)
        .collect();
    let of = |path: &PathBuf| {
        let array = arrays(path)?.into_iter().next()?;
        let path = path.file_name()?.to_string_lossy().into_owned();
        Some(StoredArray { path, ..array })
    };
    let arrays: Vec<StoredArray> = paths.iter().filter_map(of).collect();
    (arrays.len() > 1).then_some(arrays)
}

/// The arrays of the first file in a folder, in the order of the names, that has some.
fn first(folder: &Path) -> Option<Vec<StoredArray>> {
    let paths = inside(folder)?;
    let mut files = paths
        .iter()
        .filter(|path| recognise(path).is_none())
        .take(LOOKED_AT);
    files.find_map(|path| arrays(path))
}

fn inside(folder: &Path) -> Option<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).ok()?;
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.sort();
    Some(paths)
}

/// Files of a folder that are looked at for arrays.
const LOOKED_AT: usize = 20;

/// Axes in the order in which their lists are looked for.
const AXES: [&str; 4] = ["time", "x", "y", "z"];

/// The largest arrays as fields, with guesses at their axes, and lists called as axes.
fn layout(path: &Path, arrays: &[StoredArray]) -> Option<String> {
    let arrays = gathered(arrays);
    let largest = arrays.iter().filter(|array| array.shape.len() > 1);
    let largest = largest.max_by_key(|array| array.len())?;
    let fields = arrays.iter().filter(|array| array.shape == largest.shape);
    let fields = fields.map(|array| pair(&array.name(), &array.path));
    let found = AXES.iter().filter_map(|axis| {
        let is_list = |array: &&Gathered| {
            array.list_len().is_some() && meant(last(&array.path)) == Some(*axis)
        };
        Some((*axis, arrays.iter().find(is_list)?))
    });
    let found: Vec<(&str, &Gathered)> = found.collect();
    let lengths = found
        .iter()
        .filter_map(|(axis, array)| Some((*axis, array.list_len()?)));
    let axes = if largest.is_files() {
        let inner = of_frame(&largest.shape[1..], &[]);
        [&["time"][..], &inner[..]].concat()
    } else {
        let lengths: Vec<(&str, usize)> = lengths.collect();
        of_shape(&largest.shape, &lengths, largest.is_pattern())
    };
    let lists = found.iter().filter(|(axis, _)| axes.contains(axis));
    let lists: Vec<String> = lists
        .map(|(axis, array)| pair(axis, array.list(axis)))
        .collect();
    let trajectories = trajectories(&axes, &largest.shape);
    let conditions = arrays.iter().filter(|array| {
        let listed = found.iter().any(|(_, list)| list.path == array.path);
        let is_each = array
            .count()
            .is_some_and(|count| Some(count) == trajectories);
        !listed && (array.len() == 1 || is_each)
    });
    let conditions = conditions.map(|array| pair(&array.name(), &array.path));
    let conditions: Vec<String> = conditions.take(NAMED).collect();
    let quoted: Vec<String> = axes.iter().map(|axis| format!("{axis:?}")).collect();
    let mut text = format!(
        "[data]\nsource = {}\n\n[data.layout]\nfields = {{ {} }}\n# The arrays have the shape {:?}: check the meaning of every \
         axis, and write `component` for that of a vector.\naxes = [{}]\n",
        Value::from(path.to_string_lossy().into_owned()),
        fields.collect::<Vec<_>>().join(", "),
        largest.shape,
        quoted.join(", ")
    );
    if lists.is_empty() {
        text += "# coordinates = { x = \"/x\", time = \"/t\" }\n";
    } else {
        text += &format!("coordinates = {{ {} }}\n", lists.join(", "));
    }
    text += &match &conditions[..] {
        [] => "# conditions = { viscosity = \"/nu\" }\n".to_owned(),
        some => format!("# conditions = {{ {} }}\n", some.join(", ")),
    };
    text += "# ends = { x = \"periodic\" }\n# dt = 0.1\n# length = [1.0]\n";
    Some(text)
}

/// Conditions that are proposed, at most.
const NAMED: usize = 12;

/// The number of trajectories where an axis has them.
fn trajectories(axes: &[&str], shape: &[usize]) -> Option<usize> {
    let place = axes.iter().position(|axis| *axis == "trajectory")?;
    shape.get(place).copied()
}

/// The last part of a path.
fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// `name = "path"`, the name in quotes where it has other letters than a bare key.
fn pair(name: &str, path: &str) -> String {
    let bare = name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    let name = if bare && !name.is_empty() {
        name.to_owned()
    } else {
        Value::from(name).to_string()
    };
    format!("{name} = {}", Value::from(path))
}
