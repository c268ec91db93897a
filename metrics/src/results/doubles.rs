//! An evaluation for tests, with numbers made up.

use super::{
    Agreement, Coverage, Evaluation, Horizon, Judged, SimulationScore, Spectra, SpectralErrors,
    SpreadSpectrum, TestedHorizon, Uncertainty,
};

/// The evaluation of a good surrogate.
pub fn evaluation() -> Evaluation {
    let times: Vec<f64> = (1..=200).map(|step| 0.2 * f64::from(step)).collect();
    let judged = |nrmse: f64, lost: f64| Judged {
        nrmse,
        nrmse_over_time: times.iter().map(|t| nrmse * (t / 10.0).exp()).collect(),
        correlation_over_time: times.iter().map(|t| 1.0 - 0.2 * t / lost).collect(),
        correlation_quantiles: [vec![0.7; times.len()], vec![1.0; times.len()]],
        correlation_time: [("0.8".to_string(), lost)].into(),
        correlation_steps: [].into(),
        finite_share: 1.0,
        curves: Vec::new(),
    };
    Evaluation {
        step: 20_000,
        trajectories: 32,
        surrogate: judged(0.0083, 31.2),
        persistence: judged(0.21, 3.4),
        spectra: vec![spectra(1), spectra(100)],
        fields: vec!["u".into()],
        guards: Vec::new(),
        quiet: Vec::new(),
        metrics: [].into(),
        at: Vec::new(),
        by_field: Vec::new(),
        by_grid: Vec::new(),
        simulations: simulations(),
        spectral_errors: Some(spectral_errors()),
        times,
        refinements: Vec::new(),
        uncertainty: None,
        conformal: None,
        stress: Vec::new(),
        solver_errors: None,
        baselines: Vec::new(),
        lyapunov_exponent: None,
        speed: None,
        file: None,
    }
}

fn simulations() -> Vec<SimulationScore> {
    let score = |index: u32| SimulationScore {
        index: index.into(),
        seed: Some(u64::MAX - 5),
        attempt: 0,
        conditions: [
            ("viscosity".into(), 1.0),
            ("dt".into(), 0.18 + 0.01 * f64::from(index)),
        ]
        .into(),
        nrmse: 0.008 + 0.001 * f64::from(index),
        correlation_time: 40.0 - 4.0 * f64::from(index),
        to_the_end: index == 0,
        final_nrmse: 0.9,
    };
    (0..4).map(score).collect()
}

fn spectral_errors() -> SpectralErrors {
    let error = |time: usize, k: usize| (k < 7).then(|| 1e-3 * (time as f64 + k as f64).exp2());
    SpectralErrors {
        rollout_steps: (1..=5).collect(),
        times: (1..=5).map(f64::from).collect(),
        wavenumber: (0..=8).map(f64::from).collect(),
        relative: (0..5)
            .map(|time| (0..=8).map(|k| error(time, k)).collect())
            .collect(),
        changes: Vec::new(),
    }
}

/// Scores of four samples of that surrogate.
pub fn uncertainty() -> Uncertainty {
    let evaluation = evaluation();
    let steps = evaluation.times.len();
    let horizon = |time: f64, to_the_end: bool| Horizon { time, to_the_end };
    let tested = |predicted: f64, actual: f64| TestedHorizon {
        predicted: horizon(predicted, predicted >= 40.0),
        actual: horizon(actual, false),
    };
    Uncertainty {
        samples: 4,
        mean: evaluation.surrogate,
        spread_over_time: vec![0.1; steps],
        spread_skill_over_time: vec![0.8; steps],
        crps_over_time: vec![0.05; steps],
        cross_correlation_over_time: vec![0.9; steps],
        sample_correlation_over_time: vec![0.85; steps],
        coverage: [0.5, 0.6]
            .map(|level| Coverage {
                level,
                share_over_time: vec![level - 0.1; steps],
            })
            .into(),
        horizons: vec![tested(20.0, 18.0), tested(25.0, 26.0), tested(40.0, 35.0)],
        horizon_agreement: Some(Agreement {
            count: 12,
            r_squared: 0.81,
            ratio: 1.1,
        }),
        spectra: [1, 100]
            .map(|rollout_step| SpreadSpectrum {
                rollout_step,
                spread: vec![0.1; 9],
                mean_error: vec![0.2; 9],
            })
            .into(),
    }
}

fn spectra(rollout_step: usize) -> Spectra {
    let wavenumber: Vec<f64> = (0..=8).map(f64::from).collect();
    let decay = |size: f64| {
        wavenumber
            .iter()
            .map(|k| size * (-k).exp())
            .collect::<Vec<_>>()
    };
    Spectra {
        rollout_step,
        time: 0.2 * rollout_step as f64,
        truth: decay(1.0),
        prediction: decay(0.99),
        error: decay(0.01),
        persistence_error: decay(0.5),
        wavenumber_unit: None,
        resolved_wavenumber: None,
        waves: Vec::new(),
        wavenumber: wavenumber.clone(),
    }
}
