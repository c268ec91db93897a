//! A better sampler for a trained refiner, without training it again.
//!
//! At a fixed number of network calls per time step, noise levels and the share of fresh noise are searched: at random
//! first, then around the best found so far, as Liu et al. (2024, A Unified Sampling Framework for Solver Searching of
//! Diffusion Probabilistic Models) search solvers. Every candidate makes the same rollouts with the same random numbers;
//! the score is the area under the mean correlation with the truth, a time. The simulations are neither those of the
//! training nor those of evaluations.

use crate::control::Control;
use crate::evaluation::{HeldOut, JudgeError};
use crate::forecast::RolledOut;
use crate::metric::correlation;
use crate::plan::Plan;
use burn::tensor::Device;
use ondine_datasets::DataError;
use ondine_models::Model;
use ondine_models::refiner::{PdeRefiner, Schedule};
use ondine_solvers::{Rng, Stream};
use serde::Serialize;

/// The attempt at the held-out simulations that gives those of a search: no failure comes so far.
const VALIDATION: u32 = u32::MAX;

/// The error of a plan that simulates nothing.
const NO_SOURCE: &str = "schedules are judged on simulations of their own, and the recipe has no solver that makes them";

/// The share of candidates that are drawn at random, the others vary the best ones.
const EXPLORED: f64 = 0.4;

/// Number of best schedules that are varied.
const PARENTS: usize = 4;

/// Extent of a search.
#[derive(Debug, Clone, Copy)]
pub struct Search {
    /// Calls of the network per time step, 2 or more.
    pub calls: usize,
    /// Schedules to try beside the trained one.
    pub candidates: usize,
}

/// A schedule and how good it is.
#[derive(Debug, Clone, Serialize)]
pub struct Tried {
    /// The schedule.
    pub schedule: Schedule,
    /// The area under the mean correlation with the truth over the rollout, in units of time.
    pub score: f64,
}

/// Result of a search.
#[derive(Debug, Clone, Serialize)]
pub struct Tuned {
    /// The trained schedule, with as many calls as it has.
    pub trained: Tried,
    /// The best one.
    pub best: Tried,
    /// Every schedule that was tried, in order.
    pub tried: Vec<Tried>,
}

/// Searches schedules for the surrogate of a plan, trained for `step` steps; nothing for a surrogate that has none.
/// `progress` is told after every candidate; told to stop by `control`, the search ends early, with what it has found.
///
/// # Errors
/// When the simulations to judge with fail too often, or `control` ends it before a schedule was tried.
pub fn tune(
    plan: &Plan,
    surrogate: &Model,
    step: usize,
    search: Search,
    device: &Device,
    control: Control<'_>,
    progress: &mut dyn FnMut(&Tried),
) -> Result<Option<Tuned>, JudgeError> {
    let Some(refiner) = surrogate.method::<PdeRefiner>() else {
        return Ok(None);
    };
    let Some(judge) = plan.held_out_source() else {
        return Err(DataError::File(NO_SOURCE.to_owned()).into());
    };
    let others = judge.again(VALIDATION).unwrap_or(judge);
    let held_out = HeldOut::of(plan, &*others, step, control)?;
    let judged = |schedule: Schedule| -> Tried {
        let changed = refiner.clone().with_schedule(schedule.clone());
        let changed = surrogate.clone().with_method(changed);
        let score = score(plan, &held_out, &changed, step, device);
        Tried { schedule, score }
    };
    let trained = judged(refiner.trained_schedule());
    progress(&trained);
    let mut tried = Vec::new();
    let mut rng = Rng::stream(plan.recipe.seed, Stream::Rollout, 1);
    let range = Range::around(&refiner.trained_schedule());
    let guarded = |schedule: Schedule| Schedule {
        cutoff: refiner.schedule.cutoff,
        ..schedule
    };
    while tried.len() < search.candidates && control.check().is_ok() {
        let explored = tried.len() as f64 <= EXPLORED * search.candidates as f64;
        let schedule = if explored {
            range.draw(search.calls - 1, &mut rng)
        } else {
            range.vary(&parent(&tried, &mut rng), &mut rng)
        };
        tried.push(judged(guarded(schedule)));
        progress(&tried[tried.len() - 1]);
    }
    let same_calls = trained.schedule.num_calls() == search.calls;
    let candidates = tried.iter().chain(same_calls.then_some(&trained));
    let best = candidates.max_by(|a, b| a.score.total_cmp(&b.score));
    Ok(best.cloned().map(|best| Tuned {
        trained,
        best,
        tried,
    }))
}

/// The area under the mean correlation.
fn score(plan: &Plan, held_out: &HeldOut, surrogate: &Model, step: usize, device: &Device) -> f64 {
    let layout = &plan.stage_after(step).layout;
    let mut draws = plan.draws(Stream::Rollout, 2); // the same for all
    let rolled_out = RolledOut {
        layout,
        surrogate,
        device,
    };
    let forecasts = rolled_out
        .all(held_out, &mut draws, Control::none())
        .unwrap_or_default();
    let count = held_out.trajectories.len() as f64;
    let times = held_out.mean_times();
    let mean = |(step, forecast): (usize, &Vec<Vec<f32>>)| {
        let truths = held_out.trajectories.iter();
        let pairs = truths.zip(forecast);
        let all = pairs.map(|(truth, u)| {
            correlation(u, &truth.since_last(held_out.num_initial_frames)[step + 1])
        });
        all.sum::<f64>() / count
    };
    forecasts.iter().enumerate().map(mean).sum::<f64>() * times[0]
}

/// One of the best so far.
fn parent(tried: &[Tried], rng: &mut Rng) -> Schedule {
    let mut sorted: Vec<&Tried> = tried.iter().collect();
    sorted.sort_by(|a, b| b.score.total_cmp(&a.score));
    let last = PARENTS.min(sorted.len()) as u64 - 1;
    sorted[rng.integer(0, last) as usize].schedule.clone()
}

/// Range in which noise levels are searched, as logarithms of variances.
struct Range {
    first: [f64; 2],
    last: [f64; 2],
}

impl Range {
    /// Levels from the trained ones on, those of the last step down to a tenth of the least: there the network sees less
    /// noise than it was ever shown.
    fn around(trained: &Schedule) -> Self {
        let variances = &trained.noise_variances;
        let (first, last) = (variances[0].ln(), variances[variances.len() - 1].ln());
        Self {
            first: [last, 0.5 * first],
            last: [last - std::f64::consts::LN_10, first],
        }
    }

    fn draw(&self, steps: usize, rng: &mut Rng) -> Schedule {
        let first = rng.uniform(self.first[0], self.first[1]);
        let last = rng.uniform(self.last[0], first.min(self.last[1]));
        let place = |k: usize| k as f64 / (steps - 1).max(1) as f64;
        let log = |k: usize| match steps {
            1 => last,
            _ => first + (last - first) * place(k),
        };
        ordered((0..steps).map(log).collect(), fresh_noise(rng))
    }

    /// A neighbour of a schedule.
    fn vary(&self, schedule: &Schedule, rng: &mut Rng) -> Schedule {
        let variances = schedule.noise_variances.iter();
        let [low, high] = [self.last[0], self.first[1]];
        let logs = variances.map(|v| (v.ln() + 0.7 * rng.normal()).clamp(low, high));
        let logs: Vec<f64> = logs.collect();
        let fresh = match rng.integer(0, 3) {
            0 => fresh_noise(rng),
            _ => schedule.fresh_noise,
        };
        ordered(logs, fresh)
    }
}

/// All of it, none of it, or a share.
fn fresh_noise(rng: &mut Rng) -> f64 {
    match rng.integer(0, 2) {
        0 => 0.0,
        1 => 1.0,
        _ => rng.uniform(0.0, 1.0),
    }
}

/// A schedule of these logarithms in falling order, a little apart.
fn ordered(mut logs: Vec<f64>, fresh_noise: f64) -> Schedule {
    logs.sort_by(|a, b| b.total_cmp(a));
    for k in 1..logs.len() {
        logs[k] = logs[k].min(logs[k - 1] - 0.01);
    }
    Schedule {
        noise_variances: logs.into_iter().map(f64::exp).collect(),
        fresh_noise,
        kept_noise: 0.0,
        cutoff: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_candidate_is_a_schedule_of_as_many_steps() {
        let trained = Schedule::geometric(3, None, 2e-7);
        let range = Range::around(&trained);
        let mut rng = Rng::stream(0, Stream::Rollout, 0);
        for steps in [1, 2, 5] {
            let mut schedule = range.draw(steps, &mut rng);
            for _ in 0..200 {
                schedule.check().unwrap_or_else(|error| panic!("{error}"));
                assert_eq!(schedule.noise_variances.len(), steps);
                schedule = match rng.integer(0, 1) {
                    0 => range.vary(&schedule, &mut rng),
                    _ => range.draw(steps, &mut rng),
                };
            }
        }
    }
}
