//! Runs for the tests.

use super::facts::Facts;
use super::score::{Forecaster, Score};
use crate::files::{ReadError, RunFiles};
use ondine_metrics::results::Sample;
pub(super) use ondine_metrics::results::doubles::{evaluation, uncertainty};
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
"simulations":2048,"windows":640000,"version":"0.1.0","equation":"uₜ + ½(u²)ₓ + uₓₓ + ν uₓₓₓₓ = 0",
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

    /// The run, read.
    pub(super) fn files(&self) -> RunFiles {
        RunFiles::read(&self.0, &self.0).expect("a recipe is enough")
    }

    /// The directory of the run.
    pub(super) fn path(&self) -> PathBuf {
        self.0.clone()
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The page of runs.
pub(super) fn page(runs: &[PathBuf]) -> Result<String, ReadError> {
    let runs = runs.iter().map(|run| RunFiles::read(run, run));
    let runs = runs.collect::<Result<Vec<_>, _>>()?;
    Ok(super::page(&runs).expect("there are runs"))
}

/// The facts of a full run.
pub(super) fn facts() -> Facts {
    let run = Run::full("facts");
    Facts::new(&run.files())
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
        matched_cost: Some(0.005),
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
