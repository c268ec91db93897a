//! The file behind an evaluation.

use serde::{Deserialize, Serialize};

/// A file whose trajectories stand in for held-out simulations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SourceFile {
    /// Its path, as it was given.
    pub path: String,
    /// In what it differs from the simulations that the surrogate was trained on, in words.
    pub warnings: Vec<String>,
}
