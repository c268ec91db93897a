//! A part of the grid.

use super::{axis, part_of};
use crate::files::{Axis, AxisKind, DatasetError, DatasetInfo, DatasetReader};
use ondine_solvers::{Boundary, Ends, Placement};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// The points of each axis from the first number up to the second one, which is not in it; of other axes all.
pub(super) fn cropped(
    reader: Arc<dyn DatasetReader>,
    crop: &BTreeMap<String, [usize; 2]>,
) -> Result<Arc<dyn DatasetReader>, String> {
    let mut info = part_of(reader.info());
    let mut kept: Vec<Range<usize>> = info.axes.iter().map(|axis| 0..axis.points).collect();
    for (name, &[start, end]) in crop {
        let place = axis(&info, "crop", name)?;
        let points = info.axes[place].points;
        if start >= end || end > points {
            return Err(format!(
                "data.crop has [{start}, {end}] for the axis `{name}` of {points} points: write the first point and the one \
                 after the last, as in [0, {points}]"
            ));
        }
        kept[place] = start..end;
        info.axes[place] = part(&info.axes[place], start..end);
    }
    if info.axes == reader.info().axes {
        return Ok(reader);
    }
    Ok(Arc::new(Cropped { reader, info, kept }))
}

/// The dataset without the last point of some periodic axes, which is the first one again: the length is one spacing less, or
/// stays where it is the one around the axis. These notes are added.
pub(super) fn without_last(
    reader: Arc<dyn DatasetReader>,
    axes: &[(usize, bool)],
    notes: Vec<String>,
) -> Arc<dyn DatasetReader> {
    let mut info = part_of(reader.info());
    let mut kept: Vec<Range<usize>> = info.axes.iter().map(|axis| 0..axis.points).collect();
    for &(place, keeps_length) in axes {
        let points = info.axes[place].points;
        let rest = points - 1;
        kept[place] = 0..rest;
        let share = if keeps_length {
            1.0
        } else {
            rest as f64 / points as f64
        };
        let axis = &mut info.axes[place];
        axis.points = rest;
        axis.length = axis.length.map(|length| length * share);
        let name = info.axis_name(place).to_owned();
        info.notes.push(format!(
            "the last of {points} points of the periodic axis `{name}` is the first one again: it is left out"
        ));
    }
    info.notes.extend(notes);
    Arc::new(Cropped { reader, info, kept })
}

/// A part of an axis: cells between its old ends, where it reaches to them and is not periodic, and open ones.
fn part(axis: &Axis, kept: Range<usize>) -> Axis {
    if kept == (0..axis.points) {
        return axis.clone();
    }
    let (old, points) = (axis.kind.ends(), axis.points);
    let stays = axis.kind.placement() == Placement::CellCentres && !axis.kind.is_periodic();
    let end = |touches: bool, end| {
        if touches && stays {
            end
        } else {
            Boundary::Open
        }
    };
    let ends = Ends {
        low: end(kept.start == 0, old.low),
        high: end(kept.end == points, old.high),
    };
    let kind = AxisKind::new(ends, Placement::CellCentres);
    let spacing = |&length: &f64| axis.kind.spacing(points, length);
    Axis {
        points: kept.len(),
        length: axis
            .length
            .map(|length| spacing(length) * kept.len() as f64),
        kind: kind.unwrap_or(AxisKind::OPEN),
    }
}

struct Cropped {
    reader: Arc<dyn DatasetReader>,
    info: DatasetInfo,
    /// The points of every axis that are kept.
    kept: Vec<Range<usize>>,
}

impl Cropped {
    /// The kept values of whole fields, one after the other.
    fn cut(&self, values: &[f64]) -> Vec<f64> {
        let points = self.reader.info().points();
        let mut out = Vec::new();
        for field in values.chunks(points.iter().product()) {
            keep(field, &points, &self.kept, &mut out);
        }
        out
    }
}

/// Appends the kept values of a field, the last axis fastest.
fn keep(field: &[f64], points: &[usize], kept: &[Range<usize>], out: &mut Vec<f64>) {
    match (points.split_first(), kept.split_first()) {
        (Some((_, [])), Some((kept, _))) => out.extend(&field[kept.clone()]),
        (Some((_, inner)), Some((kept, kept_inner))) => {
            let slab: usize = inner.iter().product();
            for index in kept.clone() {
                keep(&field[index * slab..][..slab], inner, kept_inner, out);
            }
        }
        _ => out.extend(field),
    }
}

impl DatasetReader for Cropped {
    fn info(&self) -> &DatasetInfo {
        &self.info
    }

    fn inner(&self) -> Option<&dyn DatasetReader> {
        Some(&*self.reader)
    }

    fn constants(&self, trajectory: usize) -> Result<Vec<f64>, DatasetError> {
        Ok(self.cut(&self.reader.constants(trajectory)?))
    }

    fn frames(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        Ok(self.cut(&self.reader.frames(trajectory, frames)?))
    }

    fn block(
        &self,
        trajectories: Range<usize>,
        frames: Range<usize>,
    ) -> Result<Vec<f64>, DatasetError> {
        Ok(self.cut(&self.reader.block(trajectories, frames)?))
    }
}
