//! Layouts of files that no format of the list has, described by whoever knows them: `[data.layout]` of a recipe.

mod pairs;
mod store;

use super::arranged::{Arranged, Channels, Role};
use super::array::Array;
use super::folder::dataset_name;
use super::source::Attributes;
use super::{
    Axis, DatasetError, DatasetInfo, DatasetReader, Field, FieldKind, Provenance, Time, Varying,
    numpy, points, zarr,
};
use ondine_solvers::{Boundary, Ends};
use pairs::pairs;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use store::Store;

/// Name of the axis of trajectories.
const TRAJECTORY: &str = "trajectory";

/// Name of the axis of frames.
const TIME: &str = "time";

/// Name of the axis of the components of a vector.
const COMPONENT: &str = "component";

/// The layout of a file: where its fields lie, and what the axes of their arrays mean.
///
/// It is for HDF5, netCDF, Zarr and `NumPy`, `.npz` or `.npy`; a path is that of a dataset, a variable or an array, and in a
/// `.npy` file any word.
///
/// ```
/// use ondine_datasets::hdf5::Layout;
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
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// Name and path of every field, in the order of the channels.
    #[serde(deserialize_with = "pairs")]
    pub fields: Vec<(String, String)>,
    /// The axes of the arrays as stored: `trajectory`, `time`, `component` and the names of one to three axes in space.
    /// An array with one axis less has no components.
    pub axes: Vec<String>,
    /// Paths of the points of axes, and of the times; evenly spaced by 1 where there are none.
    #[serde(default)]
    pub coordinates: BTreeMap<String, String>,
    /// Name and path of every condition: a dataset with one number or one per trajectory, or an attribute of a group.
    #[serde(default, deserialize_with = "pairs")]
    pub conditions: Vec<(String, String)>,
    /// Ends of axes by name: `periodic`, `wall` or `open`, which is usual.
    #[serde(default)]
    pub ends: BTreeMap<String, End>,
    /// Time between two frames, where no list has the times.
    #[serde(default)]
    pub dt: Option<f64>,
}

/// Both ends of an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// The other end.
    Periodic,
    /// A wall.
    Wall,
    /// Nothing: the domain goes on.
    Open,
}

impl Layout {
    /// Opens the file or store at `path` in this layout.
    ///
    /// # Errors
    /// When the layout contradicts itself, or the file has no such arrays, or they have other shapes than it says.
    pub fn open(&self, path: &Path) -> Result<Box<dyn DatasetReader>, DatasetError> {
        let invalid = |what| DatasetError::Invalid {
            path: path.to_path_buf(),
            what,
        };
        self.check().map_err(invalid)?;
        Described {
            layout: self,
            path,
            store: Store::open(path)?,
        }
        .arranged()
    }

    /// The axes of space: x, y, z in this order where they are called so, else as they are listed.
    fn space(&self) -> Vec<&String> {
        let reserved = [TRAJECTORY, TIME, COMPONENT];
        let mut space: Vec<&String> = self
            .axes
            .iter()
            .filter(|axis| !reserved.contains(&&axis[..]))
            .collect();
        if space
            .iter()
            .all(|axis| ["x", "y", "z"].contains(&&axis[..]))
        {
            space.sort();
        }
        space
    }

    /// Why it describes no file.
    fn check(&self) -> Result<(), String> {
        let axes = self.axes.join(", ");
        if self.fields.is_empty() {
            return Err("data.layout names no field: write fields = { u = \"/path\" }".to_owned());
        }
        let mut sorted = self.axes.clone();
        sorted.sort();
        if let Some(twice) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(format!("data.layout.axes has `{}` twice", twice[0]));
        }
        if !(1..=3).contains(&self.space().len()) {
            return Err(format!(
                "data.layout.axes = {axes} has {} axes in space, where one to three are read; the others are called \
                 `trajectory`, `time` and `component`",
                self.space().len()
            ));
        }
        let named = self.coordinates.keys().chain(self.ends.keys());
        let unknown = |name: &&String| !self.axes.contains(name);
        match named.into_iter().find(unknown) {
            Some(name) => Err(format!(
                "data.layout knows no axis `{name}`: its axes are {axes}"
            )),
            None => Ok(()),
        }
    }
}

/// A file beside its description.
struct Described<'a> {
    layout: &'a Layout,
    path: &'a Path,
    store: Store,
}

impl Described<'_> {
    fn arranged(&self) -> Result<Box<dyn DatasetReader>, DatasetError> {
        let layout = self.layout;
        let space = layout.space();
        let arrays = layout.fields.iter().map(|(_, place)| self.array(place));
        let arrays: Vec<Arc<dyn Array>> = arrays.collect::<Result<_, _>>()?;
        let axes_of: Vec<Vec<&String>> = arrays
            .iter()
            .map(|array| self.axes_of(array))
            .collect::<Result<_, _>>()?;
        let extent = |name: &str| {
            let place = axes_of[0].iter().position(|axis| *axis == name);
            place.map(|place| arrays[0].shape()[place])
        };
        let trajectories = extent(TRAJECTORY).unwrap_or(1);
        let frames = extent(TIME).unwrap_or(1);
        let axes = space
            .iter()
            .map(|name| self.axis(name, extent(name).unwrap_or(0)));
        let axes: Vec<Axis> = axes.collect::<Result<_, _>>()?;
        let mut fields = Vec::new();
        for ((name, _), (array, of_array)) in layout.fields.iter().zip(arrays.iter().zip(&axes_of))
        {
            fields.extend(described(name, array, of_array, axes.len()));
        }
        let role = |axis: &&String| match &axis[..] {
            TRAJECTORY => Role::Trajectory,
            TIME => Role::Time,
            COMPONENT => Role::Channel,
            _ => Role::Axis(space.iter().position(|name| name == axis).unwrap_or(0)),
        };
        let channels = arrays.iter().zip(&axes_of).map(|(array, axes)| {
            let roles: Vec<Role> = axes.iter().map(role).collect();
            Channels::new(array.clone(), &roles)
        });
        let info = DatasetInfo {
            name: dataset_name(self.path),
            trajectories,
            frames,
            axes,
            fields,
            time: self.time(trajectories, frames)?,
            parameters: self.conditions(trajectories)?,
            provenance: Provenance::foreign(),
            axis_names: space.iter().map(|name| (*name).clone()).collect(),
            ..DatasetInfo::default()
        };
        Ok(Box::new(Arranged::new(
            self.path,
            info,
            channels.collect(),
        )?))
    }

    fn array(&self, place: &str) -> Result<Arc<dyn Array>, DatasetError> {
        let place = place.trim_matches('/');
        match &self.store {
            Store::Hdf5(source) => Ok(Arc::new(source.dataset_at(place)?)),
            Store::Labelled(variables) => {
                let found = variables.iter().find(|(name, _)| name == place);
                found
                    .map(|(_, array)| array.clone())
                    .ok_or_else(|| DatasetError::Missing {
                        path: self.path.to_path_buf(),
                        what: format!("the variable `{place}`"),
                    })
            }
            Store::Zarr => zarr::array(&self.path.join(place)),
            Store::Npz(archive) => archive.array(place),
            Store::Npy => numpy::open(self.path),
        }
    }

    /// The names of the axes of an array, without components where it has an axis less.
    fn axes_of(&self, array: &Arc<dyn Array>) -> Result<Vec<&String>, DatasetError> {
        let all: Vec<&String> = self.layout.axes.iter().collect();
        let scalar: Vec<&String> = all
            .iter()
            .copied()
            .filter(|axis| *axis != COMPONENT)
            .collect();
        let count = array.shape().len();
        [all, scalar]
            .into_iter()
            .find(|axes| axes.len() == count)
            .ok_or_else(|| {
                self.invalid(format!(
                    "`{}` has the shape {:?}, of {count} axes, where data.layout.axes are {}",
                    array.name(),
                    array.shape(),
                    self.layout.axes.join(", ")
                ))
            })
    }

    fn axis(&self, name: &str, count: usize) -> Result<Axis, DatasetError> {
        let place = self.layout.coordinates.get(name);
        let listed = match place {
            Some(place) => self.array(place)?.all()?,
            None => (0..count).map(|i| i as f64).collect(),
        };
        let boundary = match self.layout.ends.get(name) {
            Some(End::Periodic) => Boundary::Periodic,
            Some(End::Wall) => Boundary::Wall,
            Some(End::Open) | None => Boundary::Open,
        };
        let place = place.map_or(name, |place| &place[..]);
        points::axis(
            self.path,
            name,
            place,
            &Varying::Same(listed),
            Ends::both(boundary),
        )
    }

    /// Times of the frames: of all trajectories, or a list of each.
    fn time(&self, trajectories: usize, frames: usize) -> Result<Time, DatasetError> {
        let Some(place) = self.layout.coordinates.get(TIME) else {
            return Ok(Time::Uniform(Varying::Same(self.layout.dt.unwrap_or(1.0))));
        };
        let array = self.array(place)?;
        let values = array.all()?;
        match *array.shape() {
            [n] if n >= frames => Ok(Time::Listed(Varying::Same(values[..frames].to_vec()))),
            [b, n] if b == trajectories && n == frames => {
                let lists = values.chunks(n).map(<[f64]>::to_vec);
                Ok(Time::Listed(Varying::of(lists.collect())))
            }
            ref shape => Err(self.invalid(format!(
                "`{place}` has the shape {shape:?}, where there are {trajectories} trajectories of {frames} frames"
            ))),
        }
    }

    fn conditions(&self, trajectories: usize) -> Result<Vec<(String, Varying<f64>)>, DatasetError> {
        let condition = |(name, place): &(String, String)| {
            if let Some(value) = self.attribute(place) {
                return Ok((name.clone(), Varying::Same(value)));
            }
            let values = self.array(place)?.all()?;
            match values.len() {
                1 => Ok((name.clone(), Varying::Same(values[0]))),
                n if n == trajectories => Ok((name.clone(), Varying::Each(values))),
                n => Err(self.invalid(format!(
                    "the condition `{name}` has {n} values for {trajectories} trajectories"
                ))),
            }
        };
        self.layout.conditions.iter().map(condition).collect()
    }

    /// The number in an attribute of a group of HDF5; none where there is none.
    fn attribute(&self, place: &str) -> Option<f64> {
        let Store::Hdf5(source) = &self.store else {
            return None;
        };
        let place = place.trim_matches('/');
        let (group, name) = place.rsplit_once('/').unwrap_or(("", place));
        source.group_at(group).ok()?.number(name)
    }

    fn invalid(&self, what: String) -> DatasetError {
        DatasetError::Invalid {
            path: self.path.to_path_buf(),
            what,
        }
    }
}

/// The fields of an array: a vector where it has a component per axis of space.
fn described(name: &str, array: &Arc<dyn Array>, axes: &[&String], dims: usize) -> Vec<Field> {
    let place = axes.iter().position(|axis| *axis == COMPONENT);
    let field = |name: String, kind| Field { name, kind };
    match place.map(|place| array.shape()[place]) {
        None => vec![field(name.to_owned(), FieldKind::Scalar)],
        Some(n) if n == dims => vec![field(name.to_owned(), FieldKind::Vector)],
        Some(n) => (0..n)
            .map(|i| field(format!("{name}{i}"), FieldKind::Scalar))
            .collect(),
    }
}
