//! The problem that a file of trajectories describes, as the sections of a recipe.

use super::boundary::{AxisEnds, PointsAt};
use super::posed::{
    AXES, FieldSection, Priors, ProblemSection, is_of_times, reserved, shared_name,
};
use super::resolved::{plain, table};
use ondine_datasets::Distribution;
use ondine_datasets::files::{
    AxisKind, DatasetInfo, Field, FieldKind, Varying, channel_names, constant_names,
};
use std::collections::BTreeMap;
use toml::{Table, Value};

/// The sections `[problem]`, `[grid]`, `[time]` and `[ensemble]` that a file describes, as TOML.
pub(super) fn sections(info: &DatasetInfo) -> String {
    let mut ensemble = Table::new();
    ensemble.insert("simulations".into(), whole(info.trajectories));
    let sections = described(info).into_iter().chain([("ensemble", ensemble)]);
    let root = sections.map(|(name, section)| (name.to_owned(), Value::Table(section)));
    toml::to_string(&Table::from_iter(root)).expect("plain data is valid TOML")
}

/// The sections `[problem]`, `[grid]` and `[time]` that a file describes, as one types them.
pub(crate) fn written(info: &DatasetInfo) -> String {
    let sections = described(info).map(|(name, section)| {
        let lines = section.into_iter().map(|(key, value)| line(&key, &value));
        format!("[{name}]\n{}", lines.collect::<String>())
    });
    sections.join("\n")
}

/// A key with its value.
pub(super) fn line(key: &str, value: &Value) -> String {
    format!("{} = {value}\n", bare(key))
}

/// A key, in quotes where it has other letters than a bare one.
fn bare(key: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !key.is_empty() && key.chars().all(plain) {
        key.to_owned()
    } else {
        Value::from(key).to_string()
    }
}

/// Problem, grid and times of a file.
fn described(info: &DatasetInfo) -> [(&'static str, Table); 3] {
    let kinds: Vec<AxisKind> = info.axes.iter().map(|axis| axis.kind).collect();
    let axes = axis_names(info);
    let taken = reserved(&axes); // a network is told of these by grid and times
    let units = units(info, &axes);
    let problem = ProblemSection {
        name: Some(info.name.clone()),
        fields: info
            .fields
            .iter()
            .flat_map(|field| fields(field, info))
            .collect(),
        axes,
        conditions: Priors(
            (info.parameters.iter())
                .filter(|(name, _)| !taken.contains(name))
                .map(|(name, values)| (name.clone(), prior(each(values, info.trajectories))))
                .collect(),
        ),
        static_fields: constant_names(info),
        mask: info.mask.clone(),
        units,
    };
    let lengths = info.axes.iter();
    let lengths = lengths.map(|axis| prior(each(&axis.length, info.trajectories)));
    let mut grid = Table::new();
    grid.insert("points".into(), plain(&info.points()));
    let others = info.all_points().split_off(1);
    if !others.is_empty() {
        grid.insert("others".into(), plain(&others));
    }
    grid.insert("length".into(), plain(&lengths.collect::<Vec<_>>()));
    let ends = kinds.iter().map(|&kind| AxisEnds::from(kind));
    grid.insert("boundary".into(), plain(&ends.collect::<Vec<_>>()));
    let points = kinds.iter().map(|&kind| PointsAt::from(kind));
    grid.insert("points_at".into(), plain(&points.collect::<Vec<_>>()));
    let steps = (0..info.trajectories).map(|index| info.time.dt(index));
    let mut time = Table::new();
    time.insert("dt".into(), plain(&prior(steps.collect())));
    time.insert("frames".into(), whole(info.frames));
    [("problem", table(&problem)), ("grid", grid), ("time", time)]
}

/// A field of a file; a tensor is one scalar per component.
fn fields(field: &Field, info: &DatasetInfo) -> Vec<FieldSection> {
    let dims = info.axes.len();
    let named = |name: &str, vector| FieldSection {
        vector,
        unit: info.units.get(&field.name).cloned(),
        ..FieldSection::named(name)
    };
    match field.kind {
        FieldKind::Scalar => vec![named(&field.name, false)],
        FieldKind::Vector => vec![named(&field.name, true)],
        FieldKind::Tensor => {
            let axes = &AXES[..dims];
            let pairs = axes.iter().flat_map(|a| axes.iter().map(move |b| (a, b)));
            pairs
                .map(|(a, b)| named(&format!("{}_{a}{b}", field.name), false))
                .collect()
        }
    }
}

/// Names of the axes, where the file has names of its own that a recipe can have for all of them.
fn axis_names(info: &DatasetInfo) -> Vec<String> {
    let names = info.axis_names.iter().zip(1..);
    let plain = |(name, at): (&String, usize)| {
        let letters = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let counted = name.starts_with("dim_") || name.starts_with("phony_dim_");
        name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(letters)
            && !counted
            && !is_of_times(name)
            && !info.axis_names[at..].contains(name)
    };
    let own = info.axis_names.len() == info.axes.len() && names.clone().all(plain);
    let usual = names
        .map(|(name, _)| &name[..])
        .eq(AXES[..info.axes.len()].iter().copied());
    if own && !usual {
        info.axis_names.clone()
    } else {
        Vec::new()
    }
}

/// The first parameter of a file that has the name of a field, in words: a problem can't have both.
pub(crate) fn clash(info: &DatasetInfo) -> Option<String> {
    let taken = reserved(&axis_names(info));
    let fields: Vec<String> = channel_names(info)
        .into_iter()
        .chain(constant_names(info))
        .chain(info.fields.iter().map(|field| field.name.clone()))
        .collect();
    let names = info.parameters.iter().map(|(name, _)| name);
    let mut told = names.filter(|name| !taken.contains(name));
    let name = told.find(|name| fields.contains(name))?;
    Some(shared_name(name))
}

/// Units of what is no field of a state, by the names of a recipe.
fn units(info: &DatasetInfo, names: &[String]) -> BTreeMap<String, String> {
    let axes = (0..info.axes.len()).map(|axis| {
        let name = names.get(axis).map_or(AXES[axis], |name| name);
        (name, info.axis_name(axis))
    });
    let taken = reserved(names);
    let conditions = info.parameters.iter().map(|(name, _)| &name[..]);
    let conditions = conditions.filter(|name| !taken.iter().any(|other| other == name));
    let constants = constant_names(info);
    let others = conditions.chain(constants.iter().map(|name| &name[..]));
    let all = axes
        .chain(others.map(|name| (name, name)))
        .chain([("time", "time")]);
    let stated = all.filter_map(|(name, there)| {
        let unit = info.units.get(there)?;
        Some((name.to_owned(), unit.clone()))
    });
    stated.collect()
}

fn each(values: &Varying<f64>, trajectories: usize) -> Vec<f64> {
    (0..trajectories).map(|index| *values.get(index)).collect()
}

/// Relative difference of values that are the same but for their rounding, as the steps between listed times are.
const ROUNDING: f64 = 1e-9;

/// The distribution that values are taken to be drawn from: even, between the smallest and the largest.
fn prior(values: Vec<f64>) -> Distribution {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if high - low > ROUNDING * high.abs() {
        Distribution::Uniform {
            uniform: [low, high],
        }
    } else {
        Distribution::Constant(if low.is_finite() { low } else { 0.0 })
    }
}

fn whole(number: usize) -> Value {
    Value::Integer(number as i64)
}
