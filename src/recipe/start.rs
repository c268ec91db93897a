//! `[train.start]`: first weights from a trained surrogate.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// `train.start`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartSection {
    /// Directory of a run, or file of an exported surrogate.
    pub run: PathBuf,
    /// Checkpoint of the run: "last", "best" or its name; the last one if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<String>,
    /// Factor of the trained weights.
    #[serde(default = "one")]
    pub shrink: f64,
    /// Factor of random first weights that are added to them.
    #[serde(default)]
    pub perturb: f64,
    /// Origin of the scales; those of the run for the same problem and measured for another if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scaling: Option<StartScaling>,
    /// Names that fields and conditions of the recipe have in the run, where they are others there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<String, String>,
}

/// Origin of the scales of a training that begins with trained weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartScaling {
    /// From the run, measured for fields that it has not.
    Stored,
    /// From simulations of the recipe.
    Measured,
    /// None: the network sees physical units, and answers in them.
    Identity,
}

fn one() -> f64 {
    1.0
}
