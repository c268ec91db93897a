//! `ondine train`: online training with live progress.

use super::bar::Bar;
use super::import::From;
use super::patience::patiently;
use super::progress::Terminal;
use super::resolution::Seen;
use super::table::{print, print_json};
use super::{CliError, faults, findings, scores, weights_from, worker};
use crate::checkpoint::Checkpoint;
use crate::numbers::text::{aligned_percent, duration};
use crate::observer::{JsonLines, Observer, TensorBoard};
use crate::plan::Plan;
use crate::recipe::Recipe;
use crate::resolution::Resolution;
use crate::run::{Run, Summary, check_change, differences};
use crate::trainer::Trainer;
use crate::{device, diagnosis, report};
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
    /// Begin with the weights of this run instead of random ones: fine-tuning onto another equation, other parameters or
    /// other conditions. [model] is that of the run.
    #[arg(long, value_name = "RUN", conflicts_with = "resume")]
    weights_from: Option<PathBuf>,
    /// Where the scales come from with --weights-from: those of the run for the same equation, measured for another if
    /// absent.
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
        let checking = Bar::waiting("checking the recipe", self.json);
        let device = device::device(&self.device)?;
        let (run, before, mut plan) = self.prepare(&checking)?;
        plan.worker_program = worker::program();
        let checkpoint = self.checkpoint(&run)?;
        if let Some(before) = &before {
            let state = checkpoint.as_ref().map(|checkpoint| &checkpoint.state);
            let (step, begun) = state.map_or((0, 0), |state| (state.step, state.next));
            check_change(before, &plan, step, begun)?;
        }
        match &checkpoint {
            Some(checkpoint) => plan.solver_errors = checkpoint.state.solver_errors.clone(),
            None if self.resume.is_some() => self.look(&mut plan)?,
            None => {}
        }
        let step = checkpoint
            .as_ref()
            .map_or(0, |checkpoint| checkpoint.state.step);
        if step >= plan.recipe.train.steps && is_concluded(&run) {
            let shown = run.directory().display();
            return Err(CliError::Usage(format!(
                "{shown} is finished: all {step} steps are done"
            )));
        }
        checking.finish();
        if let Some(before) = &before {
            change(&run, before, &plan, step)?;
        }
        let stop = stop_on_signal(
            "stopping after this step, with a checkpoint; once more to stop at once",
        );
        if !self.json {
            plan.notes()
                .iter()
                .for_each(|note| eprintln!("note: {note}"));
        }
        let mut terminal = Terminal::new(&plan, &run, step, self.json);
        let mut lines = JsonLines::resume(&run, step)?;
        let mut events = match plan.recipe.train.tensorboard {
            true => Some(TensorBoard::resume(&run, step)?),
            false => None,
        };
        let mut observers: Vec<&mut dyn Observer> = vec![&mut lines, &mut terminal];
        observers.extend(events.as_mut().map(|events| events as &mut dyn Observer));
        observers
            .iter_mut()
            .for_each(|o| o.doing("simulating the first trajectories"));
        let trainer = Trainer::new(
            &plan,
            &run,
            &device,
            &self.device,
            checkpoint.as_ref(),
            &stop,
        )?;
        let summary = trainer.train(&mut observers, &stop)?;
        terminal.finish();
        let page = run.file("report.html");
        report::write(&[run.directory().to_owned()], &page)?;
        self.conclude(&run, &page, &summary)
    }

    /// The run directory, new or continued, the plan that it had if it is changed, and its plan.
    fn prepare(&self, bar: &Bar) -> Result<(Run, Option<Plan>, Plan), CliError> {
        if let Some(directory) = &self.resume {
            let run = Run::open_to_write(directory)?;
            let plan = patiently(run.recipe(&[])?, bar, Recipe::check)?;
            let sets = self.overrides();
            return Ok(match sets.is_empty() {
                true => (run, None, plan),
                false => {
                    let changed = patiently(run.changed_recipe(&sets)?, bar, Recipe::check)?;
                    (run, Some(plan), changed)
                }
            });
        }
        let path = self.recipe.as_deref().unwrap_or_else(|| Path::new(""));
        let recipe = Recipe::load(path, &self.overrides())?;
        let directory = match &self.output {
            Some(directory) => directory.clone(),
            None => Path::new("runs").join(&recipe.name),
        };
        Run::refuse_existing(&directory)?;
        let mut plan = patiently(recipe, bar, Recipe::check)?;
        let disagrees = plan.agreement().and_then(|found| found.ok()?.warning());
        for warning in plan.screen()?.into_iter().chain(disagrees) {
            eprintln!("warning: {warning}");
        }
        self.look(&mut plan)?;
        plan.worker_program = worker::program();
        let run = match &self.weights_from {
            Some(source) => weights_from::begun(&directory, &plan, (source, self.scaling), bar)?,
            None => Run::create(&directory, &plan.resolved())?,
        };
        Ok((run, None, plan))
    }

    /// The checkpoint to go on from, as it was written.
    fn checkpoint(&self, run: &Run) -> Result<Option<Checkpoint>, CliError> {
        let Some(typed) = &self.from else {
            let newest = Checkpoint::newest(run)?;
            newest.iter().try_for_each(Checkpoint::verify)?;
            return Ok(newest);
        };
        let checkpoint = Checkpoint::named(run, typed)?;
        checkpoint.verify()?;
        checkpoint.forget_newer()?;
        Ok(Some(checkpoint))
    }

    /// Looks whether grid and time steps resolve the solutions; says or refuses what they don't.
    fn look(&self, plan: &mut Plan) -> Result<(), CliError> {
        let silent = true; // a bar is there already
        let none = Resolution::default();
        let seen = Seen::new(
            &plan.recipe,
            &plan.ensemble,
            &plan.solver_errors,
            &none,
            silent,
        )?;
        plan.solver_errors = seen.errors(&plan.solver_errors);
        seen.warn();
        Ok(())
    }

    /// What was typed to override the recipe.
    fn overrides(&self) -> Vec<String> {
        let events = self
            .tensorboard
            .then(|| "train.tensorboard=true".to_owned());
        self.overrides.iter().cloned().chain(events).collect()
    }

    fn conclude(&self, run: &Run, page: &Path, summary: &Summary) -> Result<(), CliError> {
        if self.json {
            print_json(summary)?;
        } else {
            print(&sentences(summary))?;
            if let Some(evaluation) = run.evaluation() {
                let found = diagnosis::of_run(run, &evaluation);
                print(&(scores::rendered(&evaluation) + &findings::rendered(&found)))?;
            }
            print(&format!("report: {}", page.display()))?;
        }
        match summary.status.as_str() {
            "finished" => Ok(()),
            _ => Err(CliError::Interrupted(run.directory().display().to_string())),
        }
    }
}

/// Gives a run the recipe that it goes on with from `step` on, and says what has changed.
fn change(run: &Run, before: &Plan, plan: &Plan, step: usize) -> Result<(), CliError> {
    let recipe = plan.resolved();
    for difference in differences(&before.resolved(), &recipe) {
        eprintln!("from step {step} on: {difference}");
    }
    Ok(run.write("recipe.toml", recipe.as_bytes())?)
}

/// Whether nothing is left to do after the last step, at which a process may have been killed.
fn is_concluded(run: &Run) -> bool {
    let summary = run.summary();
    summary.is_some_and(|summary| summary.status == "finished") && run.file("report.html").is_file()
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
    format!(
        "{} after {} steps of a network with {} parameters: {} of training, {} altogether{memory}\n\
         the trainer waited {} of the time for data, {other}{failures}",
        summary.status,
        summary.steps,
        summary.parameters,
        duration(summary.training_s),
        duration(summary.wall_s),
        aligned_percent(summary.trainer_wait),
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
        eprintln!("\n{answer}");
    };
    // A second handler in one process is refused; the first one then stays.
    let _ = ctrlc::set_handler(handler);
    stop
}
