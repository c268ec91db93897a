//! A surrogate in a file of weights: its recipe, trained ranges, horizon and calibration, under a key of the metadata of
//! their own.

use ondine_metrics::results::Horizon;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Version of the format, which grows when older programs can't read what newer ones write.
pub const VERSION: u64 = 1;

/// Everything beside weights and scales that is needed to run a surrogate without the directory of its run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exported {
    /// Version of the format, [`VERSION`] in files of this program.
    pub version: u64,
    /// Resolved recipe of the run: problem, grid, network, stages.
    pub recipe: String,
    /// Conditions of a step with their trained ranges, for readers other than Ondine, which has them from the recipe.
    pub conditions: Vec<Trained>,
    /// Time that forecasts held when they were judged; none where they were not.
    pub horizon: Option<Horizon>,
    /// Text of `gate.json` of the run, the calibration of its gate; none where there was none.
    pub gate: Option<String>,
}

/// Trained range of a condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trained {
    /// Name of the condition.
    pub name: String,
    /// Smallest and largest value.
    pub range: [f64; 2],
    /// Physical unit, where it is known.
    pub unit: Option<String>,
}

impl Exported {
    /// Reads the description from its JSON.
    ///
    /// # Errors
    /// Why it can't be read, in words: it is damaged, or a newer version wrote it.
    pub(super) fn from_json(json: &str) -> Result<Self, String> {
        let damaged = |_| "its metadata `surrogate` are damaged".to_owned();
        let value: Value = serde_json::from_str(json).map_err(damaged)?;
        match value["version"].as_u64() {
            Some(VERSION) => serde_json::from_value(value).map_err(damaged),
            Some(newer) if newer > VERSION => Err(format!(
                "version {newer} of the format is newer than {VERSION}, the newest that this program reads: update Ondine, \
                 or export the run with this version"
            )),
            _ => Err("its metadata `surrogate` have no version".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_version_is_refused_whatever_else_it_has() {
        let newer = Exported::from_json(r#"{"version": 2, "plan": []}"#).expect_err("newer");
        assert!(
            newer.contains("version 2") && newer.contains("update Ondine"),
            "{newer}"
        );
        for damaged in ["{", "{}", r#"{"version": "1"}"#, r#"{"version": 1}"#] {
            let error = Exported::from_json(damaged).expect_err(damaged);
            assert!(error.contains("its metadata"), "{damaged}: {error}");
        }
    }
}
