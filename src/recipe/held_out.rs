//! `data.held_out`: trajectories of a file, or files of their own, that are kept for evaluation.

use super::data::Paths;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::PathBuf;

/// The possible forms.
const FORMS: &str = "a number of trajectories at the end, { share = 0.1 }, { trajectories = [180, 200] }, \
                     { split = \"test\" } or { files = \"test/*.h5\" }";

/// Which trajectories of a file are held out.
#[derive(Debug, Clone, PartialEq)]
pub enum HeldOutTrajectories {
    /// So many at the end.
    Last(u64),
    /// This share of all at the end, at least one.
    Share(f64),
    /// Trajectories from the first number on, up to the second one, which is not held out.
    Numbers([u64; 2]),
    /// Those of a split that the dataset names itself; trained on are those of its split `train`, where it has one, or all others.
    Split(String),
    /// All of these files, folders or patterns, and none of the file that is trained on.
    Files(Vec<PathBuf>),
}

impl HeldOutTrajectories {
    /// Splits trajectories, given by their rising numbers, into those to train on and those that are held out; none are where files
    /// of their own or the dataset say which.
    #[must_use]
    pub fn split(&self, all: &[usize]) -> [Vec<usize>; 2] {
        let last = |count: usize| all.len().saturating_sub(count);
        let (train, held_out) = match self {
            Self::Last(count) => all.split_at(last(usize::try_from(*count).unwrap_or(usize::MAX))),
            Self::Files(_) | Self::Split(_) => all.split_at(all.len()),
            Self::Share(share) => {
                let count = (share * all.len() as f64).round().max(1.0);
                all.split_at(last(count as usize))
            }
            Self::Numbers([first, end]) => {
                let inside = |index: &&usize| (first..end).contains(&&(**index as u64));
                let (held_out, train): (Vec<usize>, Vec<usize>) = all.iter().partition(inside);
                return [train, held_out];
            }
        };
        [train.to_vec(), held_out.to_vec()]
    }
}

impl fmt::Display for HeldOutTrajectories {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Last(count) => write!(f, "{count}"),
            Self::Share(share) => write!(f, "{{ share = {share} }}"),
            Self::Numbers([first, end]) => write!(f, "{{ trajectories = [{first}, {end}] }}"),
            Self::Split(name) => write!(f, "{{ split = {name:?} }}"),
            Self::Files(files) => match &files[..] {
                [one] => write!(f, "{{ files = {one:?} }}"),
                several => write!(f, "{{ files = {several:?} }}"),
            },
        }
    }
}

impl Serialize for HeldOutTrajectories {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let table = |serializer: S| serializer.serialize_map(Some(1));
        match self {
            Self::Last(count) => serializer.serialize_u64(*count),
            Self::Share(share) => {
                let mut map = table(serializer)?;
                map.serialize_entry("share", share)?;
                map.end()
            }
            Self::Numbers(numbers) => {
                let mut map = table(serializer)?;
                map.serialize_entry("trajectories", numbers)?;
                map.end()
            }
            Self::Split(name) => {
                let mut map = table(serializer)?;
                map.serialize_entry("split", name)?;
                map.end()
            }
            Self::Files(files) => {
                let mut map = table(serializer)?;
                match &files[..] {
                    [one] => map.serialize_entry("files", one)?,
                    several => map.serialize_entry("files", several)?,
                }
                map.end()
            }
        }
    }
}

struct Form;

impl<'de> Visitor<'de> for Form {
    type Value = HeldOutTrajectories;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(FORMS)
    }

    fn visit_u64<E: Error>(self, count: u64) -> Result<HeldOutTrajectories, E> {
        Ok(HeldOutTrajectories::Last(count))
    }

    fn visit_i64<E: Error>(self, count: i64) -> Result<HeldOutTrajectories, E> {
        let refused = |_| E::custom(format!("held_out = {count} is below 0: expected {FORMS}"));
        u64::try_from(count)
            .map(HeldOutTrajectories::Last)
            .map_err(refused)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<HeldOutTrajectories, A::Error> {
        let one = match map.next_key::<String>()?.as_deref() {
            Some("share") => share(map.next_value()?)?,
            Some("trajectories") => numbers(map.next_value()?)?,
            Some("split") => HeldOutTrajectories::Split(map.next_value()?),
            Some("files") => HeldOutTrajectories::Files(map.next_value::<Paths>()?.all()),
            Some(other) => {
                let known = &["share", "trajectories", "split", "files"];
                return Err(A::Error::unknown_field(other, known));
            }
            None => return Err(A::Error::custom(format!("expected {FORMS}; found {{ }}"))),
        };
        match map.next_key::<String>()? {
            None => Ok(one),
            Some(other) => Err(A::Error::custom(format!(
                "`{other}` beside another key: expected {FORMS}"
            ))),
        }
    }
}

fn share<E: Error>(share: f64) -> Result<HeldOutTrajectories, E> {
    if share > 0.0 && share < 1.0 {
        Ok(HeldOutTrajectories::Share(share))
    } else {
        Err(E::custom(format!(
            "share = {share} lies outside (0, 1): write share = 0.1 for a tenth of the trajectories, or leave held_out out to \
             train on all"
        )))
    }
}

fn numbers<E: Error>([first, end]: [u64; 2]) -> Result<HeldOutTrajectories, E> {
    if first < end {
        Ok(HeldOutTrajectories::Numbers([first, end]))
    } else {
        Err(E::custom(format!(
            "trajectories = [{first}, {end}] holds none out: write the first number and the one after the last"
        )))
    }
}

impl<'de> Deserialize<'de> for HeldOutTrajectories {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Serialize, Deserialize)]
    struct Line {
        held_out: HeldOutTrajectories,
    }

    fn read(text: &str) -> Result<Line, toml::de::Error> {
        toml::from_str(&format!("held_out = {text}"))
    }

    #[test]
    fn every_form_is_read_and_written() {
        for text in [
            "3",
            "{ share = 0.25 }",
            "{ trajectories = [1, 3] }",
            "{ split = \"test\" }",
            "{ files = \"test/*.h5\" }",
            "{ files = [\"a.h5\", \"b.h5\"] }",
        ] {
            let line = read(text).expect(text);
            assert_eq!(line.held_out.to_string(), text);
            let written = toml::to_string(&line).expect("plain data");
            let again: Line = toml::from_str(&written).expect("it was just written");
            assert_eq!(again.held_out, line.held_out);
        }
    }

    #[test]
    fn trajectories_are_split_by_number_share_or_place() {
        let split = |text: &str| read(text).expect(text).held_out.split(&[0, 1, 3, 4, 6]);
        assert_eq!(split("2"), [vec![0, 1, 3], vec![4, 6]]);
        assert_eq!(split("{ files = \"a.h5\" }"), [vec![0, 1, 3, 4, 6], vec![]]);
        assert_eq!(split("{ share = 0.4 }"), [vec![0, 1, 3], vec![4, 6]]);
        assert_eq!(split("{ share = 0.01 }"), [vec![0, 1, 3, 4], vec![6]]);
        let numbers = split("{ trajectories = [1, 4] }");
        assert_eq!(numbers, [vec![0, 4, 6], vec![1, 3]]);
        assert_eq!(split("9"), [vec![], vec![0, 1, 3, 4, 6]]);
    }

    #[test]
    fn other_forms_are_refused_with_what_to_write() {
        let said = |text: &str| read(text).expect_err(text).to_string();
        assert!(said("-1").contains("below 0"));
        assert!(said("\"all\"").contains("share = 0.1"));
        assert!(said("{ share = 1.5 }").contains("outside (0, 1)"));
        assert!(said("{ trajectories = [5, 5] }").contains("holds none out"));
        assert!(said("{ last = 3 }").contains("`last`"));
        assert!(said("{ share = 0.1, trajectories = [0, 1] }").contains("beside another key"));
    }
}
