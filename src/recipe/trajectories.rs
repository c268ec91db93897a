//! `[source]`: what gives the trajectories that a network is trained on.

use super::coupled::{ConnectSection, Coupled, ProgramSection};
use super::device::DeviceSection;
use super::resolved::table;
use serde::{Deserialize, Serialize};
use toml::Table;
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
        kind: "device",
        summary: "the equation of the recipe as tensors: many simulations at a time on the device of the training, where they stay",
        decode: |options| DeviceSection::deserialize(options).map(SourceSection::Device),
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
    &SourceEntry {
        kind: "connect",
        summary: "simulation codes that connect by themselves",
        decode: |options| ConnectSection::deserialize(options).map(SourceSection::Connect),
    },
    &SourceEntry {
        kind: "program",
        summary: "a simulation code that the training starts, a process per simulation or for many",
        decode: |options| ProgramSection::deserialize(options).map(SourceSection::Program),
    },
];

/// Origin of the trajectories.
#[derive(Debug, Clone, PartialEq)]
pub enum SourceSection {
    /// Solvers of the list.
    Ensemble,
    /// Tensors on the device of the training.
    Device(DeviceSection),
    /// The file of `[data]`.
    File,
    /// The program that trains.
    Library,
    /// Simulation codes that come by themselves.
    Connect(ConnectSection),
    /// A simulation code that the training starts.
    Program(ProgramSection),
}

impl SourceSection {
    /// Its name in recipes.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Ensemble => "ensemble",
            Self::Device(_) => "device",
            Self::File => "file",
            Self::Library => "library",
            Self::Connect(_) => "connect",
            Self::Program(_) => "program",
        }
    }

    /// The simulation codes that it is about, if it is.
    #[must_use]
    pub fn coupled(&self) -> Option<Coupled<'_>> {
        match self {
            Self::Connect(section) => Some(section.coupled()),
            Self::Program(section) => Some(section.coupled()),
            _ => None,
        }
    }

    /// Simulations that are stepped together on the device of the training; none where they are made elsewhere.
    #[must_use]
    pub fn device_batch(&self) -> Option<usize> {
        match self {
            Self::Device(section) => Some(section.batch),
            _ => None,
        }
    }

    /// Every option with the value in use, without `kind`.
    pub(super) fn options(&self) -> Table {
        match self {
            Self::Device(section) => table(section),
            Self::Connect(section) => table(section),
            Self::Program(section) => table(section),
            _ => Table::new(),
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
            let needed = match entry.kind {
                "connect" => "{ endpoint = \"ipc://socket\", token = { env = \"SECRET\" } }",
                "program" => "{ command = [\"./code\", \"{viscosity}\"] }",
                _ => "{}",
            };
            let options = ValueDeserializer::parse(needed).expect("a table");
            let section = (entry.decode)(options).expect(entry.kind);
            assert_eq!(section.kind(), entry.kind);
            let written = section.options().to_string();
            let again: Table = written.parse().expect("it was just written");
            assert_eq!(again, section.options());
        }
    }

    #[test]
    fn a_secret_in_the_recipe_is_refused_without_being_repeated() {
        let typed = "{ endpoint = \"ipc://socket\", token = \"sesame\" }";
        let options = ValueDeserializer::parse(typed).expect("a table");
        let error = ConnectSection::deserialize(options).expect_err("a secret");
        let said = error.message();
        assert!(
            said.contains("{ env = ") && !said.contains("sesame"),
            "{said}"
        );
    }
}
