//! `"auto"` or a number: what can be measured need not be typed.

use serde::de::{Deserializer, Error, Unexpected, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;
use std::num::NonZero;
use std::thread::available_parallelism;

/// Worker threads of a training, or processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Workers {
    /// As many.
    Fixed(usize),
    /// As many as the trainer needs to wait less than 5 % of its time, one per core at most.
    #[serde(serialize_with = "write")]
    Auto,
}

impl Workers {
    /// Most workers that there may be: the typed number, or one per core of this machine. While the trainer waits, it
    /// leaves its own cores to the workers, so none is kept for it.
    pub fn most(self) -> usize {
        match self {
            Self::Fixed(workers) => workers,
            Self::Auto => cores(),
        }
    }
}

impl Default for Workers {
    /// One less than the machine has cores.
    fn default() -> Self {
        Self::Fixed(cores().saturating_sub(1).max(1))
    }
}

impl<'de> Deserialize<'de> for Workers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = deserializer.deserialize_any(AutoOrNumber("workers"))?;
        Ok(number.map_or(Self::Auto, Self::Fixed))
    }
}

/// Reads `"auto"`, which is none, or a whole number of the things it names.
pub(super) struct AutoOrNumber(pub(super) &'static str);

impl Visitor<'_> for AutoOrNumber {
    type Value = Option<usize>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "\"auto\" or a whole number of {}, 1 or more",
            self.0
        )
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        match text {
            "auto" => Ok(None),
            other => Err(E::invalid_value(Unexpected::Str(other), &self)),
        }
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        match usize::try_from(value) {
            Ok(number @ 1..) => Ok(Some(number)),
            _ => Err(E::invalid_value(Unexpected::Signed(value), &self)),
        }
    }
}

/// Writes `"auto"`.
pub(super) fn write<S: Serializer>(serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str("auto")
}

fn cores() -> usize {
    available_parallelism().map_or(1, NonZero::get)
}
