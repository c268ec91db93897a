//! Units and names of axes in labels, as the recipe of a run states them.

use crate::files::RunFiles;
use toml::Value;

/// Label of times and places whose unit is not known.
pub(super) const UNKNOWN: &str = "(units of the problem)";

/// Names of axes that have no other.
const AXES: [&str; 3] = ["x", "y", "z"];

/// Names of the axes of a run.
pub(super) fn axes(run: &RunFiles) -> Vec<String> {
    let stated = run.setting(&["problem", "axes"]).and_then(Value::as_array);
    let name = |place: usize, usual: &str| {
        let own = stated.and_then(|names| names.get(place)?.as_str());
        own.unwrap_or(usual).to_owned()
    };
    let usual = AXES.iter().enumerate();
    usual.map(|(place, usual)| name(place, usual)).collect()
}

/// A page with the units that its run states in the labels of times, axes and conditions; of several runs, those that all
/// state.
pub(super) fn with_units(html: String, runs: &[RunFiles]) -> String {
    let units = runs
        .first()
        .and_then(|run| run.setting(&["problem", "units"]));
    let names = units.and_then(Value::as_table).into_iter();
    let names = names.flat_map(|units| units.keys());
    let stated = names.filter_map(|name| Some((name, common(runs, name)?)));
    stated.fold(html, |html, (name, unit)| {
        let [name, unit] = [name, unit].map(|text| maud::html! { (text) }.into_string());
        html.replace(
            &format!(">{name} {UNKNOWN}<"),
            &format!(">{name} ({unit})<"),
        )
    })
}

/// The unit that all runs state.
fn common<'a>(runs: &'a [RunFiles], name: &str) -> Option<&'a str> {
    let mut units = runs
        .iter()
        .map(|run| run.setting(&["problem", "units", name]));
    let first = units.next()??.as_str()?;
    units
        .all(|unit| unit.and_then(Value::as_str) == Some(first))
        .then_some(first)
}

/// A field with its unit, where the recipe states one: `temperature (K)`.
pub(super) fn field(run: &RunFiles, name: &str) -> String {
    let fields = run
        .setting(&["problem", "fields"])
        .and_then(Value::as_array);
    let mut fields = fields.into_iter().flatten();
    let unit = fields.find_map(|field| {
        let own = field.get("name")?.as_str()?;
        let is_it = name == own
            || name
                .rsplit_once('_')
                .is_some_and(|(vector, _)| vector == own);
        field.get("unit").filter(|_| is_it)?.as_str()
    });
    match unit {
        Some(unit) => format!("{name} ({unit})"),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::page::doubles::{self, page};
    use std::fs;

    #[test]
    fn labels_have_the_units_of_the_recipe() {
        let run = doubles::Run::full("units");
        let path = run.path().join("recipe.toml");
        let recipe = fs::read_to_string(&path).expect("a run has one");
        let mut recipe: toml::Table = recipe.parse().expect("TOML");
        recipe.remove("equation");
        let problem = "axes = [\"lon\"]\nfields = [{ name = \"u\", unit = \"m<s\" }]\nunits = { time = \"h\", lon = \"km\" }";
        let problem: toml::Table = problem.parse().expect("TOML");
        recipe.insert("problem".into(), problem.into());
        fs::write(&path, recipe.to_string()).expect("it can be written");
        let page = page(&[run.path()]).expect("the run is complete");
        for label in [">time (h)<", ">lon (km)<"] {
            assert!(page.contains(label), "{label}");
        }
        assert!(!page.contains("time (units of the problem)"));
    }
}
