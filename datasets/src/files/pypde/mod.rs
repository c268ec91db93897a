//! Files of py-pde's `FileStorage` (D. Zwicker, JOSS 2020): <https://py-pde.readthedocs.io>.
//!
//! ```text
//! /times [T]
//! /data  [T, x, y, z]; components of vectors and the fields of a collection behind the time
//! attribute field_attributes: JSON whose values are JSON once more; class, grid, label, and the fields of a collection
//! ```
//!
//! A file is one trajectory. Points are cell centres; ends that are not periodic are walls. Parameters are not in the file.

use super::arranged::{Arranged, Channels, Role};
use super::source::{Attributes, Source};
use super::{
    Axis, AxisKind, DatasetError, DatasetInfo, Field, FieldKind, FormatEntry, Provenance, Time,
    Varying,
};
use ondine_solvers::words::counted;
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;

/// py-pde's layout in the list.
pub(super) const ENTRY: FormatEntry = FormatEntry {
    kind: "py-pde",
    summary: "py-pde's FileStorage: fields on a Cartesian grid, one trajectory per file",
    recognises,
    open: |path| Ok(Box::new(open(path)?)),
};

/// Whether a file has the attribute that describes its fields.
fn recognises(path: &Path) -> bool {
    let root = Source::open(path).and_then(|source| source.root());
    root.is_ok_and(|root| root.word("field_attributes").is_some())
}

/// Grids with Cartesian axes.
const CARTESIAN: [&str; 2] = ["CartesianGrid", "UnitGrid"];

fn open(path: &Path) -> Result<Arranged, DatasetError> {
    let source = Source::open(path)?;
    let text = source.root()?.word("field_attributes");
    let text =
        text.ok_or_else(|| source.missing("the attribute `field_attributes` of the file"))?;
    let described: Value = serde_json::from_str(&text)
        .map_err(|error| source.invalid(format!("`field_attributes` is no JSON: {error}")))?;
    let parts: Vec<Value> = match inner(&described["fields"]) {
        Value::Array(fields) => fields,
        _ => vec![described],
    };
    let axes = axes(&source, &inner(&parts[0]["grid"]))?;
    let fields = parts.iter().enumerate().map(|(at, part)| field(part, at));
    let times = source.dataset_at("times")?.all()?;
    let info = DatasetInfo {
        name: source.name(),
        trajectories: 1,
        frames: times.len(),
        fields: fields.collect(),
        time: Time::Listed(Varying::Same(times)),
        parameters: Vec::new(),
        provenance: Provenance::foreign(),
        axes,
        ..DatasetInfo::default()
    };
    let data = source.dataset_at("data")?;
    let behind = data.shape().len().saturating_sub(1 + info.axes.len());
    let mut roles = vec![Role::Time];
    roles.extend(std::iter::repeat_n(Role::Channel, behind));
    roles.extend((0..info.axes.len()).map(Role::Axis));
    if roles.len() != data.shape().len() {
        return Err(source.invalid(format!(
            "`data` has the shape {:?} for a grid of {}",
            data.shape(),
            counted(info.axes.len(), "axis")
        )));
    }
    let channels = vec![Channels::new(Arc::new(data), &roles)];
    Arranged::new(path, info, channels)
}

/// A value that may be JSON in a word.
fn inner(value: &Value) -> Value {
    let text = value.as_str();
    text.and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_else(|| value.clone())
}

fn field(part: &Value, place: usize) -> Field {
    let kind = match inner(&part["class"]).as_str() {
        Some("VectorField") => FieldKind::Vector,
        Some("Tensor2Field") => FieldKind::Tensor,
        _ => FieldKind::Scalar,
    };
    let label = inner(&part["label"]);
    let name = label.as_str().filter(|label| !label.is_empty());
    Field {
        name: name.map_or_else(|| format!("u{place}"), str::to_owned),
        kind,
    }
}

fn axes(source: &Source, grid: &Value) -> Result<Vec<Axis>, DatasetError> {
    let class = grid["class"].as_str().unwrap_or_default();
    if !CARTESIAN.contains(&class) {
        return Err(source.invalid(format!(
            "its grid is a `{class}`, which has no Cartesian axes: interpolate the fields to a `CartesianGrid`"
        )));
    }
    let unreadable = || source.invalid(format!("its grid can't be read: {grid}"));
    let points = grid["shape"].as_array().ok_or_else(unreadable)?;
    let axis = |(at, points): (usize, &Value)| {
        let points = points.as_u64()? as usize;
        let bounds = &grid["bounds"][at];
        let length = match (bounds[0].as_f64(), bounds[1].as_f64()) {
            (Some(low), Some(high)) => high - low,
            _ => points as f64, // a unit grid
        };
        let kind = if grid["periodic"][at].as_bool()? {
            AxisKind::PERIODIC_CELLS
        } else {
            AxisKind::WALLS
        };
        Some(Axis {
            points,
            length: Varying::Same(length),
            kind,
        })
    };
    let axes: Option<Vec<Axis>> = points.iter().enumerate().map(axis).collect();
    axes.ok_or_else(unreadable)
}
