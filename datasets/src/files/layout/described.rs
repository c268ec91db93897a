//! A file beside its description.

use super::super::arranged::{Arranged, Channels, Role};
use super::super::array::Array;
use super::super::folder::dataset_name;
use super::super::room::{channels, counted};
use super::super::{
    Axis, AxisKind, DatasetError, DatasetInfo, DatasetReader, Field, FieldKind, Provenance, Time,
    Varying, points,
};
use super::store::Store;
use super::{COMPONENT, End, Layout, TIME, TRAJECTORY};
use ondine_solvers::{Boundary, Ends};
use std::path::Path;
use std::sync::Arc;

/// Arrays that an error lists, at most.
const LISTED: usize = 12;

/// A file beside its description.
pub(super) struct Described<'a> {
    layout: &'a Layout,
    path: &'a Path,
    store: Store,
}

impl<'a> Described<'a> {
    pub(super) fn new(layout: &'a Layout, path: &'a Path, store: Store) -> Self {
        Self {
            layout,
            path,
            store,
        }
    }

    pub(super) fn arranged(&self) -> Result<Box<dyn DatasetReader>, DatasetError> {
        let layout = self.layout;
        let space = layout.space();
        let arrays = layout.fields.iter();
        let arrays = arrays.map(|(name, place)| self.array(&format!("fields.{name}"), place));
        let arrays: Vec<Arc<dyn Array>> = arrays.collect::<Result<_, _>>()?;
        let axes_of = arrays.iter().map(|array| self.axes_of(array));
        let axes_of: Vec<Vec<&String>> = axes_of.collect::<Result<_, _>>()?;
        let extent = |name: &str| {
            let place = axes_of[0].iter().position(|axis| *axis == name);
            place.map(|place| arrays[0].shape()[place])
        };
        let trajectories = extent(TRAJECTORY).unwrap_or(1);
        let frames = extent(TIME).unwrap_or(1);
        let axes = space.iter().enumerate();
        let axes = axes.map(|(at, name)| self.axis(at, name, extent(name).unwrap_or(0)));
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
        let channels = channels.collect();
        Ok(Box::new(Arranged::new(self.path, info, channels)?))
    }

    /// The array at `place`, which a key of the layout names.
    fn array(&self, key: &str, place: &str) -> Result<Arc<dyn Array>, DatasetError> {
        self.store.array(self.path, place).map_err(|error| match error {
            DatasetError::Missing { .. } => {
                let what = format!(
                    "data.layout.{key} = \"{place}\" names no array of numbers in it; it has {}",
                    self.listed()
                );
                self.fault(key, what)
            }
            other => other,
        })
    }

    /// The arrays of the file, in words.
    fn listed(&self) -> String {
        let names = self.store.names(self.path);
        let first: Vec<String> = names
            .iter()
            .take(LISTED)
            .map(|name| format!("`{name}`"))
            .collect();
        match names.len().checked_sub(LISTED) {
            _ if names.is_empty() => "none".to_owned(),
            None | Some(0) => first.join(", "),
            Some(more) => format!("{} and {more} more", first.join(", ")),
        }
    }

    /// The names of the axes of an array, without components where it has an axis less.
    fn axes_of(&self, array: &Arc<dyn Array>) -> Result<Vec<&String>, DatasetError> {
        let all: Vec<&String> = self.layout.axes.iter().collect();
        let scalar = all.iter().copied().filter(|axis| *axis != COMPONENT);
        let scalar: Vec<&String> = scalar.collect();
        let count = array.shape().len();
        let mut possible = [all, scalar].into_iter();
        possible.find(|axes| axes.len() == count).ok_or_else(|| {
            let what = format!(
                "`{}` has the shape {:?}, of {count} axes, where data.layout.axes are {}",
                array.name(),
                array.shape(),
                self.layout.axes.join(", ")
            );
            self.fault("axes", what)
        })
    }

    /// Axis `at` of space, of `count` points.
    fn axis(&self, at: usize, name: &str, count: usize) -> Result<Axis, DatasetError> {
        let end = self.layout.ends.get(name).copied().unwrap_or(End::Open);
        if let Some(&length) = self.layout.length.get(at) {
            return Ok(Axis {
                points: count,
                length: Varying::Same(length),
                kind: end.kind(),
            });
        }
        let place = self.layout.coordinates.get(name);
        let listed = match place {
            Some(place) => self.array(&format!("coordinates.{name}"), place)?.all()?,
            None => counted(name, count)?,
        };
        let place = place.map_or(name, |place| &place[..]);
        let (listed, ends) = (Varying::Same(listed), Ends::both(end.boundary()));
        points::axis(self.path, name, place, &listed, ends)
    }

    /// Times of the frames: of all trajectories, or a list of each.
    fn time(&self, trajectories: usize, frames: usize) -> Result<Time, DatasetError> {
        let Some(place) = self.layout.coordinates.get(TIME) else {
            return Ok(Time::Uniform(Varying::Same(self.layout.dt.unwrap_or(1.0))));
        };
        let key = "coordinates.time";
        let array = self.array(key, place)?;
        let values = array.all()?;
        // Lists of MATLAB have two axes, and those of PDEBench one time more than frames.
        let long: Vec<usize> = array.shape().iter().copied().filter(|n| *n != 1).collect();
        let is_one_list = long == [frames] || long == [frames + 1] || values.len() == frames;
        match *array.shape() {
            [b, n] if b == trajectories && n == frames => {
                let lists = values.chunks(n).map(<[f64]>::to_vec);
                Ok(Time::Listed(Varying::of(lists.collect())))
            }
            _ if is_one_list => Ok(Time::Listed(Varying::Same(values[..frames].to_vec()))),
            ref shape => {
                let what = format!(
                    "`{place}` has the shape {shape:?}, where there are {trajectories} trajectories of {frames} frames: one \
                     time per frame is read, of all trajectories or of each"
                );
                Err(self.fault(key, what))
            }
        }
    }

    fn conditions(&self, trajectories: usize) -> Result<Vec<(String, Varying<f64>)>, DatasetError> {
        let condition = |(name, place): &(String, String)| {
            if let Some(value) = self.store.attribute(place) {
                return Ok((name.clone(), Varying::Same(value)));
            }
            let key = format!("conditions.{name}");
            let values = self.array(&key, place)?.all()?;
            match values.len() {
                1 => Ok((name.clone(), Varying::Same(values[0]))),
                n if n == trajectories => Ok((name.clone(), Varying::Each(values))),
                n => {
                    let what = format!(
                        "the condition `{name}` has {n} values for {trajectories} trajectories"
                    );
                    Err(self.fault(&key, what))
                }
            }
        };
        self.layout.conditions.iter().map(condition).collect()
    }

    fn fault(&self, key: &str, what: String) -> DatasetError {
        DatasetError::key_at(self.path, format!("layout.{key}"), what)
    }
}

impl End {
    pub(in crate::files) fn boundary(self) -> Boundary {
        match self {
            Self::Periodic => Boundary::Periodic,
            Self::Wall => Boundary::Wall,
            Self::Open => Boundary::Open,
        }
    }

    /// The ends and points of an axis without a list of points.
    pub(in crate::files) fn kind(self) -> AxisKind {
        match self {
            Self::Periodic => AxisKind::PERIODIC,
            Self::Wall => AxisKind::WALLS,
            Self::Open => AxisKind::OPEN,
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
        Some(n) => (0..channels(&[n]))
            .map(|i| field(format!("{name}{i}"), FieldKind::Scalar))
            .collect(),
    }
}
