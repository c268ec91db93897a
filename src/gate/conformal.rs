//! Split conformal quantiles: a bound of errors that the next one exceeds with probability `α` at most, whatever their
//! distribution, as long as the order of all of them does not matter.
//!
//! Of `n` scores the bound is the `⌈(n+1)(1−α)⌉`-th smallest, and infinite where there is none: Lei et al. (2018),
//! *J. Am. Stat. Assoc.* 113, 1094, eq. 4.

use serde::{Deserialize, Serialize};

/// Scores that are kept, of which the oldest make room.
const KEPT: usize = 4096;

/// Scores of one lead time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scores(Vec<f64>);

impl Scores {
    /// Number of scores.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no score.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a score; of very many the oldest is forgotten. One that is not finite counts as infinite.
    pub fn add(&mut self, score: f64) {
        if self.0.len() == KEPT {
            self.0.remove(0);
        }
        self.0
            .push(if score.is_finite() { score } else { f64::MAX });
    }

    /// The bound that the next score exceeds with probability `alpha` at most; infinite where there are too few scores.
    #[must_use]
    pub fn bound(&self, alpha: f64) -> f64 {
        let rank = ((self.0.len() + 1) as f64 * (1.0 - alpha)).ceil() as usize;
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let bound = rank.checked_sub(1).and_then(|place| sorted.get(place));
        bound.copied().unwrap_or(f64::INFINITY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ondine_solvers::{Rng, Stream};

    #[test]
    fn exchangeable_scores_exceed_the_bound_as_often_as_they_may() {
        // Whatever the distribution: here one with heavy tails, the same for every trial.
        let mut rng = Rng::stream(3, Stream::Initial, 0);
        let mut draw = || 1.0 / rng.uniform(1e-6, 1.0);
        for (alpha, count) in [(0.1, 19), (0.1, 50), (0.05, 39), (0.01, 150)] {
            let trials = 4000;
            let exceeds = |_| {
                let mut scores = Scores::default();
                (0..count).for_each(|_| scores.add(draw()));
                usize::from(draw() > scores.bound(alpha))
            };
            let share = (0..trials).map(exceeds).sum::<usize>() as f64 / f64::from(trials);
            // The expectation lies in [alpha − 1/(n+1), alpha]; three deviations of the trials around it.
            let noise = 3.0 * (alpha / f64::from(trials)).sqrt();
            let least = alpha - 1.0 / f64::from(count + 1);
            assert!(
                share < alpha + noise && share > least - noise,
                "{alpha} {count}: {share}"
            );
        }
    }

    #[test]
    fn too_few_scores_bound_nothing() {
        let mut scores = Scores::default();
        assert!(scores.is_empty() && scores.bound(0.5).is_infinite());
        (0..18).for_each(|score| scores.add(f64::from(score)));
        assert!(scores.bound(0.05).is_infinite()); // 19 are needed
        scores.add(18.0);
        assert_eq!((scores.len(), scores.bound(0.05)), (19, 18.0));
        scores.add(f64::NAN);
        assert!(scores.bound(0.05) >= f64::MAX);
    }
}
