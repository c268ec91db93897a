//! A training that goes on in the directory of its run.

use super::{Start, looked_at};
use crate::checkpoint::{Checkpoint, State};
use crate::group::agreed;
use crate::plan::Plan;
use crate::resolution::Look;
use crate::run::{Run, check_change, differences};
use crate::teacher;
use crate::training::way::{SharedError, Way};
use crate::training::{TrainingError, check_alike};
use crate::warm::Warm;
use std::path::{Path, PathBuf};

/// A run that goes on, as it was found.
struct Found {
    run: Run,
    checkpoint: Option<Checkpoint>,
    before: Plan,
    changed: Option<Plan>,
}

impl Start {
    /// A run that goes on from its last checkpoint, or from another one, with some values of its recipe changed.
    pub(crate) fn resumed<E: SharedError>(
        directory: &Path,
        overrides: &[String],
        from: Option<&str>,
        way: &Way<'_, E>,
    ) -> Result<Self, E> {
        let found = agreed(way.group, Found::new(directory, overrides, from, way))?;
        check_alike(
            way.group,
            found.changed.as_ref().unwrap_or(&found.before).resolved(),
        )?;
        let first = |found: Found| {
            if let (Some(checkpoint), true) = (&found.checkpoint, from.is_some()) {
                checkpoint.forget_newer().map_err(TrainingError::from)?;
            }
            Ok(Self::after(found, way.worker_program.clone(), true)?)
        };
        let other = |found| Ok(Self::after(found, way.worker_program.clone(), false)?);
        way.together(found, first, other)
    }

    /// The run from its checkpoint on, with a plan that is changed or the one that it had; the process that `leads` writes.
    fn after(
        found: Found,
        worker_program: Option<PathBuf>,
        leads: bool,
    ) -> Result<Self, TrainingError> {
        let Found {
            run,
            checkpoint,
            before,
            changed,
        } = found;
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
            None if leads => look = Some(looked_at(&mut plan)?),
            None => {}
        }
        if is_concluded(&run) {
            refuse_finished(&run, &plan, state)?;
        }
        if leads {
            check_kept(&plan, &run, checkpoint.is_none())?;
        }
        plan.listen()?;
        if is_changed && leads {
            run.write("recipe.toml", plan.resolved().as_bytes())?;
        }
        Ok(Self {
            remedy: look.as_ref().and_then(Look::remedy),
            warnings: look.map_or(Vec::new(), |look| look.problems),
            origins: Vec::new(),
            run,
            plan,
            checkpoint,
            changes,
            turns: None,
        })
    }
}

impl Found {
    fn new<E: SharedError>(
        directory: &Path,
        overrides: &[String],
        from: Option<&str>,
        way: &Way<'_, E>,
    ) -> Result<Self, E> {
        let failed = TrainingError::from;
        let leads = way.group.leads();
        let open = if leads { Run::open_to_write } else { Run::open };
        let run = open(directory).map_err(failed)?;
        let run = run.with_extensions(way.extensions);
        let before = way.plan(run.recipe(&[]).map_err(failed)?)?;
        let mut changed = None;
        if !overrides.is_empty() {
            changed = Some(way.plan(run.changed_recipe(overrides).map_err(failed)?)?);
        }
        Ok(Self {
            checkpoint: chosen(&run, from, leads)?,
            run,
            before,
            changed,
        })
    }
}

/// Makes sure that a run that goes on keeps the surrogates that it takes from: those of its first weights where it is at its
/// `beginning`, and its teachers.
fn check_kept(plan: &Plan, run: &Run, beginning: bool) -> Result<(), TrainingError> {
    if beginning {
        Warm::kept(plan, run)?;
    }
    Ok(teacher::check_kept(plan, run)?)
}

/// The checkpoint to go on from, as it was written, which the process that `leads` makes sure of.
fn chosen(run: &Run, from: Option<&str>, leads: bool) -> Result<Option<Checkpoint>, TrainingError> {
    let chosen = match from {
        Some(typed) => Some(Checkpoint::named(run, typed)?),
        None => Checkpoint::newest(run)?,
    };
    if leads {
        chosen.iter().try_for_each(Checkpoint::verify)?;
    }
    Ok(chosen)
}

/// Refuses to go on where no step is left.
fn refuse_finished(run: &Run, plan: &Plan, state: Option<&State>) -> Result<(), TrainingError> {
    let run = || run.directory().display().to_string();
    let step = state.map_or(0, |state| state.step);
    if step >= plan.recipe.train.steps {
        let (run, steps) = (run(), step);
        return Err(TrainingError::Finished { run, steps });
    }
    let best = state.and_then(|state| state.best.as_ref());
    match best.filter(|_| plan.is_exhausted(best)) {
        Some(best) => Err(TrainingError::StoppedEarly {
            run: run(),
            step,
            since: best.since,
        }),
        None => Ok(()),
    }
}

/// Whether no work is left after the last step, at which a process may have been killed.
fn is_concluded(run: &Run) -> bool {
    let summary = run.summary();
    summary.is_some_and(|summary| summary.status == "finished") && run.file("report.html").is_file()
}
