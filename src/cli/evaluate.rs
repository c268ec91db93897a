//! `ondine evaluate`: rollouts of a run's surrogate against held-out simulations, or against those of a file.

use super::bar::Bar;
use super::findings::{self, Diagnosed};
use super::number::whole;
use super::overrides::sets;
use super::scores::rendered;
use super::table::{print, print_json};
use super::{CliError, gated, ranks, train, worker};
use crate::control::{Advance, Control};
use crate::device;
use crate::evaluation::{Case, Evaluated, EvaluationError, Gated, Options, SolversOn};
use crate::forecast::ForecastError;
use crate::gate::Policy;
use crate::group::{Group, agreed, local_rank};
use clap::Args;
use indicatif::ProgressBar;
use std::path::PathBuf;

/// Judge the surrogate of a run against held-out simulations, or against those of a file, next to persistence and to
/// cheaper solvers, and measure how fast it is.
#[derive(Args)]
pub(super) struct Evaluate {
    /// Directory of the run.
    run: PathBuf,
    /// Judge against the trajectories of this file instead, in a layout of `ondine list formats`, with the parameters of every
    /// one.
    #[arg(long, value_name = "FILE.h5")]
    data: Option<PathBuf>,
    /// The checkpoint to judge: best, or for example step-00000500; the last one if absent.
    #[arg(long, value_name = "CHECKPOINT", conflicts_with = "gate")]
    checkpoint: Option<String>,
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
    /// Options of a refiner's prediction: `noise_variances`, `fresh_noise`, `kept_noise` and `cutoff`, as `ondine tune-sampler`
    /// writes them; `iterations` of a recurrent network; or `noise_correlation` of a CRPS ensemble; what is absent is as trained.
    #[arg(long, value_name = "FILE.toml")]
    schedule: Option<PathBuf>,
    /// Rollouts of every simulation, for a surrogate that samples its answers: their spread, and how well it says the error.
    #[arg(long, default_value_t = 1, value_name = "M", value_parser = whole::<usize>)]
    samples: usize,
    /// Other runs, exported files or RUN@CHECKPOINT that are members beside RUN: the spread of one rollout each, and how well it
    /// says the error, as of --samples. Other scores are those of RUN.
    #[arg(long, value_name = "RUN", num_args = 1.., requires = "output", conflicts_with_all = ["samples", "schedule", "gate"])]
    members: Vec<PathBuf>,
    /// Try a gate between surrogate and solver in the place of an evaluation: a file with the keys of a policy. Its calibration
    /// is kept in the run, for codes that run the surrogate.
    #[arg(long, value_name = "POLICY.toml", conflicts_with = "samples")]
    gate: Option<PathBuf>,
    /// Judge it too under shifts of what it was trained on, one at a time: parameters, resolution, horizon, noise and initial
    /// states.
    #[arg(long, conflicts_with = "gate")]
    stress: bool,
    /// Where the solvers run that it is compared with: threads of the processor, a simulation each; device, that of the surrogate,
    /// many simulations at once; auto, device where the surrogate is on a GPU and the equation can be stepped there.
    #[arg(
        long,
        value_name = "WHERE",
        default_value = "auto",
        conflicts_with = "gate"
    )]
    solvers: Place,
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

/// Where solvers run, as typed.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Place {
    Auto,
    Threads,
    Device,
}

impl From<Place> for SolversOn {
    fn from(place: Place) -> Self {
        match place {
            Place::Auto => Self::Auto,
            Place::Threads => Self::Threads,
            Place::Device => Self::Device,
        }
    }
}

impl Evaluate {
    pub(super) fn run(self) -> Result<(), CliError> {
        let group = ranks::started()?;
        ranks::ended(&*group, self.evaluate(&*group))
    }

    fn evaluate(&self, group: &dyn Group) -> Result<(), CliError> {
        if self.samples == 0 {
            return Err(CliError::Usage("--samples must be 1 or more".to_owned()));
        }
        self.check_overrides()?;
        let policy = self.gate.as_deref().map(Policy::read).transpose();
        let policy = policy.map_err(|error| CliError::Usage(format!("--gate {error}")));
        let policy = agreed(group, policy)?;
        let silent = self.json || !group.leads();
        let reading = Bar::waiting("reading the run", silent);
        let options = agreed(group, self.options())?;
        let case = Case::open(&self.run, &options, group).map_err(|error| self.named(error));
        let case = agreed(group, case)?;
        reading.finish();
        let bar = Bar::new("simulating", 1, silent);
        let stop = train::stop_on_signal(answer(group));
        let shown = (*bar).clone();
        let listener = move |advance| show(&shown, advance);
        let control = Control::none().telling(&listener).stopped_by(&stop);
        let trial = agreed(group, case.held_out(control).map_err(CliError::from))?;
        for warning in trial.warnings.iter().filter(|_| group.leads()) {
            eprintln!("warning: {warning}");
        }
        let Some(policy) = policy else {
            let found = trial.judge(control)?;
            bar.finish_and_clear();
            return found.map_or(Ok(()), |found| self.conclude(&found));
        };
        if !group.leads() {
            return Ok(()); // one process tries a gate
        }
        let found = trial.gated(policy, control);
        let found = found.map_err(|error| self.named(error))?;
        bar.finish_and_clear();
        self.conclude_gate(&found)
    }

    /// The options of the evaluation.
    fn options(&self) -> Result<Options, CliError> {
        Ok(Options {
            device: device::device(&device::of_rank(&self.device, local_rank()))?,
            data: self.data.clone(),
            checkpoint: self.checkpoint.clone(),
            output: self.output.clone(),
            frames: self.frames,
            trajectories: self.trajectories,
            schedule: self.schedule.clone(),
            samples: self.samples,
            members: self.members.clone(),
            stress: self.stress,
            solvers: self.solvers.into(),
            timed: !self.no_speed,
            overrides: self.overrides.clone(),
            worker_program: worker::program(),
        })
    }

    /// An error with the option that it is about.
    fn named(&self, error: EvaluationError) -> CliError {
        let option = match &error {
            EvaluationError::Output { .. } => "--output".to_owned(),
            EvaluationError::Schedule(_) => "--schedule".to_owned(),
            EvaluationError::Gate(_) => "--gate:".to_owned(),
            EvaluationError::Solvers(_) => "--solvers device:".to_owned(),
            EvaluationError::Forecast(ForecastError::Member { .. }) => "--members:".to_owned(),
            EvaluationError::Forecast(ForecastError::OneAnswer(_)) => {
                format!("--samples {}:", self.samples)
            }
            _ => return error.into(),
        };
        CliError::Usage(format!("{option} {error}"))
    }

    /// Refuses a length that is written twice.
    fn check_overrides(&self) -> Result<(), CliError> {
        for (name, value) in [("frames", self.frames), ("trajectories", self.trajectories)] {
            let key = format!("evaluate.{name}");
            let typed = sets(&self.overrides, &key);
            if typed && (value.is_some() || self.data.is_some()) {
                let message =
                    format!("--set {key} beside --data or --{name}: write --{name} alone");
                return Err(CliError::Usage(message));
            }
        }
        Ok(())
    }

    /// Says what came of a gate.
    fn conclude_gate(&self, found: &Gated) -> Result<(), CliError> {
        if self.json {
            return print_json(found);
        }
        print(&gated::rendered(found))
    }

    /// Says what was found.
    fn conclude(&self, found: &Evaluated) -> Result<(), CliError> {
        let (evaluation, diagnosis) = (&found.evaluation, &found.findings);
        if self.json {
            return print_json(&Diagnosed {
                evaluation,
                diagnosis,
            });
        }
        print(&(rendered(evaluation) + &findings::rendered(diagnosis)))?;
        match &self.output {
            Some(_) => print(&format!("report: {}", found.report.display())),
            None => Ok(()),
        }
    }
}

/// The answer to a signal; one rank gives it.
fn answer(group: &dyn Group) -> &'static str {
    if group.leads() {
        "stopping; the evaluation of the run stays as it was"
    } else {
        ""
    }
}

/// Shows a part of an evaluation that is under way.
fn show(bar: &ProgressBar, Advance { what, done, of }: Advance) {
    if bar.message() != what {
        bar.set_message(what);
    }
    bar.set_length(of as u64);
    bar.set_position(done as u64);
}
