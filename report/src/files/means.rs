//! The fields whose mean a surrogate holds.

use serde::{Deserialize, Serialize};

/// Fields whose mean over the grid a surrogate holds by construction, as a recipe writes them: `true` for all, `false` for
/// none, or a list of names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum HeldMeans {
    /// All fields, or none.
    All(bool),
    /// The fields of these names, of several.
    Of(Vec<String>),
}

impl HeldMeans {
    /// The fields of `all` whose mean is held, with all and none as such.
    #[must_use]
    pub fn of<'a>(all: impl Iterator<Item = (&'a str, bool)>) -> Self {
        let fields: Vec<(&str, bool)> = all.collect();
        let held = fields.iter().filter(|(_, held)| *held).count();
        if held == 0 || held == fields.len() {
            return Self::All(held > 0);
        }
        let names = fields.iter().filter(|(_, held)| *held);
        Self::Of(names.map(|(name, _)| (*name).to_owned()).collect())
    }

    /// Whether the mean of a field is held.
    #[must_use]
    pub fn holds(&self, field: &str) -> bool {
        match self {
            Self::All(all) => *all,
            Self::Of(names) => names.iter().any(|name| name == field),
        }
    }

    /// Whether any mean is held.
    #[must_use]
    pub fn any(&self) -> bool {
        *self != Self::All(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(held: [bool; 3]) -> HeldMeans {
        HeldMeans::of(["rho", "u", "p"].into_iter().zip(held))
    }

    #[test]
    fn all_and_none_are_booleans_and_some_are_names() {
        assert_eq!(of([true; 3]), HeldMeans::All(true));
        assert_eq!(of([false; 3]), HeldMeans::All(false));
        let some = of([true, false, true]);
        assert_eq!(some, HeldMeans::Of(vec!["rho".into(), "p".into()]));
        assert_eq!(
            ["rho", "u", "p"].map(|name| some.holds(name)),
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
        let read: HeldMeans = serde_json::from_str(r#"["rho"]"#).expect("a list");
        assert_eq!(read, of([true, false, false]));
    }
}
