//! Split conformal bounds of the errors of rollouts: errors of one half of the held-out simulations bound those of the next
//! simulation, and the other half shows how often.
//!
//! Vovk, Gammerman & Shafer (2005), *Algorithmic learning in a random world*, §4; Lei et al. (2018), *J. Am. Stat. Assoc.* 113, 1094,
//! algorithm 2. The halves are drawn at random, since every second point of a design is no random half of it.

use super::judge::{Forecast, mean};
use super::{HeldOut, Truth};
use crate::gate::{Scores, worse};
use crate::metric::nrmse;
use crate::results::{Conformal, ConformalBound, ConformalScore};
use ondine_solvers::Rng;

/// Bounds of the errors of forecasts, whose largest ones are in units of the `deviations` of the fields; none of too few simulations.
pub(super) fn conformal(
    held_out: &HeldOut,
    forecast: &Forecast<'_>,
    deviations: &[f64],
    rng: &mut Rng,
) -> Option<Conformal> {
    let count = held_out.trajectories.len();
    if count < Conformal::FEWEST {
        return None;
    }
    let halves = halves(count, rng);
    let mut bounds = Vec::new();
    for score in ConformalScore::ALL {
        let of = |simulation: usize, step: usize| {
            let truth = &held_out.trajectories[simulation];
            let frame = &truth.since_last(held_out.num_initial_frames)[step + 1];
            let pair = [forecast.frame(step, simulation), &frame[..]];
            self::score(score, truth, pair, deviations)
        };
        let scores = (0..count).map(|simulation| {
            (0..held_out.steps())
                .map(|step| of(simulation, step))
                .collect()
        });
        bounds.extend(of_score(score, &scores.collect::<Vec<_>>(), &halves));
    }
    Some(Conformal {
        calibrated_on: halves[0].len(),
        tested_on: halves[1].len(),
        deviations: deviations.to_vec(),
        bounds,
    })
}

/// Two halves of so many simulations at random, the first one no smaller.
fn halves(count: usize, rng: &mut Rng) -> [Vec<usize>; 2] {
    let mut all: Vec<usize> = (0..count).collect();
    for last in (1..count).rev() {
        all.swap(last, rng.integer(0, last as u64) as usize);
    }
    let test = all.split_off(count.div_ceil(2));
    [all, test]
}

/// The score of a forecast beside the truth.
fn score(
    score: ConformalScore,
    truth: &Truth,
    [forecast, frame]: [&[f32]; 2],
    deviations: &[f64],
) -> f64 {
    let [forecast, frame] = [forecast, frame].map(|state| truth.known(state));
    if score == ConformalScore::Nrmse {
        return nrmse(&forecast, &frame);
    }
    let points = (frame.len() / deviations.len()).max(1);
    let fields = forecast.chunks(points).zip(frame.chunks(points));
    let largest = fields
        .zip(deviations)
        .map(|((forecast, frame), deviation)| {
            let pairs = forecast.iter().zip(frame);
            let errors = pairs.map(|(u, v)| (f64::from(*u) - f64::from(*v)).abs());
            errors.fold(0.0, worse) / deviation.max(f64::MIN_POSITIVE)
        });
    largest.fold(0.0, worse)
}

/// Bounds at all levels from scores `[simulation][step]`.
fn of_score(
    score: ConformalScore,
    scores: &[Vec<f64>],
    [calibration, test]: &[Vec<usize>; 2],
) -> Vec<ConformalBound> {
    let steps = scores.first().map_or(0, Vec::len);
    let calibrated = |step: usize| {
        let mut of_step = Scores::default();
        let values = calibration
            .iter()
            .map(|&simulation| scores[simulation][step]);
        values.for_each(|value| of_step.add(value));
        of_step
    };
    let by_step: Vec<Scores> = (0..steps).map(calibrated).collect();
    let at = |level: f64| {
        let bounds: Vec<f64> = by_step
            .iter()
            .map(|of_step| of_step.bound(1.0 - level))
            .collect();
        let covered = |(step, bound): (usize, &f64)| {
            let within = test
                .iter()
                .filter(|&&simulation| scores[simulation][step] <= *bound);
            within.count() as f64 / test.len() as f64
        };
        let coverage: Vec<f64> = bounds.iter().enumerate().map(covered).collect();
        let finite = |bound: f64| {
            if bound < f64::MAX {
                bound
            } else {
                f64::INFINITY
            }
        };
        ConformalBound {
            score,
            level,
            coverage: mean(&coverage),
            coverage_over_time: coverage,
            bound_over_time: bounds.into_iter().map(finite).collect(),
        }
    };
    let levels = Conformal::LEVELS.into_iter();
    let enough = levels.filter(|level| Conformal::is_bounded(*level, calibration.len()));
    enough.map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ondine_solvers::Stream;

    /// Errors that grow over four steps by a factor of the simulation, with tails so heavy that they have no mean; exchangeable, and
    /// dependent over the steps.
    fn synthetic(count: usize, rng: &mut Rng) -> Vec<Vec<f64>> {
        let mut simulation = || -> Vec<f64> {
            let factor = 1.0 / rng.uniform(1e-9, 1.0);
            (1..=4)
                .map(|step| factor * f64::from(step) * rng.uniform(0.5, 1.0))
                .collect()
        };
        (0..count).map(|_| simulation()).collect()
    }

    #[test]
    fn bounds_of_exchangeable_errors_cover_as_often_as_they_say() {
        let (count, trials) = (78, 600);
        let mut rng = Rng::stream(5, Stream::Rollout, 0);
        let mut sums = [0.0; 3];
        for _ in 0..trials {
            let scores = synthetic(count, &mut rng);
            let halves = halves(count, &mut rng);
            let found = of_score(ConformalScore::Nrmse, &scores, &halves);
            assert_eq!(found.len(), 3, "39 are enough for 95 %");
            sums.iter_mut()
                .zip(&found)
                .for_each(|(sum, of)| *sum += of.coverage_over_time[3]);
        }
        let half = f64::from(count as u32) / 2.0;
        for (sum, level) in sums.into_iter().zip(Conformal::LEVELS) {
            let coverage = sum / f64::from(trials);
            let deviation = (level * (1.0 - level) * (1.0 / (half + 2.0) + 1.0 / half)).sqrt();
            let noise = 3.0 * deviation / f64::from(trials).sqrt();
            let most = level + 1.0 / (half + 1.0);
            assert!(
                (level - noise..=most + noise).contains(&coverage),
                "{level}: {coverage}"
            );
            assert!((coverage - level).abs() < 0.03, "{level}: {coverage}");
        }
    }

    #[test]
    fn levels_that_too_few_simulations_bound_are_left_out() {
        let mut rng = Rng::stream(6, Stream::Rollout, 0);
        let scores = synthetic(38, &mut rng);
        let levels = |calibrated: usize| -> Vec<f64> {
            let halves = [(0..calibrated).collect(), (calibrated..38).collect()];
            let found = of_score(ConformalScore::Nrmse, &scores, &halves);
            found.iter().map(|bound| bound.level).collect()
        };
        assert_eq!(levels(19), Conformal::LEVELS);
        assert_eq!(levels(18), Conformal::LEVELS[..2]);
        assert_eq!(levels(3), Conformal::LEVELS[..1]);
    }

    #[test]
    fn a_rollout_that_diverges_is_beyond_every_finite_bound() {
        let mut scores = vec![vec![1.0]; 8];
        scores[1][0] = f64::NAN;
        scores[6][0] = f64::NAN;
        let halves = [(0..4).collect::<Vec<_>>(), (4..8).collect()];
        let found = of_score(ConformalScore::LargestError, &scores, &halves);
        assert_eq!(
            (found[0].bound_over_time[0], found[0].coverage),
            (1.0, 0.75)
        );
        assert!(
            found[1].bound_over_time[0].is_infinite(),
            "the largest of four"
        );
    }

    #[test]
    fn halves_are_disjoint_and_at_random() {
        let mut rng = Rng::stream(7, Stream::Rollout, 0);
        let [mut first, second] = halves(31, &mut rng);
        assert_eq!((first.len(), second.len()), (16, 15));
        let even = first.iter().filter(|index| **index % 2 == 0).count();
        assert!((3..=13).contains(&even), "{even} of 16 are even");
        first.extend(second);
        first.sort_unstable();
        assert_eq!(first, (0..31).collect::<Vec<_>>());
    }

    #[test]
    fn the_largest_error_counts_in_deviations_of_its_field() {
        let truth = Truth {
            conditions: ondine_datasets::Conditions {
                dt: 0.1,
                length: vec![1.0],
                spacing: vec![0.5],
                parameters: vec![],
            },
            dt: 0.1,
            frames: vec![],
            known: None,
            static_fields: [].into(),
        };
        let of = |forecast: [f32; 4]| {
            let pair = [&forecast[..], &[0.0, 0.0, 10.0, 10.0]];
            score(ConformalScore::LargestError, &truth, pair, &[0.5, 4.0])
        };
        assert!((of([0.5, -1.0, 10.0, 12.0]) - 2.0).abs() < 1e-12);
        assert!((of([0.0, 0.0, 30.0, 10.0]) - 5.0).abs() < 1e-12);
        assert!(!of([f32::NAN, 0.0, 10.0, 10.0]).is_finite());
    }
}
