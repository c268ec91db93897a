//! Remedies, in words and as keys of the recipe, none of which the recipe refuses or has already.

use crate::numbers::text::typed;
use serde::Serialize;
use std::collections::BTreeMap;

/// Keys of a recipe with the values to write, which belong together: `--set KEY=VALUE` each.
pub type Changes = BTreeMap<String, String>;

/// A test whether a recipe takes changes, and is another one with them.
pub type Takes<'a> = dyn Fn(&Changes) -> bool + 'a;

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Way {
    /// In words that follow "do this or": "raise model.modes from 3 to 11".
    pub text: String,
    /// The keys to set; none for what no key says, like a better file.
    pub changes: Changes,
}

impl Way {
    /// Something that no key of the recipe says.
    pub fn words(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            changes: Changes::new(),
        }
    }

    /// A key with the value to write, as TOML.
    pub fn set(key: &str, value: impl ToString, text: impl Into<String>) -> Self {
        Self::words(text).with(key, value)
    }

    /// The same with one more key.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl ToString) -> Self {
        self.changes.insert(key.to_owned(), value.to_string());
        self
    }

    /// Another value of a number that is there: "raise KEY from 3 to 11".
    pub fn change(key: &str, [from, to]: [f64; 2]) -> Self {
        let verb = if to > from { "raise" } else { "lower" };
        let [from, to] = [from, to].map(typed);
        Self::set(key, &to, format!("{verb} {key} from {from} to {to}"))
    }
}

/// A remedy: ways, of which one is enough.
#[derive(Debug, Clone, Default)]
pub struct Remedy {
    lead: String,
    ways: Vec<Way>,
    otherwise: String,
}

impl Remedy {
    /// Ways without a word before them.
    pub fn ways(ways: impl IntoIterator<Item = Way>) -> Self {
        Self::of("", ways)
    }

    /// Ways behind a phrase that says what they have in common.
    pub fn of(lead: &str, ways: impl IntoIterator<Item = Way>) -> Self {
        Self {
            lead: lead.to_owned(),
            ways: ways.into_iter().collect(),
            otherwise: String::new(),
        }
    }

    /// A sentence for where no way is open.
    #[must_use]
    pub fn otherwise(mut self, sentence: &str) -> Self {
        sentence.clone_into(&mut self.otherwise);
        self
    }

    /// The same with the ways alone that a recipe takes, where that is known.
    #[must_use]
    pub fn open_to(mut self, takes: Option<&Takes<'_>>) -> Self {
        if let Some(takes) = takes {
            let open = |way: &Way| way.changes.is_empty() || takes(&way.changes);
            self.ways.retain(open);
        }
        self
    }

    /// Whether there is no way.
    pub fn is_empty(&self) -> bool {
        self.ways.is_empty()
    }

    /// In a sentence, or in two.
    pub fn text(&self) -> String {
        let ways: Vec<&str> = self.ways.iter().map(|way| way.text.as_str()).collect();
        let ways = ways.join(", or ");
        match (self.ways.is_empty(), self.lead.is_empty()) {
            (true, _) => self.otherwise.clone(),
            (_, true) => format!("{}.", capital(&ways)),
            _ => format!("{}: {ways}.", self.lead),
        }
    }

    /// The keys of every way that has some.
    pub fn changes(&self) -> Vec<Changes> {
        let all = self.ways.iter().map(|way| way.changes.clone());
        all.filter(|changes| !changes.is_empty()).collect()
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_that_a_recipe_does_not_take_are_not_advised() {
        let ways = [
            Way::change("model.modes", [20.0, 31.0]),
            Way::change("model.modes", [20.0, 20.0]),
            Way::words("get a better file"),
        ];
        let takes = |changes: &Changes| changes["model.modes"] != "20";
        let open = Remedy::ways(ways.clone()).open_to(Some(&takes));
        let text = "Raise model.modes from 20 to 31, or get a better file.";
        assert_eq!(open.text(), text);
        assert_eq!(open.changes(), [ways[0].changes.clone()]);
        let none = Remedy::ways([ways[1].clone()]).otherwise("Nothing helps.");
        assert_eq!(none.clone().open_to(Some(&takes)).text(), "Nothing helps.");
        let all = none.open_to(None).text();
        assert_eq!(all, "Lower model.modes from 20 to 20.");
    }
}
