//! `ondine train`: online training with live progress.

use super::bar::Bar;
use super::import::From;
use super::overrides::sets;
use super::patience::patiently;
use super::progress::Terminal;
use super::table::{print, print_json};
use super::{CliError, faults, findings, ranks, scores, worker};
use crate::group::{Group, agreed, local_rank};
use crate::numbers::text::{aligned_percent, duration, number};
use crate::recipe::{Extensions, Recipe};
use crate::run::{Best, Run, Summary};
use crate::trainer::Place;
use crate::training::{Start, Way};
use crate::{device, evidence};
use clap::Args;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Train a surrogate online, as a recipe describes, or continue a run.
#[derive(Args)]
pub(super) struct Train {
    /// The recipe, a TOML file.
    #[arg(required_unless_present = "resume", conflicts_with = "resume")]
    recipe: Option<PathBuf>,
    /// Where to compute: cpu, cuda, cuda:1, wgpu, auto.
    #[arg(long, default_value = "cpu")]
    device: String,
    /// Directory of the run; runs/NAME if absent.
    #[arg(long, conflicts_with = "resume")]
    output: Option<PathBuf>,
    /// Override a key of the recipe, for example train.steps=500. A run that goes on takes how long (train.steps,
    /// train.epochs, ensemble.simulations), how often (train.log, train.checkpoint, evaluate) and the like, and keeps it.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    overrides: Vec<String>,
    /// Write event files for tensorboard into RUN/tensorboard too; the same as --set train.tensorboard=true.
    #[arg(long)]
    tensorboard: bool,
    /// Begin with the weights of this run instead of random ones, the same as --set 'train.start.run="RUN"': fine-tuning onto
    /// another equation, other fields, conditions or points. [model] is that of the run.
    #[arg(long, value_name = "RUN", conflicts_with = "resume")]
    weights_from: Option<PathBuf>,
    /// Where the scales come from with --weights-from, the same as train.start.scaling: those of the run for the same
    /// equation, measured for another if absent.
    #[arg(long, value_name = "FROM", requires = "weights_from")]
    scaling: Option<From>,
    /// Continue the run in this directory from its last checkpoint.
    #[arg(long, value_name = "RUN")]
    resume: Option<PathBuf>,
    /// Continue from this checkpoint instead, for example step-00000500, and remove those after it.
    #[arg(long, value_name = "CHECKPOINT", requires = "resume")]
    from: Option<String>,
    /// Print the result as JSON, without progress.
    #[arg(long)]
    json: bool,
}

impl Train {
    pub(super) fn run(self) -> Result<(), CliError> {
        let group = ranks::started()?;
        ranks::ended(&*group, self.train(&*group))
    }

    fn train(&self, group: &dyn Group) -> Result<(), CliError> {
        self.check_overrides()?;
        let silent = self.json || !group.leads();
        let checking = Bar::waiting("checking the recipe", silent);
        let name = device::of_rank(&self.device, local_rank());
        let device = device::device(&name).map_err(CliError::from);
        let device = agreed(group, device)?;
        let start = self.start(&checking, group)?;
        checking.finish();
        if group.leads() {
            self.warn(&start);
        }
        let stop = stop_on_signal(answer(group));
        let mut terminal = Terminal::new(&start.plan, &start.run, start.step(), silent);
        let place = Place {
            device: (&device, &name),
            stop: &stop,
            group,
        };
        let outcome = start.train(place, vec![&mut terminal])?;
        terminal.finish();
        if group.leads() {
            let page = start.run.file("report.html");
            self.print(&start.run, &page, &outcome.summary)?;
        }
        conclude(&start.run, &outcome.summary)
    }

    /// The training up to its first step.
    fn start(&self, bar: &Bar, group: &dyn Group) -> Result<Start, CliError> {
        let way = Way {
            check: &|recipe| Ok(patiently(recipe, bar, Recipe::check)?),
            worker_program: worker::program(),
            extensions: Extensions::default(),
            group,
        };
        if let Some(directory) = &self.resume {
            return Start::resumed(directory, &self.overrides(), self.from.as_deref(), &way);
        }
        let path = self.recipe.as_deref().unwrap_or_else(|| Path::new(""));
        let recipe = Recipe::load(path, &self.overrides()).map_err(CliError::from);
        let recipe = agreed(group, recipe)?;
        Start::of_recipe(recipe, self.output.as_deref(), &way)
    }

    /// Says what is odd, and what is otherwise than before.
    fn warn(&self, start: &Start) {
        for warning in &start.warnings {
            eprintln!("warning: {warning}");
        }
        if let Some(remedy) = &start.remedy {
            eprintln!("{remedy}");
        }
        for origin in &start.origins {
            eprintln!("{origin}");
        }
        for change in &start.changes {
            eprintln!("from step {} on: {change}", start.step());
        }
        if !self.json {
            for note in start.plan.notes() {
                eprintln!("note: {note}");
            }
        }
    }

    /// Refuses a value that is written twice, once as an option of its own.
    fn check_overrides(&self) -> Result<(), CliError> {
        for (option, given, key) in [
            (
                "--weights-from",
                self.weights_from.is_some(),
                "train.start.run",
            ),
            ("--scaling", self.scaling.is_some(), "train.start.scaling"),
            ("--tensorboard", self.tensorboard, "train.tensorboard"),
        ] {
            if given && sets(&self.overrides, key) {
                let message = format!("--set {key} beside {option}: write one of the two alone");
                return Err(CliError::Usage(message));
            }
        }
        Ok(())
    }

    /// The overrides of the recipe, as typed.
    fn overrides(&self) -> Vec<String> {
        let events = self
            .tensorboard
            .then(|| "train.tensorboard=true".to_owned());
        let weights = self.weights_from.iter().map(|run| {
            let run = toml::Value::from(run.to_string_lossy().into_owned());
            format!("train.start.run={run}")
        });
        let scaling = self.scaling.iter();
        let scaling = scaling.map(|from| format!("train.start.scaling={:?}", from.scales().name()));
        let overrides = self.overrides.iter().cloned().chain(events);
        overrides.chain(weights).chain(scaling).collect()
    }

    fn print(&self, run: &Run, page: &Path, summary: &Summary) -> Result<(), CliError> {
        if self.json {
            print_json(summary)?;
        } else {
            print(&sentences(summary))?;
            if let Some(evaluation) = run.evaluation() {
                let found = evidence::diagnosis(run, &evaluation)?;
                print(&(scores::rendered(&evaluation) + &findings::rendered(&found)))?;
            }
            print(&format!("report: {}", page.display()))?;
        }
        Ok(())
    }
}

/// An error for a training that did not come to its end.
fn conclude(run: &Run, summary: &Summary) -> Result<(), CliError> {
    match summary.status.as_str() {
        "finished" => Ok(()),
        _ => Err(CliError::Interrupted(run.directory().display().to_string())),
    }
}

/// The answer to a signal; one rank gives it.
fn answer(group: &dyn Group) -> &'static str {
    if group.leads() {
        "stopping after this step, with a checkpoint; once more to stop at once"
    } else {
        ""
    }
}

/// The end of a training in words.
fn sentences(summary: &Summary) -> String {
    let memory = summary
        .peak_memory_mib
        .map_or(String::new(), |mib| format!(", {mib:.0} MiB at most"));
    let failures = faults::summary(&summary.failures);
    let other = match summary.epochs {
        Some(epochs) => {
            let left_out = match summary.skipped {
                0 => String::new(),
                skipped => format!(", {skipped} more left out for values that are no data"),
            };
            format!(
                "{epochs:.2} epochs of a file of {} trajectories{left_out}",
                summary.simulations
            )
        }
        None => format!(
            "the solvers {} of the time for room",
            aligned_percent(summary.solver_wait)
        ),
    };
    let best = summary.best.as_ref().map(best).unwrap_or_default();
    format!(
        "{}{} after {} steps of a network with {} parameters: {} of training, {} altogether{memory}\n\
         the trainer waited {} of the time for data, {other}{failures}{best}",
        summary.status,
        if summary.stopped_early { " early" } else { "" },
        summary.steps,
        summary.parameters,
        duration(summary.training_s),
        duration(summary.wall_s),
        aligned_percent(summary.trainer_wait),
    )
}

/// The best evaluation of a training in words.
fn best(best: &Best) -> String {
    let since = match best.since {
        0 => String::new(),
        1 => ", and the next one was not better".to_owned(),
        since => format!(", and the next {since} were not better"),
    };
    format!(
        "\nthe best {}, {}, was that of step {}{since}: --checkpoint best takes it",
        best.metric,
        number(best.score),
        best.step
    )
}

/// A flag that Ctrl-C and SIGTERM set, with an `answer` in the terminal; a second one ends the process at once.
pub(super) fn stop_on_signal(answer: &'static str) -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = stop.clone();
    let handler = move || {
        if flag.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
        if !answer.is_empty() {
            eprintln!("\n{answer}");
        }
    };
    // A second handler in one process is refused; the first one then stays.
    let _ = ctrlc::set_handler(handler);
    stop
}
