//! Trained surrogates that a training learns from: the teachers of its objectives.
//!
//! A teacher is read once, when a run begins, and kept in it as `teacher.safetensors`, or `teacher-N.safetensors` of stage `N`: a
//! training that goes on does not need the run that it comes from, and what is made of that run meanwhile changes nothing.

mod fit;

use crate::batch::TeacherOf;
use crate::forecast::Filed;
use crate::objective::TeacherSource;
use crate::plan::{Plan, Stage};
use crate::recipe::RecipeError;
use crate::run::{Run, RunError};
use crate::warm::or_kept;
use crate::weights::WeightFile;
use burn::tensor::Device;

/// The teachers of a plan.
pub(crate) struct Teachers(Vec<Found>);

/// A teacher of a stage.
struct Found {
    /// Name of the file that a run keeps it in.
    name: String,
    file: WeightFile,
    /// Its origin and its steps, in words.
    words: String,
}

impl Teachers {
    /// The teachers that a recipe names.
    ///
    /// # Errors
    /// When one can't be read, or takes no steps of such states, at the key that names it.
    pub(crate) fn of(plan: &Plan) -> Result<Self, RecipeError> {
        let mut files = Vec::new();
        for index in 0..plan.stages.len() {
            let Some(source) = plan.recipe.teacher(index) else {
                continue;
            };
            let (file, taught) = read(source, (plan, index))?;
            files.push(Found {
                words: words(source, &file, &taught),
                name: name(plan, index),
                file,
            });
        }
        Ok(Self(files))
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Origin and steps of every one, in words.
    pub(crate) fn sentences(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|found| found.words.clone())
    }

    /// Keeps them in a run.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(crate) fn keep(self, run: &Run) -> Result<(), RunError> {
        for Found { name, file, .. } in self.0 {
            let path = run.file(&name);
            file.keep(&path).map_err(|error| run.io(&path, error))?;
        }
        Ok(())
    }
}

/// Gives the stages of a plan the teachers that its run keeps.
///
/// # Errors
/// When a file is not as it was written.
pub(crate) fn call(plan: &Plan, run: &Run, device: &Device) -> Result<(), RunError> {
    for (index, stage) in plan.stages.iter().enumerate() {
        if let Some(source) = plan.recipe.teacher(index) {
            let teacher = kept(source, (plan, index), run, device)?;
            stage.teacher.get_or_init(|| teacher);
        }
    }
    Ok(())
}

/// The teacher of stage `index` that a run keeps, with its origin and its steps in words; none where the stage has none.
pub(crate) fn of_stage(
    plan: &Plan,
    index: usize,
    run: &Run,
    device: &Device,
) -> Option<Result<(TeacherOf, String), RunError>> {
    let source = plan.recipe.teacher(index)?;
    let file = WeightFile::kept(run, &name(plan, index), source.run);
    Some(file.and_then(|file| {
        let teacher = ready((source, file.clone()), (plan, index), run, device)?;
        let words = words(source, &file, &teacher);
        Ok((teacher, words))
    }))
}

/// Makes sure that a run keeps the teachers of its plan.
///
/// # Errors
/// When a file is not as it was written.
pub(crate) fn check_kept(plan: &Plan, run: &Run) -> Result<(), RunError> {
    let stages = 0..plan.stages.len();
    let mut sources = stages.filter_map(|index| Some((plan.recipe.teacher(index)?, index)));
    sources.try_for_each(|(source, index)| {
        kept(source, (plan, index), run, &Device::flex())?;
        Ok(())
    })
}

/// The teacher of a stage that a run keeps.
fn kept(
    source: TeacherSource<'_>,
    (plan, index): (&Plan, usize),
    run: &Run,
    device: &Device,
) -> Result<TeacherOf, RunError> {
    let file = WeightFile::kept(run, &name(plan, index), source.run)?;
    ready((source, file), (plan, index), run, device)
}

/// A teacher of a run from its file.
fn ready(
    found: (TeacherSource<'_>, WeightFile),
    (plan, index): (&Plan, usize),
    run: &Run,
    device: &Device,
) -> Result<TeacherOf, RunError> {
    let teacher = taught(found, plan, &plan.stages[index], device);
    teacher.map_err(|why| run.damaged(&name(plan, index), &why))
}

/// The same of a plan that has no run.
///
/// # Errors
/// As [`Teachers::of`].
pub(crate) fn call_from_source(plan: &Plan, device: &Device) -> Result<(), RecipeError> {
    for (index, stage) in plan.stages.iter().enumerate() {
        if let Some(source) = plan.recipe.teacher(index) {
            let (file, _) = read(source, (plan, index))?;
            let teacher = taught((source, file), plan, stage, device);
            let teacher =
                teacher.map_err(|why| plan.recipe.source.error_at(&key(plan, index), why))?;
            stage.teacher.get_or_init(|| teacher);
        }
    }
    Ok(())
}

/// A teacher that takes steps of the states of a stage, as a file and ready to take them.
///
/// # Errors
/// When it can't be read, or takes no steps of such states, at the key that is wrong.
fn read(
    source: TeacherSource<'_>,
    (plan, index): (&Plan, usize),
) -> Result<(WeightFile, TeacherOf), RecipeError> {
    let path = key(plan, index);
    let file = WeightFile::trained(source.run, source.checkpoint, plan.recipe.extensions);
    let file = file.map_err(|error| {
        let of_checkpoint = error.is_of_checkpoint();
        let path = match path.strip_suffix("teacher") {
            Some(section) if of_checkpoint => format!("{section}checkpoint"),
            _ => path.clone(),
        };
        let why = or_kept(plan, &name(plan, index), &error);
        plan.recipe.source.error_at(&path, why)
    })?;
    let stage = &plan.stages[index];
    let taught = taught((source, file.clone()), plan, stage, &Device::flex());
    let taught = taught.map_err(|why| plan.recipe.source.error_at(&path, why))?;
    Ok((file, taught))
}

/// Origin and steps of a teacher, in words.
fn words(source: TeacherSource<'_>, file: &WeightFile, taught: &TeacherOf) -> String {
    let about = file.about.as_ref().expect("it was opened");
    let kind = about.model.get("kind").and_then(|kind| kind.as_str());
    let kind = kind.unwrap_or("network");
    let (run, steps) = (source.run.display(), about.step);
    let repeats = match taught.repeats {
        1 => String::new(),
        repeats => format!(", {repeats} steps of it per step"),
    };
    let samples = match taught.samples {
        1 => String::new(),
        samples => format!(", the mean of {samples} answers"),
    };
    format!("{run} after {steps} steps, a `{kind}`{repeats}{samples}")
}

/// A teacher, ready to take steps of the states of a stage.
fn taught(
    (source, file): (TeacherSource<'_>, WeightFile),
    plan: &Plan,
    stage: &Stage,
    device: &Device,
) -> Result<TeacherOf, String> {
    let filed = Filed::of(file, plan.recipe.extensions).map_err(|error| error.to_string())?;
    let stride = filed.about().stride;
    let opened = filed.on(&device.clone().without_autodiff());
    let opened = opened.map_err(|error| error.to_string())?;
    let fit = fit::of(&opened.network, stride, (plan, stage))?;
    if source.samples > 1 && !opened.surrogate.is_stochastic() {
        let (kind, samples) = (opened.network.model.kind(), source.samples);
        return Err(format!(
            "samples = {samples} are the mean of answers that differ, and the teacher, a `{kind}`, has one answer to every state: \
             leave samples out"
        ));
    }
    Ok(TeacherOf {
        trained: opened.network.fields.grid.clone(),
        reach: opened.network.model.reach(),
        model: opened.surrogate,
        conditions: fit.conditions,
        repeats: fit.repeats,
        samples: source.samples,
    })
}

/// The file of the teacher of a stage.
fn name(plan: &Plan, index: usize) -> String {
    if plan.recipe.stages.is_empty() {
        "teacher.safetensors".to_owned()
    } else {
        format!("teacher-{}.safetensors", index + 1)
    }
}

/// The key that names the teacher of a stage.
fn key(plan: &Plan, index: usize) -> String {
    if plan.recipe.source.has("objective.teacher") || plan.recipe.stages.is_empty() {
        "objective.teacher".to_owned()
    } else {
        format!("stage.{}.objective.teacher", index + 1)
    }
}
