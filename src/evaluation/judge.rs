//! Curves over time and wavenumber of one forecaster.

use super::{HeldOut, Judged, Spectra};
use crate::batch::Layout;
use crate::metric::{Amplitudes, THRESHOLDS, correlation, nrmse, rms, time_above};
use ondine_solvers::SolverError;

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
                &held_out.trajectories[simulation].since_last(held_out.known)[0]
            }),
        }
    }

    pub(super) fn frame(&self, step: usize, simulation: usize) -> &'a [f32] {
        (self.frame)(step, simulation)
    }
}

/// Error and correlation over time.
pub(super) fn judge(held_out: &HeldOut, forecast: &Forecast<'_>, times: &[f64]) -> Judged {
    let count = held_out.trajectories.len();
    let mut errors = Vec::new();
    let mut correlations = Vec::new();
    let mut quantiles = [Vec::new(), Vec::new()];
    for step in 0..held_out.steps() {
        let judged = |measure: fn(&[f32], &[f32]) -> f64| -> Vec<f64> {
            let truth = |i: usize| &held_out.trajectories[i].since_last(held_out.known)[step + 1];
            (0..count)
                .map(|i| measure(forecast.frame(step, i), truth(i)))
                .collect()
        };
        errors.push(mean(&judged(nrmse)));
        let mut of_step = judged(correlation);
        correlations.push(mean(&of_step));
        of_step.sort_by(f64::total_cmp);
        quantiles[0].push(quantile(&of_step, 0.1));
        quantiles[1].push(quantile(&of_step, 0.9));
    }
    let last = held_out.steps() - 1;
    let finite = |i: &usize| forecast.frame(last, *i).iter().all(|x| x.is_finite());
    let time = |threshold: f64| {
        (
            threshold.to_string(),
            time_above(threshold, times, &correlations),
        )
    };
    Judged {
        nrmse: errors[0],
        nrmse_over_time: errors,
        correlation_time: THRESHOLDS.map(time).into_iter().collect(),
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
    let mut amplitudes = Amplitudes::new(&layout.grid)?;
    let modes = amplitudes.num_modes();
    let mut sums = [const { Vec::new() }; 4].map(|_: Vec<f64>| vec![0.0; modes]);
    for (i, truth) in held_out.trajectories.iter().enumerate() {
        let truth = &truth.since_last(held_out.known)[step + 1];
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
            amplitudes.add(&state, sum);
        }
    }
    let count = held_out.trajectories.len() * layout.channels;
    let [truth, prediction, error, persistence_error] = sums.map(|sum| rms(sum, count));
    Ok(Spectra {
        rollout_step: step + 1,
        time,
        wavenumber: (0..modes).map(|k| k as f64).collect(),
        truth,
        prediction,
        error,
        persistence_error,
    })
}

pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The value below which a `share` of the sorted values lies, nearest rank.
pub(super) fn quantile(sorted: &[f64], share: f64) -> f64 {
    sorted[((sorted.len() - 1) as f64 * share).round() as usize]
}
