//! The calibration of a gate: errors by lead time, and the states that they are of.

use super::{Features, GateError, Known, Scores};
use crate::files::json_fault;
use crate::weights::WeightFile;
use ondine_datasets::read_text;
use ondine_solvers::Problem;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The file of a run that holds it.
pub const FILE: &str = "gate.json";

/// Least spread, in deviations of the fields, that an error is divided by.
const LEAST_SPREAD: f64 = 1e-6;

/// Errors of a surrogate by lead time, and the states that it was judged on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Ranges of the states.
    pub known: Known,
    /// Errors in deviations of the fields, or in multiples of the spread, by lead time from one step on.
    scores: Vec<Scores>,
    /// Whether they are in multiples of the spread.
    by_spread: bool,
}

impl Calibration {
    /// A calibration on these states, without errors so far; none on no state.
    ///
    /// # Errors
    /// When there are no modes for the grid.
    pub fn new<'a>(
        problem: &Problem,
        points: &[usize],
        states: impl IntoIterator<Item = &'a [f64]>,
    ) -> Result<Option<Self>, GateError> {
        let mut features = Features::new(problem, points)?;
        let known = Known::of(&mut features, states.into_iter());
        Ok(known.map(|known| Self {
            known,
            scores: Vec::new(),
            by_spread: false,
        }))
    }

    /// Adds an error of a forecast `lead` steps after the truth, in deviations of the fields, with the spread of its members
    /// where there are some.
    pub fn add(&mut self, lead: usize, error: f64, spread: Option<f64>) {
        let place = lead.max(1) - 1;
        if self.scores.len() <= place {
            self.scores.resize(place + 1, Scores::default());
        }
        self.by_spread |= spread.is_some();
        self.scores[place].add(error / spread.map_or(1.0, |spread| spread.max(LEAST_SPREAD)));
    }

    /// The bound of the error of a forecast `lead` steps after the truth that is exceeded with probability `alpha` at most.
    #[must_use]
    pub fn bound(&self, lead: usize, alpha: f64, spread: Option<f64>) -> f64 {
        let scores = self.scores.get(lead.max(1) - 1);
        let bound = scores.map_or(f64::INFINITY, |scores| scores.bound(alpha));
        match spread {
            Some(spread) if self.by_spread => bound * spread.max(LEAST_SPREAD),
            None if self.by_spread => f64::INFINITY,
            _ => bound,
        }
    }

    /// The longest lead time with an error, in steps.
    #[must_use]
    pub fn leads(&self) -> usize {
        self.scores.len()
    }

    /// Reads the calibration of a run, or of a file that `ondine export` made of one.
    ///
    /// # Errors
    /// When it is not there, or can't be read.
    pub fn read(run: &Path) -> Result<Self, GateError> {
        let file = if run.is_dir() {
            run.join(FILE)
        } else {
            run.to_owned()
        };
        let wrong = |why: String| GateError::Calibration {
            path: file.display().to_string(),
            why,
        };
        let text = if run.is_dir() {
            read_text(&file, "a calibration")
        } else {
            exported(run)
        };
        let text = text.map_err(wrong)?;
        serde_json::from_str(&text).map_err(|error| wrong(json_fault(&error)))
    }
}

/// The calibration in an exported file.
fn exported(path: &Path) -> Result<String, String> {
    let file = WeightFile::read(path).map_err(|error| error.to_string())?;
    let calibration = file.surrogate.and_then(|exported| exported.gate);
    calibration.ok_or_else(|| "it was exported before its run had a calibration".to_owned())
}
