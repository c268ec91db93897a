//! A training up to its first step: the checked recipe, the directory, the checkpoint to go on from.

use super::{Outcome, TrainingError};
use crate::checkpoint::Checkpoint;
use crate::evaluation::HeldOut;
use crate::observer::{JsonLines, Observer, TensorBoard};
use crate::plan::{HELD_OUT, HeldOutFrom, Plan};
use crate::recipe::{Extensions, Recipe};
use crate::report;
use crate::resolution::{Look, Resolution};
use crate::run::{Run, check_change, differences};
use crate::trainer::{TrainError, Trainer, Turns};
use burn::tensor::Device;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Differences between the programs that train.
pub(crate) struct Way<'a, E> {
    /// Checks a recipe.
    pub(crate) check: &'a dyn Fn(Recipe) -> Result<Plan, E>,
    /// Makes the directory of a new run.
    pub(crate) begin: &'a dyn Fn(&Path, &Plan) -> Result<Run, E>,
    /// The program of worker processes.
    pub(crate) worker_program: Option<PathBuf>,
    /// Members that recipes of resumed runs may name beside those of the lists.
    pub(crate) extensions: Extensions,
}

/// A training that can begin.
pub(crate) struct Start {
    pub(crate) run: Run,
    pub(crate) plan: Plan,
    checkpoint: Option<Checkpoint>,
    /// Oddities that were seen, in words.
    pub(crate) warnings: Vec<String>,
    /// The remedy.
    pub(crate) remedy: Option<String>,
    /// Values of the recipe that are others from here on.
    pub(crate) changes: Vec<String>,
    /// The turns that the training takes with the program it is in; none where it has all of them.
    pub(crate) turns: Option<Arc<Turns>>,
}

impl Start {
    /// A new run of a recipe, in `runs/NAME` unless said otherwise.
    pub(crate) fn of_recipe<E: From<TrainingError>>(
        recipe: Recipe,
        directory: Option<&Path>,
        way: &Way<'_, E>,
    ) -> Result<Self, E> {
        let directory = place(&recipe, directory)?;
        let mut plan = (way.check)(recipe)?;
        let warnings = plan.screen().map_err(TrainingError::from)?.into_iter();
        let disagrees = plan.agreement().and_then(|found| found.ok()?.warning());
        let mut warnings: Vec<String> = warnings.chain(disagrees).collect();
        let look = looked_at(&mut plan)?;
        warnings.extend(look.problems.iter().cloned());
        let begun = Self::of_plan(plan, Some(&directory), way)?;
        Ok(Self {
            warnings,
            remedy: look.remedy(),
            ..begun
        })
    }

    /// A new run of a plan.
    pub(crate) fn of_plan<E: From<TrainingError>>(
        mut plan: Plan,
        directory: Option<&Path>,
        way: &Way<'_, E>,
    ) -> Result<Self, E> {
        let directory = place(&plan.recipe, directory)?;
        plan.worker_program.clone_from(&way.worker_program);
        plan.listen().map_err(TrainingError::from)?;
        let run = (way.begin)(&directory, &plan)?.with_extensions(plan.recipe.extensions);
        let checkpoint = Checkpoint::newest(&run).map_err(TrainingError::from)?; // of imported weights
        Ok(Self {
            run,
            plan,
            checkpoint,
            warnings: Vec::new(),
            remedy: None,
            changes: Vec::new(),
            turns: None,
        })
    }

    /// A run that goes on from its last checkpoint, or from another one, with some values of its recipe changed.
    pub(crate) fn resumed<E: From<TrainingError>>(
        directory: &Path,
        overrides: &[String],
        from: Option<&str>,
        way: &Way<'_, E>,
    ) -> Result<Self, E> {
        let failed = TrainingError::from;
        let run = Run::open_to_write(directory).map_err(failed)?;
        let run = run.with_extensions(way.extensions);
        let before = (way.check)(run.recipe(&[]).map_err(failed)?)?;
        let mut changed = None;
        if !overrides.is_empty() {
            changed = Some((way.check)(run.changed_recipe(overrides).map_err(failed)?)?);
        }
        let checkpoint = chosen(&run, from)?;
        Ok(Self::after(
            run,
            checkpoint,
            (before, changed),
            way.worker_program.clone(),
        )?)
    }

    /// The run from a checkpoint on, with a plan that is changed or the one that it had.
    fn after(
        run: Run,
        checkpoint: Option<Checkpoint>,
        (before, changed): (Plan, Option<Plan>),
        worker_program: Option<PathBuf>,
    ) -> Result<Self, TrainingError> {
        let state = checkpoint.as_ref().map(|checkpoint| &checkpoint.state);
        let (step, begun) = state.map_or((0, 0), |state| (state.step, state.next));
        let mut changes = Vec::new();
        if let Some(changed) = &changed {
            check_change(&before, changed, step, begun)?;
            changes = differences(&before.resolved(), &changed.resolved());
        }
        let is_changed = changed.is_some();
        let mut plan = changed.unwrap_or(before);
        plan.worker_program = worker_program;
        let mut look = None;
        match state {
            Some(state) => plan.solver_errors = state.solver_errors.clone(),
            None => look = Some(looked_at(&mut plan)?),
        }
        if step >= plan.recipe.train.steps && is_concluded(&run) {
            let run = run.directory().display().to_string();
            return Err(TrainingError::Finished { run, steps: step });
        }
        plan.listen()?;
        if is_changed {
            run.write("recipe.toml", plan.resolved().as_bytes())?;
        }
        Ok(Self {
            remedy: look.as_ref().and_then(Look::remedy),
            warnings: look.map_or(Vec::new(), |look| look.problems),
            run,
            plan,
            checkpoint,
            changes,
            turns: None,
        })
    }

    /// Steps that are done already.
    pub(crate) fn step(&self) -> usize {
        let state = self.checkpoint.as_ref().map(|checkpoint| &checkpoint.state);
        state.map_or(0, |state| state.step)
    }

    /// Trains to the end, or until `stop` is set, and writes the report.
    pub(crate) fn train(
        &self,
        (device, name): (&Device, &str),
        more: Vec<&mut dyn Observer>,
        stop: &Arc<AtomicBool>,
    ) -> Result<Outcome, TrainingError> {
        let (run, plan, step) = (&self.run, &self.plan, self.step());
        let mut lines = JsonLines::resume(run, step)?;
        let mut events = None;
        if plan.recipe.train.tensorboard {
            events = Some(TensorBoard::resume(run, step)?);
        }
        let mut observers: Vec<&mut dyn Observer> = vec![&mut lines];
        observers.extend(more.into_iter().map(|one| one as &mut dyn Observer));
        observers.extend(events.as_mut().map(|events| events as &mut dyn Observer));
        for observer in &mut observers {
            observer.doing("simulating the first trajectories");
        }
        // A code that waits for a turn to end can make none for an evaluation within it.
        let judges = plan.endpoint().is_some() && !matches!(plan.held_out, HeldOutFrom::None);
        let in_turns = self.turns.is_some() && judges;
        if plan.holds_first_out() || in_turns {
            let held_out = HeldOut::kept(plan, &run.file(HELD_OUT), step);
            held_out.map_err(TrainError::from)?;
        }
        let checkpoint = self.checkpoint.as_ref();
        let trainer = Trainer::new(plan, run, (device, name), checkpoint, stop)?;
        let summary = trainer.in_turns(self.turns.clone()).train(&mut observers)?;
        report::write(&[run.directory().to_owned()], &run.file("report.html"))?;
        Ok(Outcome {
            run: run.clone(),
            summary,
            warnings: self.warnings.iter().chain(&self.remedy).cloned().collect(),
            changes: self.changes.clone(),
        })
    }
}

/// The directory of a new run, which must not be there.
fn place(recipe: &Recipe, directory: Option<&Path>) -> Result<PathBuf, TrainingError> {
    let own = || Path::new("runs").join(&recipe.name);
    let directory = directory.map_or_else(own, Path::to_owned);
    Run::refuse_existing(&directory)?;
    Ok(directory)
}

/// The checkpoint to go on from, as it was written; those after one that is named are removed.
fn chosen(run: &Run, from: Option<&str>) -> Result<Option<Checkpoint>, TrainingError> {
    let Some(typed) = from else {
        let newest = Checkpoint::newest(run)?;
        newest.iter().try_for_each(Checkpoint::verify)?;
        return Ok(newest);
    };
    let checkpoint = Checkpoint::named(run, typed)?;
    checkpoint.verify()?;
    checkpoint.forget_newer()?;
    Ok(Some(checkpoint))
}

/// Looks whether grid and time steps of the solver resolve the solutions, and keeps the errors that are seen.
fn looked_at(plan: &mut Plan) -> Result<Look, TrainingError> {
    let Some(solver) = &plan.solver else {
        return Ok(Look {
            resolution: None,
            problems: Vec::new(),
        });
    };
    let none = Resolution::default();
    let look = Look::of(&plan.recipe, &solver.training, &plan.solver_errors, &none)?;
    plan.solver_errors = look.errors(&plan.solver_errors);
    Ok(look)
}

/// Whether no work is left after the last step, at which a process may have been killed.
fn is_concluded(run: &Run) -> bool {
    let summary = run.summary();
    summary.is_some_and(|summary| summary.status == "finished") && run.file("report.html").is_file()
}
