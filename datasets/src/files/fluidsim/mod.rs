//! States of `FluidSim` (<https://fluidsim.readthedocs.io>): one file `state_phys_t000.500.nc` or `.h5` per frame.
//!
//! ```text
//! /state_phys/{ux, uy, rot}      [y, x] or [z, y, x]; the time is an attribute of the group
//! /info_simul/params             attributes: nu_2, nu_4, beta, f, ...
//! /info_simul/params/oper        attributes: nx, ny, nz, Lx, Ly, Lz
//! ```
//!
//! Points are those of a spectral method, `i L / n`. The datasets `x` and `y` beside the fields, which netCDF needs, hold
//! no coordinates and are not read.

use super::arranged::{Arranged, Channels, Role};
use super::array::{Array, Stack};
use super::folder::{dataset_name, name, paths};
use super::source::{Attributes, Source};
use super::{
    Axis, AxisKind, DatasetError, DatasetInfo, Field, FieldKind, FormatEntry, Provenance, Time,
    Varying,
};
use hdf5_reader::Datatype;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// `FluidSim`'s layout in the list.
pub(super) const ENTRY: FormatEntry = FormatEntry {
    kind: "fluidsim",
    summary: "FluidSim's states: a folder of files `state_phys_t*.nc` or `.h5`, or one of them",
    recognises,
    open: |path| Ok(Box::new(open(path)?)),
};

/// Whether a file has the group of the fields, or a folder such files.
fn recognises(path: &Path) -> bool {
    let first = files(path).ok().and_then(|files| files.into_iter().next());
    let group = first.map(|first| Source::open(&first).and_then(|source| source.group(FIELDS)));
    group.is_some_and(|group| group.is_ok())
}

/// Group of the fields.
const FIELDS: &str = "state_phys";

/// Names of the axes, in the order of ours; files have them the other way round.
const AXES: [&str; 3] = ["x", "y", "z"];

fn open(path: &Path) -> Result<Arranged, DatasetError> {
    let files = files(path)?;
    let Some(first) = files.first() else {
        return Err(DatasetError::Missing {
            path: path.to_path_buf(),
            what: "a file `state_phys_t*.nc` or `state_phys_t*.h5`".to_owned(),
        });
    };
    let source = Source::open(first)?;
    let (_, stored) = source
        .group(FIELDS)?
        .member_names()
        .map_err(DatasetError::unreadable(first, FIELDS))?;
    let stored: Vec<String> = stored
        .into_iter()
        .filter(|name| !AXES.contains(&&name[..]))
        .collect();
    let axes = axes(&source)?;
    let names = order(stored, axes.len());
    let times = files.iter().map(|file| time(file));
    let info = DatasetInfo {
        name: dataset_name(path),
        trajectories: 1,
        frames: files.len(),
        fields: fields(&names, axes.len()),
        axes,
        time: Time::Listed(Varying::Same(times.collect::<Result<_, _>>()?)),
        parameters: parameters(&source)?,
        provenance: Provenance::foreign(),
        ..DatasetInfo::default()
    };
    let shape: Vec<usize> = info.points().into_iter().rev().collect();
    let mut roles = vec![Role::Time];
    roles.extend((0..shape.len()).rev().map(Role::Axis));
    let channels = names.iter().map(|name| {
        let (files, place) = (files.clone(), format!("{FIELDS}/{name}"));
        let stack = Stack::new(name, files.len(), &shape, move |frame| {
            let source = Source::open(&files[frame])?;
            Ok(Arc::new(source.dataset_at(&place)?) as Arc<dyn Array>)
        });
        Channels::new(Arc::new(stack), &roles)
    });
    Arranged::new(path, info, channels.collect())
}

/// The files of a folder, or the one given.
fn files(path: &Path) -> Result<Vec<PathBuf>, DatasetError> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let is_state = |path: &PathBuf| {
        let name = name(path);
        let ends = [".nc", ".h5"].iter().any(|end| name.ends_with(end));
        name.starts_with("state_phys_t") && ends
    };
    Ok(paths(path)?.into_iter().filter(is_state).collect())
}

/// The time of a file.
fn time(path: &Path) -> Result<f64, DatasetError> {
    let source = Source::open(path)?;
    let time = source.group(FIELDS)?.number("time");
    time.ok_or_else(|| source.missing(format!("the attribute `time` of the group `{FIELDS}`")))
}

/// The fields in the order of the channels: the velocity, then the others.
fn order(mut stored: Vec<String>, axes: usize) -> Vec<String> {
    stored.sort();
    let velocity: Vec<String> = AXES[..axes].iter().map(|axis| format!("u{axis}")).collect();
    if velocity.iter().all(|name| stored.contains(name)) {
        stored.retain(|name| !velocity.contains(name));
        return velocity.into_iter().chain(stored).collect();
    }
    stored
}

fn fields(names: &[String], axes: usize) -> Vec<Field> {
    let is_velocity = names.iter().zip(AXES).take(axes);
    let is_velocity = is_velocity.clone().count() == axes
        && is_velocity
            .into_iter()
            .all(|(name, axis)| *name == format!("u{axis}"));
    let scalar = |name: &String| Field {
        name: name.clone(),
        kind: FieldKind::Scalar,
    };
    if !is_velocity {
        return names.iter().map(scalar).collect();
    }
    let velocity = Field {
        name: "velocity".to_owned(),
        kind: FieldKind::Vector,
    };
    [velocity]
        .into_iter()
        .chain(names[axes..].iter().map(scalar))
        .collect()
}

/// The axes of the operators.
fn axes(source: &Source) -> Result<Vec<Axis>, DatasetError> {
    let operators = source.group_at("info_simul/params/oper")?;
    let axis = |name: &&str| {
        let points = operators.number(&format!("n{name}"))?;
        let length = operators.number(&format!("L{name}"))?;
        Some(Axis {
            points: points as usize,
            length: Varying::Same(length),
            kind: AxisKind::PERIODIC,
        })
    };
    let axes: Vec<Axis> = AXES.iter().map_while(axis).collect();
    if axes.is_empty() {
        Err(source.missing("`nx` and `Lx`, attributes of `info_simul/params/oper`,"))
    } else {
        Ok(axes)
    }
}

/// The parameters of the solver: attributes that are no flags, counts or words.
fn parameters(source: &Source) -> Result<Vec<(String, Varying<f64>)>, DatasetError> {
    let group = source.group_at("info_simul/params")?;
    let attributes = group.attributes();
    let attributes =
        attributes.map_err(DatasetError::unreadable(source.path(), "info_simul/params"))?;
    let mut parameters: Vec<(String, Varying<f64>)> = attributes
        .into_iter()
        .filter(|attribute| matches!(attribute.datatype, Datatype::FloatingPoint { .. }))
        .filter_map(|attribute| {
            Some((
                attribute.name.clone(),
                Varying::Same(attribute.read_as_f64().ok()?),
            ))
        })
        .collect();
    parameters.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(parameters)
}
