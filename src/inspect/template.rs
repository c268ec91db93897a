//! A file of no known layout: its arrays, and a `[data.layout]` to fill in.

use super::ArrayLine;
use ondine_datasets::files::{StoredArray, contents, recognise};
use serde::Serialize;
use std::path::{Path, PathBuf};
use toml::Value;

/// A file whose arrays can be read and whose layout is not known.
#[derive(Debug, Serialize)]
pub struct Unknown {
    /// The path that was given.
    pub path: PathBuf,
    /// Its arrays, 256 at most.
    pub arrays: Vec<ArrayLine>,
    /// Lines of a recipe that describe the layout, with guesses at the meaning of axes; none where no array can be a field.
    pub layout: Option<String>,
}

/// The arrays of an HDF5, netCDF, Zarr or `NumPy` file of no known layout; none where there are none, the file is of another
/// kind, or it has a layout and a fault.
#[must_use]
pub fn unknown(path: &Path) -> Option<Unknown> {
    if recognise(path).is_some() {
        return None;
    }
    let arrays = contents(path).ok().filter(|arrays| !arrays.is_empty())?;
    let layout = layout(path, &arrays);
    Some(Unknown {
        path: path.to_path_buf(),
        layout,
        arrays: arrays.into_iter().map(ArrayLine::from).collect(),
    })
}

/// Names of times and of the axes of space among the lists of a file.
const AXES: [(&str, &[&str]); 4] = [
    ("time", &["t", "time", "times"]),
    ("x", &["x", "lon", "longitude"]),
    ("y", &["y", "lat", "latitude"]),
    ("z", &["z", "level", "depth"]),
];

/// The largest arrays as fields, with guesses at their axes, and lists called as axes.
fn layout(path: &Path, arrays: &[StoredArray]) -> Option<String> {
    let largest = arrays.iter().filter(|array| array.shape.len() > 1);
    let largest = largest.max_by_key(|array| array.len())?;
    let fields = arrays.iter().filter(|array| array.shape == largest.shape);
    let fields = fields.map(|array| pair(last(&array.path), &array.path));
    let axes = guess(&largest.shape);
    let lists = axes.iter().filter_map(|axis| {
        let (_, names) = AXES.iter().find(|(name, _)| name == axis)?;
        let found = arrays.iter().find(|array| {
            array.shape.len() == 1 && names.contains(&&last(&array.path).to_lowercase()[..])
        });
        Some(pair(axis, &found?.path))
    });
    let lists: Vec<String> = lists.collect();
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
    text += "# conditions = { viscosity = \"/nu\" }\n# ends = { x = \"periodic\" }\n# dt = 0.1\n# length = [1.0]\n";
    Some(text)
}

/// A guess at the meaning of axes, by their number.
fn guess(shape: &[usize]) -> Vec<&'static str> {
    let space = ["x", "y", "z"];
    let before: &[&str] = match shape.len() {
        0 | 1 => &[],
        2 => &["time"],
        _ => &["trajectory", "time"],
    };
    let rest = shape.len() - before.len();
    let component = (rest > 3).then_some("component");
    let space = &space[..rest.min(3)];
    before
        .iter()
        .chain(space)
        .copied()
        .chain(component)
        .collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_are_guessed_by_their_number() {
        assert_eq!(guess(&[5, 8]), ["time", "x"]);
        assert_eq!(guess(&[2, 5, 8, 8]), ["trajectory", "time", "x", "y"]);
        let most = guess(&[2, 5, 8, 8, 8, 3]);
        assert_eq!(most, ["trajectory", "time", "x", "y", "z", "component"]);
    }

    #[test]
    fn names_of_other_letters_are_quoted() {
        assert_eq!(pair("u", "/u"), "u = \"/u\"");
        assert_eq!(pair("a b", "/a b"), "\"a b\" = \"/a b\"");
    }
}
