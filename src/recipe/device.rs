//! `source.kind = "device"`: simulations as tensors on the device of the training.

use serde::{Deserialize, Serialize};

/// Options of simulations on the device of the training.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DeviceSection {
    /// Simulations that are stepped together.
    pub batch: usize,
}

impl Default for DeviceSection {
    fn default() -> Self {
        Self { batch: 32 }
    }
}
