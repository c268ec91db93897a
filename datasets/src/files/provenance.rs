//! Origin of a dataset.

/// Origin of a dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// Seed of all draws.
    pub seed: Option<u64>,
    /// The recipe, as TOML.
    pub recipe: Option<String>,
    /// Version of Ondine that wrote the file; none for a file of another program.
    pub ondine_version: Option<String>,
    /// Which draw each trajectory is, counted from 0: simulations that fail are drawn again. Empty where all are the
    /// first.
    pub attempts: Vec<u32>,
    /// The files of another program that Ondine wrote the file from; none where there are none.
    pub converted_from: Option<String>,
}

impl Provenance {
    /// That of a file of another program.
    pub(super) fn foreign() -> Self {
        Self {
            ondine_version: None,
            ..Self::default()
        }
    }
}

impl Default for Provenance {
    fn default() -> Self {
        Self {
            seed: None,
            recipe: None,
            ondine_version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            attempts: Vec::new(),
            converted_from: None,
        }
    }
}
