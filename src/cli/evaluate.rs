//! `ondine evaluate`: rollouts of a run's surrogate against held-out simulations, or against those of a file.

use super::bar::Bar;
use super::findings::{self, Diagnosed};
use super::number::whole;
use super::scores::rendered;
use super::table::{print, print_json};
use super::{CliError, train, tune_sampler, worker};
use crate::evaluation::{self, Compared, Comparison, Doing, Extent, HeldOut, Sampled, uncertainty};
use crate::forecast::Trained;
use crate::plan::HeldOutFrom;
use crate::results::{Evaluation, Uncertainty};
use crate::run::Run;
use crate::{device, evidence, report};
use burn::tensor::Device;
use clap::Args;
use ondine_solvers::Stream;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Judge the surrogate of a run against held-out simulations, or against those of a file, next to persistence and to
/// cheaper solvers, and measure how fast it is.
#[derive(Args)]
pub(super) struct Evaluate {
    /// Directory of the run.
    run: PathBuf,
    /// Judge against the trajectories of this file instead, in The Well's layout, with the parameters of every one.
    #[arg(long, value_name = "FILE.h5")]
    data: Option<PathBuf>,
    /// Directory for the evaluation and its report, made if it is not there; those of the run then stay as they are. The
    /// directory of the run if absent.
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Length of the rollouts in frames, the first included: those of the recipe, or of the file; evaluate.frames, or all of
    /// the file, if absent.
    #[arg(long, value_name = "N", value_parser = whole::<usize>)]
    frames: Option<usize>,
    /// Simulations to judge with; evaluate.trajectories, or all of the file, if absent.
    #[arg(long, value_name = "N", value_parser = whole::<usize>)]
    trajectories: Option<usize>,
    /// What a refiner predicts with: `noise_variances`, `fresh_noise`, `kept_noise` and `cutoff`, as `ondine tune-sampler` writes
    /// them; what is absent is as trained.
    #[arg(long, value_name = "FILE.toml")]
    schedule: Option<PathBuf>,
    /// Rollouts of every simulation, for a surrogate that samples its answers: their spread, and how well it says the error.
    #[arg(long, default_value_t = 1, value_name = "M", value_parser = whole::<usize>)]
    samples: usize,
    /// Measure no wall times, and leave out what needs them: the solver of equal cost and that of the same error.
    #[arg(long)]
    no_speed: bool,
    /// Where to compute: cpu, cuda, cuda:1, wgpu, auto.
    #[arg(long, default_value = "cpu")]
    device: String,
    /// Override a key of [evaluate], for example evaluate.metrics=["vrmse"].
    #[arg(long = "set", value_name = "KEY=VALUE")]
    overrides: Vec<String>,
    /// Print the whole evaluation as JSON, without progress; docs/evaluation.schema.json says what it holds.
    #[arg(long)]
    json: bool,
}

impl Evaluate {
    pub(super) fn run(self) -> Result<(), CliError> {
        if self.samples == 0 {
            return Err(CliError::Usage("--samples must be 1 or more".to_owned()));
        }
        let reading = Bar::waiting("reading the run", self.json);
        let device = device::device(&self.device)?;
        // Held until the evaluation is written: a run has one writer.
        let _writer = self.claim()?;
        let mut trained = Trained::open(&self.run, &self.overrides()?, &device)?;
        trained.plan.worker_program = worker::program();
        if let Some(path) = &self.schedule {
            tune_sampler::exchange(&mut trained, path)?;
        }
        let samples = self.samples;
        let differ = trained.check_samples(samples);
        differ.map_err(|error| CliError::Usage(format!("--samples {samples}: {error}")))?;
        reading.finish();
        let progress = Progress::new(self.json);
        let held_out = self.held_out(&trained, &progress)?;
        let warnings = held_out.file.iter().flat_map(|file| &file.warnings);
        warnings.for_each(|warning| eprintln!("warning: {warning}"));
        if held_out.file.is_none() {
            let outside = held_out.outside(&trained.plan);
            (outside.iter()).for_each(|warning| eprintln!("warning: {warning}"));
        }
        let evaluation = self.evaluate(&trained, &held_out, &device, &progress)?;
        let found = evidence::diagnosis(&trained.run, &evaluation)?;
        match self.json {
            true => print_json(&Diagnosed {
                evaluation: &evaluation,
                diagnosis: &found,
            }),
            false => print(&(rendered(&evaluation) + &findings::rendered(&found))),
        }?;
        match &self.output {
            Some(directory) if !self.json => print(&format!(
                "report: {}",
                directory.join("report.html").display()
            )),
            _ => Ok(()),
        }
    }

    /// Claims the run where its evaluation is to be rewritten, and checks the directory for it where there is another.
    fn claim(&self) -> Result<Option<Run>, CliError> {
        let Some(directory) = &self.output else {
            return Ok(Some(Run::open_to_write(&self.run)?));
        };
        let what = match (Run::open(directory).is_ok(), directory.exists()) {
            (true, _) => "a run",
            (false, true) if !directory.is_dir() => "no directory",
            _ => return Ok(None),
        };
        let shown = directory.display();
        let message = format!("--output {shown} is {what}: choose a directory of its own");
        Err(CliError::Usage(message))
    }

    /// What overrides the recipe of the run.
    fn overrides(&self) -> Result<Vec<String>, CliError> {
        let mut all = self.overrides.clone();
        for (name, value) in [("frames", self.frames), ("trajectories", self.trajectories)] {
            let key = format!("evaluate.{name}");
            let typed = all
                .iter()
                .any(|one| one.split('=').next().map(str::trim) == Some(&key));
            if typed && (value.is_some() || self.data.is_some()) {
                let message =
                    format!("--set {key} beside --data or --{name}: write --{name} alone");
                return Err(CliError::Usage(message));
            }
            let of_recipe = value.filter(|_| self.data.is_none());
            all.extend(of_recipe.map(|value| format!("{key}={value}")));
        }
        Ok(all)
    }

    /// The simulations to judge with.
    fn held_out(&self, trained: &Trained, progress: &Progress) -> Result<HeldOut, CliError> {
        let (plan, step) = (&trained.plan, trained.step);
        let Some(path) = &self.data else {
            if matches!(plan.held_out, HeldOutFrom::None) {
                let run = self.run.display();
                let message = format!(
                    "{run} holds no trajectories out: judge its surrogate on a file of others, --data FILE.h5"
                );
                return Err(CliError::Usage(message));
            }
            let watch = |doing| progress.told(doing);
            return HeldOut::watched(plan, step, &watch)?.ok_or(CliError::Stopped);
        };
        let extent = Extent {
            trajectories: self.trajectories,
            frames: self.frames,
        };
        let layout = &plan.stage_after(step).layout;
        Ok(HeldOut::read(plan, layout, path, extent)?)
    }

    /// Judges, and keeps what it finds in the run, or in the directory of `--output`.
    fn evaluate(
        &self,
        trained: &Trained,
        held_out: &HeldOut,
        device: &Device,
        progress: &Progress,
    ) -> Result<Evaluation, CliError> {
        let Trained {
            run,
            plan,
            surrogate,
            step,
        } = trained;
        let watch = |doing| progress.told(doing);
        let found = evaluation::evaluate_watched(plan, held_out, surrogate, device, *step, &watch)?;
        let (mut evaluation, sample) = found.ok_or(CliError::Stopped)?;
        if self.samples > 1 {
            let found = self.uncertainty(trained, held_out, device, progress)?;
            evaluation.uncertainty = Some(found);
        }
        let compared = Compared {
            surrogate,
            judged: &evaluation.surrogate,
            step: *step,
            device,
            timed: !self.no_speed,
        };
        let found = evaluation::compare(plan, held_out, compared, &watch)?;
        let Comparison { baselines, speed } = found.ok_or(CliError::Stopped)?;
        evaluation = Evaluation {
            baselines,
            speed,
            ..evaluation
        };
        progress.bar.finish_and_clear();
        let directory = self.output.as_ref().unwrap_or(&self.run);
        std::fs::create_dir_all(directory).map_err(|error| run.io(directory, error))?;
        run.write_evaluation_to(directory, &evaluation, &sample)?;
        report::write_judged(&self.run, directory, &directory.join("report.html"))?;
        Ok(evaluation)
    }

    /// What several rollouts of every simulation say.
    fn uncertainty(
        &self,
        trained: &Trained,
        held_out: &HeldOut,
        device: &Device,
        progress: &Progress,
    ) -> Result<Uncertainty, CliError> {
        let sampled = Sampled {
            surrogate: &trained.surrogate,
            samples: self.samples,
        };
        let of = held_out.trajectories.len();
        let what = "sampling";
        let found = uncertainty(
            &held_out.layout(&trained.plan, trained.step),
            held_out,
            sampled,
            device,
            &mut trained.plan.draws(Stream::Rollout, 3),
            &mut |done| progress.told(Doing { what, done, of }),
        )?;
        found.ok_or(CliError::Stopped)
    }
}

/// The line in the terminal, and the flag of Ctrl-C.
struct Progress {
    bar: Bar,
    stop: Arc<AtomicBool>,
}

impl Progress {
    fn new(hidden: bool) -> Self {
        Self {
            bar: Bar::new("simulating", 1, hidden),
            stop: train::stop_on_signal("stopping; the evaluation of the run stays as it was"),
        }
    }

    fn told(&self, Doing { what, done, of }: Doing) -> ControlFlow<()> {
        if self.bar.message() != what {
            self.bar.set_message(what);
        }
        self.bar.set_length(of as u64);
        self.bar.set_position(done as u64);
        match self.stop.load(Ordering::Relaxed) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }
}
