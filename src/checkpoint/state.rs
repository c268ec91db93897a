//! The numbers of a checkpoint.

use super::RankState;
use crate::conditioning;
use crate::plan::Network;
use crate::results::SolverErrors;
use crate::run::Best;
use crate::telemetry::{Memory, TimeUsed};
use ondine_datasets::Failure;
use ondine_datasets::sampler::breed::Generation;
use ondine_models::Scaling;
use serde::{Deserialize, Serialize};

/// The numbers of a checkpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Steps done.
    pub step: usize,
    /// Times used up.
    pub spent: TimeUsed,
    /// Sum of the losses since the last line of metrics.
    pub loss_sum: f32,
    /// Errors of the solver that makes the windows.
    #[serde(
        default,
        alias = "reference_error",
        deserialize_with = "crate::results::read_solver_errors"
    )]
    pub solver_errors: SolverErrors,
    /// Number of these losses.
    pub loss_count: usize,
    /// Scales between network and physical units.
    pub scaling: Scaling,
    /// Whether they are for spacings between points on every axis; older runs have them for `L/N`, see
    /// `scaling_of`.
    #[serde(default)]
    pub by_spacing: bool,
    /// Counters of the buffer.
    pub arrived: u64,
    /// Windows handed out.
    pub handed_out: u64,
    /// Simulations that have ended.
    pub simulations: u64,
    /// Simulations to run again, with the number of their windows that are in.
    pub restart: Vec<(u64, usize)>,
    /// First simulation that has not been started.
    pub next: u64,
    /// Different windows handed out.
    #[serde(default)]
    pub read: u64,
    /// Statistics of the batches so far.
    #[serde(default)]
    pub memory: Memory,
    /// Attempts at simulations that failed.
    #[serde(default)]
    pub failures: Vec<Failure>,
    /// Number of them that was reported to observers.
    #[serde(default)]
    pub reported: usize,
    /// Generations of an adaptive sampler.
    #[serde(default)]
    pub generations: Vec<Generation>,
    /// The numbers of the other processes that trained together, by rank from 1 on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ranks: Vec<RankState>,
    /// The best evaluation so far, of a training that keeps its surrogate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best: Option<Best>,
}

impl State {
    /// The scales for what a network is told now.
    pub(crate) fn scaling_of(&self, network: &Network) -> Scaling {
        let (points, axes) = (&network.fields.grid, network.problem.axis_kinds());
        if self.by_spacing {
            self.scaling.clone()
        } else {
            conditioning::in_spacings(&self.scaling, points, &axes)
        }
    }
}
