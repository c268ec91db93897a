//! The `kind` of a section: it chooses a member of a list, which then reads the rest of the section.

use super::error::{RecipeError, suggest};
use super::per_axis::PerAxis;
use super::source::{Source, Value};
use super::table::{Section, Table};
use crate::numbers::text::counted;
use ondine_datasets::Distribution;
use ondine_solvers::equation::{EquationEntry, Parameter};
use serde::Deserialize;
use toml::de::ValueDeserializer;

/// A member of a list with the options that a recipe gives it.
#[derive(Debug)]
pub struct Chosen<E: 'static, O> {
    /// The entry of the list.
    pub entry: &'static E,
    /// Its options.
    pub options: O,
}

/// Not derived, which would ask for it of entries too.
impl<E, O: Clone> Clone for Chosen<E, O> {
    fn clone(&self) -> Self {
        Self {
            entry: self.entry,
            options: self.options.clone(),
        }
    }
}

/// Takes `kind` from the table and finds it in the list.
pub(super) fn choose<E: 'static>(
    table: &mut Table<'_>,
    list: &[&'static E],
    kind_of: fn(&E) -> &'static str,
    default: Option<&str>,
    source: &Source,
) -> Result<&'static E, RecipeError> {
    let kinds: Vec<&'static str> = list.iter().map(|entry| kind_of(entry)).collect();
    let kind = chosen(table, &kinds, default, source)?;
    let found = list.iter().copied().find(|entry| kind_of(entry) == kind);
    Ok(found.expect("it was chosen from the list"))
}

/// Takes `kind` from the table: one of `kinds`.
pub(super) fn chosen(
    table: &mut Table<'_>,
    kinds: &[&'static str],
    default: Option<&str>,
    source: &Source,
) -> Result<&'static str, RecipeError> {
    let (kind, span) = match (table.take("kind"), default) {
        (Some(value), _) => match value.get_ref().as_str() {
            Some(kind) => (kind.to_owned(), value.span()),
            None => {
                let message = format!("`kind` of [{}] is a name in quotes", table.name);
                let help = format!("possible: {}", kinds.join(", "));
                return Err(source.error(Some(value.span()), message, Some(help)));
            }
        },
        (None, Some(default)) => (default.to_owned(), table.span.clone()),
        (None, None) => {
            refuse_misspelt(table, "kind", source)?;
            let message = format!("[{}] needs the key `kind`", table.name);
            let help = format!("possible: {}", kinds.join(", "));
            return Err(source.error(Some(table.span.clone()), message, Some(help)));
        }
    };
    let found = kinds.iter().copied().find(|one| *one == kind);
    found.ok_or_else(|| {
        let message = format!("unknown kind `{kind}` in [{}]", table.name);
        source.error(Some(span), message, Some(suggest(&kind, kinds)))
    })
}

/// Refuses the key that stands where `key`, which is missing, was meant.
pub(super) fn refuse_misspelt(
    table: &Table<'_>,
    key: &str,
    source: &Source,
) -> Result<(), RecipeError> {
    let Some((wrong, span)) = table.misspelt(key) else {
        return Ok(());
    };
    let message = format!("unknown key `{wrong}` in [{}]", table.name);
    let help = format!("did you mean `{key}`?");
    Err(source.error(Some(span), message, Some(help)))
}

/// Lets the chosen member read what is left of its section.
pub(super) fn decode_member<M>(
    table: Table<'_>,
    decode: fn(ValueDeserializer<'_>) -> Result<M, toml::de::Error>,
    source: &Source,
) -> Result<M, RecipeError> {
    let section = table.section();
    decode(table.options()).map_err(|error| source.decoding_error(&section, &error))
}

/// The equation with the states at faces that the key `reconstruction` names, where it leaves the choice.
pub(super) fn reconstructed(
    table: &mut Table<'_>,
    equation: &'static EquationEntry,
    source: &Source,
) -> Result<&'static EquationEntry, RecipeError> {
    let own = equation.reconstruction.into_iter();
    let others = equation.reconstructions.iter();
    let names: Vec<&str> = own
        .chain(others.filter_map(|entry| entry.reconstruction))
        .collect();
    let Some(value) = (!names.is_empty())
        .then(|| table.take("reconstruction"))
        .flatten()
    else {
        return Ok(equation);
    };
    let name = value.get_ref().as_str().unwrap_or_default();
    equation.reconstructed(name).ok_or_else(|| {
        let message = format!("unknown reconstruction `{name}` in [equation]");
        source.error(Some(value.span()), message, Some(suggest(name, &names)))
    })
}

/// Reads the parameters of an equation on a grid of `dims` axes, each a number or a distribution, vectors with one an
/// axis; in the order of the equation's values.
pub(super) fn decode_parameters(
    mut table: Table<'_>,
    equation: &EquationEntry,
    dims: usize,
    source: &Source,
) -> Result<Vec<Distribution>, RecipeError> {
    refuse_unknown(&table, equation, source)?;
    let mut values = Vec::new();
    for parameter in equation.parameters {
        match (table.take(parameter.name), parameter.default) {
            (Some(value), _) if parameter.per_axis => {
                values.extend(components(value, parameter, dims, source)?);
            }
            (Some(value), _) => values.push(
                Distribution::deserialize(ValueDeserializer::from(value))
                    .map_err(|error| source.decoding_error(&named(parameter), &error))?,
            ),
            (None, Some(default)) => {
                let count = if parameter.per_axis { dims } else { 1 };
                values.extend(vec![Distribution::Constant(default); count]);
            }
            (None, None) => return Err(missing(&table, equation, parameter, source)),
        }
    }
    Ok(values)
}

/// Refuses a key that is no parameter: it may be a misspelt one, which would be missing otherwise.
fn refuse_unknown(
    table: &Table<'_>,
    equation: &EquationEntry,
    source: &Source,
) -> Result<(), RecipeError> {
    let names = equation.parameters.iter().map(|parameter| parameter.name);
    let names: Vec<&str> = names.chain(["kind"]).collect();
    match table.keys().find(|(key, _)| !names.contains(key)) {
        None => Ok(()),
        Some((key, span)) => {
            let message = format!("`{}` has no parameter `{key}`", equation.kind);
            Err(source.error(Some(span), message, Some(suggest(key, &names))))
        }
    }
}

/// The components of a vector: one value for all axes, or a list with one per axis.
fn components(
    value: Value<'_>,
    parameter: &Parameter,
    dims: usize,
    source: &Source,
) -> Result<Vec<Distribution>, RecipeError> {
    let span = value.span();
    let decoded = PerAxis::deserialize(ValueDeserializer::from(value));
    let axes = decoded
        .map_err(|error| source.decoding_error(&named(parameter), &error))?
        .axes(dims);
    if axes.len() == dims {
        return Ok(axes);
    }
    let (name, count) = (parameter.name, axes.len());
    let (components, axes) = (counted(count, "component"), counted(dims, "axis"));
    let message = format!("`{name}` has {components} on a grid of {axes}");
    let help = Some(format!(
        "write {name} = [...] with {dims} numbers, or one number for all"
    ));
    Err(source.error(Some(span), message, help))
}

/// The table that a distribution of the parameter is.
fn named(parameter: &Parameter) -> Section {
    Section {
        name: format!("equation.{}", parameter.name),
        keys: Vec::new(),
    }
}

fn missing(
    table: &Table<'_>,
    equation: &EquationEntry,
    parameter: &Parameter,
    source: &Source,
) -> RecipeError {
    let message = format!("`{}` needs the key `{}`", equation.kind, parameter.name);
    let [low, high] = parameter.good;
    let help = format!("{}; good values: {low} to {high}", parameter.doc);
    source.error(Some(table.span.clone()), message, Some(help))
}
