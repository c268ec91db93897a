//! An initial state before it has options: its row of the list.

use std::sync::Arc;

use super::InitialState;

/// The options of a recipe as typed, without `kind`; errors made from it carry line and column.
pub type Options<'a> = toml::de::ValueDeserializer<'a>;

/// A row of the list of initial states.
#[derive(Debug, Clone, Copy)]
pub struct InitialEntry {
    /// Name in a recipe.
    pub kind: &'static str,
    /// The states that it draws, in one line.
    pub summary: &'static str,
    /// Each option with its default and meaning in words.
    pub options: &'static [(&'static str, &'static str)],
    /// Reads and checks the options; unknown ones are an error.
    pub decode: for<'a> fn(Options<'a>) -> Result<Arc<dyn InitialState>, toml::de::Error>,
}
