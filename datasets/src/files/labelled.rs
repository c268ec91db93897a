//! Variables whose axes have names, as in netCDF and in xarray's Zarr: which ones are fields, and of which grid.
//!
//! Names tell the axes of time, trajectories and components; all others lie in space. A variable called as its axis lists
//! the points. Fields are all variables that have the time and every axis of the grid, and numbers per trajectory, or of
//! all, are parameters. Nothing says what lies at the ends of an axis: they are called open. An axis whose points fall is
//! read from its other end, and one of a single point is left out beside others. What is not understood is noted.

mod grid;
mod mapping;
mod moment;
mod names;
mod notes;
mod units;

use super::arranged::{Arranged, Channels, Role};
use super::array::Array;
use super::flipped::Flipped;
use super::folder::dataset_name;
use super::room::{channels, counted};
use super::{Axis, DatasetError, DatasetInfo, Field, FieldKind, Provenance, Varying, points};
pub(super) use names::is_trajectory;
use names::{COMPONENTS, Meaning, SPACE, TIMES, TRAJECTORIES};
use ondine_solvers::{Boundary, Ends};
use std::path::Path;
use std::sync::Arc;
pub(super) use units::clean;

/// A variable with named axes.
pub(super) struct Variable {
    /// Its name.
    pub(super) name: String,
    /// The names of its axes.
    pub(super) dims: Vec<String>,
    /// Its values.
    pub(super) array: Arc<dyn Array>,
    /// Its attribute `units`.
    pub(super) units: Option<String>,
    /// Its attribute `axis`: X, Y, Z or T.
    pub(super) axis: Option<String>,
    /// Its attribute `calendar`.
    pub(super) calendar: Option<String>,
    /// Its attribute `standard_name`.
    pub(super) standard_name: Option<String>,
    /// Its attribute `coordinates`: names of variables that say where its points lie.
    pub(super) coordinates: Option<String>,
    /// Its attribute `grid_mapping`: the name of a variable that describes the projection of its points.
    pub(super) grid_mapping: Option<String>,
    /// Its attribute `grid_mapping_name`, which such a variable has.
    pub(super) mapping_name: Option<String>,
}

/// The dataset of a file with these variables, and these numbers among its own attributes.
pub(super) fn open(
    path: &Path,
    variables: Vec<Variable>,
    numbers: Vec<(String, f64)>,
) -> Result<Arranged, DatasetError> {
    Labelled {
        path,
        variables,
        numbers,
    }
    .arranged()
}

struct Labelled<'a> {
    path: &'a Path,
    variables: Vec<Variable>,
    numbers: Vec<(String, f64)>,
}

impl Labelled<'_> {
    fn arranged(&self) -> Result<Arranged, DatasetError> {
        let fields = self.fields()?;
        let grid = self.grid(fields[0])?;
        let trajectories = self.extent(&fields, Meaning::Trajectory)?.unwrap_or(1);
        let frames = self.extent(&fields, Meaning::Time)?.unwrap_or(1);
        let axes = grid.iter().map(|name| self.axis(name, fields[0]));
        let axes: Vec<Axis> = axes.collect::<Result<_, _>>()?;
        let still = self.still(&grid, self.has(fields[0], Meaning::Time));
        let dims = grid.len();
        let info = DatasetInfo {
            constants: still
                .iter()
                .flat_map(|field| self.described(field, dims))
                .collect(),
            name: dataset_name(self.path),
            trajectories,
            frames,
            fields: fields
                .iter()
                .flat_map(|field| self.described(field, axes.len()))
                .collect(),
            axes,
            first_points: self.first_points(&grid, fields[0])?,
            time: self.time(fields[0], frames)?,
            time_origin: self.origin(fields[0]),
            parameters: self.parameters(trajectories)?,
            provenance: Provenance::foreign(),
            axis_names: grid.clone(),
            units: self.units(&fields, &still, &grid),
            notes: self.notes(&fields, &still, &grid),
            ..DatasetInfo::default()
        };
        let channels = |variables: &[&Variable]| -> Result<Vec<Channels>, DatasetError> {
            variables
                .iter()
                .map(|one| self.channels(one, &grid))
                .collect()
        };
        let (channels, still) = (channels(&fields)?, channels(&still)?);
        Arranged::with_constants(self.path, info, channels, still)
    }

    /// The values of a field, with the points of every axis in rising order.
    fn channels(&self, field: &Variable, grid: &[String]) -> Result<Channels, DatasetError> {
        let roles: Vec<Role> = field.dims.iter().map(|dim| self.role(dim, grid)).collect();
        let falls = field.dims.iter().map(|dim| match self.coordinate(dim) {
            Some(list) if grid.contains(dim) => Ok(falls(&list.array.all()?)),
            _ => Ok(false),
        });
        let falls: Vec<bool> = falls.collect::<Result<_, DatasetError>>()?;
        Ok(Channels::new(
            Flipped::over(field.array.clone(), falls),
            &roles,
        ))
    }

    /// The variables on the grid of the fields that do not change in time, where the fields do.
    fn still(&self, grid: &[String], timed: bool) -> Vec<&Variable> {
        let still = |variable: &&Variable| {
            self.space(variable) == grid && timed && !self.has(variable, Meaning::Time)
        };
        let is_list = |variable: &&Variable| variable.dims == [variable.name.clone()];
        let all = self.variables.iter().filter(|variable| !is_list(variable));
        all.filter(still).collect()
    }

    /// The variables that are fields: those with the most axes of space, and with a time where any has one.
    fn fields(&self) -> Result<Vec<&Variable>, DatasetError> {
        let in_space = |variable: &&Variable| {
            variable.name != *variable.dims.first().map_or("", |dim| &dim[..])
                && !self.space(variable).is_empty()
        };
        let candidates: Vec<&Variable> = self.variables.iter().filter(in_space).collect();
        let rank = |variable: &&&Variable| {
            let timed = self.has(variable, Meaning::Time);
            (timed, self.space(variable).len())
        };
        let Some(first) = candidates.iter().max_by_key(rank) else {
            return Err(self.invalid(format!(
                "none of its variables ({}) has an axis in space: say in `[data.layout]` what its axes are",
                self.names()
            )));
        };
        let (grid, timed) = (self.space(first), self.has(first, Meaning::Time));
        let alike = |variable: &&&Variable| {
            self.space(variable) == grid && self.has(variable, Meaning::Time) == timed
        };
        Ok(candidates.iter().filter(alike).copied().collect())
    }

    fn names(&self) -> String {
        let names: Vec<&str> = self.variables.iter().map(|v| &v.name[..]).collect();
        names.join(", ")
    }

    fn has(&self, variable: &Variable, meaning: Meaning) -> bool {
        variable.dims.iter().any(|dim| self.meaning(dim) == meaning)
    }

    /// The axes of space of a variable, in our order where all are known by their names.
    fn space(&self, variable: &Variable) -> Vec<String> {
        let lies = |dim: &&String| self.meaning(dim) == Meaning::Space;
        let mut dims: Vec<String> = variable.dims.iter().filter(lies).cloned().collect();
        if dims.len() > 1 {
            dims.retain(|dim| self.points(variable, dim) > 1);
        }
        let places: Option<Vec<usize>> = dims.iter().map(|dim| self.place(dim)).collect();
        if places.is_some() {
            dims.sort_by_key(|dim| self.place(dim));
        }
        dims
    }

    /// The number of points of an axis of a variable.
    fn points(&self, variable: &Variable, dim: &str) -> usize {
        let place = variable.dims.iter().position(|other| other == dim);
        place.map_or(0, |place| variable.array.shape()[place])
    }

    /// The place of an axis of space among ours.
    fn place(&self, dim: &str) -> Option<usize> {
        let axis = self
            .coordinate(dim)
            .and_then(|variable| variable.axis.as_deref());
        let by_axis = axis.and_then(|axis| ["X", "Y", "Z"].iter().position(|name| *name == axis));
        let name = dim.to_lowercase();
        by_axis.or_else(|| SPACE.iter().position(|names| names.contains(&&name[..])))
    }

    fn meaning(&self, dim: &str) -> Meaning {
        let coordinate = self.coordinate(dim);
        let timed = |variable: &Variable| {
            let since = variable
                .units
                .as_ref()
                .is_some_and(|units| units.contains(" since "));
            since || variable.axis.as_deref() == Some("T")
        };
        let name = &dim.to_lowercase()[..];
        if coordinate.is_some_and(timed) || TIMES.contains(&name) {
            Meaning::Time
        } else if TRAJECTORIES.contains(&name) {
            Meaning::Trajectory
        } else if COMPONENTS.contains(&name) {
            Meaning::Component
        } else {
            Meaning::Space
        }
    }

    fn role(&self, dim: &str, grid: &[String]) -> Role {
        match self.meaning(dim) {
            Meaning::Trajectory => Role::Trajectory,
            Meaning::Time => Role::Time,
            Meaning::Component => Role::Channel,
            Meaning::Space => {
                let place = grid.iter().position(|name| name == dim);
                place.map_or(Role::At(0), Role::Axis)
            }
        }
    }

    /// The variable that lists the points of an axis.
    fn coordinate(&self, dim: &str) -> Option<&Variable> {
        let mut lists = self.variables.iter();
        lists.find(|variable| variable.name == dim && variable.dims == [dim])
    }

    /// The extent of the one axis of this meaning that fields have.
    fn extent(
        &self,
        fields: &[&Variable],
        meaning: Meaning,
    ) -> Result<Option<usize>, DatasetError> {
        let mut extent = None;
        for field in fields {
            let axes = field.dims.iter().zip(field.array.shape());
            let mut found = axes.filter(|(dim, _)| self.meaning(dim) == meaning);
            let first = found.next();
            if let (Some((first, _)), Some((second, _))) = (first, found.next()) {
                return Err(self.invalid(format!(
                    "`{}` has two axes that could be one of {}, `{first}` and `{second}`: say in `[data.layout]` which one is",
                    field.name,
                    if meaning == Meaning::Time { "time" } else { "trajectories" }
                )));
            }
            extent = extent.or(first.map(|(_, &n)| n));
        }
        Ok(extent)
    }

    /// The points of an axis, rising where the file lists them falling; 0, 1, ... where no variable lists them.
    fn listed(&self, dim: &str, field: &Variable) -> Result<Vec<f64>, DatasetError> {
        let mut listed = match self.coordinate(dim) {
            Some(variable) => variable.array.all()?,
            None => counted(dim, self.points(field, dim))?,
        };
        if falls(&listed) {
            listed.reverse();
        }
        Ok(listed)
    }

    /// Places of the first points; none where a variable lists none.
    fn first_points(
        &self,
        grid: &[String],
        field: &Variable,
    ) -> Result<Vec<Option<f64>>, DatasetError> {
        let first = |dim: &String| match self.coordinate(dim) {
            Some(_) => self.listed(dim, field).map(|listed| points::first(&listed)),
            None => Ok(None),
        };
        grid.iter().map(first).collect()
    }

    fn axis(&self, dim: &str, field: &Variable) -> Result<Axis, DatasetError> {
        let listed = self.listed(dim, field)?;
        points::axis(
            self.path,
            dim,
            dim,
            &Varying::Same(listed),
            Ends::both(Boundary::Open),
        )
    }

    /// The fields that a variable holds: a vector where it has a component per axis.
    fn described(&self, variable: &Variable, axes: usize) -> Vec<Field> {
        let shape = variable.dims.iter().zip(variable.array.shape());
        let components = shape.filter(|(dim, _)| self.meaning(dim) == Meaning::Component);
        let counts: Vec<usize> = components.map(|(_, &n)| n).collect();
        let field = |name: String, kind| Field { name, kind };
        let name = variable.name.clone();
        match counts[..] {
            [] => vec![field(name, FieldKind::Scalar)],
            [n] if n == axes => vec![field(name, FieldKind::Vector)],
            [n, m] if n == axes && m == axes => vec![field(name, FieldKind::Tensor)],
            _ => (0..channels(&counts))
                .map(|i| field(format!("{name}{i}"), FieldKind::Scalar))
                .collect(),
        }
    }

    /// Numbers of all trajectories or of each.
    fn parameters(&self, trajectories: usize) -> Result<Vec<(String, Varying<f64>)>, DatasetError> {
        let mut parameters = Vec::new();
        for variable in &self.variables {
            let of_each = matches!(&variable.dims[..], [dim] if self.meaning(dim) == Meaning::Trajectory && *dim != variable.name);
            let of_all = self.is_number(variable) && !is_trajectory(&variable.name);
            if of_all || of_each && variable.array.shape() == [trajectories] {
                let values = variable.array.all()?;
                if values.iter().all(|value| value.is_finite()) {
                    parameters.push((variable.name.clone(), Varying::of(values)));
                }
            }
        }
        Ok(parameters)
    }

    fn invalid(&self, what: String) -> DatasetError {
        DatasetError::Invalid {
            path: self.path.to_path_buf(),
            what,
        }
    }
}

/// Whether a list of points falls, all the way.
fn falls(points: &[f64]) -> bool {
    points.len() > 1 && points.windows(2).all(|pair| pair[1] < pair[0])
}
