//! Dependencies between crates, from the lock file.

use super::root;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// Direct dependencies of every package of the lock file, dev-dependencies of our own crates included.
fn locked() -> BTreeMap<String, BTreeSet<String>> {
    let text = fs::read_to_string(root().join("Cargo.lock")).expect("the lock file is committed");
    let lock: toml::Table = toml::from_str(&text).expect("the lock file is TOML");
    let mut packages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in lock["package"].as_array().expect("a list") {
        let name = package["name"].as_str().expect("a name").to_owned();
        let dependencies = package.get("dependencies").and_then(toml::Value::as_array);
        let names = dependencies
            .into_iter()
            .flatten()
            .filter_map(toml::Value::as_str);
        let first_words = names.map(|name| name.split(' ').next().unwrap_or(name).to_owned());
        packages.entry(name).or_default().extend(first_words);
    }
    packages
}

fn reaches(packages: &BTreeMap<String, BTreeSet<String>>, from: &str) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut open = vec![from.to_owned()];
    while let Some(name) = open.pop() {
        if seen.insert(name.clone()) {
            open.extend(packages.get(&name).into_iter().flatten().cloned());
        }
    }
    seen
}

#[test]
fn crates_below_the_models_link_no_burn_and_models_know_no_solver() {
    let packages = locked();
    let below = [
        "ondine-solvers",
        "ondine-metrics",
        "ondine-datasets",
        "ondine-report",
        "ondine-coupling",
    ];
    for name in below {
        let reached = reaches(&packages, name);
        assert!(reached.len() > 3, "{name} is in the lock file");
        let burn: Vec<_> = reached
            .iter()
            .filter(|name| name.starts_with("burn"))
            .collect();
        assert!(burn.is_empty(), "{name} reaches {burn:?}");
    }
    let client = packages["ondine-coupling"].iter();
    let ours = client.filter(|name| name.starts_with("ondine"));
    assert_eq!(ours.count(), 0, "clients build alone");
    let models = reaches(&packages, "ondine-models");
    assert!(models.contains("burn"));
    assert!(!models.contains("ondine-solvers") && !models.contains("ondine-datasets"));
    let tensors = packages["ondine-tensor-solvers"].iter();
    assert_eq!(tensors.collect::<Vec<_>>(), ["burn", "ondine-solvers"]);
}
