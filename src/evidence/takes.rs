//! Changes that a recipe takes.

use crate::plan::Plan;
use crate::recipe::{Recipe, Substeps};
use ondine_report::diagnosis::Changes;
use std::cell::OnceCell;

/// Whether a recipe is valid with changes, and another one than without; all are taken where it is not valid itself.
pub fn takes(recipe: &Recipe) -> impl Fn(&Changes) -> bool + 'static {
    let recipe = recipe.clone();
    let now = OnceCell::new();
    move |changes| {
        let now = now.get_or_init(|| settled(&recipe, &Changes::new()));
        now.as_ref().is_none_or(|now| {
            let then = settled(&recipe, changes);
            then.is_some_and(|then| then != *now)
        })
    }
}

/// A recipe with some keys changed, checked and resolved; none where that is refused. Substeps that have to be measured are
/// left out: they are never the only key of a remedy.
fn settled(recipe: &Recipe, changes: &Changes) -> Option<String> {
    Some(changed(recipe, changes)?.resolved())
}

/// The plan of a recipe, without a measurement of substeps.
pub(super) fn settled_plan(recipe: &Recipe) -> Option<Plan> {
    changed(recipe, &Changes::new())
}

fn changed(recipe: &Recipe, changes: &Changes) -> Option<Plan> {
    let measured = |key: &str, value: &str| key == "time.substeps" && value == "\"auto\"";
    let changes = changes.iter().filter(|(key, value)| !measured(key, value));
    let mut sets: Vec<String> = changes.map(|(k, v)| format!("{k}={v}")).collect();
    if recipe.time.substeps == Substeps::Auto {
        sets.push("time.substeps=1".to_owned());
    }
    let (text, own) = (recipe.text(), recipe.extensions);
    let changed = Recipe::parse_with("recipe.toml", &text, &sets, own).ok()?;
    changed.check_alone().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::subject;
    use ondine_report::diagnosis::doubles::{Double, SPOILED};
    use ondine_report::diagnosis::{Evidence, RULES, Way};
    use std::collections::BTreeSet;

    const RECIPE: &str = r#"
[equation]
kind = "kuramoto_sivashinsky"
viscosity = { uniform = [0.8, 1.2] }
[grid]
points = [64]
length = 32.0
[time]
dt = 0.2
frames = 140
[ensemble]
simulations = 500
[model]
kind = "fno"
modes = 20
[objective]
stride = 4
[train]
steps = 2000
"#;

    fn recipe(sets: &[&str]) -> Recipe {
        let sets: Vec<String> = sets.iter().map(|&set| set.to_owned()).collect();
        Recipe::parse("taken.toml", RECIPE, &sets).unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn changes_that_are_refused_or_there_already_are_not_taken() {
        let takes = takes(&recipe(&[]));
        let taken = |key: &str, value: &str| takes(&Way::set(key, value, "").changes);
        assert!(taken("model.modes", "31"));
        assert!(!taken("model.modes", "20"), "it has so many");
        assert!(!taken("model.modes", "-3"), "no such number");
        assert!(!taken("model.mods", "3"), "no such key");
        assert!(
            !taken("objective.stride", "1000"),
            "more frames than there are"
        );
    }

    /// A case for every rule, in recipes that are near to what is advised already.
    #[test]
    fn whatever_is_advised_is_accepted_and_not_there_already() {
        let recipes: [&[&str]; 7] = [
            &[],
            &[
                "equation.viscosity=1.0",
                "objective.stride=1",
                "model.modes=3",
            ],
            &[
                "objective={kind=\"unrolled\",steps=3,noise=0.5}",
                "train.schedule.kind=\"constant\"",
            ],
            &[
                "train.steps=0",
                "buffer.reads_per_sample=2.0",
                "model.conserve_mean=false",
            ],
            &[
                "train.steps=0",
                "stage=[{steps=900},{steps=100,learning_rate=1e-4}]",
            ],
            &["model={kind=\"pde_refiner\",backbone={kind=\"fno\",modes=20}}"],
            &[
                "model={kind=\"crps_ensemble\",backbone={kind=\"unet\"}}",
                "ensemble.sampler.kind=\"breed\"",
            ],
        ];
        let mut advised = BTreeSet::new();
        for sets in recipes {
            let recipe = recipe(sets);
            let takes = takes(&recipe);
            let now = settled(&recipe, &Changes::new());
            let now = now.unwrap_or_else(|| panic!("{sets:?} is no recipe"));
            for spoil in SPOILED {
                let mut double = Double::of(subject(&recipe));
                spoil(&mut double);
                let evidence = Evidence {
                    takes: Some(&takes),
                    ..double.evidence()
                };
                for found in RULES.iter().filter_map(|rule| (rule.find)(&evidence)) {
                    advised.extend((!found.changes.is_empty()).then_some(found.rule));
                    assert!(found.remedy.len() > 10, "{found}");
                    for changes in &found.changes {
                        let then = settled(&recipe, changes);
                        let then = then.unwrap_or_else(|| panic!("{sets:?} refuses {changes:?}"));
                        assert_ne!(then, now, "{sets:?} has {changes:?}");
                        let last = |key: &str| key.rsplit('.').next().map(str::to_owned);
                        let mut named = changes.keys().filter_map(|key| last(key));
                        assert!(named.any(|key| found.remedy.contains(&key)), "{found}");
                    }
                }
            }
        }
        let of_frames = ["noisy_frames", "file_disagrees"]; // no key helps
        let names = RULES.iter().map(|rule| rule.name);
        let names: BTreeSet<&str> = names.filter(|name| !of_frames.contains(name)).collect();
        assert_eq!(advised, names, "each has advised something");
    }
}
