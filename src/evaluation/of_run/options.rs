//! The options of an evaluation of a run.

use crate::evaluation::SolversOn;
use burn::tensor::Device;
use std::path::PathBuf;

/// Options of an evaluation of a run.
#[derive(Debug, Clone)]
pub struct Options {
    /// The device to compute on.
    pub device: Device,
    /// A file of trajectories in The Well's layout to judge on; simulations that were held out if absent.
    pub data: Option<PathBuf>,
    /// The checkpoint whose surrogate is judged, as [`Checkpoint::chosen`](crate::checkpoint::Checkpoint::chosen) finds it by its
    /// name: `best`, say; the newest one if absent.
    pub checkpoint: Option<String>,
    /// The directory for the evaluation and its report; that of the run if absent.
    pub output: Option<PathBuf>,
    /// Frames of a trajectory, the first included: those of the recipe, or of the file, if absent.
    pub frames: Option<usize>,
    /// Trajectories to judge on: as many as the recipe says, or the file has, if absent.
    pub trajectories: Option<usize>,
    /// The file of a [`Schedule`](crate::forecast::Schedule) to refine with; as trained if absent.
    pub schedule: Option<PathBuf>,
    /// Rollouts of every trajectory, 1 or more; several of a surrogate that samples its answers.
    pub samples: usize,
    /// Other runs, exported files or `RUN@CHECKPOINT` that are members beside the surrogate, whose rollouts of every
    /// trajectory are judged as samples; then `samples` is not looked at.
    pub members: Vec<PathBuf>,
    /// Whether it is judged under shifts of what it was trained on, too.
    pub stress: bool,
    /// Where the solvers run that it is compared with.
    pub solvers: SolversOn,
    /// Whether wall times are measured, with all that needs them.
    pub timed: bool,
    /// Keys of `[evaluate]` with other values, as in `evaluate.metrics=["vrmse"]`.
    pub overrides: Vec<String>,
    /// The program of worker processes, where the recipe wants simulations in such.
    pub worker_program: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            device: Device::flex(),
            data: None,
            checkpoint: None,
            output: None,
            frames: None,
            trajectories: None,
            schedule: None,
            samples: 1,
            members: Vec::new(),
            stress: false,
            solvers: SolversOn::Auto,
            timed: true,
            overrides: Vec::new(),
            worker_program: None,
        }
    }
}

impl Options {
    /// The overrides of the recipe of the run.
    pub(super) fn of_recipe(&self) -> Vec<String> {
        let lengths = [("frames", self.frames), ("trajectories", self.trajectories)];
        let of_recipe = lengths.into_iter().filter(|_| self.data.is_none());
        let lengths = of_recipe
            .filter_map(|(name, value)| value.map(|value| format!("evaluate.{name}={value}")));
        self.overrides.iter().cloned().chain(lengths).collect()
    }
}
