//! A surrogate under shifts of its inputs.

use serde::{Deserialize, Serialize};

/// Scores under shifts of parameters, resolution, horizon, noise and initial states, one shift at a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StressCase {
    /// The quantity that is shifted.
    pub kind: StressKind,
    /// The shift in words, as "viscosity from 0.01 to 0.0125, trained on 0.005 to 0.01".
    pub shift: String,
    /// The scores; none where there is no such forecast.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scores: Option<StressScores>,
    /// Why there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Scores under a shift, beside those without it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StressScores {
    /// nRMSE after one step.
    pub nrmse: f64,
    /// nRMSE at the end of the rollouts.
    pub final_nrmse: f64,
    /// Time until the mean correlation falls below 0.8.
    pub correlation_time: f64,
    /// One-step nRMSE of the forecast that nothing changes, under the same shift.
    pub persistence_nrmse: f64,
    /// Factor by which the one-step nRMSE is larger than without the shift.
    pub nrmse_factor: f64,
    /// The same of the nRMSE at the end.
    pub final_nrmse_factor: f64,
    /// Factor by which the correlation time is shorter than without the shift; not finite where it is 0.
    pub correlation_time_factor: f64,
}

/// A quantity that is shifted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum StressKind {
    /// A parameter, a length of the domain or the time between frames, outside of its trained range.
    Parameter,
    /// Points of the grid.
    Resolution,
    /// Length of the rollouts.
    Horizon,
    /// Noise on the initial states.
    Noise,
    /// The distribution of initial states.
    InitialState,
}

impl StressKind {
    /// Its name in tables and figures.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Parameter => "parameter",
            Self::Resolution => "resolution",
            Self::Horizon => "horizon",
            Self::Noise => "noise",
            Self::InitialState => "initial state",
        }
    }
}
