//! Options of a refiner in a recipe.

use super::PdeRefiner;
use super::levels::Levels;
use super::schedule::{Prediction, Schedule};
use crate::Options;
use crate::surrogate::{Backbone, Method, SurrogateEntry};
use serde::de::Error as _;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The entry of the list of surrogates.
pub const ENTRY: SurrogateEntry = SurrogateEntry {
    kind: "pde_refiner",
    summary: "a network that predicts the step and then removes noise from its prediction (Lippe et al. 2023)",
    options: &[
        (
            "steps",
            "refinement steps K, 1 to 64: K + 1 calls of the network a time step; default 3",
        ),
        (
            "min_noise_variance",
            "variance of the noise at the last step, in units of the increment's, in (0, 1); default 2e-7",
        ),
        (
            "max_noise_variance",
            "variance at the first step; default min_noise_variance^(1/K)",
        ),
        (
            "prediction",
            "\"noise\" (the paper) or \"velocity\" (pdearena's code); default \"noise\"",
        ),
        (
            "levels",
            "\"discrete\": those of the K steps; \"continuous\": any between the first and the last, for schedules that \
             are chosen after training; default \"discrete\"",
        ),
        (
            "fresh_noise",
            "share of the noise drawn anew at every step when predicting, 0 (deterministic) to 1; default 1",
        ),
        (
            "blur",
            "damps the highest wavenumbers of the slot by exp(-blur) where noise is strongest, 0 to 10; default 0",
        ),
        (
            "cutoff",
            "share of the highest wavenumber from which on predictions are set to zero, in (0, 1], 1 for none; default none",
        ),
    ],
    decode,
};

/// Which noise levels a network is trained on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrainedLevels {
    /// The levels of the schedule.
    #[default]
    Discrete,
    /// Beside the first call, all between the most and the least noise, evenly in its logarithm.
    Continuous,
}

/// Options of a refiner beside its backbone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PdeRefinerConfig {
    /// Refinement steps `K`.
    pub steps: usize,
    /// Variance (not standard deviation) of the noise at the last step, in units of the increment's.
    pub min_noise_variance: f64,
    /// Variance of the noise at the first refinement step; `min_noise_variance^(1/K)` if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_noise_variance: Option<f64>,
    /// Target of the network.
    pub prediction: Prediction,
    /// Which noise levels it is trained on.
    pub levels: TrainedLevels,
    /// Share of the noise that is drawn anew at every step.
    pub fresh_noise: f64,
    /// Strength `b` of the blur: wavenumber `k` of the slot is multiplied by `exp(−b (1 − level) (2k/n)²)`.
    pub blur: f64,
    /// Share of the highest wavenumber of every axis from which on predictions are zero.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cutoff: Option<f64>,
}

impl Default for PdeRefinerConfig {
    fn default() -> Self {
        Self {
            steps: 3,
            min_noise_variance: 2e-7,
            max_noise_variance: None,
            prediction: Prediction::Noise,
            levels: TrainedLevels::Discrete,
            fresh_noise: 1.0,
            blur: 0.0,
            cutoff: None,
        }
    }
}

impl PdeRefinerConfig {
    /// The schedule that is trained.
    pub fn schedule(&self) -> Schedule {
        Schedule {
            fresh_noise: self.fresh_noise,
            cutoff: self.cutoff,
            ..Schedule::geometric(self.steps, self.max_noise_variance, self.min_noise_variance)
        }
    }

    pub(super) fn trained_levels(&self) -> Levels {
        Levels::new(&self.schedule(), self.prediction)
    }

    fn check(&self) -> Result<(), String> {
        if !(1..=64).contains(&self.steps) {
            return Err(format!("`steps` = {} lies outside [1, 64]", self.steps));
        }
        let variances = [
            ("min_noise_variance", Some(self.min_noise_variance)),
            ("max_noise_variance", self.max_noise_variance),
        ];
        for (name, value) in variances {
            if let Some(value) = value.filter(|v| !(*v > 0.0 && *v < 1.0)) {
                return Err(format!(
                    "`{name}` = {value} lies outside (0, 1): write a variance in units of the increment's, such as 2e-7"
                ));
            }
        }
        if let Some(max) = self
            .max_noise_variance
            .filter(|v| *v <= self.min_noise_variance)
        {
            return Err(format!(
                "`max_noise_variance` = {max} is not above `min_noise_variance` = {}",
                self.min_noise_variance
            ));
        }
        if self.levels == TrainedLevels::Continuous && self.prediction == Prediction::Velocity {
            return Err("`levels` = \"continuous\" needs `prediction` = \"noise\"".to_owned());
        }
        if !(0.0..=10.0).contains(&self.blur) {
            return Err(format!("`blur` = {} lies outside [0, 10]", self.blur));
        }
        self.schedule().check()
    }
}

fn decode(options: Options<'_>, backbone: &Backbone) -> Result<Arc<dyn Method>, toml::de::Error> {
    let options = PdeRefinerConfig::deserialize(options)?;
    options.check().map_err(toml::de::Error::custom)?;
    backbone.check_sees_state("pde_refiner", "refines a step from the state")?;
    Ok(Arc::new(PdeRefiner::new(&options)))
}
