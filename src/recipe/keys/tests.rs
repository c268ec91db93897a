//! The list of keys beside the sections of a recipe.

use super::*;
use crate::recipe::Recipe;
use std::collections::BTreeSet;

/// A recipe of the keys without a default alone.
const SHORTEST: &str = r#"
[equation]
kind = "kuramoto_sivashinsky"
[grid]
points = [64]
length = 32.0
[time]
dt = 0.2
frames = 20
[ensemble]
simulations = 100
[model]
kind = "fno"
[train]
steps = 10
"#;

fn names(section: &SectionKeys) -> BTreeSet<&'static str> {
    let keys = section.keys.iter().copied().flatten();
    keys.map(|(name, _)| *name).collect()
}

/// The keys that a section with an unknown one is told; of sources those of all kinds.
fn possible(section: &str) -> BTreeSet<String> {
    let of_kind = |kind: &str| told(section, format!("source={{kind={kind:?},qqqqqq=1}}"));
    match section {
        "" => told(section, "qqqqqq=1".to_owned()),
        "[stage]" => told(section, "stage=[{steps=10,qqqqqq=1}]".to_owned()),
        "source" => ["device", "connect", "program"]
            .into_iter()
            .flat_map(of_kind)
            .collect(),
        _ => told(section, format!("{section}.qqqqqq=1")),
    }
}

/// The keys that are said to be possible where this one is set.
fn told(section: &str, set: String) -> BTreeSet<String> {
    let error = Recipe::parse("keys.toml", SHORTEST, &[set]).err();
    let said = error
        .unwrap_or_else(|| panic!("{section} takes any key"))
        .to_string();
    let list = said.rsplit("possible: ").next().unwrap_or_default();
    let names = list.split([',', '\n']).map(|name| name.trim().to_owned());
    names.filter(|name| !name.is_empty()).collect()
}

#[test]
fn every_key_that_a_section_takes_is_listed() {
    for section in SECTION_KEYS {
        let (listed, taken) = (names(section), possible(section.name));
        let wrong = listed.iter().find(|key| !taken.contains(**key));
        assert_eq!(wrong, None, "{}: {taken:?}", section.name);
        let tables = [
            "sampler",
            "optimizer",
            "schedule",
            "objective",
            "layout",
            "start",
        ];
        let known = |key: &&String| listed.contains(key.as_str()) || tables.contains(&key.as_str());
        let missing = taken.iter().find(|key| !known(key));
        let open = ["", "initial", "model", "equation"]; // other sections, options of the member
        assert!(
            missing.is_none() || open.contains(&section.name),
            "{}: {missing:?}",
            section.name
        );
    }
}

/// The value as text, whole numbers as others.
fn plain(value: &toml::Value) -> String {
    let number = value.as_integer().map(|number| number as f64);
    let number = number.or(value.as_float());
    number.map_or(value.to_string(), |number| number.to_string())
}

#[test]
fn defaults_that_are_values_are_those_of_a_recipe_without_the_key() {
    let recipe = Recipe::parse("keys.toml", SHORTEST, &[]);
    let recipe = recipe.unwrap_or_else(|error| panic!("{error}"));
    let resolved: toml::Table = toml::from_str(&recipe.text()).expect("TOML");
    let mut compared = 0;
    for section in SECTION_KEYS {
        let path = section.name.split('.').filter(|name| !name.is_empty());
        let root = Some(toml::Value::Table(resolved.clone()));
        let table = path.fold(root, |table, name| table?.get(name).cloned());
        for (name, meaning) in section.keys.iter().copied().flatten() {
            let said = toml::from_str::<toml::Table>(&format!("x = {}", split_default(meaning).1));
            let is = table.as_ref().and_then(|table| table.get(name));
            if let (Ok(said), Some(is)) = (said, is) {
                assert_eq!(plain(&said["x"]), plain(is), "{}.{name}", section.name);
                compared += 1;
            }
        }
    }
    assert!(compared > 25, "{compared} defaults");
}

#[test]
fn a_meaning_is_split_from_its_default() {
    assert_eq!(
        split_default("a; 0 for none; default 1"),
        ("a; 0 for none", "1")
    );
    assert_eq!(split_default("a; default: b, c"), ("a", "b, c"));
    assert_eq!(split_default("a; required"), ("a", "required"));
    assert_eq!(split_default("a"), ("a", ""));
}
