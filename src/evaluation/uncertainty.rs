//! Several rollouts from every state: how far they spread, and how well their spread says how wrong they are.

use super::judge::{Forecast, judge, mean, spectral_steps};
use super::quiet::Quiet;
use super::rollout::Start;
use super::{HeldOut, JudgeError, Truth};
use crate::batch::Layout;
use crate::control::{Advance, Control};
use crate::forecast::RolledOut;
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
    let rolled_out = RolledOut {
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
        let forecasts = rolled_out.roll_out(start, steps, draws, &|_| Ok(()))?;
        for (i, truth) in truths.iter().enumerate() {
            let members = |step: usize| &forecasts[step][i * samples..(i + 1) * samples];
            let all: Vec<&[Vec<f32>]> = (0..steps).map(members).collect();
            let mean = sums.add(&all, truth, num_initial_frames);
            means
                .iter_mut()
                .zip(mean)
                .for_each(|(of_step, mean)| of_step.push(mean));
        }
        control.tell(Advance {
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

/// Sums over simulations.
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
        for (i, (of_step, frame)) in members.iter().zip(truths).enumerate() {
            let known: Vec<_> = of_step.iter().map(|state| truth.known(state)).collect();
            let states: Vec<&[f32]> = known.iter().map(|state| &**state).collect();
            let (step, simulation) = (&mut self.steps[i], truth);
            let truth = &simulation.known(frame);
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
            let states: Vec<&[f32]> = of_step.iter().map(|state| &state[..]).collect();
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
                    .add(&minus(&mean, frame), length, &mut sums[1]);
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

/// Agreement of predicted horizons with the actual ones; needs three simulations whose horizons lie within the rollout.
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
mod tests;
