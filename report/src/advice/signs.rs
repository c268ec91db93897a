//! Signs of several lines of metrics together, and the settings that they are held against.

use crate::files::Reading;
use ondine_datasets::policy::Reads;
use serde::{Deserialize, Serialize};

/// The settings of a recipe that advice is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Setting {
    /// Worker threads; none where their number is automatic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workers: Option<usize>,
    /// Simulations that are stepped together on the device of the training; none where threads make them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_batch: Option<usize>,
    /// Cores of the machine, where they are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cores: Option<usize>,
    /// Windows of a batch.
    pub batch: usize,
    /// Steps of the training.
    pub steps: usize,
    /// Windows that fit into the buffer.
    pub capacity: usize,
    /// Simulations of the training.
    pub simulations: u64,
    /// Name of the buffer's policy.
    pub kind: String,
    /// Number of times that the buffer hands out a window.
    pub reads: Reads,
    /// Reads of a window that the recipe asks for; the number of steps follows from them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<f64>,
    /// Frames of a simulation that are thrown away before the first one.
    pub warmup: usize,
    /// Frames that a simulation gives.
    pub frames: usize,
    /// MiB of memory for the frames of a file, where the training is from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<u64>,
    /// Whether the memory holds the whole file.
    pub held_whole: bool,
    /// Whether the sampler leaves the prior on purpose.
    pub adaptive: bool,
}

/// Lines of metrics together.
#[derive(Debug, Clone, PartialEq)]
pub struct Signs {
    /// Share of the training time that the trainer waited.
    pub trainer_wait: f64,
    /// Share of a step in which ranks waited for each other.
    pub rank_wait: f64,
    /// Share of a step in which gradients of ranks were summed.
    pub reduce: f64,
    /// Share of their time that workers waited for room.
    pub solver_wait: f64,
    /// Workers that were active, the last line's number.
    pub workers: usize,
    /// Reads of a window so far.
    pub reads: f64,
    /// Effective number of simulations in a batch.
    pub batch_simulations: f64,
    /// Effective number of simulations of the windows held.
    pub effective_simulations: f64,
    /// Correlation of the mean times of batches.
    pub time_correlation: Option<f64>,
    /// Distance of the windows held from the prior, and of which quantity.
    pub prior_distance: Option<(f64, String)>,
    /// Share of the windows that were dropped unread.
    pub dropped: f64,
    /// Windows of all simulations.
    pub planned: u64,
}

impl Signs {
    /// The mean of lines, in which waits weigh by time; none of no lines.
    pub fn of(lines: &[&Reading]) -> Option<Self> {
        let (first, last) = (lines.first()?, lines.last()?);
        let mean = |read: &dyn Fn(&Reading) -> Option<f64>| {
            let values: Vec<f64> = lines.iter().filter_map(|line| read(line)).collect();
            let count = values.len();
            (count > 0).then(|| values.iter().sum::<f64>() / count as f64)
        };
        let all = |read: fn(&Reading) -> f64| mean(&|line| Some(read(line))).unwrap_or(0.0);
        let waited = |line: &Reading| line.trainer_wait * line.training_s;
        let seconds = last.training_s - first.training_s;
        let distance = mean(&|line| line.prior_distance);
        Some(Self {
            trainer_wait: if seconds > 0.0 {
                ((waited(last) - waited(first)) / seconds).clamp(0.0, 1.0)
            } else {
                all(|line| line.trainer_wait_recent)
            },
            rank_wait: all(|line| share(line, line.step_ranks_s)),
            reduce: all(|line| share(line, line.step_reduce_s)),
            solver_wait: all(|line| line.solver_wait_recent),
            workers: last.workers_active,
            reads: last.reads_per_window,
            batch_simulations: all(|line| line.batch_simulations),
            effective_simulations: all(|line| line.buffer_effective_simulations),
            time_correlation: mean(&|line| line.time_correlation),
            prior_distance: distance.zip(last.prior_distance_of.clone()),
            dropped: last.windows_dropped as f64 / last.windows_arrived.max(1) as f64,
            planned: last.windows_planned,
        })
    }
}

/// Seconds of a step as a share of it.
fn share(line: &Reading, seconds: f64) -> f64 {
    let step = line.step_compute_s + line.step_windows_s + line.step_ranks_s + line.step_reduce_s;
    if step > 0.0 { seconds / step } else { 0.0 }
}
