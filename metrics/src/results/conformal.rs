//! Split conformal bounds of the errors of rollouts.

use super::Evaluation;
use serde::{Deserialize, Serialize};

/// Bounds of errors that hold for the next simulation with a probability, whatever the distribution of errors, from a part of the
/// held-out simulations; and their coverage on the others. Lists over time begin with the first prediction.
///
/// The bound at a lead time is the `⌈(n+1)(1−α)⌉`-th smallest of `n` scores: Vovk et al. (2005), Lei et al. (2018), eq. 4. Coverage is
/// expected in `[1−α, 1−α + 1/(n+1)]`, and has the standard deviation `√(α(1−α)(1/(n+2) + 1/m))` on `m` others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Conformal {
    /// Simulations whose scores gave the bounds, drawn at random from the held-out ones.
    pub calibrated_on: usize,
    /// The others.
    pub tested_on: usize,
    /// Standard deviations of the fields in the training, in the order of the fields: the units of the largest error.
    pub deviations: Vec<f64>,
    /// The bounds of every score at every level that there are enough simulations for.
    pub bounds: Vec<ConformalBound>,
}

/// Bounds of a score at a level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConformalBound {
    /// The score.
    pub score: ConformalScore,
    /// The probability `1−α` with which a bound holds.
    pub level: f64,
    /// The bound at every rollout step; not finite where rollouts diverge.
    pub bound_over_time: Vec<f64>,
    /// The share of the other simulations whose score is no larger.
    pub coverage_over_time: Vec<f64>,
    /// Its mean over the steps.
    pub coverage: f64,
}

/// A score of a forecast at a lead time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConformalScore {
    /// `‖u − u*‖₂ / ‖u*‖₂`.
    Nrmse,
    /// Largest `|u − u*|` over all points and fields, in standard deviations of the fields: half the width of a band around the
    /// forecast that holds the whole truth.
    LargestError,
}

impl ConformalScore {
    /// All scores.
    pub const ALL: [Self; 2] = [Self::Nrmse, Self::LargestError];

    /// Its name in tables and figures.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Nrmse => "nRMSE",
            Self::LargestError => "largest error",
        }
    }
}

impl Conformal {
    /// Probabilities with which bounds hold, where there are enough simulations.
    pub const LEVELS: [f64; 3] = [0.5, 0.8, 0.95];

    /// The fewest held-out simulations that are split.
    pub const FEWEST: usize = 4;

    /// Whether `n` scores bound the next one at `level`: `⌈(n+1)(1−α)⌉ ≤ n`.
    #[must_use]
    pub fn is_bounded(level: f64, n: usize) -> bool {
        ((n + 1) as f64 * level).ceil() as usize <= n
    }

    /// The fewest held-out simulations for bounds at `level`, half of which calibrate, rounded up.
    #[must_use]
    pub fn simulations_for(level: f64) -> usize {
        let calibrated = (1..).find(|&n| Self::is_bounded(level, n));
        let needed = calibrated.map_or(usize::MAX, |n| 2 * n - 1);
        needed.max(Self::FEWEST)
    }

    /// The bounds of a score, by rising level.
    pub fn of(&self, score: ConformalScore) -> impl Iterator<Item = &ConformalBound> {
        self.bounds.iter().filter(move |bound| bound.score == score)
    }
}

impl Evaluation {
    /// The bounds that there are too few held-out simulations for, with the number that they need and how to have more; none where
    /// all are there, and in files of older versions.
    #[must_use]
    pub fn bounds_note(&self) -> Option<String> {
        if self.conformal.is_none() && self.trajectories >= Conformal::FEWEST {
            return None;
        }
        let short = |level: &f64| self.trajectories < Conformal::simulations_for(*level);
        let levels: Vec<f64> = Conformal::LEVELS.into_iter().filter(short).collect();
        let most = Conformal::simulations_for(*levels.last()?);
        let needed = levels.iter().map(|&level| {
            let needed = Conformal::simulations_for(level);
            format!("those at {} % need {needed}", 100.0 * level)
        });
        let needed = needed.collect::<Vec<_>>().join(", ");
        let remedy = match self.file {
            None => format!("raise evaluate.trajectories, or write --trajectories {most}"),
            Some(_) => "judge on a file with more".to_owned(),
        };
        let there = self.trajectories;
        Some(format!(
            "bounds of the next error: {there} held-out trajectories are too few for some, {needed}: {remedy}"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::doubles;

    #[test]
    fn levels_need_the_simulations_that_are_told() {
        let needed = Conformal::LEVELS.map(Conformal::simulations_for);
        assert_eq!(needed, [4, 7, 37]);
        assert!(Conformal::is_bounded(0.95, 19) && !Conformal::is_bounded(0.95, 18));
    }

    /// Probability that the share of `n` scores within a bound that follows from `n` others differs from its level by at most `by`:
    /// the coverage of the bound is Beta(k, n + 1 − k) with `k = ⌈(n + 1) level⌉` (Vovk 2012, *JMLR W&CP* 25, 475, prop. 2a),
    /// so that the number within is beta-binomial.
    fn within(by: f64, level: f64, n: usize) -> f64 {
        let mut logs = vec![0.0];
        (1..=2 * n + 1).for_each(|i| logs.push(logs[i - 1] + (i as f64).ln()));
        let ln_beta = |a: usize, b: usize| logs[a - 1] + logs[b - 1] - logs[a + b - 1];
        let k = ((n + 1) as f64 * level).ceil() as usize;
        let near = (0..=n).filter(|&j| (j as f64 / n as f64 - level).abs() < by + 1e-12);
        let probability = |j: usize| {
            let choices = logs[n] - logs[j] - logs[n - j];
            (choices + ln_beta(j + k, 2 * n + 1 - j - k) - ln_beta(k, n + 1 - k)).exp()
        };
        near.map(probability).sum()
    }

    #[test]
    fn shares_of_the_simulations_that_the_book_names_are_within_three_points() {
        for (level, enough) in [(0.5, 2140), (0.8, 1361), (0.95, 375)] {
            let [found, fewer] = [enough, enough * 9 / 10].map(|n| within(0.03, level, n));
            assert!(found >= 0.95 && fewer < 0.95, "{level}: {found}, {fewer}");
        }
        for (level, expected) in [(0.5, 0.484), (0.8, 0.584), (0.95, 0.879)] {
            let found = within(0.03, level, 200);
            assert!((found - expected).abs() < 1e-3, "{level}: {found}");
        }
        assert!((within(1.0, 0.8, 50) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn bounds_that_are_missing_are_named_with_the_key_to_raise() {
        let conformal = Conformal {
            calibrated_on: 8,
            tested_on: 8,
            deviations: Vec::new(),
            bounds: Vec::new(),
        };
        let note = |trajectories: usize| {
            let evaluation = Evaluation {
                trajectories,
                conformal: (trajectories >= Conformal::FEWEST).then(|| conformal.clone()),
                ..doubles::evaluation()
            };
            evaluation.bounds_note()
        };
        assert_eq!(doubles::evaluation().bounds_note(), None, "an older file");
        assert_eq!(note(37), None);
        let sixteen = note(16).expect("too few");
        assert!(
            sixteen.ends_with(
                "16 held-out trajectories are too few for some, those at 95 % need 37: raise \
                 evaluate.trajectories, or write --trajectories 37"
            ),
            "{sixteen}"
        );
        let three = note(3).expect("too few");
        assert!(
            three.contains("at 50 % need 4, those at 80 % need 7, those at 95 % need 37"),
            "{three}"
        );
    }
}
