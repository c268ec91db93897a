//! Curves over time and wavenumber of one forecaster.

use super::HeldOut;
use super::quiet::Quiet;
use crate::batch::Layout;
use crate::metric::{
    Amplitudes, Scale, THRESHOLDS, checked_correlation, checked_nrmse, resolved, rms, time_above,
};
use crate::results::{Judged, Spectra};
use ondine_solvers::SolverError;
use std::f64::consts::TAU;

/// The forecasts of one forecaster.
pub(super) struct Forecast<'a> {
    frame: Box<dyn Fn(usize, usize) -> &'a [f32] + Sync + 'a>,
}

impl<'a> Forecast<'a> {
    /// Forecasts `[step][simulation]`.
    pub(super) fn new(predicted: &'a [Vec<Vec<f32>>]) -> Self {
        Self {
            frame: Box::new(move |step, simulation| &predicted[step][simulation]),
        }
    }

    /// The last known frame at every step.
    pub(super) fn persistence(held_out: &'a HeldOut) -> Self {
        Self {
            frame: Box::new(move |_, simulation| {
                &held_out.trajectories[simulation].since_last(held_out.num_initial_frames)[0]
            }),
        }
    }

    pub(super) fn frame(&self, step: usize, simulation: usize) -> &'a [f32] {
        (self.frame)(step, simulation)
    }
}

/// Error and correlation over time.
pub(super) fn judge(
    held_out: &HeldOut,
    quiet: &Quiet,
    forecast: &Forecast<'_>,
    times: &[f64],
) -> Judged {
    let count = held_out.trajectories.len();
    let mut errors = Vec::new();
    let mut correlations = Vec::new();
    let mut quantiles = [Vec::new(), Vec::new()];
    for step in 0..held_out.steps() {
        let judged = |scale: Scale, measure: fn(&[f32], &[f32]) -> Option<f64>| -> Vec<f64> {
            let told = held_out.trajectories.iter().enumerate().map(|(i, of)| {
                let truth = &of.since_last(held_out.num_initial_frames)[step + 1];
                measure(&of.known(forecast.frame(step, i)), &of.known(truth))
            });
            quiet.counted(scale, step, &told.collect::<Vec<_>>())
        };
        errors.push(mean(&judged(Scale::Relative, checked_nrmse)));
        let mut of_step = judged(Scale::Correlation, checked_correlation);
        correlations.push(mean(&of_step));
        of_step.sort_by(f64::total_cmp);
        quantiles[0].push(quantile(&of_step, 0.1));
        quantiles[1].push(quantile(&of_step, 0.9));
    }
    let last = held_out.steps() - 1;
    let finite = |i: &usize| forecast.frame(last, *i).iter().all(|x| x.is_finite());
    let steps: Vec<f64> = (1..=times.len()).map(|step| step as f64).collect();
    let above = |times: &[f64]| {
        let time = |threshold: f64| {
            let time = time_above(threshold, times, &correlations);
            (threshold.to_string(), time)
        };
        THRESHOLDS.map(time).into_iter().collect()
    };
    let (correlation_time, correlation_steps) = (above(times), above(&steps));
    Judged {
        nrmse: errors[0],
        nrmse_over_time: errors,
        correlation_time,
        correlation_steps,
        correlation_over_time: correlations,
        correlation_quantiles: quantiles,
        finite_share: (0..count).filter(finite).count() as f64 / count as f64,
        curves: Vec::new(),
    }
}

/// The steps whose spectra are kept: the first, those after a quarter and a half of the rollout, and the last.
pub(super) fn spectral_steps(steps: usize) -> Vec<usize> {
    let mut wanted = vec![0, steps / 4, steps / 2, steps - 1];
    wanted.dedup();
    wanted
}

/// Spectra of [`spectral_steps`].
pub(super) fn spectra<'a>(
    layout: &Layout,
    held_out: &HeldOut,
    forecast: &Forecast<'a>,
    persistence: &Forecast<'a>,
    times: &[f64],
) -> Result<Vec<Spectra>, SolverError> {
    let wanted = spectral_steps(held_out.steps());
    let one =
        |step: usize| spectra_at(layout, held_out, [forecast, persistence], step, times[step]);
    wanted.into_iter().map(one).collect()
}

fn spectra_at(
    layout: &Layout,
    held_out: &HeldOut,
    [forecast, persistence]: [&Forecast<'_>; 2],
    step: usize,
    time: f64,
) -> Result<Spectra, SolverError> {
    let mut amplitudes = Amplitudes::new(&layout.grid, &layout.axes, held_out.lengths())?;
    let mut sums = [const { Vec::new() }; 4].map(|_: Vec<f64>| amplitudes.zeros());
    for (i, truth) in held_out.trajectories.iter().enumerate() {
        let length = &truth.conditions.length;
        let truth = &truth.since_last(held_out.num_initial_frames)[step + 1];
        let wide = |state: &[f32]| state.iter().map(|&x| f64::from(x)).collect::<Vec<_>>();
        let [t, u, p] = [
            wide(truth),
            wide(forecast.frame(step, i)),
            wide(persistence.frame(step, i)),
        ];
        let minus = |a: &[f64]| a.iter().zip(&t).map(|(a, t)| a - t).collect::<Vec<_>>();
        for (state, sum) in [t.clone(), u.clone(), minus(&u), minus(&p)]
            .into_iter()
            .zip(&mut sums)
        {
            amplitudes.add(&state, length, sum);
        }
    }
    let count = held_out.trajectories.len() * layout.channels;
    let [truth, prediction, error, persistence_error] = sums.map(|sum| rms(sum, count));
    Ok(Spectra {
        rollout_step: step + 1,
        time,
        wavenumber: amplitudes.shells().wavenumbers(),
        wavenumber_unit: wavenumber_unit(held_out),
        resolved_wavenumber: held_out
            .lengths()
            .map(|length| resolved(&layout.grid, length))
            .reduce(f64::min),
        waves: amplitudes.shells().waves().to_vec(),
        truth,
        prediction,
        error,
        persistence_error,
    })
}

/// `2π` over the longest axis, where it is equally long in all boxes.
fn wavenumber_unit(held_out: &HeldOut) -> Option<f64> {
    let longest = |length: &[f64]| length.iter().copied().fold(0.0, f64::max);
    let mut all = held_out.lengths().map(longest);
    let first = all.next()?;
    let same = |length: f64| (length / first - 1.0).abs() < 1e-9;
    all.all(same).then(|| TAU / first)
}

pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The value below which a `share` of the sorted values lies, nearest rank.
pub(super) fn quantile(sorted: &[f64], share: f64) -> f64 {
    sorted[((sorted.len() - 1) as f64 * share).round() as usize]
}
