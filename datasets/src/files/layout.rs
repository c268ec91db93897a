//! Layouts of files that no format of the list has, described by whoever knows them: `[data.layout]` of a recipe.

mod conditions;
mod described;
mod ends;
mod pairs;
mod pattern;
mod stars;
mod store;
mod times;

use super::{DatasetError, DatasetReader, labelled};
use described::Described;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use store::Store;

/// Name of the axis of trajectories.
const TRAJECTORY: &str = "trajectory";

/// Name of the axis of frames.
const TIME: &str = "time";

/// Name of the axis of the components of a vector.
const COMPONENT: &str = "component";

/// The layout of a file: where its fields lie, and what the axes of their arrays mean.
///
/// It is for HDF5, netCDF, Zarr and `NumPy`; a path is that of a dataset, a variable, an array of an archive (`.npz`), a file
/// in a folder of arrays (`u.npy`), and of a single `.npy` file any word.
///
/// ```
/// use ondine_datasets::files::Layout;
///
/// let layout: Layout = toml::from_str(r#"
///     fields = { temperature = "/T", velocity = "/U" }
///     axes = ["trajectory", "time", "x", "y", "component"]
///     coordinates = { x = "/x", y = "/y", time = "/t" }
///     conditions = { rayleigh = "/params/Ra" }
///     ends = { x = "periodic", y = "wall" }
/// "#)?;
/// assert_eq!(layout.fields[1].0, "velocity");
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// Name and path of every field, in the order of the channels. A path with a `*`, as `/run_*/u`, stands for the arrays of all
    /// groups of such names, which lie one behind the other along the first of `axes`.
    #[serde(with = "pairs")]
    pub fields: Vec<(String, String)>,
    /// The axes of the arrays as stored: `trajectory`, `time`, `component` and the names of one to three axes in space.
    /// An array with one axis less has no components.
    pub axes: Vec<String>,
    /// Paths of the points of axes, and of the times, which may be an attribute where a file has one frame; evenly spaced by 1
    /// where there are none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub coordinates: BTreeMap<String, String>,
    /// Name and path of every condition: a dataset with one number or one per trajectory, or an attribute of a group, a dataset
    /// or the file, a number or a word that is one; with a `*` in the path one of every group.
    #[serde(default, with = "pairs", skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<(String, String)>,
    /// Name and path of every field that does not change in time: an array with the axes of space, and one of trajectories or
    /// components where it has them.
    #[serde(default, with = "pairs", skip_serializing_if = "Vec::is_empty")]
    pub static_fields: Vec<(String, String)>,
    /// The names of the files, where they hold conditions: `run_nu={nu}_*.nc`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// A table of conditions (comma-separated text) beside the files: a column `file`, and one per condition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<PathBuf>,
    /// Ends of axes by name: `periodic`, `wall` or `open`, which is usual.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ends: BTreeMap<String, End>,
    /// Time between two frames, where no list has the times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dt: Option<f64>,
    /// Lengths of the domain, one per axis in space, where no lists have the points: from node to the image of the first on
    /// periodic axes, around all cells on others. In the order of `axes`, or x, y, z where they are called so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub length: Vec<f64>,
    /// Placement of the points of axes by name, where `length` has the lengths: nodes of periodic axes and cells of others
    /// where nothing is said.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub points_at: BTreeMap<String, PointsAt>,
}

/// Placement of the points of an axis of a given length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PointsAt {
    /// From 0 on, without the point at the end, which is the first one again: of periodic axes.
    Nodes,
    /// In the middle of cells.
    Cells,
    /// On both ends: the first at 0, the last at the length. On a periodic axis the last one is the first one again, and is
    /// left out.
    Ends,
}

/// Both ends of an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// The other end.
    Periodic,
    /// A wall.
    Wall,
    /// No boundary: the domain goes on.
    Open,
}

/// A key of a layout, and what is wrong with it.
type Fault = (&'static str, String);

impl Layout {
    /// Opens the file, the store or the folder of arrays at `path` in this layout.
    ///
    /// # Errors
    /// When the layout contradicts itself, or the file has no such arrays, or they have other shapes than it says.
    /// [`DatasetError::key`] is the key of the layout that is at fault, where one is.
    pub fn open(&self, path: &Path) -> Result<Box<dyn DatasetReader>, DatasetError> {
        let fault = |(key, what)| DatasetError::key_at(path, format!("layout.{key}"), what);
        self.check().map_err(fault)?;
        let store = Store::open(path)?;
        Described::new(self, path, store).arranged()
    }

    /// True of a folder with the arrays of one dataset, not files with one each.
    pub(super) fn is_folder_of_arrays(&self, folder: &Path) -> bool {
        let there = |(_, place): &(String, String)| {
            store::beside(folder, place).is_some() || store::holds_pattern(folder, place)
        };
        self.fields.iter().any(there)
    }

    /// The axes of space: x, y, z in this order where they are called so, else as they are listed.
    fn space(&self) -> Vec<&String> {
        let reserved = [TRAJECTORY, TIME, COMPONENT];
        let of_space = |axis: &&String| !reserved.contains(&&axis[..]);
        let mut space: Vec<&String> = self.axes.iter().filter(of_space).collect();
        let usual = |axis: &&String| ["x", "y", "z"].contains(&&axis[..]);
        if space.iter().all(usual) {
            space.sort();
        }
        space
    }

    /// Checks that it may describe a file.
    fn check(&self) -> Result<(), Fault> {
        self.check_fields()?;
        self.check_axes()?;
        self.check_spacings()?;
        self.check_points()
    }

    fn check_fields(&self) -> Result<(), Fault> {
        if self.fields.is_empty() {
            let what = "data.layout names no field: write fields = { u = \"/path\" }";
            return Err(("fields", what.to_owned()));
        }
        for (key, pairs) in [
            ("fields", &self.fields),
            ("conditions", &self.conditions),
            ("static_fields", &self.static_fields),
        ] {
            let twice = |(at, (name, _)): &(usize, &(String, String))| {
                pairs[..*at].iter().any(|(other, _)| other == name)
            };
            if let Some((_, (name, _))) = pairs.iter().enumerate().find(twice) {
                return Err((key, format!("data.layout.{key} has `{name}` twice")));
            }
        }
        let names = self.conditions.iter().map(|(name, _)| &name[..]);
        let fault = Self::taken(names).map(|what| ("conditions", what));
        fault.map_or(Ok(()), Err)
    }

    /// The first of these conditions that times and points say already, in words.
    fn taken<'b>(mut names: impl Iterator<Item = &'b str>) -> Option<String> {
        let own = |name: &&str| *name == "dt" || *name == "length" || name.starts_with("length_");
        let name = names.find(own)?;
        Some(format!(
            "data.layout.conditions has `{name}`, which the times and points say already: leave it out, or give the condition \
             another name"
        ))
    }

    fn check_axes(&self) -> Result<(), Fault> {
        let axes = self.axes.join(", ");
        let other = self
            .axes
            .iter()
            .find(|axis| *axis != TRAJECTORY && axis.len() > 1 && labelled::is_trajectory(axis));
        if let Some(axis) = other {
            let what = format!(
                "data.layout.axes has `{axis}`, which would be an axis in space: write `trajectory` for the axis of the \
                 simulations"
            );
            return Err(("axes", what));
        }
        let mut sorted = self.axes.clone();
        sorted.sort();
        if let Some(twice) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(("axes", format!("data.layout.axes has `{}` twice", twice[0])));
        }
        if !(1..=3).contains(&self.space().len()) {
            let what = format!(
                "data.layout.axes = {axes} has {} axes in space, where one to three are read; the others are called \
                 `trajectory`, `time` and `component`",
                self.space().len()
            );
            return Err(("axes", what));
        }
        let lists = self.coordinates.keys().filter(|name| *name != TIME); // of a file with one frame too
        let keys = lists.map(|name| ("coordinates", name));
        let keys = keys.chain(self.ends.keys().map(|name| ("ends", name)));
        let mut named = keys.chain(self.points_at.keys().map(|name| ("points_at", name)));
        match named.find(|(_, name)| !self.axes.contains(name)) {
            Some((key, name)) => {
                let what = format!("data.layout knows no axis `{name}`: its axes are {axes}");
                Err((key, what))
            }
            None => Ok(()),
        }
    }

    /// Checks that times and points are said once.
    fn check_spacings(&self) -> Result<(), Fault> {
        let positive = |value: f64| value > 0.0 && value.is_finite();
        if let Some(dt) = self.dt.filter(|dt| !positive(*dt)) {
            let what = format!("data.layout.dt = {dt}: write the time between two frames, above 0");
            return Err(("dt", what));
        }
        if self.dt.is_some() && self.coordinates.contains_key(TIME) {
            let what = "data.layout.dt stands beside coordinates.time, which has the times: remove one of them";
            return Err(("dt", what.to_owned()));
        }
        if self.length.is_empty() {
            let told_by_list = |name: &str, at: PointsAt| {
                let periodic = self.ends.get(name) == Some(&End::Periodic);
                at == PointsAt::Ends && periodic && self.coordinates.contains_key(name)
            };
            let mut said = self.points_at.iter();
            let said = said.find(|(name, at)| !told_by_list(name, **at));
            return said.map_or(Ok(()), |(name, _)| {
                let what = format!(
                    "data.layout.points_at has `{name}`, and no `length` says where its points begin and end: write length, or \
                     coordinates alone, which have the points"
                );
                Err(("points_at", what))
            });
        }
        let (space, lengths) = (self.space(), &self.length);
        let names: Vec<&str> = space.iter().map(|name| &name[..]).collect();
        if lengths.len() != space.len() || !lengths.iter().copied().all(positive) {
            let names = names.join(", ");
            let what = format!(
                "data.layout.length = {lengths:?}: write one length above 0 per axis, {names}"
            );
            return Err(("length", what));
        }
        match names
            .iter()
            .find(|name| self.coordinates.contains_key(**name))
        {
            None => Ok(()),
            Some(name) => {
                let others = names
                    .iter()
                    .any(|name| !self.coordinates.contains_key(*name));
                let remedy = if others {
                    "write the lengths of all axes and no points, or coordinates for every axis"
                } else {
                    "remove one of them"
                };
                let what = format!(
                    "data.layout.length stands beside coordinates.{name}, which has the points: {remedy}"
                );
                Err(("length", what))
            }
        }
    }

    /// Checks that points at both ends, or nodes, go with what lies at the ends.
    fn check_points(&self) -> Result<(), Fault> {
        let end = |name: &str| self.ends.get(name).copied().unwrap_or(End::Open);
        let wrong = |(name, at): (&String, &PointsAt)| match (end(name), at) {
            (End::Wall | End::Open, PointsAt::Nodes) => Some(format!(
                "data.layout.points_at: `{name}` is not periodic, and \"nodes\" have no point at its end: write \"ends\" for \
                 points on both ends, or \"cells\""
            )),
            _ => None,
        };
        let found = self.points_at.iter().find_map(wrong);
        found.map_or(Ok(()), |what| Err(("points_at", what)))
    }
}
