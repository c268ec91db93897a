//! The plain sections of a recipe: keys, defaults and meaning.

use super::PerAxis;
use super::StartSection;
use super::automatic::{self, AutoOrNumber};
use super::boundary::{AxisEnds, PointsAt};
use ondine_datasets::Distribution;
use ondine_solvers::{AxisKind, Boundary, Ends, Integrator, Obstacle, Precision};
use serde::de::Deserializer;
use serde::{Deserialize, Serialize};

/// `[grid]`: the box.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GridSection {
    /// Grid points of the frames, one entry per axis.
    pub points: Vec<usize>,
    /// Other grids of the files of `[data]`, one entry per axis each: those that the files have if absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Vec<usize>>,
    /// Grid points of the solver, one entry per axis; as `points` if absent.
    pub solver_points: Option<Vec<usize>>,
    /// Domain length: one for all axes, or a list with one per axis.
    pub length: PerAxis,
    /// Boundaries of a `[problem]`, and of an equation that leaves the choice, one entry per axis; periodic if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boundary: Option<Vec<AxisEnds>>,
    /// Placement of the points of a `[problem]`, and of an equation that leaves the choice, one entry per axis; nodes on
    /// periodic axes and centres of cells on others if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points_at: Option<Vec<PointsAt>>,
    /// Solid parts of the box, which flow goes round.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub obstacles: Vec<Obstacle>,
}

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

/// `[train]` beside optimizer and schedule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainSection {
    /// Optimisation steps; if absent or 0, as many as `epochs` or `buffer.reads_per_sample` ask for.
    #[serde(default)]
    pub steps: usize,
    /// Passes over the file of `[data]`; they give the number of steps. If absent, they follow from that.
    pub epochs: Option<f64>,
    /// Windows a batch.
    #[serde(default = "default_batch")]
    pub batch: usize,
    /// Changes of the windows a batch, one after the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub batch_schedule: Vec<BatchChange>,
    /// Parts that a batch is learned in, one after the other; 1 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accumulate: Option<usize>,
    /// Parts of simulations, buffer and batch that ranks share out; as many as ranks if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shards: Option<usize>,
    /// Decay of the moving average of the weights a step; 0 for none.
    #[serde(default = "default_ema")]
    pub ema: f64,
    /// Largest norm of the gradient of all weights together; longer ones are shortened. 0 for no limit.
    #[serde(default = "default_clip")]
    pub clip: f64,
    /// Steps between two lines of `metrics.jsonl`.
    pub log: Option<usize>,
    /// Steps between two checkpoints.
    pub checkpoint: Option<usize>,
    /// Evaluations without a better score after which the training ends; none if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patience: Option<usize>,
    /// The metric of `evaluate.metrics` by which the best surrogate is kept; none is kept if absent, unless there is `patience`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best: Option<String>,
    /// `train.start`: first weights from a trained surrogate; random ones if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<StartSection>,
    /// Whether the numbers of `metrics.jsonl` and a picture of every evaluation are written for `TensorBoard` too.
    #[serde(default)]
    pub tensorboard: bool,
}

/// A change of the windows a batch.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatchChange {
    /// Share of the steps of the training after which it comes, in (0, 1).
    pub from: f64,
    /// Windows a batch from then on.
    pub batch: usize,
}

/// `train.optimizer`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptimizerSection {
    /// Which optimiser.
    #[serde(default)]
    pub kind: OptimizerKind,
    /// Largest learning rate.
    #[serde(default = "default_learning_rate")]
    pub learning_rate: f64,
    /// Decoupled weight decay.
    #[serde(default = "default_weight_decay")]
    pub weight_decay: f64,
    /// Decay rates of the moments of Adam.
    #[serde(default = "default_betas")]
    pub betas: [f64; 2],
    /// Share of the last update of gradient descent that the next one keeps; 0.9 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub momentum: Option<f64>,
}

/// The optimisers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OptimizerKind {
    /// Loshchilov & Hutter (2019), decoupled weight decay.
    #[default]
    #[serde(rename = "adamw")]
    AdamW,
    /// Stochastic gradient descent with momentum: Sutskever et al. (2013), eqs. 1 and 2.
    Sgd,
}

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

impl Default for OptimizerSection {
    fn default() -> Self {
        Self {
            kind: OptimizerKind::AdamW,
            learning_rate: default_learning_rate(),
            weight_decay: default_weight_decay(),
            betas: default_betas(),
            momentum: None,
        }
    }
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

impl GridSection {
    /// Grid points of the solver, one entry per axis.
    pub fn solver_points(&self) -> &[usize] {
        self.solver_points.as_deref().unwrap_or(&self.points)
    }

    /// The fault of a grid that is none of as many axes: the key, and why.
    pub(super) fn fault(&self) -> Option<(&'static str, String)> {
        let dims = self.points.len();
        let fits = |points: &&Vec<usize>| points.len() == dims && !points.contains(&0);
        let wrong = self.others.iter().find(|points| !fits(points))?;
        let why = format!(
            "others has {wrong:?}, and a grid has {dims} numbers of points above 0 as `points` has"
        );
        Some(("grid.others", why))
    }

    /// The axes of a problem, with the defaults of their boundaries and points filled in.
    ///
    /// # Errors
    /// The key that fits no axis, and why.
    pub(super) fn settle_axes(&mut self) -> Result<Vec<AxisKind>, (&'static str, String)> {
        let dims = self.points.len();
        let counted = |key, entries: usize| {
            let why =
                format!("{key} has {entries} entries and points has {dims}: write one per axis");
            (key, why)
        };
        let periodic = AxisEnds(Ends::both(Boundary::Periodic));
        let ends = self.boundary.get_or_insert_with(|| vec![periodic; dims]);
        if ends.len() != dims {
            return Err(counted("grid.boundary", ends.len()));
        }
        let default = || ends.iter().map(|ends| ends.points_at()).collect();
        let points = self.points_at.get_or_insert_with(default);
        if points.len() != dims {
            return Err(counted("grid.points_at", points.len()));
        }
        let axes = ends.iter().zip(points).enumerate();
        let axes = axes.map(|(axis, (ends, points))| {
            let why = |error| ("grid.boundary", format!("axis {axis}: {error}"));
            ends.with(*points).map_err(why)
        });
        axes.collect()
    }

    /// The points in words, "[64, 64] points, solved on [256, 256]".
    pub fn describe(&self) -> String {
        match &self.solver_points {
            Some(solver) if *solver != self.points => {
                format!("{:?} points, solved on {solver:?}", self.points)
            }
            _ => format!("{:?} points", self.points),
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

fn default_batch() -> usize {
    32
}

fn default_ema() -> f64 {
    0.995
}

fn default_clip() -> f64 {
    1.0
}

fn default_learning_rate() -> f64 {
    1e-3
}

fn default_weight_decay() -> f64 {
    1e-4
}

fn default_betas() -> [f64; 2] {
    [0.9, 0.999]
}
