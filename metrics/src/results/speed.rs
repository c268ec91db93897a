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
    /// Share of the time in which the surrogate was timed that this process had a processor, at most 1; less where other programs had it.
    /// Absent where the surrogate was on another device, the time was short, or the system does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub processor_share: Option<f64>,
    /// The solver of the recipe, one trajectory on one thread; absent where it can't go on from frames.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub solver: Option<TimedSolver>,
    /// The cheapest solver that is at least as good as the surrogate; absent where none of those tried is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_error: Option<MatchedSolver>,
    /// Setups tried for it: 1, ¾, ½, ⅜, ¼, … of the points per axis, down to 8 points, each with the recipe's number of steps and every
    /// power of two below it.
    pub tried: usize,
    /// Number of forecasts from which on the surrogate is cheaper than that solver, its training included; absent where no
    /// solver is as good, or the training was on another device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breakeven: Option<Breakeven>,
}

/// Number of forecasts from which on a surrogate is cheaper than the cheapest solver that is as good, on all threads of one
/// machine: `training / (solver − surrogate)`, all in wall seconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Breakeven {
    /// Wall seconds of the training, with the simulations that it made and its evaluations.
    pub training: f64,
    /// Whether its trajectories came from elsewhere, so that their cost is not in it.
    pub without_data: bool,
    /// Time units of a forecast, those of the rollouts.
    pub length: f64,
    /// Threads of the solver, a forecast each.
    pub threads: usize,
    /// Forecasts that the solver makes at once on the device of the surrogate, in the place of threads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<usize>,
    /// Wall seconds of a forecast by the surrogate, many at once.
    pub surrogate: f64,
    /// Wall seconds of a forecast by the solver, as many at once as threads, or as fit into a batch.
    pub solver: f64,
    /// The number; absent where the solver is cheaper, so that there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forecasts: Option<f64>,
}

impl Speed {
    /// The number of forecasts of so many time units from which on the surrogate is cheaper than the solver at the same error,
    /// where a training took so many wall seconds; none where no solver is as good.
    #[must_use]
    pub fn breakeven(&self, training: f64, length: f64) -> Option<Breakeven> {
        let found = self.same_error.as_ref()?;
        let surrogate = self.surrogate * length;
        let at_once = if found.solver.batch.is_some() {
            1
        } else {
            self.threads
        };
        let solver = found.solver.seconds * length / at_once as f64;
        Some(Breakeven {
            training,
            without_data: false,
            length,
            threads: self.threads,
            batch: found.solver.batch,
            surrogate,
            solver,
            forecasts: (solver > surrogate).then(|| (training / (solver - surrogate)).ceil()),
        })
    }
}

/// A solver with its cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TimedSolver {
    /// Setup of the solver.
    pub setup: Setup,
    /// Wall seconds of one thread per unit of simulated time; in a batch those of all trajectories over their number.
    pub seconds: f64,
    /// Trajectories that it was given at once on the device of the surrogate; absent where it had one, on a thread of the processor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<usize>,
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Two threads; a time unit costs the surrogate 0.1 s and a thread of the solver `seconds`.
    fn speed(seconds: f64) -> Speed {
        let solver = TimedSolver {
            setup: Setup {
                points: vec![64],
                steps: 4,
            },
            seconds,
            batch: None,
            ratio: seconds / 0.1,
        };
        Speed {
            threads: 2,
            batch: 8,
            surrogate_batch: 0.8,
            surrogate: 0.1,
            surrogate_alone: 0.2,
            processor_share: None,
            solver: Some(solver.clone()),
            same_error: Some(MatchedSolver {
                solver,
                nrmse: 0.01,
                correlation_time: BTreeMap::new(),
            }),
            tried: 12,
            breakeven: None,
        }
    }

    #[test]
    fn a_training_pays_where_forecasts_cost_less_than_those_of_all_threads() {
        // Ten time units: 1 s by the surrogate, 3 s by two threads of the solver; 100 s are won back by 50 forecasts.
        let found = speed(0.6)
            .breakeven(100.0, 10.0)
            .expect("a solver is as good");
        assert_eq!((found.surrogate, found.solver), (1.0, 3.0));
        assert_eq!(found.forecasts, Some(50.0));
        // One thread is slower than the surrogate, two are not.
        for seconds in [0.15, 0.2] {
            let found = speed(seconds).breakeven(100.0, 10.0);
            assert_eq!(found.expect("a solver is as good").forecasts, None);
        }
        // In batches on one device the time of a forecast is that of all over their number, and no thread divides it.
        let mut there = speed(0.15);
        let found = there.same_error.as_mut().expect("a solver is as good");
        found.solver.batch = Some(8);
        let found = there.breakeven(100.0, 10.0).expect("a solver is as good");
        assert_eq!(
            (found.solver, found.batch, found.forecasts),
            (1.5, Some(8), Some(200.0))
        );
        let none = Speed {
            same_error: None,
            ..speed(0.6)
        };
        assert_eq!(none.breakeven(100.0, 10.0), None);
    }
}
