//! Wall times of a surrogate and of solvers.

use super::Setup;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Cost of forecasts, in wall seconds per unit of simulated time, by the mean time step of the trajectories.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Speed {
    /// Threads of the processor, all of which a surrogate on the CPU may use.
    pub threads: usize,
    /// Trajectories that the surrogate was given at once.
    pub batch: usize,
    /// The surrogate, all these trajectories together.
    pub surrogate_batch: f64,
    /// The same for one of them: divided by their number.
    pub surrogate: f64,
    /// The surrogate with a single trajectory at a time.
    pub surrogate_alone: f64,
    /// The solver of the recipe, one trajectory on one thread; absent where it can't go on from frames.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub solver: Option<TimedSolver>,
    /// The cheapest solver that is at least as good as the surrogate; absent where none of those tried is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_error: Option<MatchedSolver>,
    /// Setups tried for it: grids halved up to twice, with the recipe's number of steps and every power of two below it.
    pub tried: usize,
}

/// A solver with its cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TimedSolver {
    /// Setup of the solver.
    pub setup: Setup,
    /// Wall seconds of one thread per unit of simulated time.
    pub seconds: f64,
    /// Its seconds over those of the surrogate, a trajectory each: above 1 the surrogate is faster.
    pub ratio: f64,
}

/// A solver that is at least as good as the surrogate, begun with the same frames.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MatchedSolver {
    /// Its setup and cost.
    #[serde(flatten)]
    pub solver: TimedSolver,
    /// nRMSE after the first frame, no larger than the surrogate's.
    pub nrmse: f64,
    /// Time until the mean correlation falls below a threshold, by the threshold; no shorter than the surrogate's.
    pub correlation_time: BTreeMap<String, f64>,
}
