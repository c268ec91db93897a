//! Trained surrogates that a training learns from: the teachers of its objectives.
//!
//! A teacher is read once, when a run begins, and kept in it as `teacher.safetensors`, or `teacher-N.safetensors` of stage `N`: a
//! training that goes on does not need the run that it comes from, and what is made of that run meanwhile changes nothing.

mod fit;

use crate::batch::TeacherOf;
use crate::forecast::{Filed, ForecastError};
use crate::objective::TeacherSource;
use crate::plan::{Plan, Stage};
use crate::recipe::RecipeError;
use crate::run::{Run, RunError};
use crate::weights::WeightFile;
use burn::tensor::Device;

/// The teachers of a plan, by the names of the files that its run keeps.
pub(crate) struct Teachers(Vec<(String, WeightFile)>);

impl Teachers {
    /// The teachers that a recipe names.
    ///
    /// # Errors
    /// When one can't be read, or takes no steps of such states, at the key that names it.
    pub(crate) fn of(plan: &Plan) -> Result<Self, RecipeError> {
        let mut files = Vec::new();
        for (index, stage) in plan.stages.iter().enumerate() {
            let Some(source) = plan.recipe.teacher(index) else {
                continue;
            };
            let file = read(source, plan, stage);
            let path = key(plan, index);
            let file = file.map_err(|why| plan.recipe.source.error_at(&path, why))?;
            files.push((name(plan, index), file));
        }
        Ok(Self(files))
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keeps them in a run.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(crate) fn keep(self, run: &Run) -> Result<(), RunError> {
        for (name, file) in self.0 {
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
            let name = name(plan, index);
            let file = WeightFile::read(&run.file(&name)).map_err(ForecastError::from);
            let teacher = file
                .map_err(|error| error.to_string())
                .and_then(|file| taught((source, file), plan, stage, device));
            let teacher = teacher.map_err(|why| run.damaged(&name, &why))?;
            stage.teacher.get_or_init(|| teacher);
        }
    }
    Ok(())
}

/// The same of a plan that has no run.
///
/// # Errors
/// As [`Teachers::of`].
pub(crate) fn call_from_source(plan: &Plan, device: &Device) -> Result<(), RecipeError> {
    for (index, stage) in plan.stages.iter().enumerate() {
        if let Some(source) = plan.recipe.teacher(index) {
            let file = read(source, plan, stage);
            let teacher = file.and_then(|file| taught((source, file), plan, stage, device));
            let path = key(plan, index);
            let teacher = teacher.map_err(|why| plan.recipe.source.error_at(&path, why))?;
            stage.teacher.get_or_init(|| teacher);
        }
    }
    Ok(())
}

/// A teacher that takes steps of the states of a stage, as a file.
fn read(source: TeacherSource<'_>, plan: &Plan, stage: &Stage) -> Result<WeightFile, String> {
    let extensions = plan.recipe.extensions;
    let file = WeightFile::trained(source.run, source.checkpoint, extensions);
    let file = file.map_err(|error| error.to_string())?;
    taught((source, file.clone()), plan, stage, &Device::flex())?;
    Ok(file)
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
