//! Description of a file in this layout, by its attributes and datasets.

use super::kept;
use super::layout::{self, AXES};
use crate::files::foreign;
use crate::files::labelled::clean;
use crate::files::numbers::Numbers;
use crate::files::source::{Attributes, Source};
use crate::files::{
    Axis, DatasetError, DatasetInfo, Field, FieldKind, Provenance, Time, Varying, points,
};
use hdf5_reader::group::Group;
use ondine_solvers::{Boundary, Ends};
use std::collections::BTreeMap;

/// Numbers that differ by less, relative to their size, are the same in 32 bits.
const ROUNDING: f64 = 1e-5;

/// Reads everything but the frames.
pub(super) fn info(source: &Source) -> Result<DatasetInfo, DatasetError> {
    let root = source.root()?;
    let of_root = |name: &str| source.missing(format!("the attribute `{name}` of the file"));
    if let Some(kind) = foreign_to(&root) {
        return Err(source.invalid(kind));
    }
    let name = root
        .word("dataset_name")
        .ok_or_else(|| of_root("dataset_name"))?;
    let trajectories = root.number("n_trajectories");
    let trajectories = trajectories.ok_or_else(|| of_root("n_trajectories"))? as usize;
    let provenance = Provenance {
        seed: root.stored("seed").and_then(|seed| seed.read_scalar().ok()),
        recipe: root.word("recipe"),
        ondine_version: root.word("ondine_version"),
        attempts: attempts(source, &root)?,
        converted_from: root.word("converted_from"),
    };
    let ours = provenance.ondine_version.is_some();

    let mut parameters = scalars(source, trajectories)?;
    let mut take = |name: &str| {
        let at = parameters.iter().position(|(other, _)| other == name)?;
        ours.then(|| parameters.remove(at).1)
    };
    let dt = take("dt");
    let lengths = AXES.map(|axis| take(&format!("length_{axis}")));
    add_shared_parameters(&root, &mut parameters);

    let (times, frames) = times(source, trajectories)?;
    let mut axes = axes(source, trajectories)?;
    for (axis, length) in axes.iter_mut().zip(lengths) {
        axis.length = length.unwrap_or_else(|| axis.length.clone());
    }
    if !ours {
        drop_stated(&mut parameters, "dt", trajectories, |index| {
            points::spacing(times.get(index))
        });
        for (axis, name) in axes.iter().zip(AXES) {
            drop_stated(
                &mut parameters,
                &format!("length_{name}"),
                trajectories,
                |index| *axis.length.get(index),
            );
        }
    }
    let constants = fields(source, false)?;
    let mut fields = fields(source, true)?;
    if fields.is_empty() {
        return Err(source.missing("a field that changes in time"));
    }
    if let Some(order) = root.words("field_order") {
        fields.sort_by_key(|field| order.iter().position(|name| *name == field.name));
    }
    let notes = if ours {
        Vec::new()
    } else {
        notes(source, &axes, trajectories)?
    };
    Ok(DatasetInfo {
        name,
        trajectories,
        frames,
        axes,
        fields,
        notes,
        time: dt.map_or(Time::Listed(times), Time::Uniform),
        parameters,
        provenance,
        axis_names: axis_names(source)?,
        units: units(source),
        mask: kept::mask(source, &root, &constants)?,
        constants,
        series: series(source)?,
        splits: kept::splits(source, &root, trajectories)?,
        statistics: kept::statistics(source, &root)?,
        ..DatasetInfo::default()
    })
}

/// The attributes `units` of fields, scalars, axes and times.
fn units(source: &Source) -> BTreeMap<String, String> {
    let mut units = BTreeMap::new();
    for (group, list) in [
        ("t0_fields", "field_names"),
        ("t1_fields", "field_names"),
        ("t2_fields", "field_names"),
        ("scalars", "field_names"),
        ("dimensions", "spatial_dims"),
    ] {
        let Ok(group) = source.group(group) else {
            continue;
        };
        let named = group.words(list).unwrap_or_default().into_iter();
        for name in named.chain((list == "spatial_dims").then(|| "time".to_owned())) {
            let stated = source.dataset(&group, &name);
            let stated = stated.ok().and_then(|dataset| dataset.words("units"));
            let unit = stated.and_then(|words| clean(words.first()?));
            units.extend(unit.map(|unit| (name, unit)));
        }
    }
    units
}

/// Name for the kind of a file without the marks of this layout, and the marks looked for; none for one that has them.
pub(super) fn foreign_to(root: &Group) -> Option<String> {
    match root.word("dataset_name") {
        Some(_) => None,
        None => foreign::hdf5(root),
    }
}

/// Takes a scalar of another program from the parameters where the times or the points of the file say the same. One that
/// says something else, such as the time step of a solver, remains one.
fn drop_stated(
    parameters: &mut Vec<(String, Varying<f64>)>,
    name: &str,
    trajectories: usize,
    of_dimensions: impl Fn(usize) -> f64,
) {
    let same = |stated: &Varying<f64>| {
        (0..trajectories).all(|index| {
            let expected = of_dimensions(index);
            (stated.get(index) - expected).abs() <= ROUNDING * expected.abs()
        })
    };
    parameters.retain(|(other, stated)| other != name || !same(stated));
}

/// Which draw each trajectory is; nothing where the file does not say.
fn attempts(source: &Source, root: &Group) -> Result<Vec<u32>, DatasetError> {
    match source.dataset(root, layout::ATTEMPTS) {
        Ok(dataset) if root.word("ondine_version").is_some() => {
            let numbers = dataset.all()?.into_iter();
            Ok(numbers.map(|attempt| attempt as u32).collect())
        }
        _ => Ok(Vec::new()),
    }
}

/// The words of a list that a group must have.
fn names(source: &Source, group: &Group, attribute: &str) -> Result<Vec<String>, DatasetError> {
    let of = group.name();
    let missing = || source.missing(format!("the attribute `{attribute}` of the group `{of}`"));
    group.words(attribute).ok_or_else(missing)
}

/// Scalars that do not change in time, with their values.
fn scalars(
    source: &Source,
    trajectories: usize,
) -> Result<Vec<(String, Varying<f64>)>, DatasetError> {
    let group = source.group("scalars")?;
    let mut scalars = Vec::new();
    for name in names(source, &group, "field_names")? {
        let dataset = source.dataset(&group, &name)?;
        if dataset.flag("time_varying") {
            continue;
        }
        let values = dataset.all()?;
        let values = match (dataset.flag("sample_varying"), values.as_slice()) {
            (true, _) if values.len() == trajectories => Varying::Each(values),
            (false, [value]) => Varying::Same(*value),
            (false, several) if several.len() == trajectories => {
                return Err(source.invalid(format!(
                    "`scalars/{name}` has {trajectories} values, one per trajectory, and no attribute `sample_varying` that is true"
                )));
            }
            _ => return Err(wrong_shape(source, &dataset, trajectories)),
        };
        scalars.push((name, values));
    }
    Ok(scalars)
}

/// Parameters that are attributes of the file and no scalars.
fn add_shared_parameters(root: &Group, parameters: &mut Vec<(String, Varying<f64>)>) {
    for name in root.words("simulation_parameters").unwrap_or_default() {
        let known = parameters.iter().any(|(other, _)| *other == name);
        if let (false, Some(value)) = (known, root.number(&name)) {
            parameters.push((name, Varying::Same(value)));
        }
    }
}

/// A list of numbers, or one a trajectory, and its length.
fn lists(
    source: &Source,
    dataset: &Numbers,
    trajectories: usize,
) -> Result<(Varying<Vec<f64>>, usize), DatasetError> {
    let values = dataset.all()?;
    match (dataset.flag("sample_varying"), dataset.shape()) {
        (false, &[n]) if n > 0 => Ok((Varying::Same(values), n)),
        (true, &[b, n]) if n > 0 && b == trajectories => {
            let lists = values.chunks(n).map(<[f64]>::to_vec).collect();
            Ok((Varying::Each(lists), n))
        }
        _ => Err(wrong_shape(source, dataset, trajectories)),
    }
}

fn times(source: &Source, trajectories: usize) -> Result<(Varying<Vec<f64>>, usize), DatasetError> {
    let time = source.dataset(&source.group("dimensions")?, "time")?;
    lists(source, &time, trajectories)
}

/// The axes; their lengths follow from the distance of the points.
fn axes(source: &Source, trajectories: usize) -> Result<Vec<Axis>, DatasetError> {
    let group = source.group("dimensions")?;
    let mut axes = Vec::new();
    for name in names(source, &group, "spatial_dims")? {
        let dataset = source.dataset(&group, &name)?;
        let (coordinates, _) = lists(source, &dataset, trajectories)?;
        let ends = ends(source, &name)?;
        let place = format!("dimensions/{name}");
        axes.push(points::axis(
            source.path(),
            &name,
            &place,
            &coordinates,
            ends,
        )?);
    }
    Ok(axes)
}

/// Notes on axes with points on their walls.
fn notes(source: &Source, axes: &[Axis], trajectories: usize) -> Result<Vec<String>, DatasetError> {
    let group = source.group("dimensions")?;
    let mut notes = Vec::new();
    for (name, axis) in names(source, &group, "spatial_dims")?.iter().zip(axes) {
        let (listed, _) = lists(source, &source.dataset(&group, name)?, trajectories)?;
        let first = points::first(listed.get(0));
        notes.extend(points::note_on_ends(name, axis, first));
    }
    Ok(notes)
}

/// The ends of an axis, each as the boundary says whose mask is set there; a boundary without a mask, or with an empty one,
/// lies at both. Ends that nothing is said about are open.
fn ends(source: &Source, axis: &str) -> Result<Ends, DatasetError> {
    let group = source.group("boundary_conditions")?;
    let mut ends = Ends::both(Boundary::Open);
    for boundary in source.groups(&group)? {
        let missing = |attribute: &str| {
            let name = boundary.name();
            source.missing(format!(
                "the attribute `{attribute}` of `boundary_conditions/{name}`"
            ))
        };
        let dims = boundary.words("associated_dims");
        let dims = dims.ok_or_else(|| missing("associated_dims"))?;
        if !dims.iter().any(|dim| dim == axis) {
            continue;
        }
        let word = boundary.word("bc_type").ok_or_else(|| missing("bc_type"))?;
        let kind = match &word.to_uppercase()[..] {
            "PERIODIC" => Boundary::Periodic,
            "WALL" => Boundary::Wall,
            _ => Boundary::Open,
        };
        let within = format!("boundary_conditions/{}", boundary.name());
        let mask = match dims.len() {
            1 => source
                .dataset_in(&boundary, &within, "mask")
                .and_then(|mask| mask.truths()),
            _ => Ok(Vec::new()), // of a surface, not of an end
        };
        match mask.unwrap_or_default()[..] {
            [low, .., high] if low != high => {
                if low {
                    ends.low = kind;
                } else {
                    ends.high = kind;
                }
            }
            _ => ends = Ends::both(kind),
        }
    }
    Ok(ends)
}

/// The fields that change in time, or those that do not, by rank.
fn fields(source: &Source, time_varying: bool) -> Result<Vec<Field>, DatasetError> {
    let mut fields = Vec::new();
    for kind in FieldKind::ALL {
        let group = source.group(layout::group_of(kind))?;
        for name in names(source, &group, "field_names")? {
            if source.dataset(&group, &name)?.flag("time_varying") == time_varying {
                fields.push(Field { name, kind });
            }
        }
    }
    Ok(fields)
}

/// Names of the axes; none where they are those of Ondine.
fn axis_names(source: &Source) -> Result<Vec<String>, DatasetError> {
    let names = names(source, &source.group("dimensions")?, "spatial_dims")?;
    if names.iter().zip(AXES).all(|(name, axis)| name == axis) {
        Ok(Vec::new())
    } else {
        Ok(names)
    }
}

/// Names of the scalars that change in time.
fn series(source: &Source) -> Result<Vec<String>, DatasetError> {
    let group = source.group("scalars")?;
    let mut series = Vec::new();
    for name in names(source, &group, "field_names")? {
        if source.dataset(&group, &name)?.flag("time_varying") {
            series.push(name);
        }
    }
    Ok(series)
}

fn wrong_shape(source: &Source, dataset: &Numbers, trajectories: usize) -> DatasetError {
    source.invalid(format!(
        "`{}` has the shape {:?}, which does not fit {trajectories} trajectories and its attributes",
        dataset.name(),
        dataset.shape()
    ))
}
