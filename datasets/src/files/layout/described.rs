//! A file beside its description.

use super::super::arranged::{Arranged, Channels, Role};
use super::super::array::Array;
use super::super::folder::dataset_name;
use super::super::labelled;
use super::super::room::{channels, counted};
use super::super::{
    Axis, AxisKind, DatasetError, DatasetInfo, DatasetReader, Field, FieldKind, Provenance,
    Varying, points,
};
use super::store::Store;
use super::{COMPONENT, End, Layout, PointsAt, TIME, TRAJECTORY};
use ondine_solvers::{Boundary, Ends, words};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Arrays that an error lists, at most.
const LISTED: usize = 12;

/// Arrays of static fields with the names of their axes.
type Still<'a> = (Vec<Arc<dyn Array>>, Vec<Vec<&'a String>>);

/// A file beside its description.
pub(super) struct Described<'a> {
    pub(super) layout: &'a Layout,
    pub(super) path: &'a Path,
    pub(super) store: Store,
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
        let channels = |(array, axes): (&Arc<dyn Array>, &Vec<&String>)| {
            let roles: Vec<Role> = axes.iter().map(role).collect();
            Channels::new(array.clone(), &roles)
        };
        let sizes = |name: &str| match name {
            TRAJECTORY => Some(trajectories),
            COMPONENT => None,
            name => extent(name),
        };
        let (still, still_axes) = self.still(&sizes)?;
        let mut constants = Vec::new();
        for ((name, _), (array, of_array)) in layout
            .static_fields
            .iter()
            .zip(still.iter().zip(&still_axes))
        {
            constants.extend(described(name, array, of_array, axes.len()));
        }
        let first_points = self.first_points()?;
        let info = DatasetInfo {
            name: dataset_name(self.path),
            trajectories,
            frames,
            notes: self.notes(&axes, &first_points),
            axes,
            first_points,
            units: self.units(fields.iter().chain(&constants)),
            fields,
            constants,
            time: self.time(trajectories, frames)?,
            parameters: self.conditions(trajectories)?,
            provenance: Provenance::foreign(),
            axis_names: space.iter().map(|name| (*name).clone()).collect(),
            ..DatasetInfo::default()
        };
        let of_frames = arrays.iter().zip(&axes_of).map(channels).collect();
        let still = still.iter().zip(&still_axes).map(channels).collect();
        let arranged = Arranged::with_constants(self.path, info, of_frames, still)?;
        Ok(Box::new(arranged))
    }

    /// The arrays of static fields with the names of their axes; `extent` is that of an axis of the fields.
    fn still(&self, extent: &dyn Fn(&str) -> Option<usize>) -> Result<Still<'a>, DatasetError> {
        let (mut arrays, mut axes) = (Vec::new(), Vec::new());
        for (name, place) in &self.layout.static_fields {
            let key = format!("static_fields.{name}");
            let array = self.array(&key, place)?;
            axes.push(self.still_axes(&key, &array, extent)?);
            arrays.push(array);
        }
        Ok((arrays, axes))
    }

    /// The names of the axes of a static field: those of the fields without time, as many of trajectories and components as fit.
    fn still_axes(
        &self,
        key: &str,
        array: &Arc<dyn Array>,
        extent: &dyn Fn(&str) -> Option<usize>,
    ) -> Result<Vec<&'a String>, DatasetError> {
        let without = |left_out: &[&str]| -> Vec<&'a String> {
            let all = self.layout.axes.iter();
            all.filter(|axis| !left_out.contains(&&axis[..])).collect()
        };
        let mut possible = [
            without(&[TIME, COMPONENT, TRAJECTORY]),
            without(&[TIME, COMPONENT]),
            without(&[TIME, TRAJECTORY]),
            without(&[TIME]),
        ]
        .into_iter();
        let fits = |axes: &Vec<&String>| {
            let sizes = axes.iter().zip(array.shape());
            axes.len() == array.shape().len()
                && sizes
                    .into_iter()
                    .all(|(axis, n)| extent(axis).is_none_or(|size| size == *n))
        };
        possible.find(fits).ok_or_else(|| {
            let sizes = without(&[TIME, COMPONENT]).into_iter();
            let sizes = sizes.map(|axis| format!("{axis} {}", extent(axis).unwrap_or(0)));
            let what = format!(
                "`{}` has the shape {:?}, and the axes of a field that does not change in time are {} (the first of them may be \
                 missing)",
                array.name(),
                array.shape(),
                sizes.collect::<Vec<_>>().join(", ")
            );
            self.fault(key, what)
        })
    }

    pub(super) fn points_at(&self, axis: &str) -> Option<PointsAt> {
        self.layout.points_at.get(axis).copied()
    }

    /// The array at `place`, which a key of the layout names.
    pub(super) fn array(&self, key: &str, place: &str) -> Result<Arc<dyn Array>, DatasetError> {
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
                "`{}` has the shape {:?}, of {}, where data.layout.axes are {}",
                array.name(),
                array.shape(),
                words::counted(count, "axis"),
                self.layout.axes.join(", ")
            );
            self.fault("axes", what)
        })
    }

    /// Axis `at` of space, of `count` points.
    fn axis(&self, at: usize, name: &str, count: usize) -> Result<Axis, DatasetError> {
        let end = self.layout.ends.get(name).copied().unwrap_or(End::Open);
        if let Some(&length) = self.layout.length.get(at) {
            let (kind, cells) = match self.points_at(name) {
                Some(PointsAt::Cells) if end == End::Periodic => (AxisKind::PERIODIC_CELLS, 1.0),
                Some(PointsAt::Ends) if count > 1 => {
                    (end.kind(), count as f64 / (count - 1) as f64)
                }
                _ => (end.kind(), 1.0),
            };
            return Ok(Axis {
                points: count,
                length: Varying::Same(length * cells),
                kind,
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

    /// The units that arrays state, by the names that the layout gives them.
    fn units<'b>(
        &self,
        fields: impl Iterator<Item = &'b Field> + Clone,
    ) -> BTreeMap<String, String> {
        let layout = self.layout;
        let lists = layout.coordinates.iter();
        let lists = lists.map(|(name, place)| (name.clone(), place));
        let conditions = layout.conditions.iter();
        let conditions = conditions.map(|(name, place)| (name.clone(), place));
        let of_field = |(name, place): &'a (String, String)| {
            let parts = fields.clone().filter(|field| is_part(&field.name, name));
            let parts = parts.map(|field| (field.name.clone(), place));
            parts.collect::<Vec<_>>()
        };
        let arrays = layout.fields.iter().chain(&layout.static_fields);
        let all = arrays.flat_map(of_field).chain(lists).chain(conditions);
        let stated = all.filter_map(|(name, place)| {
            let unit = self.store.unit(self.path, place)?;
            Some((name, labelled::clean(&unit)?))
        });
        stated.collect()
    }

    pub(super) fn fault(&self, key: &str, what: String) -> DatasetError {
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

/// Whether a field is the one of this name, or a component of an array of several, as `q0` of `q`.
fn is_part(field: &str, name: &str) -> bool {
    let rest = field.strip_prefix(name);
    rest.is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()))
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
