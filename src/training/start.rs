//! A training up to its first step: the checked recipe, the directory, the checkpoint to go on from.

mod resumed;

use super::way::{SharedError, Way};
use super::{Outcome, TrainingError, check_alike};
use crate::checkpoint::Checkpoint;
use crate::evaluation::HeldOut;
use crate::group::agreed;
use crate::observer::{JsonLines, Observer, TensorBoard};
use crate::plan::{HELD_OUT, HeldOutFrom, Plan};
use crate::recipe::Recipe;
use crate::report;
use crate::resolution::{Look, Resolution};
use crate::run::Run;
use crate::teacher::Teachers;
use crate::trainer::{Place, TrainError, Trainer, Turns};
use crate::warm::Warm;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A training that can begin.
pub(crate) struct Start {
    pub(crate) run: Run,
    pub(crate) plan: Plan,
    checkpoint: Option<Checkpoint>,
    /// Oddities that were seen, in words.
    pub(crate) warnings: Vec<String>,
    /// The remedy.
    pub(crate) remedy: Option<String>,
    /// Origins of first weights and teachers of a new run, in words.
    #[cfg_attr(
        not(feature = "cli"),
        expect(
            dead_code,
            reason = "the command line prints it, and a run keeps it as start.json"
        )
    )]
    pub(crate) origins: Vec<String>,
    /// Values of the recipe that are others from here on.
    pub(crate) changes: Vec<String>,
    /// The turns that the training takes with the program it is in; none where it has all of them.
    pub(crate) turns: Option<Arc<Turns>>,
}

impl Start {
    /// A new run of a recipe, in `runs/NAME` unless said otherwise.
    pub(crate) fn of_recipe<E: SharedError>(
        recipe: Recipe,
        directory: Option<&Path>,
        way: &Way<'_, E>,
    ) -> Result<Self, E> {
        let planned = place(&recipe, directory).map_err(E::from);
        let planned = planned.and_then(|place| Ok((place, way.plan(recipe)?)));
        Self::planned(planned, way, Self::looked)
    }

    /// A new run of a plan.
    pub(crate) fn of_plan<E: SharedError>(
        plan: Plan,
        directory: Option<&Path>,
        way: &Way<'_, E>,
    ) -> Result<Self, E> {
        let planned = place(&plan.recipe, directory).map_err(E::from);
        let planned = planned.and_then(|place| Ok((place, way.shared(plan)?)));
        Self::planned(planned, way, Self::begun)
    }

    /// A new run in a directory, which the first process of a group begins and the others join.
    fn planned<E: SharedError>(
        planned: Result<(PathBuf, Plan), E>,
        way: &Way<'_, E>,
        first: impl FnOnce(Plan, &Path, &Way<'_, E>) -> Result<Self, E>,
    ) -> Result<Self, E> {
        let (directory, plan) = agreed(way.group, planned)?;
        check_alike(way.group, plan.resolved())?;
        let first = |plan| first(plan, &directory, way);
        way.together(plan, first, |plan| Self::joined(plan, &directory, way))
    }

    /// A new run with what is odd about its data and its solver.
    fn looked<E: SharedError>(
        mut plan: Plan,
        directory: &Path,
        way: &Way<'_, E>,
    ) -> Result<Self, E> {
        let warnings = plan.screen().map_err(TrainingError::from)?.into_iter();
        let disagrees = plan.agreement().and_then(|found| found.ok()?.warning());
        let mut warnings: Vec<String> = warnings.chain(disagrees).collect();
        let look = looked_at(&mut plan)?;
        warnings.extend(look.problems.iter().cloned());
        let begun = Self::begun(plan, directory, way)?;
        Ok(Self {
            warnings,
            remedy: look.remedy(),
            ..begun
        })
    }

    fn begun<E: SharedError>(
        mut plan: Plan,
        directory: &Path,
        way: &Way<'_, E>,
    ) -> Result<Self, E> {
        plan.worker_program.clone_from(&way.worker_program);
        plan.listen().map_err(TrainingError::from)?;
        let (run, origins) = made(&plan, directory)?;
        Ok(Self {
            origins,
            ..Self::of_run(run, plan)?
        })
    }

    /// A new run that the first process of a group has begun.
    fn joined<E: SharedError>(
        mut plan: Plan,
        directory: &Path,
        way: &Way<'_, E>,
    ) -> Result<Self, E> {
        plan.worker_program.clone_from(&way.worker_program);
        plan.listen().map_err(TrainingError::from)?;
        let run = Run::open(directory).map_err(TrainingError::from)?;
        Ok(Self::of_run(run, plan)?)
    }

    fn of_run(run: Run, plan: Plan) -> Result<Self, TrainingError> {
        let run = run.with_extensions(plan.recipe.extensions);
        let checkpoint = Checkpoint::newest(&run)?; // of imported weights
        Ok(Self {
            run,
            plan,
            checkpoint,
            warnings: Vec::new(),
            remedy: None,
            origins: Vec::new(),
            changes: Vec::new(),
            turns: None,
        })
    }

    /// Steps that are done already.
    pub(crate) fn step(&self) -> usize {
        let state = self.checkpoint.as_ref().map(|checkpoint| &checkpoint.state);
        state.map_or(0, |state| state.step)
    }

    /// The files that are written while it trains, by the process that `leads`.
    fn files(
        &self,
        leads: bool,
    ) -> Result<(Option<JsonLines>, Option<TensorBoard>), TrainingError> {
        if !leads {
            return Ok((None, None));
        }
        let lines = JsonLines::resume(&self.run, self.step())?;
        let mut events = None;
        if self.plan.recipe.train.tensorboard {
            events = Some(TensorBoard::resume(&self.run, self.step())?);
        }
        Ok((Some(lines), events))
    }

    /// Trains to the end, or until it is told to stop, and writes the report.
    pub(crate) fn train(
        &self,
        place: Place<'_>,
        more: Vec<&mut dyn Observer>,
    ) -> Result<Outcome, TrainingError> {
        let (run, plan, group) = (&self.run, &self.plan, place.group);
        let (mut lines, mut events) = agreed(group, self.files(group.leads()))?;
        let lines = lines.as_mut().map(|lines| lines as &mut dyn Observer);
        let mut observers: Vec<&mut dyn Observer> = lines.into_iter().collect();
        observers.extend(more.into_iter().map(|one| one as &mut dyn Observer));
        observers.extend(events.as_mut().map(|events| events as &mut dyn Observer));
        for observer in &mut observers {
            observer.doing("simulating the first trajectories");
        }
        // A code that waits for a turn to end can make none for an evaluation within it.
        let judges = plan.endpoint().is_some() && !matches!(plan.held_out, HeldOutFrom::None);
        let in_turns = self.turns.is_some() && judges;
        if plan.holds_first_out() || in_turns {
            let held_out = HeldOut::kept(plan, &run.file(HELD_OUT), self.step());
            held_out.map_err(TrainError::from)?;
        }
        let checkpoint = self.checkpoint.as_ref();
        let trainer = Trainer::new(plan, run, place, checkpoint)?;
        let summary = trainer.in_turns(self.turns.clone()).train(&mut observers)?;
        let mut written = Ok(());
        if group.leads() {
            written = report::write(&[run.directory().to_owned()], &run.file("report.html"));
        }
        agreed(group, written.map_err(TrainingError::from))?;
        Ok(Outcome {
            run: run.clone(),
            summary,
            warnings: self.warnings.iter().chain(&self.remedy).cloned().collect(),
            changes: self.changes.clone(),
        })
    }
}

/// The directory of a new run, with the origins of its first weights and teachers in words.
fn made(plan: &Plan, directory: &Path) -> Result<(Run, Vec<String>), TrainingError> {
    let (warm, teachers) = (Warm::of(plan)?, Teachers::of(plan)?);
    if warm.is_none() && teachers.is_empty() {
        return Ok((Run::create(directory, &plan.resolved())?, Vec::new()));
    }
    let origins = warm.iter().map(|(_, account)| account.sentence());
    let taught = teachers
        .sentences()
        .map(|words| format!("teacher: {words}"));
    let origins: Vec<String> = origins.chain(taught).collect();
    Run::create_whole(directory, &plan.resolved(), |run| {
        if let Some((warm, account)) = warm {
            warm.keep(run, &account)?;
        }
        teachers.keep(run)
    })?;
    Ok((Run::open_to_write(directory)?, origins))
}

/// The directory of a new run, which must not be there.
fn place(recipe: &Recipe, directory: Option<&Path>) -> Result<PathBuf, TrainingError> {
    let own = || Path::new("runs").join(&recipe.name);
    let directory = directory.map_or_else(own, Path::to_owned);
    Run::refuse_existing(&directory)?;
    Ok(directory)
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
