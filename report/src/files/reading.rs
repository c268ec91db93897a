//! The stream of windows at one line of metrics.

use serde::{Deserialize, Serialize};

/// The stream at one line of metrics; the names are those of `metrics.jsonl`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Reading {
    /// Seconds of training, evaluation left out.
    pub training_s: f64,
    /// Share of the training time that the trainer waited for windows.
    pub trainer_wait: f64,
    /// The same since the last line.
    pub trainer_wait_recent: f64,
    /// Share of their time that workers waited for room.
    pub solver_wait: f64,
    /// The same since the last line.
    pub solver_wait_recent: f64,
    /// Workers that may take simulations.
    pub workers_active: usize,
    /// Seconds of a step in which the trainer computed, and of the three below, since the last line; means over all ranks.
    pub step_compute_s: f64,
    /// In which it waited for windows.
    pub step_windows_s: f64,
    /// In which it waited for other ranks.
    pub step_ranks_s: f64,
    /// In which gradients were summed.
    pub step_reduce_s: f64,
    /// Times that workers elsewhere were started again, where a launcher starts them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worker_restarts: Option<u64>,
    /// Simulations under way.
    pub simulations_running: u64,
    /// Windows held.
    pub buffer_held: usize,
    /// Share of them that was never read.
    pub buffer_unread: f64,
    /// Simulations of which windows are held.
    pub buffer_simulations: usize,
    /// Effective number of them, `1/Σq²` for shares `q` of the windows.
    pub buffer_effective_simulations: f64,
    /// Windows that have arrived.
    pub windows_arrived: u64,
    /// Windows of all simulations.
    pub windows_planned: u64,
    /// Windows that were dropped before anybody read them.
    pub windows_dropped: u64,
    /// Windows handed out for each that has arrived.
    pub reads_per_window: f64,
    /// Effective number of simulations in a batch, `1/Σq²`, on average since the last line.
    pub batch_simulations: f64,
    /// Correlation of the mean time of a batch with that of the batch before, over the last batches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_correlation: Option<f64>,
    /// Largest Kolmogorov–Smirnov distance of a drawn quantity of the windows held from its prior.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prior_distance: Option<f64>,
    /// The quantity that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prior_distance_of: Option<String>,
    /// Generations that an adaptive sampler has made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generations: Option<u32>,
    /// Share of the windows held whose simulation it chose by losses; the rest comes from the prior.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buffer_bred: Option<f64>,
    /// Simulations read since the last line; the losses of each are averaged with those of earlier reads.
    pub loss_simulations: usize,
    /// The middle one of these losses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loss_median: Option<f64>,
    /// The one below which 99 % of them lie.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loss_p99: Option<f64>,
    /// The largest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loss_max: Option<f64>,
}
