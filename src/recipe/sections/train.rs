//! `[train]` with its optimiser.

use crate::recipe::StartSection;
use serde::{Deserialize, Serialize};

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
