//! A file of no known layout: its arrays, and a `[data.layout]` to fill in.

use super::ArrayLine;
use ondine_datasets::files::{StoredArray, contents, recognise};
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

/// The arrays of an HDF5, netCDF, Zarr or `NumPy` file of no known layout; none where there are none, the file is of another
/// kind, or it has a layout and a fault.
#[must_use]
pub fn unknown(path: &Path) -> Option<Unknown> {
    if recognise(path).is_some() {
        return None;
    }
    let arrays = arrays(path).or_else(|| first(path))?;
    let layout = layout(path, &arrays);
    Some(Unknown {
        path: path.to_path_buf(),
        layout,
        arrays: arrays.into_iter().map(ArrayLine::from).collect(),
    })
}

fn arrays(path: &Path) -> Option<Vec<StoredArray>> {
    contents(path).ok().filter(|arrays| !arrays.is_empty())
}

/// The arrays of the first file in a folder, in the order of the names, that has some.
fn first(folder: &Path) -> Option<Vec<StoredArray>> {
    let entries = fs::read_dir(folder).ok()?;
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.sort();
    let mut files = paths
        .iter()
        .filter(|path| recognise(path).is_none())
        .take(LOOKED_AT);
    files.find_map(|path| arrays(path))
}

/// Files of a folder that are looked at for arrays.
const LOOKED_AT: usize = 20;

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
    let found = AXES.iter().filter_map(|(axis, names)| {
        let is_list = |array: &&StoredArray| {
            list_len(array).is_some() && names.contains(&&last(&array.path).to_lowercase()[..])
        };
        Some((*axis, arrays.iter().find(is_list)?))
    });
    let found: Vec<(&str, &StoredArray)> = found.collect();
    let lengths = found
        .iter()
        .filter_map(|(axis, array)| Some((*axis, list_len(array)?)));
    let axes = told(&largest.shape, &lengths.collect::<Vec<_>>());
    let axes = axes.unwrap_or_else(|| guess(&largest.shape));
    let lists = found.iter().filter(|(axis, _)| axes.contains(axis));
    let lists: Vec<String> = lists.map(|(axis, array)| pair(axis, &array.path)).collect();
    let conditions = arrays.iter().filter(|array| {
        let listed = found.iter().any(|(_, list)| list.path == array.path);
        !listed && (array.len() == 1 || list_len(array) == trajectories(&axes, &largest.shape))
    });
    let conditions = conditions.map(|array| pair(last(&array.path), &array.path));
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

/// The number of values of a list: an array with one axis, or with others of one entry as MATLAB writes it.
fn list_len(array: &StoredArray) -> Option<usize> {
    let long = array.shape.iter().filter(|n| **n != 1).count();
    (long == 1).then(|| array.len())
}

/// The number of trajectories where an axis has them.
fn trajectories(axes: &[&str], shape: &[usize]) -> Option<usize> {
    let place = axes.iter().position(|axis| *axis == "trajectory")?;
    shape.get(place).copied()
}

/// The meaning of axes where lists called as they are tell it: those of each length have one axis of that length. Of the
/// others the first is that of trajectories, then that of time, then that of components.
fn told(shape: &[usize], lists: &[(&'static str, usize)]) -> Option<Vec<&'static str>> {
    let mut axes: Vec<Option<&str>> = vec![None; shape.len()];
    for (name, length) in lists {
        let mut fit = (0..shape.len()).filter(|&place| shape[place] == *length);
        let (Some(place), None) = (fit.next(), fit.next()) else {
            return None; // two axes may be meant, or none
        };
        axes[place] = Some(name);
    }
    let there: Vec<&str> = axes.iter().flatten().copied().collect();
    if !there.contains(&"x") {
        return None;
    }
    let others = ["trajectory", "time", "component"].into_iter();
    let mut others = others.filter(|other| !there.contains(other));
    axes.into_iter()
        .map(|axis| axis.or_else(|| others.next()))
        .collect()
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
    fn lists_of_points_and_times_tell_the_axes() {
        let lists = [("time", 50), ("x", 40), ("y", 32)];
        let matlab = told(&[16, 50, 32, 40], &lists);
        assert_eq!(matlab, Some(vec!["trajectory", "time", "y", "x"]));
        let vector = told(&[2, 50, 32, 40], &lists[1..]);
        assert_eq!(vector, Some(vec!["trajectory", "time", "y", "x"]));
        assert_eq!(told(&[16, 40, 40, 3], &[("x", 40), ("y", 40)]), None);
        assert_eq!(told(&[16, 50, 32], &[("time", 50)]), None);
        assert_eq!(told(&[40, 50], &lists[..2]), Some(vec!["x", "time"]));
    }

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
