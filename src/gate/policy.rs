//! The policy of a gate: a few keys of a TOML text.

use super::GateError;
use crate::files::line_of;
use crate::wording::plain;
use ondine_datasets::read_text;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Limits of a gate. A file of them has these keys, all of which have defaults.
///
/// ```
/// use ondine::gate::Policy;
/// let policy = Policy::parse("tolerance = 0.05\nalpha = 0.01")?;
/// assert_eq!((policy.alpha, policy.solver_steps), (0.01, 1));
/// assert!(Policy::parse("alpha = 2.0").is_err());
/// # Ok::<(), ondine::gate::GateError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// Largest error of a state that is accepted, in standard deviations of the trained fields, root mean square over points
    /// and fields; above 0.
    pub tolerance: f64,
    /// Share of states that may be accepted with a larger error, in (0, 1).
    pub alpha: f64,
    /// Largest distance of a state outside of those that the gate was calibrated on, in widths of their range; above 0.
    pub distance: f64,
    /// Largest drift of the mean of a conserved field since the last truth, in standard deviations of the field; above 0.
    pub conservation: f64,
    /// Steps of the surrogate after the last truth, at most; those that the calibration has if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub horizon: Option<usize>,
    /// Share of the limits below which the surrogate takes over from the solver, in (0, 1].
    pub resume: f64,
    /// Least number of solver steps after a state that was not accepted, 1 or more.
    pub solver_steps: usize,
    /// Multiple of the largest distance at which a state that the solver gave counts as broken, and the code is told to stop; 1
    /// or more.
    pub stop: f64,
    /// Members of a surrogate that samples its answers, 2 or more.
    pub members: usize,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            tolerance: 0.1,
            alpha: 0.05,
            distance: 0.25,
            conservation: 0.05,
            horizon: None,
            resume: 0.9,
            solver_steps: 1,
            stop: 100.0,
            members: 8,
        }
    }
}

impl Policy {
    /// Reads a file.
    ///
    /// # Errors
    /// When it can't be read or has other keys or values.
    pub fn read(path: &Path) -> Result<Self, GateError> {
        let name = path.display();
        let text = read_text(path, "a policy");
        let text = text.map_err(|why| GateError::Policy(format!("{name}: {why}")))?;
        Self::parse(&text).map_err(|error| match error {
            GateError::Policy(why) => GateError::Policy(format!("{name}: {why}")),
            other => other,
        })
    }

    /// Reads a text.
    ///
    /// # Errors
    /// When it has other keys or values.
    pub fn parse(text: &str) -> Result<Self, GateError> {
        let policy: Self = toml::from_str(text).map_err(|error| {
            let (line, why) = (line_of(text, &error), plain(error.message()));
            GateError::Policy(format!("line {line}: {why}"))
        })?;
        match policy.fault() {
            Some((key, value, range)) => Err(GateError::Policy(format!(
                "{key} = {value} lies outside {range}"
            ))),
            None => Ok(policy),
        }
    }

    /// A key whose value is not possible, with that and what is.
    fn fault(&self) -> Option<(&'static str, f64, &'static str)> {
        let above_0 = |value: f64| value > 0.0 && value.is_finite();
        let checks = [
            (
                "tolerance",
                self.tolerance,
                above_0(self.tolerance),
                "(0, inf)",
            ),
            (
                "alpha",
                self.alpha,
                self.alpha > 0.0 && self.alpha < 1.0,
                "(0, 1)",
            ),
            (
                "distance",
                self.distance,
                above_0(self.distance),
                "(0, inf)",
            ),
            (
                "conservation",
                self.conservation,
                above_0(self.conservation),
                "(0, inf)",
            ),
            (
                "resume",
                self.resume,
                self.resume > 0.0 && self.resume <= 1.0,
                "(0, 1]",
            ),
            (
                "stop",
                self.stop,
                self.stop >= 1.0 && self.stop.is_finite(),
                "[1, inf)",
            ),
            (
                "horizon",
                self.horizon.unwrap_or(1) as f64,
                self.horizon != Some(0),
                "[1, inf)",
            ),
            (
                "solver_steps",
                self.solver_steps as f64,
                self.solver_steps > 0,
                "[1, inf)",
            ),
            ("members", self.members as f64, self.members > 1, "[2, inf)"),
        ];
        let wrong = checks.into_iter().find(|(_, _, possible, _)| !possible);
        wrong.map(|(key, value, _, range)| (key, value, range))
    }
}
