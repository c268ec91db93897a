//! Runs for the tests.

use super::facts::Facts;
use super::read::RunFiles;
use super::score::{Forecaster, Score};
use crate::results::{
    Agreement, Coverage, Evaluation, Horizon, Judged, Sample, SimulationScore, Spectra,
    SpectralErrors, SpreadSpectrum, TestedHorizon, Uncertainty,
};
use safetensors::{Dtype, serialize, tensor::TensorView};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, process};

/// A recipe as a run keeps it.
pub(super) const RECIPE: &str = r#"name = "ks"
seed = 0
[equation]
kind = "kuramoto_sivashinsky"
viscosity = 1.0
[grid]
points = [16]
length = 22.0
[ensemble]
simulations = 2048
[model]
kind = "fno"
[train]
steps = 20000
batch = 32
"#;

const SUMMARY: &str = r#"{"status":"finished","steps":20000,"training_s":222.0,"wall_s":230.0,
"device":"cpu","parameters":123456,"peak_memory_mib":512.0,"trainer_wait":0.03,"solver_wait":0.4,
"simulations":2048,"version":"0.1.0","equation":"uₜ + ½(u²)ₓ + uₓₓ + ν uₓₓₓₓ = 0",
"reference_error":1.2e-7}"#;

/// A run directory that goes when the test ends.
pub(super) struct Run(PathBuf);

impl Run {
    /// A run that has just started: only a recipe.
    pub(super) fn new(name: &str) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = format!("ondine-report-{}-{number}-{name}", process::id());
        let path = env::temp_dir().join(folder);
        fs::create_dir_all(&path).expect("the temporary folder can be written to");
        let run = Self(path);
        run.write("recipe.toml", RECIPE.as_bytes());
        run
    }

    /// A run with all its files, its last metrics line cut in half.
    pub(super) fn full(name: &str) -> Self {
        let run = Self::new(name);
        run.write("summary.json", SUMMARY.as_bytes());
        run.write("metrics.jsonl", metrics().as_bytes());
        run.write(
            "evaluation.json",
            &serde_json::to_vec(&evaluation()).expect("plain data"),
        );
        run.write("sample.safetensors", &sample_bytes());
        run
    }

    /// Writes a file of the run.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.0.join(name), bytes).expect("the temporary folder can be written to");
    }

    /// Where the run lies.
    pub(super) fn path(&self) -> PathBuf {
        self.0.clone()
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The facts of a full run.
pub(super) fn facts() -> Facts {
    let run = Run::full("facts");
    Facts::new(&RunFiles::read(&run.path(), &run.path()).expect("the run is complete"))
}

/// A good surrogate.
pub(super) fn score() -> Score {
    let forecaster = |error, time| Forecaster {
        step_error: Some(error),
        time: Some(time),
        to_the_end: false,
    };
    Score {
        surrogate: forecaster(0.0083, 31.2),
        persistence: forecaster(0.21, 3.4),
        step_time: Some(0.2),
        trajectories: Some(32),
        of_file: false,
        finite_share: Some(1.0),
        step: Some(20_000),
    }
}

/// The evaluation of that surrogate.
pub(crate) fn evaluation() -> Evaluation {
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
        simulations: simulations(),
        spectral_errors: Some(spectral_errors()),
        times,
        refinements: Vec::new(),
        uncertainty: None,
        solver_errors: None,
        baselines: Vec::new(),
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

/// What four samples of that surrogate say.
pub(crate) fn uncertainty() -> Uncertainty {
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

/// A wave that the surrogate follows for half the time.
pub(super) fn sample() -> Sample {
    let wave = |turned: bool| {
        let value = move |index: usize| {
            let (frame, point) = (index / 16, index % 16);
            let sign = if turned && frame > 10 { -1.0 } else { 1.0 };
            sign * (0.4 * point as f32 + 0.3 * frame as f32).sin()
        };
        (0..20 * 16).map(value).collect()
    };
    Sample {
        shape: vec![20, 1, 16],
        truth: wave(false),
        prediction: wave(true),
        times: (0..20).map(|frame| 0.2 * f64::from(frame)).collect(),
        length: vec![22.0],
    }
}

/// The same as a run keeps it.
pub(super) fn sample_bytes() -> Vec<u8> {
    let sample = sample();
    let single = |values: &[f32]| -> Vec<u8> {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes());
        bytes.collect()
    };
    let double = |values: &[f64]| -> Vec<u8> {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes());
        bytes.collect()
    };
    let frames = vec![sample.times.len()];
    let tensors = [
        ("truth", Dtype::F32, &sample.shape, single(&sample.truth)),
        (
            "prediction",
            Dtype::F32,
            &sample.shape,
            single(&sample.prediction),
        ),
        ("times", Dtype::F64, &frames, double(&sample.times)),
        ("length", Dtype::F64, &vec![1], double(&sample.length)),
    ];
    let views = tensors.iter().map(|(name, dtype, shape, bytes)| {
        let view = TensorView::new(*dtype, shape.to_vec(), bytes);
        (*name, view.expect("the shape fits"))
    });
    serialize(views, None).expect("the tensors have names of their own")
}

fn metrics() -> String {
    let training = |step: u32| {
        let loss = (-0.1 * f64::from(step)).exp();
        format!("{{\"step\":{step},\"time_s\":{step},\"loss\":{loss},\"trainer_wait\":0.03}}\n")
    };
    let evaluated = |step: u32| {
        let time = f64::from(step) / 4.0;
        format!("{{\"step\":{step},\"nrmse\":0.01,\"correlation_time_0.8\":{time}}}\n")
    };
    let lines: String = (1..=40)
        .map(training)
        .chain([10, 20, 40].map(evaluated))
        .collect();
    lines + "{\"step\":41,\"lo"
}
