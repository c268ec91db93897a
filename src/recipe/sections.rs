//! The plain sections of a recipe: keys, defaults and meaning.

mod grid;
mod train;

pub use grid::GridSection;
pub use train::{BatchChange, OptimizerKind, OptimizerSection, TrainSection};

use super::automatic::{self, AutoOrNumber};
use ondine_datasets::Distribution;
use ondine_solvers::{Integrator, Precision};
use serde::de::Deserializer;
use serde::{Deserialize, Serialize};

/// `[time]`: frames.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeSection {
    /// Time between two frames.
    pub dt: Distribution,
    /// Frames that are simulated and thrown away.
    #[serde(default)]
    pub warmup: usize,
    /// Frames that are kept, the first included.
    pub frames: usize,
    /// Solver steps per frame.
    #[serde(default = "auto")]
    pub substeps: Substeps,
    /// Largest relative error in time per frame that `substeps = "auto"` accepts; 1e-6 if absent.
    #[serde(default = "default_tolerance")]
    pub tolerance: f64,
    /// Time integrator.
    #[serde(default = "default_integrator")]
    pub integrator: Integrator,
    /// Floating-point numbers that the solver computes with.
    #[serde(default)]
    pub precision: Precision,
    /// The reaction of `check` and `train` where grid or time steps do not resolve the solutions.
    #[serde(default)]
    pub resolution: Unresolved,
}

/// The reaction where grid or time steps do not resolve the solutions of the recipe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unresolved {
    /// A warning that says what to write.
    #[default]
    Warn,
    /// An error.
    Refuse,
    /// No look at simulations.
    Ignore,
}

/// Solver steps per frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Substeps {
    /// As many.
    Fixed(usize),
    /// As many as the tolerance needs, measured on simulations of the recipe.
    #[serde(serialize_with = "automatic::write")]
    Auto,
}

/// Thread or process in which a simulation runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Isolation {
    /// A thread of the training.
    #[default]
    Thread,
    /// A process of its own, which may abort or be killed.
    Process,
}

/// `[buffer]` beside its kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BufferSection {
    /// Frames that fit: the number of windows, each counted by its first frame.
    #[serde(default = "default_capacity")]
    pub capacity: usize,
    /// Frames that must be there before training starts.
    pub watermark: Option<usize>,
    /// Mean number of reads of a window, which gives the number of training steps; if absent, it follows from that.
    pub reads_per_sample: Option<f64>,
    /// Reads per window that arrives at the end of the training, in units of those at its start; 1 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay_growth: Option<f64>,
}

/// Name and meaning of every key of `[buffer]` beside `kind`, for all policies.
pub const BUFFER_KEYS: &[(&str, &str)] = &[
    ("capacity", "frames that fit; default 10000"),
    (
        "watermark",
        "frames that must be there before training starts; a tenth of the capacity if absent",
    ),
    (
        "reads_per_sample",
        "how often a window is read on average, which gives the steps; follows from them if absent",
    ),
    (
        "replay_growth",
        "replay ratio, reads per window that arrives, at the end of the training in units of that at its start, 1 to 1000: it rises \
         in a straight line; default 1",
    ),
];

/// Name and meaning of the keys that `[model]` has for every network.
pub const MODEL_KEYS: &[(&str, &str)] = &[
    (
        "conserve_mean",
        "whether the mean of every field is held; by default where the equation does",
    ),
    (
        "keep_positive",
        "whether fields that are positive are kept so; default false",
    ),
];

/// Name and meaning of the key that `[model]` has for every surrogate around a network.
pub const SURROGATE_KEYS: &[(&str, &str)] = &[(
    "backbone",
    "the network inside, { kind = \"unet\" } with its options; required",
)];

/// `[evaluate]`: rollouts on held-out simulations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EvaluateSection {
    /// Steps between two evaluations; the last step is always evaluated.
    pub every: Option<usize>,
    /// Held-out simulations.
    pub trajectories: usize,
    /// Frames of a held-out simulation, the initial state included; as many as in training if absent.
    pub frames: Option<usize>,
    /// Names of metrics of the list that are measured.
    pub metrics: Vec<String>,
    /// Rollout steps whose numbers the table, `evaluation.json` and the report show, 1 being the first prediction.
    pub at: Vec<usize>,
    /// Training simulations that the baselines without a network are fitted to; 0 leaves these out.
    pub baseline_simulations: usize,
    /// Largest Lyapunov exponent of the equation, in whose times correlation times are shown too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lyapunov_exponent: Option<f64>,
}

impl Default for EvaluateSection {
    fn default() -> Self {
        Self {
            every: None,
            trajectories: 16,
            frames: None,
            metrics: crate::metric::DEFAULT.map(str::to_owned).to_vec(),
            at: Vec::new(),
            baseline_simulations: 16,
            lyapunov_exponent: None,
        }
    }
}

impl<'de> Deserialize<'de> for Substeps {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = deserializer.deserialize_any(AutoOrNumber("solver steps a frame"))?;
        Ok(number.map_or(Self::Auto, Self::Fixed))
    }
}

fn auto() -> Substeps {
    Substeps::Auto
}

fn default_tolerance() -> f64 {
    1e-6
}

fn default_integrator() -> Integrator {
    Integrator::Etdrk4
}

fn default_capacity() -> usize {
    10_000
}
