//! `model.conserve_mean`: fields whose mean is held.

use super::table::Table;
use super::{RecipeError, Source, suggest};
use crate::files::HeldMeans;
use ondine_solvers::Problem;
use serde::Deserialize;
use toml::de::ValueDeserializer;

const KEY: &str = "conserve_mean";

/// The value as typed; none where there is none.
pub(super) fn take(
    table: &mut Table<'_>,
    source: &Source,
) -> Result<Option<HeldMeans>, RecipeError> {
    let Some(value) = table.take(KEY) else {
        return Ok(None);
    };
    let span = value.span();
    let decoded = HeldMeans::deserialize(ValueDeserializer::from(value));
    decoded.map(Some).map_err(|_| {
        let message = format!("`{KEY}` is neither true nor false nor a list of fields");
        let help = format!("write {KEY} = true for all fields, or {KEY} = [\"u\"] for some");
        source.error(Some(span), message, Some(help))
    })
}

/// The fields whose mean is held: those typed, or those that the problem conserves, of a network that sees a state.
pub(super) fn held(
    typed: Option<HeldMeans>,
    problem: &Problem,
    sees_state: bool,
    source: &Source,
) -> Result<HeldMeans, RecipeError> {
    let fields = problem.fields.iter();
    let Some(typed) = typed else {
        return Ok(HeldMeans::of(
            fields.map(|field| (&field.name[..], field.conserved && sees_state)),
        ));
    };
    let names: Vec<&str> = fields.map(|field| &field.name[..]).collect();
    if let HeldMeans::Of(held) = &typed
        && let Some(wrong) = held.iter().find(|name| !names.contains(&&name[..]))
    {
        let message = format!(
            "`{wrong}` is no field of the problem: {}",
            suggest(wrong, &names)
        );
        return Err(source.error_at("model.conserve_mean", message));
    }
    Ok(HeldMeans::of(
        names.into_iter().map(|name| (name, typed.holds(name))),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::Recipe;

    /// A gas between walls: its density is conserved, its velocity is not.
    fn recipe(line: &str) -> Result<Recipe, RecipeError> {
        let text = format!(
            r#"
[problem]
fields = [{{ name = "density", conserved = true }}, "velocity"]
[source]
kind = "library"
[grid]
points = [16]
length = 1.0
boundary = ["wall"]
[time]
dt = 0.1
frames = 20
[ensemble]
simulations = 50
[model]
kind = "unet"
{line}
[train]
steps = 10
"#
        );
        Recipe::parse("gas.toml", &text, &[])
    }

    #[test]
    fn the_means_that_the_problem_conserves_are_held_unless_typed() {
        let density = HeldMeans::Of(vec!["density".into()]);
        let cases = [
            ("", density.clone()),
            ("conserve_mean = [\"density\"]", density),
            ("conserve_mean = true", HeldMeans::All(true)),
            (
                "conserve_mean = [\"velocity\", \"density\"]",
                HeldMeans::All(true),
            ),
            ("conserve_mean = []", HeldMeans::All(false)),
            ("conserve_mean = false", HeldMeans::All(false)),
        ];
        for (line, expected) in cases {
            let recipe = recipe(line).unwrap_or_else(|error| panic!("{line}: {error}"));
            assert_eq!(recipe.conserve_mean, expected, "{line}");
        }
    }

    #[test]
    fn other_values_and_fields_are_refused_with_their_line() {
        for (line, expected) in [
            (
                "conserve_mean = 1",
                "neither true nor false nor a list of fields",
            ),
            (
                "conserve_mean = [1]",
                "neither true nor false nor a list of fields",
            ),
            ("conserve_mean = [\"densty\"]", "did you mean `density`?"),
        ] {
            let error = recipe(line).err().expect(line).to_string();
            assert!(error.contains(expected) && error.contains(line), "{error}");
        }
    }
}
