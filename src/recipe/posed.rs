//! `[problem]`: fields and conditions of a problem that is no equation of the list.

mod faults;

pub(crate) use faults::shared_name;
pub(super) use faults::{is_of_times, reserved};

use ondine_datasets::Distribution;
use ondine_solvers::problem::{Field, FieldKind};
use ondine_solvers::{AxisKind, EquationEntry};
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor, value};
use serde::ser::{SerializeSeq, Serializer};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use toml::{Table, Value};

/// Names of the axes of a grid.
pub(crate) const AXES: [&str; 3] = ondine_solvers::problem::Axis::NAMES;

/// The problem of a recipe.
#[derive(Debug, Clone)]
pub enum Posed {
    /// An equation of the list.
    Equation(&'static EquationEntry),
    /// Another problem.
    Problem(PosedProblem),
}

impl Posed {
    /// The same, with this name where it has none.
    pub(super) fn or_named(self, name: &str) -> Self {
        match self {
            Self::Problem(problem) if problem.name.is_empty() => Self::Problem(PosedProblem {
                name: name.to_owned(),
                ..problem
            }),
            posed => posed,
        }
    }
}

/// A problem that is no equation of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct PosedProblem {
    /// Its name, for files and messages.
    pub name: String,
    /// Its fields, vectors as one.
    pub fields: Vec<FieldSection>,
    /// Names of its conditions, in the order of their values.
    pub conditions: Vec<String>,
    /// Names of its fields that do not change in time, one per channel.
    pub static_fields: Vec<String>,
    /// The one of them that is 0 at points without data, where some have none.
    pub mask: Option<String>,
    /// Units by the names of axes, conditions and static fields, and `time`.
    pub units: BTreeMap<String, String>,
    /// Names of its axes; none where they are `x`, `y` and `z`.
    pub axis_names: Vec<String>,
    /// Ends and points of its axes.
    pub axes: Vec<AxisKind>,
}

/// `[problem]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProblemSection {
    /// Name of the problem; that of the recipe if absent.
    pub name: Option<String>,
    /// The fields of a state, in the order of its channels.
    pub fields: Vec<FieldSection>,
    /// Names of the axes of the grid; `x`, `y` and `z` if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub axes: Vec<String>,
    /// Numbers that a simulation has beside its state, in the order of their values.
    #[serde(default)]
    pub conditions: Priors,
    /// Names of fields that do not change in time, which the network sees beside the state, one per channel.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub static_fields: Vec<String>,
    /// The one of them that is 0 at points without data, which losses, metrics, scales and pictures leave out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mask: Option<String>,
    /// Physical units of what is no field of a state: by the names of axes, conditions and static fields, and of `time`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub units: BTreeMap<String, String>,
}

/// A field: a name alone, or a table with what is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldSection {
    /// Its name.
    pub name: String,
    /// Whether it is a vector, with one channel per axis.
    #[serde(skip_serializing_if = "is_false")]
    pub vector: bool,
    /// Whether its mean over the domain stays what it was.
    #[serde(skip_serializing_if = "is_false")]
    pub conserved: bool,
    /// Whether it has to stay above 0.
    #[serde(skip_serializing_if = "is_false")]
    pub positive: bool,
    /// Physical unit, as `m/s`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// Names with distributions, in the order in which they were written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Priors(pub Vec<(String, Distribution)>);

impl FieldSection {
    /// A scalar of which nothing else is known.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            vector: false,
            conserved: false,
            positive: false,
            unit: None,
        }
    }

    /// Its channels on a grid of `dims` axes; those of a vector on a line have its name.
    pub(super) fn channels(&self, dims: usize) -> Vec<Field> {
        let channel = |name: String, kind| Field {
            name,
            kind,
            conserved: self.conserved,
            positive: self.positive,
            unit: self.unit.clone(),
        };
        if !self.vector {
            return vec![channel(self.name.clone(), FieldKind::Scalar)];
        }
        let component = |axis: usize| {
            let name = match dims {
                1 => self.name.clone(),
                _ => format!("{}_{}", self.name, AXES[axis]),
            };
            let vector = self.name.clone();
            channel(name, FieldKind::Component { vector, axis })
        };
        (0..dims).map(component).collect()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_false(value: &bool) -> bool {
    !*value
}

/// A field as a table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Described {
    name: String,
    #[serde(default)]
    vector: bool,
    #[serde(default)]
    conserved: bool,
    #[serde(default)]
    positive: bool,
    unit: Option<String>,
}

struct FieldForm;

impl<'de> Visitor<'de> for FieldForm {
    type Value = FieldSection;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(
            "a name in quotes, or a table such as { name = \"velocity\", vector = true }",
        )
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<FieldSection, E> {
        Ok(FieldSection::named(name))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<FieldSection, A::Error> {
        let field = Described::deserialize(value::MapAccessDeserializer::new(map))?;
        Ok(FieldSection {
            name: field.name,
            vector: field.vector,
            conserved: field.conserved,
            positive: field.positive,
            unit: field.unit,
        })
    }
}

impl<'de> Deserialize<'de> for FieldSection {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FieldForm)
    }
}

/// The possible forms of conditions.
const PRIORS: &str = "a table of names with a number or a distribution each, as { rayleigh = 1e5 }, or a list of tables with \
                      `name` and a distribution or `value` each";

struct PriorsForm;

impl<'de> Visitor<'de> for PriorsForm {
    type Value = Priors;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(PRIORS)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Priors, A::Error> {
        let mut priors = Vec::new();
        while let Some(prior) = map.next_entry()? {
            priors.push(prior);
        }
        Ok(Priors(priors))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Priors, A::Error> {
        let mut priors = Vec::new();
        while let Some(table) = seq.next_element()? {
            priors.push(prior(table)?);
        }
        Ok(Priors(priors))
    }
}

/// A condition as a table with its name.
fn prior<E: Error>(mut table: Table) -> Result<(String, Distribution), E> {
    let name = table.remove("name");
    let Some(Value::String(name)) = name else {
        return Err(E::custom(format!(
            "a condition has no name: expected {PRIORS}"
        )));
    };
    if table.contains_key("value") && table.len() > 1 {
        let why = format!("`{name}` has a distribution beside its `value`: write one of them");
        return Err(E::custom(why));
    }
    let value = table.remove("value");
    let prior = value.unwrap_or(Value::Table(table)).try_into();
    let prior = prior.map_err(|error: toml::de::Error| E::custom(error.message()))?;
    Ok((name, prior))
}

impl<'de> Deserialize<'de> for Priors {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PriorsForm)
    }
}

/// As a list, because TOML writes the numbers of a table before the tables in it, and the order is that of the values.
impl Serialize for Priors {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        for (name, prior) in &self.0 {
            let mut table = Table::new();
            table.insert("name".into(), name.clone().into());
            match Value::try_from(prior).map_err(serde::ser::Error::custom)? {
                Value::Table(distribution) => table.extend(distribution),
                value => drop(table.insert("value".into(), value)),
            }
            list.serialize_element(&table)?;
        }
        list.end()
    }
}

#[cfg(test)]
mod tests;
