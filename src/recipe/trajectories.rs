//! `[source]`: what gives the trajectories that a network is trained on.

use serde::{Deserialize, Serialize};
use toml::de::ValueDeserializer;

/// A member of the list of sources.
pub struct SourceEntry {
    /// Its name in recipes.
    pub kind: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// Reads its options.
    pub decode: fn(ValueDeserializer<'_>) -> Result<SourceSection, toml::de::Error>,
}

/// Every source.
pub const SOURCES: &[&SourceEntry] = &[
    &SourceEntry {
        kind: "ensemble",
        summary: "solvers of the list, for the [equation] of the recipe",
        decode: |options| without_options(options, SourceSection::Ensemble),
    },
    &SourceEntry {
        kind: "file",
        summary: "trajectories of the file of [data]",
        decode: |options| without_options(options, SourceSection::File),
    },
    &SourceEntry {
        kind: "library",
        summary: "simulations that the program that trains hands over, through the library",
        decode: |options| without_options(options, SourceSection::Library),
    },
];

/// Origin of the trajectories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceSection {
    /// Solvers of the list.
    Ensemble,
    /// The file of `[data]`.
    File,
    /// The program that trains.
    Library,
}

impl SourceSection {
    /// Its name in recipes.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::Ensemble => "ensemble",
            Self::File => "file",
            Self::Library => "library",
        }
    }
}

/// A section with no key but its kind.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NoOptions {}

fn without_options(
    options: ValueDeserializer<'_>,
    section: SourceSection,
) -> Result<SourceSection, toml::de::Error> {
    NoOptions::deserialize(options).map(|_| section)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_is_decoded_to_its_kind() {
        for entry in SOURCES {
            let empty = ValueDeserializer::parse("{}").expect("a table");
            let section = (entry.decode)(empty).expect(entry.kind);
            assert_eq!(section.kind(), entry.kind);
        }
    }
}
