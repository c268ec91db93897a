//! The file with everything but the frames.

use super::kept;
use super::layout::{self, FieldLayout};
use crate::files::{Axis, DatasetInfo, Dtype, Field, FieldKind, Storage, Time, Varying};
use ondine_solvers::Boundary;
use rust_hdf5::types::{HBool, VarLenUnicode};
use rust_hdf5::{H5Dataset, H5File, H5FileOptions, H5Group, Result};
use std::path::Path;

/// Writes the file; frames that are never written read as NaN.
pub(super) fn write(path: &Path, info: &DatasetInfo, storage: Storage) -> Result<()> {
    let file = H5FileOptions::new().no_locking().create(path)?;
    let filled = contents(&file, info, storage);
    closed(file, filled)
}

fn contents(file: &H5File, info: &DatasetInfo, storage: Storage) -> Result<()> {
    root(file, info)?;
    attempts(file, info)?;
    dimensions(&file.create_group("dimensions")?, info, storage.dtype)?;
    boundary_conditions(&file.create_group("boundary_conditions")?, info)?;
    scalars(&file.create_group("scalars")?, info)?;
    fields(file, info, storage)?;
    file.flush()
}

/// Closes a file that was filled. One that could not be is only let go: the library would try again, and print why not.
fn closed(file: H5File, filled: Result<()>) -> Result<()> {
    match filled {
        Ok(()) => file.close(),
        Err(error) => {
            std::mem::forget(file);
            Err(error)
        }
    }
}

/// Writes again what varies between trajectories, and their attempts, to a file without a writer.
pub(super) fn rewrite(path: &Path, info: &DatasetInfo, dtype: Dtype) -> Result<()> {
    let file = H5FileOptions::new().no_locking().open_rw(path)?;
    let filled = varying(&file, info, dtype);
    closed(file, filled)
}

fn varying(file: &H5File, info: &DatasetInfo, dtype: Dtype) -> Result<()> {
    let dimension = |name: &str| file.dataset_writer(&format!("dimensions/{name}"));
    if let Varying::Each(times) = layout::times(info) {
        fill(&dimension("time")?, &times.concat(), of_times(info, dtype))?;
    }
    for (index, axis) in info.axes.iter().enumerate() {
        if let Varying::Each(points) = axis.coordinates() {
            fill(&dimension(info.axis_name(index))?, &points.concat(), dtype)?;
        }
    }
    for (name, values) in layout::scalars(info) {
        if let Varying::Each(each) = values {
            file.dataset_writer(&format!("scalars/{name}"))?
                .write_raw(&each)?;
        }
    }
    attempts(file, info)?;
    file.flush()
}

/// Which draw each trajectory is, where some are not the first.
fn attempts(file: &H5File, info: &DatasetInfo) -> Result<()> {
    let attempts = info.provenance.attempts.iter();
    let attempts: Vec<i64> = attempts.map(|&attempt| attempt.into()).collect();
    if attempts.is_empty() {
        return Ok(());
    }
    let there = file.dataset_writer(layout::ATTEMPTS);
    let dataset = there.or_else(|_| {
        let new = file.new_dataset::<i64>().shape([attempts.len()]);
        new.create(layout::ATTEMPTS)
    });
    dataset?.write_raw(&attempts)
}

fn root(file: &H5File, info: &DatasetInfo) -> Result<()> {
    file.set_attr_string("dataset_name", &info.name)?;
    file.set_attr_string("grid_type", "cartesian")?;
    file.set_attr_numeric("n_spatial_dims", &(info.axes.len() as i64))?;
    file.set_attr_numeric("n_trajectories", &(info.trajectories as i64))?;
    let same = |(_, values): &&(String, Varying<f64>)| !values.varies();
    let shared: Vec<&str> = info.parameters.iter().filter(same).map(|p| &*p.0).collect();
    file.set_attr_string_array("simulation_parameters", &shared)?;
    for (name, values) in layout::scalars(info) {
        if let Varying::Same(value) = values {
            file.set_attr_numeric(&name, &value)?;
        }
    }

    let order: Vec<&str> = info.fields.iter().map(|field| &*field.name).collect();
    file.set_attr_string_array("field_order", &order)?;
    if let Some(seed) = &info.provenance.seed {
        file.set_attr_numeric("seed", seed)?;
    }
    if let Some(recipe) = &info.provenance.recipe {
        file.set_attr_string("recipe", recipe)?;
    }
    if let Some(version) = &info.provenance.ondine_version {
        file.set_attr_string("ondine_version", version)?;
    }
    if let Some(from) = &info.provenance.converted_from {
        file.set_attr_string("converted_from", from)?;
    }
    let kept = kept::attributes(info).into_iter();
    kept.flatten()
        .try_for_each(|(name, text)| file.set_attr_string(name, &text))
}

fn dimensions(group: &H5Group, info: &DatasetInfo, dtype: Dtype) -> Result<()> {
    let names: Vec<&str> = (0..info.axes.len()).map(|i| info.axis_name(i)).collect();
    group.set_attr_string_array("spatial_dims", &names)?;
    let times = lines(group, "time", &layout::times(info), of_times(info, dtype))?;
    unit(&times, info, "time")?;
    for (name, axis) in names.iter().zip(&info.axes) {
        let dataset = lines(group, name, &axis.coordinates(), dtype)?;
        flag(&dataset, "time_varying", false)?;
        unit(&dataset, info, name)?;
    }
    Ok(())
}

/// The precision of times: that of the file where their spacing stands among its scalars, 64-bit where it follows from them.
fn of_times(info: &DatasetInfo, dtype: Dtype) -> Dtype {
    match info.time {
        Time::Uniform(_) => dtype,
        Time::Listed(_) => Dtype::F64,
    }
}

/// Writes a list of numbers, or one list a trajectory.
fn lines(
    group: &H5Group,
    name: &str,
    lists: &Varying<Vec<f64>>,
    dtype: Dtype,
) -> Result<H5Dataset> {
    let (shape, values) = match lists {
        Varying::Same(list) => (vec![list.len()], list.clone()),
        Varying::Each(lists) => (vec![lists.len(), lists[0].len()], lists.concat()),
    };
    let dataset = match dtype {
        Dtype::F32 => group.new_dataset::<f32>().shape(shape).create(name)?,
        Dtype::F64 => group.new_dataset::<f64>().shape(shape).create(name)?,
    };
    fill(&dataset, &values, dtype)?;
    flag(&dataset, "sample_varying", lists.varies())?;
    Ok(dataset)
}

/// Writes all values of a dataset in the file's precision.
fn fill(dataset: &H5Dataset, values: &[f64], dtype: Dtype) -> Result<()> {
    match dtype {
        Dtype::F32 => dataset.write_raw(&values.iter().map(|&v| v as f32).collect::<Vec<_>>()),
        Dtype::F64 => dataset.write_raw(values),
    }
}

fn boundary_conditions(group: &H5Group, info: &DatasetInfo) -> Result<()> {
    for (index, axis) in info.axes.iter().enumerate() {
        let (name, ends) = (info.axis_name(index), axis.kind.ends());
        if ends.low == ends.high {
            boundary(group, name, axis, (ends.low, [true; 2]))?;
        } else {
            boundary(group, name, axis, (ends.low, [true, false]))?;
            boundary(group, name, axis, (ends.high, [false, true]))?;
        }
    }
    Ok(())
}

/// A boundary at the lower or the upper end of an axis, or at both.
fn boundary(
    group: &H5Group,
    name: &str,
    axis: &Axis,
    (boundary, at): (Boundary, [bool; 2]),
) -> Result<()> {
    let kind = boundary_name(boundary);
    let ends = group.create_group(&format!("{name}_{}", kind.to_lowercase()))?;
    ends.set_attr_string("bc_type", kind)?;
    ends.set_attr_string_array("associated_dims", &[name])?;
    ends.set_attr_string_array("associated_fields", &[])?;
    ends.set_attr_numeric("sample_varying", &HBool::from(false))?;
    ends.set_attr_numeric("time_varying", &HBool::from(false))?;
    let [low, high] = at;
    let at_end = |i: usize| HBool::from(low && i == 0 || high && i + 1 == axis.points);
    let mask: Vec<HBool> = (0..axis.points).map(at_end).collect();
    let dataset = ends.new_dataset::<HBool>().shape([axis.points]);
    dataset.create("mask")?.write_raw(&mask)
}

fn boundary_name(boundary: Boundary) -> &'static str {
    match boundary {
        Boundary::Periodic => "PERIODIC",
        Boundary::Wall => "WALL",
        Boundary::Open => "OPEN",
    }
}

fn scalars(group: &H5Group, info: &DatasetInfo) -> Result<()> {
    let scalars = layout::scalars(info);
    let names = scalars.iter().map(|(name, _)| name.as_str());
    let names: Vec<&str> = names
        .chain(info.series.iter().map(|name| &name[..]))
        .collect();
    group.set_attr_string_array("field_names", &names)?;
    for name in &info.series {
        let dataset = group
            .new_dataset::<f64>()
            .shape([info.trajectories, info.frames]);
        let dataset = dataset
            .chunk(&[1, info.frames])
            .fill_value(f64::NAN)
            .create(name)?;
        flag(&dataset, "sample_varying", true)?;
        flag(&dataset, "time_varying", true)?;
    }
    for (name, values) in &scalars {
        let dataset = match values {
            Varying::Same(_) => group.new_dataset::<f64>().scalar().create(name)?,
            Varying::Each(each) => group
                .new_dataset::<f64>()
                .shape([each.len()])
                .create(name)?,
        };
        match values {
            Varying::Same(value) => dataset.write_raw(&[*value])?,
            Varying::Each(each) => dataset.write_raw(each)?,
        }
        flag(&dataset, "sample_varying", values.varies())?;
        flag(&dataset, "time_varying", false)?;
        unit(&dataset, info, name)?;
    }
    Ok(())
}

fn fields(file: &H5File, info: &DatasetInfo, storage: Storage) -> Result<()> {
    for kind in FieldKind::ALL {
        let group = file.create_group(layout::group_of(kind))?;
        let all = info.fields.iter().chain(&info.constants);
        let names: Vec<&str> = all
            .filter(|field| field.kind == kind)
            .map(|field| &*field.name)
            .collect();
        group.set_attr_string_array("field_names", &names)?;
    }
    let of_frames = info.fields.iter().zip(layout::fields(info, storage));
    let still = info.constants.iter().zip(layout::constants(info, storage));
    for (described, time_varying) in of_frames
        .map(|described| (described, true))
        .chain(still.map(|described| (described, false)))
    {
        field(file, info, described, (storage.dtype, time_varying))?;
    }
    Ok(())
}

/// A field without values.
fn field(
    file: &H5File,
    info: &DatasetInfo,
    (field, layout): (&Field, FieldLayout),
    (dtype, time_varying): (Dtype, bool),
) -> Result<()> {
    let dataset = frames(file, &layout, dtype)?;
    let varying = vec![HBool::from(true); info.axes.len()];
    let attribute = dataset.new_attr::<HBool>().shape([varying.len()]);
    attribute.create("dim_varying")?.write_array(&varying)?;
    flag(&dataset, "sample_varying", true)?;
    flag(&dataset, "time_varying", time_varying)?;
    if field.kind == FieldKind::Tensor {
        flag(&dataset, "symmetric", false)?;
        flag(&dataset, "antisymmetric", false)?;
    }
    unit(&dataset, info, &field.name)
}

fn frames(file: &H5File, layout: &FieldLayout, dtype: Dtype) -> Result<H5Dataset> {
    let FieldLayout { shape, chunk, .. } = layout;
    match dtype {
        Dtype::F32 => {
            let dataset = file.new_dataset::<f32>().shape(shape).chunk(chunk);
            dataset.fill_value(f32::NAN).create(&layout.path)
        }
        Dtype::F64 => {
            let dataset = file.new_dataset::<f64>().shape(shape).chunk(chunk);
            dataset.fill_value(f64::NAN).create(&layout.path)
        }
    }
}

/// Writes the unit of what a dataset measures, where one is known.
fn unit(dataset: &H5Dataset, info: &DatasetInfo, name: &str) -> Result<()> {
    match info.units.get(name) {
        Some(unit) => {
            let attribute = dataset.new_attr::<VarLenUnicode>().shape(());
            attribute.create("units")?.write_string(unit)
        }
        None => Ok(()),
    }
}

fn flag(dataset: &H5Dataset, name: &str, value: bool) -> Result<()> {
    let attribute = dataset.new_attr::<HBool>().shape(()).create(name)?;
    attribute.write_numeric(&HBool::from(value))
}
