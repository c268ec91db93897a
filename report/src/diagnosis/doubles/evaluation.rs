//! A healthy evaluation, part by part.

use super::Double;
use crate::diagnosis::History;
use ondine_metrics::results::{Curve, Evaluation, Judged, SimulationScore, Spectra, Uncertainty};

/// White noise of an amplitude in the frames of the truth, of which the surrogate foresees nothing.
pub fn noise(double: &mut Double, amplitude: f64) {
    let mut healthy = evaluation().spectra.swap_remove(0);
    let spread = |of: &mut Vec<f64>, factor: f64| {
        for a in of {
            *a = (*a * *a + factor * amplitude * amplitude).sqrt();
        }
    };
    spread(&mut healthy.truth, 1.0);
    spread(&mut healthy.persistence_error, 2.0);
    spread(&mut healthy.error, 1.0);
    double.evaluation.spectra[0] = healthy;
}

/// The uncertainty from samples whose spread is `ratio` times the error of their mean.
pub fn sampled(double: &Double, ratio: f64) -> Uncertainty {
    let steps = double.evaluation.times.len();
    Uncertainty {
        samples: 8,
        mean: double.evaluation.surrogate.clone(),
        spread_over_time: vec![0.1; steps],
        spread_skill_over_time: vec![ratio; steps],
        crps_over_time: vec![0.1; steps],
        cross_correlation_over_time: vec![0.9; steps],
        sample_correlation_over_time: vec![0.9; steps],
        coverage: Vec::new(),
        horizons: Vec::new(),
        horizon_agreement: None,
        spectra: Vec::new(),
    }
}

/// Errors of amplitude and phase that grow by 2 % a step.
pub fn split(amplitude: f64, phase: f64) -> Vec<Curve> {
    let curve = |name: &str, size: f64| Curve {
        metric: "amplitude_phase".to_owned(),
        name: name.to_owned(),
        mean: (1..=100)
            .map(|step| size * 0.02 * f64::from(step))
            .collect(),
        quantiles: [Vec::new(), Vec::new()],
    };
    vec![
        curve("amplitude_error", amplitude),
        curve("phase_error", phase),
    ]
}

/// A loss that falls by a factor of ten, and the errors of ten evaluations.
pub(super) fn history() -> History {
    let share = |step: usize| step as f64 / 2000.0;
    let loss = |step: usize| (step, 0.1_f64.powf((2.0 * share(step)).min(1.0)));
    let error = |step: usize| (step, 0.05 - 0.04 * share(step));
    History {
        losses: (1..=200).map(|i| loss(10 * i)).collect(),
        errors: (1..=10).map(|i| error(200 * i)).collect(),
    }
}

pub(super) fn evaluation() -> Evaluation {
    let times: Vec<f64> = (1..=100).map(|step| 0.8 * f64::from(step)).collect();
    Evaluation {
        step: 2000,
        trajectories: 32,
        surrogate: judged(&times, 0.01, 40.0),
        persistence: judged(&times, 0.5, 2.0),
        spectra: vec![spectra(1, 0.01), spectra(26, 0.1), spectra(100, 1.2)],
        fields: vec!["u".into()],
        guards: Vec::new(),
        quiet: Vec::new(),
        metrics: [].into(),
        at: Vec::new(),
        by_field: Vec::new(),
        by_grid: Vec::new(),
        baselines: Vec::new(),
        conformal: None,
        stress: Vec::new(),
        lyapunov_exponent: None,
        speed: None,
        file: None,
        refinements: Vec::new(),
        uncertainty: None,
        solver_errors: None,
        simulations: (0..32).map(score).collect(),
        spectral_errors: None,
        times,
    }
}

fn judged(times: &[f64], nrmse: f64, lost: f64) -> Judged {
    let correlation = |time: &f64| (1.0 - 0.2 * time / lost).max(0.0);
    Judged {
        nrmse,
        nrmse_over_time: times
            .iter()
            .map(|t| (nrmse * (t / 16.0).exp()).min(1.4))
            .collect(),
        correlation_over_time: times.iter().map(correlation).collect(),
        correlation_quantiles: [Vec::new(), Vec::new()],
        correlation_time: [("0.8".to_owned(), lost)].into(),
        correlation_steps: [].into(),
        finite_share: 1.0,
        curves: Vec::new(),
    }
}

/// Waves around wavenumber 5; a step changes half of them, and errs in all alike.
fn spectra(rollout_step: usize, error: f64) -> Spectra {
    let wavenumber: Vec<f64> = (0..=32).map(f64::from).collect();
    let waves = |size: f64| -> Vec<f64> {
        let wave = |k: &f64| size * (-((k - 5.0) / 3.0).powi(2)).exp() * f64::from(*k > 0.5);
        wavenumber.iter().map(wave).collect()
    };
    Spectra {
        rollout_step,
        time: 0.8 * rollout_step as f64,
        truth: waves(1.0),
        prediction: waves(0.99),
        error: waves(error),
        persistence_error: waves(0.5),
        wavenumber_unit: None,
        resolved_wavenumber: None,
        waves: Vec::new(),
        wavenumber: wavenumber.clone(),
    }
}

/// Viscosities all over their range, and errors that have nothing to do with them.
fn score(index: u64) -> SimulationScore {
    let viscosity = 0.81 + 0.38 * index as f64 / 31.0;
    SimulationScore {
        index,
        seed: Some(1),
        attempt: 0,
        conditions: [
            ("viscosity".to_owned(), viscosity),
            ("dt".to_owned(), 0.2),
            ("length".to_owned(), 32.0),
        ]
        .into(),
        nrmse: 0.01 + 0.004 * f64::from((index * 13 % 32) as u32) / 32.0,
        correlation_time: 40.0,
        to_the_end: false,
        final_nrmse: 1.2,
    }
}
