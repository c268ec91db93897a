//! `ondine tune-sampler`: better noise levels for a trained refiner.

use super::bar::Bar;
use super::number::whole;
use super::table::{columns, print, print_json};
use super::{CliError, train, worker};
use crate::control::Control;
use crate::device;
use crate::files::write_atomically;
use crate::forecast::Trained;
use crate::tuning::{Search, Tried, Tuned, tune};
use clap::Args;
use ondine_models::refiner::PdeRefiner;
use serde_json::json;
use std::io;
use std::path::{Path, PathBuf};

/// Search the noise levels that a trained refiner predicts with, at a fixed number of network calls a time step.
#[derive(Args)]
pub(super) struct TuneSampler {
    /// Directory of the run.
    run: PathBuf,
    /// Calls of the network a time step, 2 or more; those it was trained with if absent.
    #[arg(long, value_parser = whole::<usize>)]
    calls: Option<usize>,
    /// Schedules to try.
    #[arg(long, default_value_t = 48, value_parser = whole::<usize>)]
    candidates: usize,
    /// The file to write; RUN/schedule.toml if absent. Use it with --schedule of evaluate and predict.
    #[arg(long, value_name = "FILE.toml")]
    output: Option<PathBuf>,
    /// Where to compute: cpu, cuda, cuda:1, wgpu, auto.
    #[arg(long, default_value = "cpu")]
    device: String,
    /// Override a key of [evaluate]: evaluate.trajectories and evaluate.frames say how long and how many the rollouts are.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    overrides: Vec<String>,
    /// Print all that was tried as JSON, without progress.
    #[arg(long)]
    json: bool,
}

impl TuneSampler {
    pub(super) fn run(self) -> Result<(), CliError> {
        let reading = Bar::waiting("reading the run", self.json);
        let device = device::device(&self.device)?;
        let mut trained = Trained::open(&self.run, &self.overrides, &device)?;
        trained.plan.worker_program = worker::program();
        reading.finish();
        let Some(refiner) = trained.surrogate.method::<PdeRefiner>() else {
            let kind = trained.plan.recipe.model.kind();
            return Err(CliError::Usage(format!(
                "`{kind}` has no noise levels to search; pde_refiner has"
            )));
        };
        let calls = self.calls.unwrap_or(refiner.trained_schedule().num_calls());
        if calls < 2 || self.candidates == 0 {
            return Err(CliError::Usage(
                "--calls must be 2 or more, --candidates 1 or more".to_owned(),
            ));
        }
        if trained.plan.held_out_source().is_none() {
            return Err(CliError::Usage(
                "schedules are judged on simulations of their own, and the recipe has no solver that makes them"
                    .to_owned(),
            ));
        }
        let bar = Bar::new("simulating", 1 + self.candidates as u64, self.json);
        let mut best = f64::NEG_INFINITY;
        let mut progress = |tried: &Tried| {
            best = best.max(tried.score);
            bar.set_message(format!("schedules, best {best:.2},"));
            bar.inc(1);
        };
        let stop = train::stop_on_signal("stopping after this schedule, with the best so far");
        let search = Search {
            calls,
            candidates: self.candidates,
        };
        let Trained {
            plan,
            surrogate,
            step,
            run,
        } = &trained;
        let tuned = tune(
            plan,
            surrogate,
            *step,
            search,
            &device,
            Control::none().stopped_by(&stop),
            &mut progress,
        )?;
        bar.finish();
        let tuned = tuned.ok_or(CliError::Stopped)?;
        let path = self.output.clone().unwrap_or(run.file("schedule.toml"));
        write(&path, &tuned)?;
        self.conclude(&path, &tuned)
    }

    fn conclude(&self, path: &Path, tuned: &Tuned) -> Result<(), CliError> {
        if self.json {
            return print_json(&json!({ "file": path, "result": tuned }));
        }
        let row = |name: &str, tried: &Tried| {
            let variances = tried.schedule.noise_variances.iter();
            let variances: Vec<String> = variances.map(|v| format!("{v:.1e}")).collect();
            vec![
                name.to_owned(),
                tried.schedule.num_calls().to_string(),
                format!("{:.2}", tried.score),
                variances.join(", "),
                format!("{:.2}", tried.schedule.fresh_noise),
            ]
        };
        let head = [
            "schedule",
            "calls",
            "time correlated",
            "noise variances",
            "fresh noise",
        ];
        let rows = [
            head.map(str::to_owned).to_vec(),
            row("trained", &tuned.trained),
            row("best found", &tuned.best),
        ];
        print(&format!("{}\n{}", columns(&rows), path.display()))
    }
}

fn write(path: &Path, tuned: &Tuned) -> Result<(), CliError> {
    let text = format!(
        "# Area under the mean correlation with the truth: {:.4}; with the trained schedule: {:.4}.\n{}",
        tuned.best.score,
        tuned.trained.score,
        toml::to_string(&tuned.best.schedule).expect("plain data is valid TOML")
    );
    write_atomically(path, text.as_bytes()).map_err(|error| CliError::Output(named(path, &error)))
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
