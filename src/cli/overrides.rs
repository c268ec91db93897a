//! Values of keys that are typed behind `--set`.

use toml::{Table, Value};

/// Whether one of them is the value of the key at `path`, by itself or in a table around it.
pub(super) fn sets(overrides: &[String], path: &str) -> bool {
    let mut typed = overrides.iter().filter_map(|typed| typed.split_once('='));
    typed.any(|(key, value)| match path.strip_prefix(key.trim()) {
        Some("") => true,
        Some(rest) => rest.strip_prefix('.').is_some_and(|rest| has(value, rest)),
        None => false,
    })
}

/// Whether a value is a table that has the key at `path`.
fn has(value: &str, path: &str) -> bool {
    let table: Table = toml::from_str(&format!("value = {value}")).unwrap_or_default();
    let below = |value: &Value, step: &str| value.get(step).cloned();
    let root = table.get("value").cloned();
    root.and_then(|root| {
        path.split('.')
            .try_fold(root, |value, step| below(&value, step))
    })
    .is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_set_by_itself_and_in_tables_around_it() {
        let sets = |typed: &str, path: &str| sets(&[typed.to_owned()], path);
        for typed in [
            "train.start.run=runs/ks",
            " train.start.run = \"runs/ks\"",
            "train.start={ run = \"runs/ks\", shrink = 0.5 }",
            "train={ start = { run = \"runs/ks\" } }",
        ] {
            assert!(sets(typed, "train.start.run"), "{typed}");
        }
        for typed in [
            "train.start.runs=1",
            "train.start={ shrink = 0.5 }",
            "train.star={ run = 1 }",
            "train.start=run",
            "train.start.run",
        ] {
            assert!(!sets(typed, "train.start.run"), "{typed}");
        }
    }
}
