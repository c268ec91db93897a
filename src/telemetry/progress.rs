//! The place of a training between its first and its last step.

use ondine_datasets::Telemetry;

/// Progress of a training.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// Steps done.
    pub step: usize,
    /// Steps altogether.
    pub steps: usize,
    /// Seconds since the run began, over all its processes.
    pub time_s: f64,
    /// Windows trained on a second, in this process, evaluation left out.
    pub samples_per_s: f64,
    /// The buffer.
    pub telemetry: Telemetry,
    /// Simulations altogether.
    pub simulations: u64,
    /// Share of the training time that the trainer waited for windows, in this process.
    pub trainer_wait: f64,
    /// Share of their time that workers waited for room, in this process.
    pub solver_wait: f64,
    /// Passes over the file of an offline training; none where solvers make the windows.
    pub epoch: Option<f64>,
    /// Number of the stage, from 1 on; none in a training without stages.
    pub stage: Option<usize>,
}
