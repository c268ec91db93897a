//! Error over wavenumbers and time: `√⟨|û − û*|²⟩ / √⟨|û*|²⟩` for every shell of `|k|`, over simulations and channels.
//!
//! Shows where a forecast goes wrong first, and how errors travel to other scales. States are kept in 32 bits. Where the
//! truth has less than what rounding leaves in every mode, `ε √⟨u*²⟩/√N` for `N` points and the spacing `ε = 2⁻²³` of
//! 32-bit numbers, there are no digits to be wrong in, and no error is given.

use super::HeldOut;
use super::judge::Forecast;
use crate::batch::Layout;
use crate::metric::{Amplitudes, Scale};
use crate::parallel;
use crate::results::SpectralErrors;
use ondine_solvers::SolverError;

/// More times than this are not told apart.
const MOST_TIMES: usize = 128;

/// The errors of all steps, times shared out to all cores.
pub(super) fn spectral_errors(
    layout: &Layout,
    held_out: &HeldOut,
    forecast: &Forecast<'_>,
    times: &[f64],
) -> Result<SpectralErrors, SolverError> {
    let steps = spread(held_out.steps());
    let work = |steps: &[usize]| -> Result<Vec<_>, SolverError> {
        let mut amplitudes = Amplitudes::new(&layout.grid, &layout.axes, held_out.lengths())?;
        let of = |&step: &usize| at(layout, &mut amplitudes, held_out, forecast, step);
        Ok(steps.iter().map(of).collect())
    };
    let amplitudes = Amplitudes::new(&layout.grid, &layout.axes, held_out.lengths())?;
    let chunks: Vec<&[usize]> = steps
        .chunks(steps.len().div_ceil(parallel::cores()))
        .collect();
    let parts = parallel::map(&chunks, |steps| work(steps))?;
    let (relative, changes): (Vec<_>, Vec<_>) = parts.concat().into_iter().unzip();
    Ok(SpectralErrors {
        rollout_steps: steps.iter().map(|step| step + 1).collect(),
        times: steps.iter().map(|&step| times[step]).collect(),
        wavenumber: amplitudes.shells().wavenumbers(),
        relative,
        changes,
    })
}

/// At most [`MOST_TIMES`] of `0..steps`, evenly, with both ends.
fn spread(steps: usize) -> Vec<usize> {
    let count = steps.min(MOST_TIMES);
    let at = |i: usize| i * (steps - 1) / (count - 1).max(1);
    (0..count).map(at).collect()
}

/// The relative error of every shell at one step, and the change of the truth in it.
fn at(
    layout: &Layout,
    amplitudes: &mut Amplitudes,
    held_out: &HeldOut,
    forecast: &Forecast<'_>,
    step: usize,
) -> (Vec<Option<f64>>, Vec<f64>) {
    let none = || amplitudes.zeros();
    let (mut errors, mut truths, mut changes) = (none(), none(), none());
    let mut squares = 0.0;
    for (i, truth) in held_out.trajectories.iter().enumerate() {
        let length = &truth.conditions.length;
        let frames = truth.since_last(held_out.num_initial_frames);
        let t: Vec<f64> = frames[step + 1].iter().map(|&x| f64::from(x)).collect();
        let before = frames[step].iter().zip(&t);
        let change: Vec<f64> = before.map(|(&u, t)| t - f64::from(u)).collect();
        let u = forecast.frame(step, i).iter().zip(&t);
        let error: Vec<f64> = u.map(|(&u, t)| f64::from(u) - t).collect();
        amplitudes.add(&error, length, &mut errors);
        amplitudes.add(&t, length, &mut truths);
        amplitudes.add(&change, length, &mut changes);
        squares += t.iter().map(|t| t * t).sum::<f64>();
    }
    let points = layout.grid.iter().product::<usize>() as f64;
    let rounding = squares * (f64::from(f32::EPSILON) / points).powi(2); // Σ ε² ⟨u*²⟩/N over the states
    let ratio = |(error, truth): (&f64, &f64)| {
        (*truth > rounding).then(|| four_digits(Scale::Relative.bound((error / truth).sqrt())))
    };
    let count = (held_out.trajectories.len() * layout.channels) as f64;
    let size = |change: &f64| {
        if *change > 2.0 * rounding {
            four_digits((change / count).sqrt())
        } else {
            0.0
        }
    };
    (
        errors.iter().zip(&truths).map(ratio).collect(),
        changes.iter().map(size).collect(),
    )
}

fn four_digits(value: f64) -> f64 {
    format!("{value:.3e}").parse().expect("it is a number")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::Truth;
    use ondine_datasets::Conditions;
    use std::f64::consts::TAU;

    const POINTS: usize = 64;

    /// `Σ a cos(2π k x + k)` of the `(k, a)` along the last axis.
    fn waves(shape: &[usize], of: &[(f64, f64)]) -> Vec<f32> {
        let last = shape[shape.len() - 1];
        let x = |i: usize| (i % last) as f64 / last as f64;
        let wave = |x: f64| {
            of.iter()
                .map(|(k, a)| a * (TAU * k * x + k).cos())
                .sum::<f64>()
        };
        (0..shape.iter().product())
            .map(|i| wave(x(i)) as f32)
            .collect()
    }

    fn layout(grid: &[usize]) -> Layout {
        Layout::of_frames(grid, 1)
    }

    fn held_out(grid: &[usize], steps: usize, of: &[(f64, f64)]) -> HeldOut {
        let truth = Truth {
            static_fields: [].into(),
            known: None,
            conditions: Conditions {
                dt: 0.5,
                length: vec![1.0; grid.len()],
                spacing: vec![1.0; grid.len()],
                parameters: vec![],
            },
            dt: 0.5,
            frames: vec![waves(grid, of).into(); steps + 1],
        };
        HeldOut {
            trajectories: vec![truth; 3],
            num_initial_frames: 1,
            seed: None,
            failures: Vec::new(),
            points: grid.to_vec(),
            file: None,
            others: Vec::new(),
        }
    }

    #[test]
    fn every_wave_has_its_own_error_and_rounding_has_none() {
        for grid in [&[POINTS][..], &[16, POINTS]] {
            let held_out = held_out(grid, 2, &[(1.0, 1.0), (5.0, 1e-3)]);
            let states = [[(1.0, 1.0), (5.0, 1.5e-3)], [(1.0, 0.75), (7.0, 2e-3)]];
            let predicted: Vec<_> = states.iter().map(|of| vec![waves(grid, of); 3]).collect();
            let forecast = Forecast::new(&predicted);
            let times = held_out.mean_times();
            let found = spectral_errors(&layout(grid), &held_out, &forecast, &times);
            let found = found.expect("there is a transform");
            assert_eq!(
                (&found.rollout_steps[..], &found.times),
                (&[1, 2][..], &times)
            );
            let at = |step: usize, k: usize| found.relative[step][k].expect("the truth is there");
            assert!(at(0, 1) < 1e-6 && (at(0, 5) - 0.5).abs() < 1e-3, "{grid:?}");
            assert!((at(1, 1) - 0.25).abs() < 1e-6 && (at(1, 5) - 1.0).abs() < 1e-3);
            assert!(found.relative[1][7].is_none(), "the truth has no such wave");
        }
    }

    #[test]
    fn the_truth_moves_by_its_change_in_a_step_not_since_the_start() {
        let grid = &[POINTS][..];
        let mut held_out = held_out(grid, 2, &[(1.0, 1.0)]);
        for truth in &mut held_out.trajectories {
            truth.frames[1] = waves(grid, &[(1.0, 1.0), (5.0, 0.5)]).into();
            truth.frames[2] = waves(grid, &[(1.0, 1.0), (5.0, 0.5), (9.0, 0.25)]).into();
        }
        let predicted = vec![vec![waves(grid, &[(1.0, 1.0)]); 3]; 2];
        let forecast = Forecast::new(&predicted);
        let times = held_out.mean_times();
        let found = spectral_errors(&layout(grid), &held_out, &forecast, &times);
        let changes = found.expect("there is a transform").changes;
        let near = |step: usize, k: usize, size: f64| (changes[step][k] - size).abs() < 1e-4;
        assert!(near(0, 5, 0.25) && near(0, 9, 0.0), "{changes:?}"); // half an amplitude a wave
        assert!(near(1, 5, 0.0) && near(1, 9, 0.125), "{changes:?}");
    }

    #[test]
    fn long_rollouts_are_thinned_and_keep_both_ends() {
        assert_eq!(spread(1), [0]);
        assert_eq!(spread(3), [0, 1, 2]);
        let steps = spread(1000);
        assert_eq!((steps.len(), steps[0], steps[127]), (128, 0, 999));
        assert!(steps.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn a_forecast_that_blew_up_counts_as_the_worst() {
        let held_out = held_out(&[POINTS], 1, &[(1.0, 1.0)]);
        let predicted = vec![vec![vec![f32::NAN; POINTS]; 3]];
        let forecast = Forecast::new(&predicted);
        let times = held_out.mean_times();
        let found = spectral_errors(&layout(&[POINTS]), &held_out, &forecast, &times);
        let found = found.expect("there is a transform");
        assert_eq!(found.relative[0][1], Some(crate::metric::WORST));
    }
}
