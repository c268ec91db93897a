//! `grid.boundary` and `grid.points_at`: ends of the axes, and where their points lie.

use ondine_solvers::{AxisError, AxisKind, Boundary, Ends, Placement};
use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use serde::ser::{SerializeSeq, Serializer};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The possible forms of one entry of `grid.boundary`.
const FORMS: &str =
    "\"periodic\", \"wall\" or \"open\", or a list of two for both ends, as [\"wall\", \"open\"]";

/// The boundaries at both ends of an axis, as a recipe writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AxisEnds(pub Ends);

/// Placement of the points of an axis, as a recipe writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PointsAt {
    /// From 0 on, without the point at the end: those of a periodic axis.
    Nodes,
    /// In the middle of cells.
    Cells,
    /// Between two walls, on which values are given.
    Interior,
}

impl AxisEnds {
    /// Default placement of the points of such an axis: nodes of a periodic axis, centres of cells otherwise.
    #[must_use]
    pub fn points_at(self) -> PointsAt {
        if self.0 == Ends::both(Boundary::Periodic) {
            PointsAt::Nodes
        } else {
            PointsAt::Cells
        }
    }

    /// The axis with these ends and points.
    ///
    /// # Errors
    /// When no axis has both.
    pub fn with(self, points: PointsAt) -> Result<AxisKind, AxisError> {
        AxisKind::new(self.0, points.placement())
    }
}

impl PointsAt {
    /// The placement that it names.
    pub(super) fn placement(self) -> Placement {
        match self {
            Self::Nodes => Placement::Nodes,
            Self::Cells => Placement::CellCentres,
            Self::Interior => Placement::InteriorNodes,
        }
    }
}

impl From<AxisKind> for AxisEnds {
    fn from(kind: AxisKind) -> Self {
        Self(kind.ends())
    }
}

impl From<AxisKind> for PointsAt {
    fn from(kind: AxisKind) -> Self {
        match kind.placement() {
            Placement::Nodes => Self::Nodes,
            Placement::CellCentres => Self::Cells,
            Placement::InteriorNodes => Self::Interior,
        }
    }
}

fn word(boundary: Boundary) -> &'static str {
    match boundary {
        Boundary::Periodic => "periodic",
        Boundary::Wall => "wall",
        Boundary::Open => "open",
    }
}

fn boundary<E: Error>(word: &str) -> Result<Boundary, E> {
    match word {
        "periodic" => Ok(Boundary::Periodic),
        "wall" => Ok(Boundary::Wall),
        "open" => Ok(Boundary::Open),
        other => Err(E::unknown_variant(other, &["periodic", "wall", "open"])),
    }
}

impl Serialize for AxisEnds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Ends { low, high } = self.0;
        if low == high {
            return serializer.serialize_str(word(low));
        }
        let mut pair = serializer.serialize_seq(Some(2))?;
        pair.serialize_element(word(low))?;
        pair.serialize_element(word(high))?;
        pair.end()
    }
}

struct Form;

impl<'de> Visitor<'de> for Form {
    type Value = AxisEnds;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(FORMS)
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<AxisEnds, E> {
        boundary(word).map(|both| AxisEnds(Ends::both(both)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<AxisEnds, A::Error> {
        let mut words = Vec::new();
        while let Some(word) = seq.next_element::<String>()? {
            words.push(boundary(&word)?);
        }
        match words[..] {
            [low, high] => Ok(AxisEnds(Ends { low, high })),
            _ => Err(A::Error::custom(format!("expected {FORMS}"))),
        }
    }
}

impl<'de> Deserialize<'de> for AxisEnds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize, Deserialize)]
    struct Line {
        boundary: Vec<AxisEnds>,
    }

    fn read(text: &str) -> Result<Line, toml::de::Error> {
        toml::from_str(&format!("boundary = {text}"))
    }

    #[test]
    fn one_word_is_for_both_ends_and_two_are_one_each() {
        let text = r#"["periodic", "wall", ["wall", "open"]]"#;
        let line = read(text).expect("valid");
        let mixed = Ends {
            low: Boundary::Wall,
            high: Boundary::Open,
        };
        let both = [Boundary::Periodic, Boundary::Wall].map(Ends::both);
        assert_eq!(line.boundary, [both[0], both[1], mixed].map(AxisEnds));
        let points = line.boundary.iter().map(|ends| ends.points_at());
        let cells = [PointsAt::Nodes, PointsAt::Cells, PointsAt::Cells];
        assert!(points.eq(cells));
        let written = toml::to_string(&line).expect("plain data");
        assert_eq!(written.trim(), format!("boundary = {text}"));
    }

    #[test]
    fn other_words_and_numbers_of_ends_are_refused() {
        let said = |text| read(text).err().expect(text).to_string();
        assert!(said(r#"["wal"]"#).contains("`wal`"));
        assert!(said(r#"[["wall"]]"#).contains("a list of two for both ends"));
        assert!(said("[1]").contains("a list of two for both ends"));
    }
}
