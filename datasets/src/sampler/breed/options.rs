//! The options of `breed`, with the names and defaults of its authors where there are any.

use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize};

/// Largest share of children: one draw in twenty at least comes from the base.
const MAX_SHARE: f64 = 0.95;

/// Options of the sampler.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Breed {
    /// Sampler of the simulations that are no children.
    pub base: Base,
    /// Measure of a simulation's difficulty.
    pub signal: Signal,
    /// Share of children in the first generation.
    #[serde(deserialize_with = "share")]
    pub start: f64,
    /// Share of children from generation `breakpoint` on.
    #[serde(deserialize_with = "share")]
    pub end: f64,
    /// Generations from the first share to the last.
    #[serde(deserialize_with = "count")]
    pub breakpoint: u32,
    /// Standard deviation of children around their parents, in the unit cube.
    #[serde(deserialize_with = "deviation")]
    pub sigma: f64,
    /// Simulations that may be parents, the latest (`sliding_window_size` of the authors).
    #[serde(deserialize_with = "count")]
    pub window: u32,
    /// Training steps between two generations (`nn_updates`).
    #[serde(deserialize_with = "count")]
    pub every: u32,
    /// Losses of a simulation before it may be a parent (`delta_loss_min_nb_time_steps`).
    #[serde(deserialize_with = "some_count")]
    pub min_records: Option<u32>,
    /// Such simulations before there is a generation (`min_nb_finished_simulations`).
    #[serde(deserialize_with = "count")]
    pub min_simulations: u32,
    /// Simulations that begin before it is their turn, so that workers have something to do, in a deterministic training;
    /// a new generation does not change them (`non_resampling_threshold`).
    pub lead: u32,
    /// Steps of a rollout.
    #[serde(deserialize_with = "some_count")]
    pub steps: Option<u32>,
}

/// A sampler of the prior.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Base {
    /// Scrambled Sobol points.
    #[default]
    Sobol,
    /// Scrambled Halton points.
    Halton,
    /// A Latin hypercube over all simulations.
    LatinHypercube,
    /// Independent points.
    MonteCarlo,
}

/// Measure of a simulation's difficulty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// The training loss of its windows, as the authors have it.
    #[default]
    Loss,
    /// The error at the end of a rollout over several of its frames.
    Rollout,
}

impl Default for Breed {
    fn default() -> Self {
        Self {
            base: Base::Sobol,
            signal: Signal::Loss,
            start: 0.15,
            end: 0.75,
            breakpoint: 10,
            sigma: 0.1,
            window: 100,
            every: 100,
            min_records: None,
            min_simulations: 10,
            lead: 8,
            steps: None,
        }
    }
}

impl Breed {
    /// The same with nothing left to defaults.
    #[must_use]
    pub fn completed(&self) -> Self {
        let records = match self.signal {
            Signal::Loss => 8,
            Signal::Rollout => 1,
        };
        Self {
            min_records: self.min_records.or(Some(records)),
            steps: self.rollout_steps().map(|steps| steps as u32),
            ..self.clone()
        }
    }

    /// Losses of a simulation before it may be a parent.
    pub fn least_records(&self) -> u32 {
        self.completed().min_records.unwrap_or(1)
    }

    /// Steps of a rollout, where that is the signal.
    pub fn rollout_steps(&self) -> Option<usize> {
        match self.signal {
            Signal::Loss => None,
            Signal::Rollout => Some(self.steps.unwrap_or(8) as usize),
        }
    }

    /// Share of children in generation `number`, counted from 0: `start + (end − start) min(number / breakpoint, 1)`.
    pub fn share(&self, number: u32) -> f64 {
        let part = f64::from(number) / f64::from(self.breakpoint);
        self.start + (self.end - self.start) * part.min(1.0)
    }
}

impl Base {
    /// Its name in the list of samplers.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Sobol => "sobol",
            Self::Halton => "halton",
            Self::LatinHypercube => "latin_hypercube",
            Self::MonteCarlo => "monte_carlo",
        }
    }
}

fn share<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let value = f64::deserialize(deserializer)?;
    if (0.0..=MAX_SHARE).contains(&value) {
        return Ok(value);
    }
    let message = format!(
        "a share of {value} is out of range: write a number in [0, {MAX_SHARE}]; the rest is drawn by the base"
    );
    Err(D::Error::custom(message))
}

fn deviation<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let value = f64::deserialize(deserializer)?;
    if value > 0.0 && value <= 1.0 {
        return Ok(value);
    }
    let message =
        format!("{value} is out of range: write a share of the range greater than 0, 1 at most");
    Err(D::Error::custom(message))
}

fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let value = u32::deserialize(deserializer)?;
    match value {
        0 => Err(D::Error::custom("0 is out of range: write 1 or more")),
        _ => Ok(value),
    }
}

fn some_count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    count(deserializer).map(Some)
}
