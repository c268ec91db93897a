//! Several rollouts from every state: how far they spread, and how well their spread says how wrong they are.

use super::judge::{Forecast, judge, mean, spectral_steps};
use super::quiet::Quiet;
use super::rollout::Start;
use super::{HeldOut, JudgeError, Truth};
use crate::batch::Layout;
use crate::control::{Control, Doing};
use crate::forecast::Roller;
use crate::metric::cross_correlation;
use crate::metric::ensemble::{Crps, coverage, crps, spread_and_error};
use crate::metric::{Amplitudes, Scale, correlation, rms};
use crate::results::{
    Agreement, Coverage, Horizon, Judged, SpreadSpectrum, TestedHorizon, Uncertainty,
};
use burn::tensor::Device;
use ondine_models::{Model, SurrogateRng};
use ondine_solvers::SolverError;

/// States that the network is given at a time, unless one simulation has more samples.
const BATCH: usize = 64;

/// Shares of the truth that intervals are asked for, those that the samples are enough for.
const LEVELS: [f64; 4] = [0.5, 0.8, 0.9, 0.95];

/// A surrogate that is sampled.
#[derive(Debug, Clone, Copy)]
pub struct Sampled<'a> {
    /// The surrogate, outside of automatic differentiation.
    pub surrogate: &'a Model,
    /// Rollouts of every simulation, 2 or more.
    pub samples: usize,
}

/// Rolls every held-out simulation out several times and judges the samples.
///
/// # Errors
/// When there is no spectrum for the grid, or `control` ends it.
pub fn uncertainty(
    layout: &Layout,
    held_out: &HeldOut,
    Sampled { surrogate, samples }: Sampled<'_>,
    device: &Device,
    draws: &mut SurrogateRng,
    control: Control<'_>,
) -> Result<Uncertainty, JudgeError> {
    let (steps, num_initial_frames) = (held_out.steps(), held_out.num_initial_frames);
    let roller = Roller {
        layout,
        surrogate,
        device,
    };
    let mut sums = Sums::new(layout, held_out.lengths(), steps, samples)?;
    let mut means: Vec<Vec<Vec<f32>>> = vec![Vec::new(); steps];
    for truths in held_out.trajectories.chunks((BATCH / samples).max(1)) {
        let repeated: Vec<&Truth> = truths
            .iter()
            .flat_map(|truth| std::iter::repeat_n(truth, samples))
            .collect();
        let start = Start {
            truths: &repeated,
            num_initial_frames,
        };
        let forecasts = roller.roll_out(start, steps, draws, &|_| Ok(()))?;
        for (i, truth) in truths.iter().enumerate() {
            let members = |step: usize| &forecasts[step][i * samples..(i + 1) * samples];
            let all: Vec<&[Vec<f32>]> = (0..steps).map(members).collect();
            let mean = sums.add(&all, truth, num_initial_frames);
            means
                .iter_mut()
                .zip(mean)
                .for_each(|(of_step, mean)| of_step.push(mean));
        }
        control.tell(Doing {
            what: "sampling",
            done: means[0].len(),
            of: held_out.trajectories.len(),
        })?;
    }
    let quiet = Quiet::of(held_out);
    let times = held_out.mean_times();
    let mean = judge(held_out, &quiet, &Forecast::new(&means), &times);
    Ok(sums.finish(mean, &quiet))
}

/// What is summed over simulations.
struct Sums {
    samples: usize,
    channels: usize,
    /// Of every step, over simulations.
    steps: Vec<Step>,
    levels: Vec<f64>,
    horizons: Vec<TestedHorizon>,
    amplitudes: Amplitudes,
    spectra: Vec<(usize, [Vec<f64>; 2])>,
}

/// Numbers of one step, of every simulation where they are lists.
#[derive(Clone, Default)]
struct Step {
    spread: Vec<Option<f64>>,
    /// Mean squares of spread and error, in units of the fields.
    squares: [f64; 2],
    crps: Vec<Option<f64>>,
    cross_correlation: Vec<Option<f64>>,
    correlation: Vec<Option<f64>>,
    coverage: Vec<f64>,
}

impl Sums {
    fn new<'a>(
        layout: &Layout,
        lengths: impl IntoIterator<Item = &'a [f64]>,
        steps: usize,
        samples: usize,
    ) -> Result<Self, SolverError> {
        let count = samples as f64;
        let enough = |level: &f64| count >= (1.0 + level) / (1.0 - level) - 1e-9;
        let mut levels: Vec<f64> = LEVELS.into_iter().filter(enough).collect();
        if levels.is_empty() {
            levels.push((count - 1.0) / (count + 1.0)); // all that they span
        }
        let amplitudes = Amplitudes::new(&layout.grid, &layout.axes, lengths)?;
        let none = || [amplitudes.zeros(), amplitudes.zeros()];
        let wanted = spectral_steps(steps);
        Ok(Self {
            samples,
            channels: layout.channels,
            steps: vec![
                Step {
                    coverage: vec![0.0; levels.len()],
                    ..Step::default()
                };
                steps
            ],
            levels,
            horizons: Vec::new(),
            spectra: wanted.into_iter().map(|step| (step, none())).collect(),
            amplitudes,
        })
    }

    /// Adds a simulation with the samples of every step, and gives back their means.
    fn add(
        &mut self,
        members: &[&[Vec<f32>]],
        truth: &Truth,
        num_initial_frames: usize,
    ) -> Vec<Vec<f32>> {
        let truths = &truth.since_last(num_initial_frames)[1..];
        let length = &truth.conditions.length;
        let (mut pairs, mut singles) = (Vec::new(), Vec::new());
        let mut means = Vec::new();
        for (i, (of_step, truth)) in members.iter().zip(truths).enumerate() {
            let states: Vec<&[f32]> = of_step.iter().map(|state| &state[..]).collect();
            let step = &mut self.steps[i];
            let size = mean_square(truth);
            let [spread, error] = spread_and_error(&states, truth);
            step.spread.push(told(spread, (spread / size).sqrt()));
            if (spread + error).is_finite() {
                step.squares[0] += spread;
                step.squares[1] += error;
            }
            let score = crps(&states, truth, Crps::Fair);
            step.crps.push(told(score, score / size.sqrt()));
            for (sum, level) in step.coverage.iter_mut().zip(&self.levels) {
                *sum += coverage(&states, truth, *level);
            }
            let one_by_one: Vec<f64> = states.iter().map(|u| correlation(u, truth)).collect();
            pairs.push(cross_correlation(&states));
            singles.push(mean(&one_by_one));
            step.cross_correlation.push(Some(pairs[i]));
            step.correlation.push(Some(singles[i]));
            let mean = mean_state(&states);
            if let Some((_, sums)) = self.spectra.iter_mut().find(|(step, _)| *step == i) {
                let minus = |u: &[f32], v: &[f32]| -> Vec<f64> {
                    let pairs = u.iter().zip(v);
                    pairs.map(|(u, v)| f64::from(*u) - f64::from(*v)).collect()
                };
                for state in &states {
                    self.amplitudes
                        .add(&minus(state, &mean), length, &mut sums[0]);
                }
                self.amplitudes
                    .add(&minus(&mean, truth), length, &mut sums[1]);
            }
            means.push(mean);
        }
        self.horizons.push(TestedHorizon {
            predicted: Horizon::at(&pairs, truth.dt),
            actual: Horizon::at(&singles, truth.dt),
        });
        means
    }

    fn finish(self, mean: Judged, quiet: &Quiet) -> Uncertainty {
        let count = self.horizons.len() as f64;
        let over_time = |read: &dyn Fn(&Step) -> f64| self.steps.iter().map(read).collect();
        let told = |scale: Scale, read: fn(&Step) -> &[Option<f64>]| -> Vec<f64> {
            let steps = self.steps.iter().enumerate();
            let counted = steps.map(|(i, step)| quiet.counted(scale, i, read(step)));
            counted.map(|values| super::judge::mean(&values)).collect()
        };
        let members = self.samples as f64;
        let ratio = |[spread, error]: [f64; 2]| {
            if spread + error <= 0.0 {
                return 1.0; // nothing is spread, and nothing wrong
            }
            let ratio = ((members + 1.0) / members * spread / error).sqrt();
            Scale::Relative.bound(ratio)
        };
        let coverage = self.levels.iter().enumerate().map(|(i, level)| Coverage {
            level: *level,
            share_over_time: over_time(&|step| step.coverage[i] / count),
        });
        let states = self.horizons.len() * self.channels;
        let spectra = self
            .spectra
            .iter()
            .map(|(step, [spread, error])| SpreadSpectrum {
                rollout_step: step + 1,
                spread: rms(spread.clone(), states * (self.samples - 1)),
                mean_error: rms(error.clone(), states),
            });
        Uncertainty {
            samples: self.samples,
            mean,
            spread_over_time: told(Scale::Relative, |step| &step.spread),
            spread_skill_over_time: over_time(&|step| ratio(step.squares)),
            crps_over_time: told(Scale::Relative, |step| &step.crps),
            cross_correlation_over_time: told(Scale::Correlation, |step| &step.cross_correlation),
            sample_correlation_over_time: told(Scale::Correlation, |step| &step.correlation),
            coverage: coverage.collect(),
            horizon_agreement: agreement(&self.horizons),
            spectra: spectra.collect(),
            horizons: self.horizons,
        }
    }
}

/// A size over that of the truth; none where a finite one is over nothing.
fn told(size: f64, ratio: f64) -> Option<f64> {
    match size.abs() <= 0.0 {
        true => Some(0.0),
        false if size.is_finite() && ratio.is_infinite() => None,
        false => Some(Scale::Relative.bound(ratio)),
    }
}

/// How well predicted horizons say the actual ones; needs three simulations whose horizons lie within the rollout.
fn agreement(horizons: &[TestedHorizon]) -> Option<Agreement> {
    let within = |one: &&TestedHorizon| !one.predicted.to_the_end && !one.actual.to_the_end;
    let pairs = horizons.iter().filter(within);
    let (predicted, actual): (Vec<f64>, Vec<f64>) = pairs
        .map(|one| (one.predicted.time, one.actual.time))
        .unzip();
    (predicted.len() > 2).then(|| Agreement {
        count: predicted.len(),
        r_squared: correlation(&predicted, &actual).powi(2),
        ratio: mean(&predicted) / mean(&actual),
    })
}

fn mean_square(state: &[f32]) -> f64 {
    let squares = state.iter().map(|x| f64::from(*x).powi(2));
    squares.sum::<f64>() / state.len() as f64
}

fn mean_state(states: &[&[f32]]) -> Vec<f32> {
    let count = states.len() as f64;
    let at = |point: usize| {
        let sum: f64 = states.iter().map(|state| f64::from(state[point])).sum();
        (sum / count) as f32
    };
    (0..states[0].len()).map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ondine_datasets::Conditions;
    use ondine_models::Inputs;
    use ondine_solvers::Rng;
    use std::sync::Arc;

    const POINTS: usize = 512;

    /// Simulations whose truth and samples are drawn alike around a wave, the samples with `width` times the deviation;
    /// from step `parting` of a simulation on, the wave of every sample has a phase of its own.
    fn judged(width: f64, samples: usize, parting: impl Fn(usize) -> [usize; 2]) -> Uncertainty {
        let mut rng = Rng::stream(1, ondine_solvers::Stream::Noise, 0);
        let layout = Layout {
            grid: vec![POINTS],
            trained: vec![POINTS],
            axes: vec![ondine_solvers::AxisKind::PERIODIC],
            reach: ondine_models::Reach::Points,
            channels: 1,
            bundle: 1,
            stride: 1,
            inputs: Inputs::State,
        };
        let steps = 8;
        let mut sums =
            Sums::new(&layout, [&[1.0][..]], steps, samples).expect("there is a transform");
        let mut trajectories = Vec::new();
        for simulation in 0..12 {
            let mut state = |deviation: f64, lost: bool| -> Vec<f32> {
                let phase = if lost {
                    rng.uniform(1.0, 5.3) // correlation 0.54 or less with a wave that is not lost
                } else {
                    0.0
                };
                let at = |i: usize| (0.2 * i as f64 + phase).sin();
                (0..POINTS)
                    .map(|i| (at(i) + deviation * rng.normal()) as f32)
                    .collect()
            };
            let [together, true_until] = parting(simulation);
            let truth = |step: usize, state: &mut dyn FnMut(f64, bool) -> Vec<f32>| -> Arc<[f32]> {
                state(0.1, step > true_until).into()
            };
            let frames = (0..=steps).map(|step| truth(step, &mut state)).collect();
            let members: Vec<Vec<Vec<f32>>> = (1..=steps)
                .map(|step| {
                    let one = |_| state(0.1 * width, step > together);
                    (0..samples).map(one).collect()
                })
                .collect();
            let truth = Truth {
                conditions: Conditions {
                    dt: 0.5,
                    length: vec![1.0],
                    spacing: vec![1.0 / POINTS as f64],
                    parameters: vec![],
                },
                dt: 0.5,
                frames,
            };
            let members: Vec<&[Vec<f32>]> = members.iter().map(|of| &of[..]).collect();
            assert_eq!(sums.add(&members, &truth, 1).len(), steps);
            trajectories.push(truth);
        }
        let held_out = HeldOut {
            trajectories,
            num_initial_frames: 1,
            seed: None,
            failures: Vec::new(),
            points: vec![POINTS],
            file: None,
        };
        let quiet = Quiet::of(&held_out);
        let still = judge(
            &held_out,
            &quiet,
            &Forecast::persistence(&held_out),
            &held_out.mean_times(),
        );
        sums.finish(still, &quiet)
    }

    #[test]
    fn samples_like_the_truth_are_calibrated_and_narrow_ones_too_sure() {
        let never = |_| [8, 8];
        let good = judged(1.0, 9, never);
        let sure = judged(0.5, 9, never);
        for step in 0..8 {
            let ratio = good.spread_skill_over_time[step];
            assert!((ratio - 1.0).abs() < 0.05, "{ratio}"); // 6144 points of 9 samples
            // σ² = 1/100 beside ⟨u²⟩ = 1/2 + 1/100
            let spread = good.spread_over_time[step];
            assert!(
                (spread - (0.01_f64 / 0.51).sqrt()).abs() < 0.005,
                "{spread}"
            );
            let crps = good.crps_over_time[step];
            let exact = 0.1 / std::f64::consts::PI.sqrt() / 0.51_f64.sqrt(); // σ/√π of draws alike
            assert!((crps - exact).abs() < 0.005, "{crps} {exact}");
            let narrow = sure.spread_skill_over_time[step];
            assert!((narrow - 0.5 * (10.0_f64 / 9.0 / (1.0 + 0.25 / 9.0)).sqrt()).abs() < 0.03);
            assert!(sure.crps_over_time[step] > good.crps_over_time[step] * 0.99);
        }
        let levels: Vec<f64> = good.coverage.iter().map(|of| of.level).collect();
        assert_eq!(levels, [0.5, 0.8]);
        for (found, narrow) in good.coverage.iter().zip(&sure.coverage) {
            let share = found.share_over_time[3];
            assert!((share - found.level).abs() < 0.03, "{share}");
            assert!(narrow.share_over_time[3] < share - 0.1);
        }
        let few = judged(1.0, 2, never);
        assert_eq!(few.coverage.len(), 1);
        assert!((few.coverage[0].level - 1.0 / 3.0).abs() < 1e-12);
        assert!((few.coverage[0].share_over_time[0] - 1.0 / 3.0).abs() < 0.03);
    }

    #[test]
    fn horizons_are_where_samples_part_and_where_they_leave_the_truth() {
        // Simulation s parts after 2 + s/4 steps from the truth, its samples from each other one step later.
        let found = judged(1.0, 9, |s| [3 + s / 4, 2 + s / 4]);
        for (s, horizon) in found.horizons.iter().enumerate() {
            let [predicted, actual] = [&horizon.predicted, &horizon.actual].map(|h| h.time / 0.5);
            let last = (3 + s / 4) as f64;
            assert!((last..last + 1.0).contains(&predicted), "{s}: {predicted}");
            assert!((last - 1.0..last).contains(&actual), "{s}: {actual}");
        }
        let agreement = found.horizon_agreement.expect("all lie within");
        assert_eq!(agreement.count, 12);
        assert!(agreement.r_squared > 0.6 && agreement.ratio > 1.1);
        let never = judged(1.0, 9, |_| [8, 8]);
        assert!(never.horizon_agreement.is_none());
        assert!(
            never
                .horizons
                .iter()
                .all(|of| of.predicted.to_the_end && of.actual.to_the_end)
        );
    }

    #[test]
    fn the_spectrum_of_the_spread_is_that_of_the_draws() {
        let found = judged(1.0, 9, |_| [8, 8]);
        let steps: Vec<usize> = found.spectra.iter().map(|of| of.rollout_step).collect();
        assert_eq!(steps, [1, 3, 5, 8]);
        let middle = |of: &[f64]| of[20..200].iter().sum::<f64>() / 180.0;
        let white = 0.1 / (POINTS as f64).sqrt(); // |fft(ε)/N|² = σ²/N
        let spread = middle(&found.spectra[1].spread);
        assert!((spread / white - 1.0).abs() < 0.03, "{spread} {white}");
        let error = middle(&found.spectra[1].mean_error);
        let expected = white * (10.0_f64 / 9.0).sqrt(); // of truth and mean together
        assert!((error / expected - 1.0).abs() < 0.05, "{error} {expected}");
    }
}
