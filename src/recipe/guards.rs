//! Constraints of every answer of a surrogate: `model.conserve_mean` and `model.keep_positive`, field by field.

use super::table::Table;
use super::{RecipeError, Source, suggest};
use crate::files::ChosenFields;
use ondine_solvers::Problem;
use serde::Deserialize;
use toml::de::ValueDeserializer;

/// Their keys. They go with every network, whose weights do not depend on them.
pub const GUARDS: [&str; 2] = ["conserve_mean", "keep_positive"];

/// The values as typed; none where there is none.
pub(super) struct Typed {
    conserve_mean: Option<ChosenFields>,
    keep_positive: Option<ChosenFields>,
}

pub(super) fn take(table: &mut Table<'_>, source: &Source) -> Result<Typed, RecipeError> {
    let [conserve_mean, keep_positive] = GUARDS.map(|key| taken(table, key, source));
    Ok(Typed {
        conserve_mean: conserve_mean?,
        keep_positive: keep_positive?,
    })
}

fn taken(
    table: &mut Table<'_>,
    key: &str,
    source: &Source,
) -> Result<Option<ChosenFields>, RecipeError> {
    let Some(value) = table.take(key) else {
        return Ok(None);
    };
    let span = value.span();
    let decoded = ChosenFields::deserialize(ValueDeserializer::from(value));
    decoded.map(Some).map_err(|_| {
        let message = format!("`{key}` is neither true nor false nor a list of fields");
        let help = format!("write {key} = true for all fields, or {key} = [\"u\"] for some");
        source.error(Some(span), message, Some(help))
    })
}

impl Typed {
    /// The fields whose mean is held: those typed, or those that the problem conserves, of a network that sees a state.
    pub(super) fn held(
        &self,
        problem: &Problem,
        sees_state: bool,
        source: &Source,
    ) -> Result<ChosenFields, RecipeError> {
        let fields = problem.fields.iter();
        let Some(typed) = &self.conserve_mean else {
            return Ok(ChosenFields::of(
                fields.map(|field| (&field.name[..], field.conserved && sees_state)),
            ));
        };
        check(typed, "model.conserve_mean", problem, source)?;
        Ok(ChosenFields::of(
            fields.map(|field| (&field.name[..], typed.has(&field.name))),
        ))
    }

    /// The fields that are kept positive, by their names: those typed, or all that the problem knows to be.
    pub(super) fn positive(
        &self,
        problem: &Problem,
        source: &Source,
    ) -> Result<ChosenFields, RecipeError> {
        const KEY: &str = "model.keep_positive";
        let Some(typed) = &self.keep_positive else {
            return Ok(ChosenFields::All(false));
        };
        check(typed, KEY, problem, source)?;
        let all = *typed == ChosenFields::All(true);
        let fields = problem.fields.iter();
        let kept = fields.filter(|field| typed.has(&field.name) && (field.positive || !all));
        let kept: Vec<String> = kept.map(|field| field.name.clone()).collect();
        if all && kept.is_empty() {
            let message =
                "keep_positive = true is for the fields that are known to be positive, and none is";
            let mut error = source.error_at(KEY, message);
            let first = problem.field_names().swap_remove(0);
            error.help = Some(format!(
                "write their names, as keep_positive = [\"{first}\"]"
            ));
            return Err(error);
        }
        Ok(if kept.is_empty() {
            ChosenFields::All(false)
        } else {
            ChosenFields::Of(kept)
        })
    }
}

/// Checks that a list has fields of the problem alone.
fn check(
    typed: &ChosenFields,
    key: &str,
    problem: &Problem,
    source: &Source,
) -> Result<(), RecipeError> {
    let names = problem.field_names();
    let ChosenFields::Of(chosen) = typed else {
        return Ok(());
    };
    let Some(wrong) = chosen.iter().find(|name| !names.contains(name)) else {
        return Ok(());
    };
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let message = format!(
        "`{wrong}` is no field of the problem: {}",
        suggest(wrong, &names)
    );
    Err(source.error_at(key, message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::Recipe;

    /// A gas between walls: its density is conserved and positive, its velocity is neither.
    fn recipe(line: &str) -> Result<Recipe, RecipeError> {
        let text = format!(
            r#"
[problem]
fields = [{{ name = "density", conserved = true, positive = true }}, "velocity"]
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
        let density = ChosenFields::Of(vec!["density".into()]);
        let cases = [
            ("", density.clone()),
            ("conserve_mean = [\"density\"]", density),
            ("conserve_mean = true", ChosenFields::All(true)),
            (
                "conserve_mean = [\"velocity\", \"density\"]",
                ChosenFields::All(true),
            ),
            ("conserve_mean = []", ChosenFields::All(false)),
            ("conserve_mean = false", ChosenFields::All(false)),
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
            (
                "keep_positive = 0.1",
                "neither true nor false nor a list of fields",
            ),
            ("keep_positive = [\"densty\"]", "did you mean `density`?"),
        ] {
            let error = recipe(line).err().expect(line).to_string();
            assert!(error.contains(expected) && error.contains(line), "{error}");
        }
    }

    #[test]
    fn fields_are_kept_positive_where_asked_and_stay_so_in_the_resolved_recipe() {
        for (line, expected) in [
            ("", &[][..]),
            ("keep_positive = false", &[]),
            ("keep_positive = []", &[]),
            ("keep_positive = true", &["density"]),
            ("keep_positive = [\"density\"]", &["density"]),
            (
                "keep_positive = [\"velocity\", \"density\"]",
                &["density", "velocity"],
            ),
        ] {
            let recipe = recipe(line).unwrap_or_else(|error| panic!("{line}: {error}"));
            let expected = match expected {
                [] => ChosenFields::All(false),
                names => ChosenFields::Of(names.iter().map(|name| (*name).to_owned()).collect()),
            };
            assert_eq!(recipe.keep_positive, expected, "{line}");
            let again = Recipe::parse("again.toml", &recipe.text(), &[]);
            let again = again.unwrap_or_else(|error| panic!("{line}: {error}"));
            assert_eq!(again.keep_positive, expected, "{line}");
        }
    }

    #[test]
    fn a_problem_without_positive_fields_wants_names() {
        let text = "[equation]\nkind = \"burgers\"\nviscosity = 0.1\n[grid]\npoints = [32]\nlength = 1.0\n\
                    [time]\ndt = 0.1\nframes = 9\n[ensemble]\nsimulations = 4\n\
                    [model]\nkind = \"fno\"\nkeep_positive = true\n[train]\nsteps = 30\n";
        let error = Recipe::parse("burgers.toml", text, &[]).err();
        let error = error.expect("nothing is known to be positive").to_string();
        assert!(error.contains("none is"), "{error}");
        assert!(error.contains("keep_positive = [\"u\"]"), "{error}");
    }
}
