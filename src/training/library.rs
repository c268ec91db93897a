//! Recipes of problems whose simulations a program hands over.

use ondine_solvers::Problem;
use ondine_solvers::problem::{Field, FieldKind};
use ondine_solvers::{AxisKind, Boundary, Placement};
use toml::{Table, Value};

/// Simulations, steps and network of a training unless others are set.
const DEFAULTS: [(&str, &str); 3] = [
    ("ensemble", "simulations = 200"),
    ("train", "steps = 1000"),
    ("model", "kind = \"fno\""),
];

/// The recipe of a problem with a source of a program, as text.
pub(super) fn recipe(problem: &Problem) -> String {
    let defaults = DEFAULTS.map(|(section, key)| format!("\n[{section}]\n{key}\n"));
    format!("{}{}", described(problem), defaults.concat())
}

/// `[problem]`, `[source]`, `[grid]` and `[time]`.
fn described(problem: &Problem) -> Table {
    let axes = || problem.axes.iter();
    let grid = [
        (
            "points",
            axes()
                .map(|axis| integer(axis.points))
                .collect::<Vec<Value>>(),
        ),
        ("length", axes().map(|axis| prior(axis.length)).collect()),
        ("boundary", axes().map(|axis| ends(axis.kind)).collect()),
        (
            "points_at",
            axes().map(|axis| points_at(axis.kind)).collect(),
        ),
    ];
    let time = [
        ("dt", prior(problem.dt)),
        ("frames", integer(problem.frames)),
    ];
    table([
        ("name", problem.name.as_str().into()),
        ("problem", posed(problem).into()),
        ("source", table([("kind", "library".into())]).into()),
        (
            "grid",
            table(grid.map(|(key, list)| (key, Value::Array(list)))).into(),
        ),
        ("time", table(time).into()),
    ])
}

fn posed(problem: &Problem) -> Table {
    let conditions = problem.conditions.iter().map(|condition| {
        let [low, high] = condition.range;
        let prior = if low < high {
            ("uniform", Value::Array(vec![low.into(), high.into()]))
        } else {
            ("value", low.into())
        };
        table([("name", condition.name.as_str().into()), prior]).into()
    });
    let still = problem
        .static_fields
        .iter()
        .map(|name| name.as_str().into());
    table([
        ("name", problem.name.as_str().into()),
        ("fields", Value::Array(fields(&problem.fields))),
        ("conditions", Value::Array(conditions.collect())),
        ("static_fields", Value::Array(still.collect())),
    ])
}

/// The fields, vectors as one.
fn fields(channels: &[Field]) -> Vec<Value> {
    let first = channels.iter().filter(|field| match &field.kind {
        FieldKind::Component { axis, .. } => *axis == 0,
        _ => true,
    });
    let described = first.map(|field| {
        let mut described = table([
            ("name", field.vector().unwrap_or(&field.name).into()),
            ("vector", field.vector().is_some().into()),
            ("conserved", field.conserved.into()),
            ("positive", field.positive.into()),
        ]);
        described.extend(
            field
                .unit
                .iter()
                .map(|unit| ("unit".to_owned(), unit.as_str().into())),
        );
        described.into()
    });
    described.collect()
}

/// A number, or the range that it is from.
fn prior([low, high]: [f64; 2]) -> Value {
    if low < high {
        let range = Value::Array(vec![low.into(), high.into()]);
        return table([("uniform", range)]).into();
    }
    low.into()
}

fn ends(kind: AxisKind) -> Value {
    let name = |boundary| match boundary {
        Boundary::Periodic => "periodic",
        Boundary::Wall => "wall",
        Boundary::Open => "open",
    };
    let ends = kind.ends();
    if ends.low == ends.high {
        return name(ends.low).into();
    }
    Value::Array(vec![name(ends.low).into(), name(ends.high).into()])
}

fn points_at(kind: AxisKind) -> Value {
    let name = match kind.placement() {
        Placement::Nodes => "nodes",
        Placement::CellCentres => "cells",
        Placement::InteriorNodes => "interior",
    };
    name.into()
}

fn integer(number: usize) -> Value {
    Value::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}

fn table<const N: usize>(keys: [(&str, Value); N]) -> Table {
    keys.into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}
