//! Distributions for every axis, or one per axis.

use ondine_datasets::Distribution;
use serde::de::{Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess, Visitor, value};
use serde::{Deserialize, Serialize};

/// One distribution for every axis, or one per axis.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum PerAxis {
    /// The same for every axis.
    All(Distribution),
    /// One an axis.
    Each(Vec<Distribution>),
}

impl PerAxis {
    /// One an axis.
    pub fn axes(&self, dims: usize) -> Vec<Distribution> {
        match self {
            // Not `vec!`: its loop of clones is compiled so that memory checkers see it decide by values that are not set.
            Self::All(length) => (0..dims).map(|_| length.clone()).collect(),
            Self::Each(lengths) => lengths.clone(),
        }
    }
}

impl<'de> Deserialize<'de> for PerAxis {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PerAxisVisitor)
    }
}

struct PerAxisVisitor;

impl<'de> Visitor<'de> for PerAxisVisitor {
    type Value = PerAxis;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(
            "a number, a distribution such as { uniform = [0.5, 1.5] }, or a list with one an axis",
        )
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<PerAxis, E> {
        Distribution::deserialize(value.into_deserializer()).map(PerAxis::All)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<PerAxis, E> {
        self.visit_f64(value as f64)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<PerAxis, A::Error> {
        Vec::deserialize(value::SeqAccessDeserializer::new(seq)).map(PerAxis::Each)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<PerAxis, A::Error> {
        Distribution::deserialize(value::MapAccessDeserializer::new(map)).map(PerAxis::All)
    }
}
