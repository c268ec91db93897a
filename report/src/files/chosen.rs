//! Fields that a recipe chooses.

use serde::{Deserialize, Serialize};

/// Fields that a constraint of a surrogate is for, as a recipe writes them: `true` for all that it can be for, `false` for
/// none, or a list of names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ChosenFields {
    /// All fields, or none.
    All(bool),
    /// The fields of these names, of several.
    Of(Vec<String>),
}

impl ChosenFields {
    /// The fields of `all` that are chosen, with all and none as such.
    #[must_use]
    pub fn of<'a>(all: impl Iterator<Item = (&'a str, bool)>) -> Self {
        let fields: Vec<(&str, bool)> = all.collect();
        let count = fields.iter().filter(|(_, chosen)| *chosen).count();
        if count == 0 || count == fields.len() {
            return Self::All(count > 0);
        }
        let names = fields.iter().filter(|(_, chosen)| *chosen);
        Self::Of(names.map(|(name, _)| (*name).to_owned()).collect())
    }

    /// Whether a field is chosen.
    #[must_use]
    pub fn has(&self, field: &str) -> bool {
        match self {
            Self::All(all) => *all,
            Self::Of(names) => names.iter().any(|name| name == field),
        }
    }

    /// Whether any field is chosen.
    #[must_use]
    pub fn any(&self) -> bool {
        *self != Self::All(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(held: [bool; 3]) -> ChosenFields {
        ChosenFields::of(["rho", "u", "p"].into_iter().zip(held))
    }

    #[test]
    fn all_and_none_are_booleans_and_some_are_names() {
        assert_eq!(of([true; 3]), ChosenFields::All(true));
        assert_eq!(of([false; 3]), ChosenFields::All(false));
        let some = of([true, false, true]);
        assert_eq!(some, ChosenFields::Of(vec!["rho".into(), "p".into()]));
        assert_eq!(
            ["rho", "u", "p"].map(|name| some.has(name)),
            [true, false, true]
        );
        assert_eq!(
            [of([true; 3]), of([false; 3]), some].map(|held| held.any()),
            [true, false, true]
        );
    }

    #[test]
    fn runs_write_them_as_recipes_do() {
        let written = |held| serde_json::to_string(&of(held)).expect("plain data");
        assert_eq!(written([true; 3]), "true");
        assert_eq!(written([true, false, false]), r#"["rho"]"#);
        let read: ChosenFields = serde_json::from_str(r#"["rho"]"#).expect("a list");
        assert_eq!(read, of([true, false, false]));
    }
}
