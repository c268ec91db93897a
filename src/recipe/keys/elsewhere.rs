//! The section that a key belongs into which was written into another.

use super::{SECTION_KEYS, SectionKeys};

/// Names that other programs have for keys.
const SYNONYMS: &[(&str, &str)] = &[
    ("lr", "learning_rate"),
    ("batch_size", "batch"),
    ("num_steps", "steps"),
    ("dx", "length"),
    ("resolution", "points"),
];

/// The help for a key that stands in the section `wrong_section` and belongs into others: their paths.
pub(crate) fn elsewhere(wrong: &str, wrong_section: &str) -> Option<String> {
    let meant = SYNONYMS.iter().find(|(name, _)| *name == wrong);
    let key = meant.map_or(wrong, |(_, key)| key);
    let has = |section: &&SectionKeys| {
        let mut keys = section.keys.iter().copied().flatten();
        let own = section.name == wrong_section && key == wrong;
        !own && !section.name.starts_with('[') && keys.any(|(name, _)| *name == key)
    };
    let (here, others): (Vec<_>, Vec<_>) = SECTION_KEYS
        .iter()
        .filter(has)
        .partition(|section| section.name == wrong_section);
    let sections = if here.is_empty() { others } else { here };
    let paths: Vec<String> = sections
        .into_iter()
        .map(|section| match section.name {
            "" => format!("`{key}` before the first section"),
            name => format!("`{name}.{key}`"),
        })
        .collect();
    (!paths.is_empty()).then(|| format!("did you mean {}?", paths.join(" or ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_another_section_is_named_with_it() {
        let help = |wrong, section| elsewhere(wrong, section).unwrap_or_default();
        assert_eq!(
            help("lr", "train"),
            "did you mean `train.optimizer.learning_rate`?"
        );
        assert_eq!(help("points", ""), "did you mean `grid.points`?");
        assert_eq!(help("batch_size", "train"), "did you mean `train.batch`?");
        assert_eq!(
            help("seed", "train"),
            "did you mean `seed` before the first section?"
        );
        assert_eq!(elsewhere("nonsense", "train"), None);
    }
}
