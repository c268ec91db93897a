//! Files of one array, `tensor`, or of one per field, each `[trajectory, frame, x, y, z]`.

use super::{ends, parameters};
use crate::files::arranged::{Arranged, Channels, Role};
use crate::files::numbers::Numbers;
use crate::files::room::counted;
use crate::files::source::Source;
use crate::files::{
    Axis, DatasetError, DatasetInfo, Field, FieldKind, Provenance, Time, Varying, points,
};
use ondine_solvers::{Boundary, Ends, words};
use std::sync::Arc;

/// Names of the axes in a file.
const AXES: [&str; 3] = ["x", "y", "z"];

/// Fields of the compressible fluid, in the order of `PDEBench`'s loader.
const FLUID: [&str; 5] = ["density", "pressure", "Vx", "Vy", "Vz"];

/// The permeability of Darcy flow, `[trajectory, x, y]`.
const INPUT: &str = "nu";

/// Opens a file.
pub(super) fn open(source: &Arc<Source>) -> Result<Arranged, DatasetError> {
    let [_, datasets] = source.names()?;
    let has = |name: &str| datasets.iter().any(|other| other == name);
    let stored: Vec<&str> = if has("tensor") {
        vec!["tensor"]
    } else {
        FLUID.into_iter().filter(|name| has(name)).collect()
    };
    let Some(&first) = stored.first() else {
        return Err(source.missing("`tensor` or a field such as `density`"));
    };
    let first = source.dataset_at(first)?;
    let is_steady = has(INPUT);
    let boundary = ends::of_arrays(source.path(), !has("tensor"), is_steady);
    let axes = axes(source, &has, boundary)?;
    let (trajectories, frames) = extents(source, &first, axes.len())?;
    let info = DatasetInfo {
        name: source.name(),
        trajectories,
        frames,
        fields: fields(&stored, axes.len()),
        axes,
        time: Time::Listed(Varying::Same(times(source, &has, frames)?)),
        parameters: parameters::of_arrays(source.path(), &source.root()?, is_steady),
        provenance: Provenance::foreign(),
        constants: is_steady.then(|| scalar(INPUT)).into_iter().collect(),
        ..DatasetInfo::default()
    };
    let mut roles = vec![Role::Trajectory, Role::Time];
    roles.extend((0..info.axes.len()).map(Role::Axis));
    let channels = stored.iter().map(|name| {
        let array = source.dataset_at(name)?;
        Ok(Channels::new(Arc::new(array), &roles))
    });
    let channels = channels.collect::<Result<_, DatasetError>>()?;
    let mut constants = Vec::new();
    if is_steady {
        let array = source.dataset_at(INPUT)?;
        roles.remove(1);
        constants.push(Channels::new(Arc::new(array), &roles));
    }
    Arranged::with_constants(source.path(), info, channels, constants)
}

/// The axes whose points a file lists.
fn axes(
    source: &Source,
    has: &impl Fn(&str) -> bool,
    boundary: Boundary,
) -> Result<Vec<Axis>, DatasetError> {
    let name = |axis: &&str| format!("{axis}-coordinate");
    let listed = AXES.into_iter().filter(|axis| has(&name(axis)));
    let axis = |axis: &str| {
        let place = name(&axis);
        let x = Varying::Same(source.dataset_at(&place)?.all()?);
        points::axis(source.path(), axis, &place, &x, Ends::both(boundary))
    };
    listed.map(axis).collect()
}

/// Numbers of trajectories and of frames.
fn extents(source: &Source, array: &Numbers, axes: usize) -> Result<(usize, usize), DatasetError> {
    match array.shape() {
        &[trajectories, frames, ref points @ ..] if points.len() == axes => {
            Ok((trajectories, frames))
        }
        other => Err(source.invalid(format!(
            "`{}` has the shape {other:?}, where PDEBench's files have trajectories, frames and {} of points; if \
             the file is of another program, describe it in `[data.layout]`",
            array.name(),
            words::counted(axes, "axis")
        ))),
    }
}

/// Times of the frames: the first entries of `t-coordinate`, or 0, 1, ... where there are none.
fn times(
    source: &Source,
    has: &impl Fn(&str) -> bool,
    frames: usize,
) -> Result<Vec<f64>, DatasetError> {
    if !has("t-coordinate") {
        return counted("t-coordinate", frames);
    }
    let mut times = source.dataset_at("t-coordinate")?.all()?;
    if times.len() < frames {
        return Err(source.invalid(format!(
            "`t-coordinate` has {} times for {frames} frames",
            times.len()
        )));
    }
    times.truncate(frames);
    Ok(times)
}

/// The fields of the channels; the components of the velocity are one.
fn fields(stored: &[&str], axes: usize) -> Vec<Field> {
    let (velocity, scalars): (Vec<&str>, Vec<&str>) =
        stored.iter().partition(|name| name.starts_with('V'));
    let name = |name: &&str| match *name {
        "tensor" => scalar("u"),
        other => scalar(other),
    };
    let mut fields: Vec<Field> = scalars.iter().map(name).collect();
    if velocity.len() == axes {
        fields.push(Field {
            name: "velocity".to_owned(),
            kind: FieldKind::Vector,
        });
    } else {
        fields.extend(velocity.into_iter().map(scalar));
    }
    fields
}

fn scalar(name: &str) -> Field {
    Field {
        name: name.to_owned(),
        kind: FieldKind::Scalar,
    }
}
