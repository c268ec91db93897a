//! The problem of a file as it is understood.

use ondine_datasets::files::{DatasetInfo, Field, FieldKind, Time, Varying};
use ondine_solvers::{Boundary, Placement};
use serde::Serialize;

/// A field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldLine {
    /// Its name.
    pub name: String,
    /// `scalar`, `vector` or `tensor`.
    pub kind: &'static str,
    /// Number of its channels.
    pub channels: usize,
}

/// The smallest and the largest of some values.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Range {
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
}

/// An axis of the grid.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AxisLine {
    /// Its name in the file.
    pub name: String,
    /// Number of points.
    pub points: usize,
    /// The boundaries at its ends: `periodic`, `wall` or `open`.
    pub ends: [&'static str; 2],
    /// Placement of its points: `nodes`, `cell_centres` or `interior_nodes`.
    pub points_at: &'static str,
    /// Length of the domain.
    pub length: Range,
    /// Distance of neighbouring points.
    pub spacing: Range,
}

/// The times of the frames.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TimeLine {
    /// Time between frames, the mean of a trajectory where they are not evenly spaced.
    pub dt: Range,
    /// Time of the first frame.
    pub first: Range,
    /// Time of the last frame.
    pub last: Range,
    /// Whether trajectories have times of their own.
    pub varies: bool,
    /// The fault of times that are no even steps; none where they are.
    pub uneven: Option<String>,
}

/// A parameter of the trajectories.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Condition {
    /// Its name.
    pub name: String,
    /// The range of its values.
    pub values: Range,
    /// Whether trajectories have values of their own.
    pub varies: bool,
}

/// A part of the trajectories.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Split {
    /// Its name.
    pub name: String,
    /// Its first trajectory.
    pub first: usize,
    /// The trajectory behind its last one.
    pub end: usize,
}

/// The program that wrote a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// Version of Ondine; none for another program.
    pub ondine_version: Option<String>,
    /// Seed of all draws.
    pub seed: Option<u64>,
    /// Whether the file has the recipe that it was written from.
    pub recipe: bool,
    /// The files of another program that it was converted from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub converted_from: Option<String>,
}

impl Range {
    pub(super) fn of(values: impl Iterator<Item = f64>) -> Self {
        let none = Self {
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
        };
        values.fold(none, |range, value| Self {
            min: range.min.min(value),
            max: range.max.max(value),
        })
    }

    fn varying(values: &Varying<f64>) -> Self {
        match values {
            Varying::Same(value) => Self::of([*value].into_iter()),
            Varying::Each(values) => Self::of(values.iter().copied()),
        }
    }
}

/// Fields with their kinds.
pub(super) fn fields(fields: &[Field], info: &DatasetInfo) -> Vec<FieldLine> {
    let line = |field: &Field| FieldLine {
        name: field.name.clone(),
        kind: match field.kind {
            FieldKind::Scalar => "scalar",
            FieldKind::Vector => "vector",
            FieldKind::Tensor => "tensor",
        },
        channels: field.kind.components(info.axes.len()),
    };
    fields.iter().map(line).collect()
}

/// The axes of the grid.
pub(super) fn axes(info: &DatasetInfo) -> Vec<AxisLine> {
    let line = |(index, axis): (usize, &ondine_datasets::files::Axis)| {
        let ends = axis.kind.ends();
        let spacing = |length: &f64| axis.kind.spacing(axis.points, *length);
        AxisLine {
            name: info.axis_name(index).to_owned(),
            points: axis.points,
            ends: [ends.low, ends.high].map(boundary),
            points_at: match axis.kind.placement() {
                Placement::Nodes => "nodes",
                Placement::CellCentres => "cell_centres",
                Placement::InteriorNodes => "interior_nodes",
            },
            length: Range::varying(&axis.length),
            spacing: Range::varying(&axis.length.map(spacing)),
        }
    };
    info.axes.iter().enumerate().map(line).collect()
}

fn boundary(boundary: Boundary) -> &'static str {
    match boundary {
        Boundary::Periodic => "periodic",
        Boundary::Wall => "wall",
        Boundary::Open => "open",
    }
}

/// The times of the frames, and the first fault of them.
pub(super) fn time(info: &DatasetInfo) -> TimeLine {
    let varies = match &info.time {
        Time::Uniform(dt) => dt.varies(),
        Time::Listed(times) => times.varies(),
    };
    let of_each = if varies { info.trajectories } else { 1 };
    let steps = |index: usize| info.frames_of(index).saturating_sub(1) as f64;
    let ends = |index: usize| match &info.time {
        Time::Uniform(dt) => [0.0, steps(index) * dt.get(index)],
        Time::Listed(times) => {
            let times = times.get(index);
            [times[0], times[times.len() - 1]]
        }
    };
    TimeLine {
        dt: Range::of((0..of_each).map(|index| info.time.dt(index))),
        first: Range::of((0..of_each).map(|index| ends(index)[0])),
        last: Range::of((0..of_each).map(|index| ends(index)[1])),
        varies,
        uneven: (0..of_each).find_map(|index| info.time.check(index).err()),
    }
}

/// Parameters with their ranges.
pub(super) fn conditions(info: &DatasetInfo) -> Vec<Condition> {
    let line = |(name, values): &(String, Varying<f64>)| Condition {
        name: name.clone(),
        values: Range::varying(values),
        varies: values.varies(),
    };
    info.parameters.iter().map(line).collect()
}

/// The parts of the trajectories.
pub(super) fn splits(info: &DatasetInfo) -> Vec<Split> {
    let line = |(name, range): &(String, std::ops::Range<usize>)| Split {
        name: name.clone(),
        first: range.start,
        end: range.end,
    };
    info.splits.iter().map(line).collect()
}

/// The program that wrote the file.
pub(super) fn origin(info: &DatasetInfo) -> Origin {
    Origin {
        ondine_version: info.provenance.ondine_version.clone(),
        seed: info.provenance.seed,
        recipe: info.provenance.recipe.is_some(),
        converted_from: info.provenance.converted_from.clone(),
    }
}
