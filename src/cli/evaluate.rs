//! `ondine evaluate`: rollouts of a run's surrogate against held-out simulations.

use super::table::{columns, percent, print, print_json};
use super::trained::Trained;
use super::{CliError, tune_sampler};
use crate::evaluation::{self, Evaluation, HeldOut, Judged};
use crate::run::Run;
use crate::{device, report};
use clap::Args;
use std::path::PathBuf;

/// Judge the surrogate of a run against held-out simulations, next to persistence.
#[derive(Args)]
pub(super) struct Evaluate {
    /// Directory of the run.
    run: PathBuf,
    /// Noise levels for a refiner, as `ondine tune-sampler` writes them; the trained ones if absent.
    #[arg(long, value_name = "FILE.toml")]
    schedule: Option<PathBuf>,
    /// Where to compute: cpu, cuda, cuda:1, wgpu, auto.
    #[arg(long, default_value = "cpu")]
    device: String,
    /// Override a key of [evaluate], for example evaluate.trajectories=64.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    overrides: Vec<String>,
    /// Print the whole evaluation as JSON.
    #[arg(long)]
    json: bool,
}

impl Evaluate {
    pub(super) fn run(self) -> Result<(), CliError> {
        let device = device::device(&self.device)?;
        let mut trained = Trained::open(&self.run, &self.overrides, &device)?;
        if let Some(path) = &self.schedule {
            tune_sampler::exchange(&mut trained, path)?;
        }
        let Trained {
            run,
            plan,
            surrogate,
            step,
        } = trained;
        let held_out = HeldOut::simulate(&plan, step)?;
        let (evaluation, sample) =
            evaluation::evaluate(&plan, &held_out, &surrogate, &device, step)?;
        run.write_evaluation(&evaluation, &sample)?;
        report::write(std::slice::from_ref(&self.run), &run.file("report.html"))?;
        match self.json {
            true => print_json(&evaluation),
            false => print(&rendered(&evaluation)),
        }
    }
}

/// The evaluation that a run keeps, if it can be read.
pub(super) fn stored(run: &Run) -> Option<Evaluation> {
    serde_json::from_slice(&std::fs::read(run.file("evaluation.json")).ok()?).ok()
}

/// The evaluation as a table.
pub(super) fn rendered(evaluation: &Evaluation) -> String {
    let title = format!("{} held-out simulations", evaluation.trajectories);
    let mut rows = vec![vec![
        title,
        "surrogate".to_owned(),
        "persistence".to_owned(),
    ]];
    let mut row = |name: String, read: &dyn Fn(&Judged) -> String| {
        rows.push(vec![
            name,
            read(&evaluation.surrogate),
            read(&evaluation.persistence),
        ]);
    };
    row("one-step nRMSE".to_owned(), &|judged| percent(judged.nrmse));
    let end = evaluation.times.last().copied().unwrap_or(0.0);
    for threshold in evaluation.surrogate.correlation_time.keys() {
        row(
            format!("time with correlation above {threshold}"),
            &|judged| {
                let time = judged
                    .correlation_time
                    .get(threshold)
                    .copied()
                    .unwrap_or(0.0);
                let never = judged
                    .correlation_over_time
                    .iter()
                    .all(|c| c.to_string() >= *threshold);
                let bound = if never && time >= end {
                    "at least "
                } else {
                    ""
                };
                format!("{bound}{time:.2}")
            },
        );
    }
    for curve in &evaluation.surrogate.curves {
        row(format!("{} after one step", curve.name), &|judged| {
            let curve = judged.curve(&curve.name);
            let first = curve.and_then(|curve| curve.mean.first());
            first.map_or_else(String::new, |value| format!("{value:.3e}"))
        });
    }
    row("rollouts that stay finite".to_owned(), &|judged| {
        percent(judged.finite_share)
    });
    columns(&rows)
}
