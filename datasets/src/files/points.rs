//! Axes from the points that a file lists.

use super::spacing::Uneven;
use super::{Axis, AxisKind, DatasetError, Varying};
use ondine_solvers::{Boundary, Ends, Placement};
use std::path::Path;

/// The axis of a file called `name`, with points at `coordinates`, stored as `place`.
///
/// Its length follows from the distance of the points; an axis of one point has the length 1.
///
/// # Errors
/// When the points do not rise evenly, or there are none.
pub(super) fn axis(
    path: &Path,
    name: &str,
    place: &str,
    coordinates: &Varying<Vec<f64>>,
    ends: Ends,
) -> Result<Axis, DatasetError> {
    check(path, name, place, coordinates)?;
    let x = coordinates.get(0);
    let kind = kind(ends, x);
    let spacings = kind.placement().spacings(x.len()) as f64;
    let length = |x: &Vec<f64>| match x.len() {
        1 => 1.0,
        _ => spacing(x) * spacings,
    };
    Ok(Axis {
        points: x.len(),
        length: coordinates.map(length),
        kind,
    })
}

/// Ends and placement of an axis with points at `x`. Files call every wall the same: where the first point is one spacing
/// away from 0, values are given on it. Points of a periodic axis are nodes unless the first is half a spacing away from 0.
fn kind(ends: Ends, x: &[f64]) -> AxisKind {
    let begins = |spacings: f64| (x[0] / spacing(x) - spacings).abs() < 1e-3;
    match (ends.low, ends.high) {
        (Boundary::Periodic, _) if begins(0.5) => AxisKind::PERIODIC_CELLS,
        (Boundary::Periodic, _) | (_, Boundary::Periodic) => AxisKind::PERIODIC,
        (Boundary::Wall, Boundary::Wall) if begins(1.0) => AxisKind::FIXED_WALLS,
        (Boundary::Wall, Boundary::Wall) => AxisKind::WALLS,
        _ => AxisKind::new(ends, Placement::CellCentres).unwrap_or(AxisKind::OPEN),
    }
}

/// Place of the first of these points, in spacings from 0; none of a single point.
pub(super) fn first(x: &[f64]) -> Option<f64> {
    match x {
        [at, _, ..] => Some(at / spacing(x)),
        _ => None,
    }
}

/// The note on an axis between walls whose first point lies `first` spacings from 0; none where it is not known to
/// have a point on a wall.
pub(super) fn note_on_ends(name: &str, axis: &Axis, first: Option<f64>) -> Option<String> {
    let ends = axis.kind.ends();
    let cells = axis.kind.placement() == Placement::CellCentres;
    let walls = ends.low == Boundary::Wall && ends.high == Boundary::Wall;
    let on_wall = first.is_some_and(|first| first.abs() < 1e-3);
    (walls && cells && on_wall).then(|| note_of_ends(name, axis))
}

/// The note on an axis with points on both ends.
pub(super) fn note_of_ends(name: &str, axis: &Axis) -> String {
    format!(
        "the points of `{name}` lie on both ends: they are read as cells of the same spacing, which reach half of one beyond \
         each end (length {})",
        axis.length.get(0)
    )
}

/// Mean distance of neighbouring points.
pub(super) fn spacing(x: &[f64]) -> f64 {
    (x[x.len() - 1] - x[0]) / (x.len().max(2) - 1) as f64
}

/// Refuses points that no solver and no network can be given: they are told a length, and take the points as rising and
/// evenly spaced.
pub(super) fn check(
    path: &Path,
    axis: &str,
    place: &str,
    coordinates: &Varying<Vec<f64>>,
) -> Result<(), DatasetError> {
    let (lists, varies) = match coordinates {
        Varying::Same(list) => (std::slice::from_ref(list), false),
        Varying::Each(lists) => (lists.as_slice(), true),
    };
    let invalid = |what| DatasetError::Invalid {
        path: path.to_path_buf(),
        what,
    };
    if lists.iter().any(Vec::is_empty) {
        return Err(invalid(format!(
            "the axis `{axis}` (`{place}`) has no points"
        )));
    }
    let mut found = lists.iter().map(|list| Uneven::find(list)).enumerate();
    let Some((index, uneven)) = found.find_map(|(index, uneven)| Some((index, uneven?))) else {
        return Ok(());
    };
    let whose = if varies {
        format!(" in trajectory {index}")
    } else {
        String::new()
    };
    let at = uneven.describe("point");
    Err(invalid(match uneven {
        Uneven::Step { .. } => format!(
            "the points of the axis `{axis}` (`{place}`) are not evenly spaced{whose}: {at}; only evenly spaced points are \
             taken: interpolate the fields to such points in a new file"
        ),
        _ if uneven.falls() => format!(
            "the points of the axis `{axis}` (`{place}`) fall{whose}: {at}; reverse the axis and every field along it in a \
             new file, or the states would be taken for their mirror images"
        ),
        _ => format!(
            "the points of the axis `{axis}` (`{place}`) do not rise{whose}: {at}; write the true points into a new file"
        ),
    }))
}
