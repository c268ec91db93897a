//! Number of Fourier modes that an operator retains: one for every axis, or one per axis.

use super::ranges::{refuse, within};
use serde::de::value::SeqAccessDeserializer;
use serde::de::{Deserializer, Error, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Most modes along an axis.
const MOST: usize = 4096;

/// Retained modes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Modes {
    /// As many along every axis.
    All(usize),
    /// So many along each axis, in their order.
    Each(Vec<usize>),
}

impl Modes {
    /// The modes along each of `dims` axes.
    pub fn axes(&self, dims: usize) -> Vec<usize> {
        match self {
            Self::All(modes) => vec![*modes; dims],
            Self::Each(modes) => modes.clone(),
        }
    }

    /// Checks that there can be such an operator on some grid.
    pub(super) fn check(&self) -> Result<(), toml::de::Error> {
        match self {
            Self::All(modes) => within(&[("modes", *modes, [1, MOST])]),
            Self::Each(modes) if !(1..=3).contains(&modes.len()) => refuse(format!(
                "`modes` has {} entries: write one number for all axes, or one for each of 1 to 3 axes",
                modes.len()
            )),
            Self::Each(modes) => {
                let each: Vec<_> = modes.iter().map(|&n| ("modes", n, [1, MOST])).collect();
                within(&each)
            }
        }
    }

    /// Checks that there is a number for every axis of `grid`.
    pub(super) fn check_grid(&self, grid: &[usize]) -> Result<(), String> {
        let (axes, entries) = (grid.len(), self.axes(grid.len()).len());
        if axes == entries {
            Ok(())
        } else {
            Err(format!(
                "has `modes` of length {entries} on a {axes}-D grid: write one number for all axes, or one per axis"
            ))
        }
    }

    /// The modes `grid` can't carry, in words: along every axis with fewer than are retained. `carried` is the most of
    /// them that an axis resolves, by its number and its points.
    pub(super) fn notes(
        &self,
        grid: &[usize],
        carried: impl Fn(usize, usize) -> usize,
    ) -> Vec<String> {
        let axes = self.axes(grid.len()).into_iter().zip(grid).enumerate();
        let note = |(axis, (modes, &points)): (usize, (usize, &usize))| {
            let most = carried(axis, points);
            (modes > most).then(|| {
                format!("modes = {modes} along axis {axis}: its {points} points carry {most}, and weights of the others stay as they begin")
            })
        };
        axes.filter_map(note).collect()
    }
}

impl Default for Modes {
    fn default() -> Self {
        Self::All(24)
    }
}

impl<'de> Deserialize<'de> for Modes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrEach)
    }
}

struct OneOrEach;

impl<'de> Visitor<'de> for OneOrEach {
    type Value = Modes;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a whole number, 1 or more, or a list of one an axis")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Modes, E> {
        match usize::try_from(value) {
            Ok(modes) => Ok(Modes::All(modes)),
            Err(_) => Err(E::invalid_value(Unexpected::Signed(value), &self)),
        }
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Modes, E> {
        match usize::try_from(value) {
            Ok(modes) => Ok(Modes::All(modes)),
            Err(_) => Err(E::invalid_value(Unexpected::Unsigned(value), &self)),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Modes, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(seq)).map(Modes::Each)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Section {
        modes: Modes,
    }

    fn read(text: &str) -> Result<Modes, String> {
        let read = toml::from_str::<Section>(&format!("modes = {text}"));
        let modes = read.map_err(|error| error.message().to_owned())?.modes;
        let checked = modes.check();
        checked.map_err(|error| error.message().to_owned())?;
        Ok(modes)
    }

    #[test]
    fn one_number_or_one_an_axis_are_read() {
        assert_eq!(read("12"), Ok(Modes::All(12)));
        assert_eq!(read("[3, 12]"), Ok(Modes::Each(vec![3, 12])));
        assert_eq!(Modes::All(5).axes(2), [5, 5]);
        for (text, expected) in [
            ("0", "`modes` = 0 lies outside [1, 4096]"),
            ("[3, 4097]", "`modes` = 4097 lies outside [1, 4096]"),
            ("[]", "`modes` has 0 entries"),
            ("[1, 1, 1, 1]", "`modes` has 4 entries"),
            ("-1", "a whole number, 1 or more, or a list of one an axis"),
            (
                "\"all\"",
                "a whole number, 1 or more, or a list of one an axis",
            ),
        ] {
            let error = read(text).expect_err(text);
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn what_a_grid_does_not_carry_is_noted_by_axis() {
        let half = |_, points: usize| points / 2;
        let modes = Modes::Each(vec![3, 12]);
        assert!(modes.notes(&[16, 24], half).is_empty());
        let notes = modes.notes(&[4, 16], half);
        assert_eq!(notes.len(), 2);
        assert!(notes[0].contains("modes = 3 along axis 0: its 4 points carry 2"));
        assert!(notes[1].contains("modes = 12 along axis 1: its 16 points carry 8"));
        assert!(
            modes
                .check_grid(&[16])
                .is_err_and(|error| error.contains("of length 2 on a 1-D grid"))
        );
        assert_eq!(Modes::All(3).check_grid(&[16, 16, 16]), Ok(()));
    }
}
