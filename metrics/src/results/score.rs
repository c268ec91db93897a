//! The forecasts of an evaluation one by one, so that the worst one can be found and made again alone.

use super::Evaluation;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// The forecast of one held-out simulation. Simulation `index` of the ensemble with `seed`, at its attempt, is the same
/// simulation again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SimulationScore {
    /// Which of the held-out simulations, counted from 0.
    pub index: u64,
    /// Seed of their ensemble; none where they come from a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Which draw it is, counted from 0: attempts before it failed.
    pub attempt: u32,
    /// Parameters of the equation, `dt` of the frames and `length`, or `length_x`, `length_y` and `length_z`, of the
    /// domain, by name, in the units of the problem; on another grid than the trained one also the spacing `dx`, `dy`, `dz`,
    /// where the network counts distances by points, and `time` where it is told times later than the trained ones.
    pub conditions: BTreeMap<String, f64>,
    /// nRMSE after one step.
    pub nrmse: f64,
    /// Time until its correlation with the truth first falls below 0.8, or the end of the rollout.
    pub correlation_time: f64,
    /// Whether it never did, so that the time is a lower bound.
    pub to_the_end: bool,
    /// nRMSE at the end of the rollout.
    pub final_nrmse: f64,
}

impl Evaluation {
    /// The simulation whose forecast is lost first; of those lost at the same time the one that is wrong most at the end.
    #[must_use]
    pub fn worst(&self) -> Option<&SimulationScore> {
        self.ranked().first().copied()
    }

    /// The simulation in the middle of that order, the worse one of two.
    #[must_use]
    pub fn median(&self) -> Option<&SimulationScore> {
        let ranked = self.ranked();
        ranked.get(ranked.len().saturating_sub(1) / 2).copied()
    }

    /// The simulations, the worst first; quiet ones, whose errors say nothing, are left out.
    fn ranked(&self) -> Vec<&SimulationScore> {
        let mut all = self.loud();
        all.sort_by(|a, b| a.worse_than(b));
        all
    }
}

impl SimulationScore {
    fn worse_than(&self, other: &Self) -> Ordering {
        let time = self.correlation_time.total_cmp(&other.correlation_time);
        let error = |of: &Self, than: &Self| than.final_nrmse.total_cmp(&of.final_nrmse);
        let step = |of: &Self, than: &Self| than.nrmse.total_cmp(&of.nrmse);
        time.then(error(self, other)).then(step(self, other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(index: u64, correlation_time: f64, final_nrmse: f64) -> SimulationScore {
        SimulationScore {
            index,
            seed: Some(u64::MAX),
            attempt: 0,
            conditions: [("dt".to_owned(), 0.2)].into(),
            nrmse: 0.01,
            correlation_time,
            to_the_end: false,
            final_nrmse,
        }
    }

    #[test]
    fn the_first_to_be_lost_is_the_worst_and_errors_break_ties() {
        let mut evaluation = crate::results::doubles::evaluation();
        evaluation.simulations.clear();
        assert!(evaluation.worst().is_none() && evaluation.median().is_none());
        evaluation.simulations = vec![
            score(0, 5.0, 0.1),
            score(1, 2.0, 0.4),
            score(2, 2.0, 0.9),
            score(3, 9.0, 0.2),
        ];
        let index = |of: Option<&SimulationScore>| of.map(|of| of.index);
        assert_eq!(index(evaluation.worst()), Some(2));
        assert_eq!(index(evaluation.median()), Some(1));
        evaluation.simulations.push(score(4, 7.0, 0.3));
        assert_eq!(index(evaluation.median()), Some(0));
    }
}
