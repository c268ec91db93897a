//! The `kind` of a section: it chooses a member of a list, which then reads the rest of the section.

use super::error::{RecipeError, suggest};
use super::source::{Source, Table};
use ondine_datasets::Distribution;
use ondine_solvers::equation::EquationEntry;
use serde::Deserialize;
use toml::de::ValueDeserializer;

/// Takes `kind` from the table and finds it in the list.
pub(super) fn choose<E: 'static>(
    table: &mut Table<'_>,
    list: &'static [&'static E],
    kind_of: fn(&E) -> &'static str,
    default: Option<&str>,
    source: &Source,
) -> Result<&'static E, RecipeError> {
    let kinds: Vec<&str> = list.iter().map(|entry| kind_of(entry)).collect();
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
            let message = format!("[{}] needs the key `kind`", table.name);
            let help = format!("possible: {}", kinds.join(", "));
            return Err(source.error(Some(table.span.clone()), message, Some(help)));
        }
    };
    let found = list.iter().copied().find(|entry| kind_of(entry) == kind);
    found.ok_or_else(|| {
        let message = format!("unknown kind `{kind}` in [{}]", table.name);
        source.error(Some(span), message, Some(suggest(&kind, &kinds)))
    })
}

/// Lets the chosen member read what is left of its section.
pub(super) fn decode_member<M>(
    table: Table<'_>,
    decode: fn(ValueDeserializer<'_>) -> Result<M, toml::de::Error>,
    source: &Source,
) -> Result<M, RecipeError> {
    let name = table.name.clone();
    decode(table.options()).map_err(|error| source.decoding_error(&name, &error))
}

/// Reads the parameters of an equation, each a number or a distribution.
pub(super) fn decode_parameters(
    mut table: Table<'_>,
    equation: &EquationEntry,
    source: &Source,
) -> Result<Vec<Distribution>, RecipeError> {
    let mut values = Vec::new();
    for parameter in equation.parameters {
        values.push(match (table.take(parameter.name), parameter.default) {
            (Some(value), _) => Distribution::deserialize(ValueDeserializer::from(value))
                .map_err(|error| source.decoding_error(&table.name, &error))?,
            (None, Some(default)) => Distribution::Constant(default),
            (None, None) => {
                let message = format!("`{}` needs the key `{}`", equation.kind, parameter.name);
                let [low, high] = parameter.good;
                let help = format!("{}; good values: {low} to {high}", parameter.doc);
                return Err(source.error(Some(table.span.clone()), message, Some(help)));
            }
        });
    }
    let names: Vec<&str> = equation
        .parameters
        .iter()
        .map(|parameter| parameter.name)
        .collect();
    match table.rest().next() {
        None => Ok(values),
        Some((key, span, _)) => {
            let message = format!("`{}` has no parameter `{key}`", equation.kind);
            let help = suggest(&key, &[&names[..], &["kind"]].concat());
            Err(source.error(Some(span), message, Some(help)))
        }
    }
}
