//! Checks of objectives, learning rates and parts of all stages.

use super::correction::no_tensors;
use super::stage::span;
use crate::objective::{Augmentation, NormKind, ObjectiveSection};
use crate::recipe::{Recipe, RecipeError, suggest};
use burn::tensor::Device;
use ondine_models::{FieldSpec, Init, Inputs, Learns, Scaling, part};

impl Recipe {
    /// Checks that every objective can be computed on windows of the frames that there are.
    pub(super) fn check_objectives(&self) -> Result<(), RecipeError> {
        let problem = self.problem();
        for (index, stage) in self.all_stages().iter().enumerate() {
            let path = |key: &str| self.stage_path(index, key, "objective");
            let options = &stage.options;
            self.ensure(options.stride > 0, &path("stride"), || {
                "stride must be 1 or more".into()
            })?;
            let noise = options.noise;
            self.ensure((0.0..=1.0).contains(&noise), &path("noise"), || {
                format!(
                    "noise = {noise} lies outside [0, 1], in units of the state's standard deviation"
                )
            })?;
            self.check_bundle(options, &path)?;
            self.check_history(options, &path)?;
            self.check_norm(options, &path)?;
            let scored = self.model.learns() == Learns::Scores;
            let (entry, objective) = (stage.objective.entry, &stage.objective.options);
            let kind = entry.kind;
            self.ensure(!scored || entry.by_surrogate, &path("kind"), || {
                let model = self.model.kind();
                format!(
                    "`{kind}` needs one answer to every state, and `{model}` is scored by several: write \"one_step\", \
                     \"unrolled\" or \"pushforward\""
                )
            })?;
            if objective.asks_solver() {
                self.check_solver_of(kind, options, &path)?;
            }
            let sees = objective.teacher().is_none() || self.model.inputs() == Inputs::State;
            self.ensure(sees, &path("kind"), || {
                let model = self.model.kind();
                format!(
                    "`{kind}` steps from states, and `{model}` sees none: write kind = \"one_step\""
                )
            })?;
            let refusal = |by: &Augmentation| by.refusal(&problem);
            if let Some(refusal) = options.augment.iter().find_map(refusal) {
                return self.error(&path("augment"), refusal);
            }
            let own = objective.check();
            own.map_err(|(key, message)| self.source.error_at(&path(key), message))?;
            let (frames, need) = (self.time.frames, span(stage).saturating_add(1));
            self.ensure(frames >= need, "time.frames", || {
                let stride = options.stride;
                let bundle = match options.bundle {
                    1 => String::new(),
                    bundle => format!(" and bundle {bundle}"),
                };
                let history = match options.history {
                    None | Some(1) => String::new(),
                    Some(history) => format!(" and history {history}"),
                };
                format!(
                    "frames = {frames} gives no window: `{kind}` with stride {stride}{bundle}{history} needs {need} or more"
                )
            })?;
        }
        Ok(())
    }

    /// Checks that there is a network for states of so many frames, one for all stages.
    fn check_bundle(
        &self,
        options: &ObjectiveSection,
        path: &dyn Fn(&str) -> String,
    ) -> Result<(), RecipeError> {
        let (bundle, main) = (options.bundle, self.objective_section.bundle);
        self.ensure((1..=1000).contains(&bundle), &path("bundle"), || {
            format!("bundle = {bundle} lies outside [1, 1000]")
        })?;
        self.ensure(bundle == main, &path("bundle"), || {
            format!(
                "bundle = {bundle}, and {main} in [objective]: a network has states of one size, so write it in \
                 [objective] alone"
            )
        })?;
        let checked = self.model.check_bundle(bundle);
        checked.map_err(|problem| {
            let message = format!("`{}` {problem}", self.model.kind());
            self.source.error_at(&path("bundle"), message)
        })
    }

    /// Checks that states have the frames of an answer, and as many in all stages.
    fn check_history(
        &self,
        options: &ObjectiveSection,
        path: &dyn Fn(&str) -> String,
    ) -> Result<(), RecipeError> {
        let (history, main) = (options.history(), self.objective_section.history());
        self.ensure((1..=1000).contains(&history), &path("history"), || {
            format!("history = {history} lies outside [1, 1000]")
        })?;
        self.ensure(history == main, &path("history"), || {
            format!(
                "history = {history}, and {main} in [objective]: a network has states of one size, so write it in \
                 [objective] alone"
            )
        })?;
        let bundle = options.bundle;
        self.ensure(history >= bundle, &path("history"), || {
            format!(
                "history = {history} is less than bundle = {bundle}, the frames of an answer, which the next step is made \
                 from: write history = {bundle} or more, or leave it out"
            )
        })
    }

    /// Checks that an objective can take steps of the solver.
    fn check_solver_of(
        &self,
        kind: &str,
        options: &ObjectiveSection,
        path: &dyn Fn(&str) -> String,
    ) -> Result<(), RecipeError> {
        let else_write = "write kind = \"unrolled\", which needs no solver";
        let Some(equation) = self.equation() else {
            let message = format!(
                "`{kind}` takes steps of the solver of an [equation], and the recipe has a [problem]: {else_write}"
            );
            return self.error(&path("kind"), message);
        };
        for (key, frames) in [("bundle", options.bundle), ("history", options.history())] {
            self.ensure(frames == 1, &path(key), || {
                format!(
                    "`{kind}` takes steps of the solver from one frame to the next: leave {key} out"
                )
            })?;
        }
        self.ensure(self.model.inputs() == Inputs::State, &path("kind"), || {
            let model = self.model.kind();
            format!("`{kind}` steps from predicted states, and `{model}` sees none: write kind = \"one_step\"")
        })?;
        self.ensure(self.grid.others.is_empty(), &path("kind"), || {
            format!("`{kind}` takes steps of the solver on one grid, and the files of [data] have several: {else_write}")
        })?;
        let points = self.grid.solver_points();
        let checked = self.tensor_form(equation, points, self.time.integrator, 1, 1.0);
        checked.map(|_| ()).map_err(|error| {
            let message = format!(
                "`{kind}` takes steps of the solver as tensors: {}",
                no_tensors(&error, else_write)
            );
            self.source.error_at(&path("kind"), message)
        })
    }

    /// Checks that errors have the norm, and the surrogate can be trained in it.
    fn check_norm(
        &self,
        options: &ObjectiveSection,
        path: &dyn Fn(&str) -> String,
    ) -> Result<(), RecipeError> {
        let weight = options.norm_weight.unwrap_or(1.0);
        self.ensure(weight > 0.0 && weight <= 1e6, &path("norm_weight"), || {
            format!("norm_weight = {weight} lies outside (0, 1e6]: write norm = \"l2\" for none")
        })?;
        let name = options.norm.name();
        if !options.norm.has_derivatives() {
            self.ensure(options.norm_weight.is_none(), &path("norm_weight"), || {
                format!("norm = \"{name}\" weighs no derivatives: write norm = \"h1\" or leave norm_weight out")
            })?;
        }
        if options.norm == NormKind::L2 {
            return Ok(());
        }
        let (problem, model) = (self.problem(), self.model.kind());
        if let Some(ends) = problem.bounds().filter(|_| options.norm.has_derivatives()) {
            let kind = problem.name;
            return self.error(
                &path("norm"),
                format!("norm = \"{name}\" is one of periodic states, and `{kind}` lies {ends}: write \"l2\""),
            );
        }
        let reason = match self.model.learns() {
            Learns::Errors => return Ok(()),
            Learns::Noise => "learns noise, of which every state and wavenumber counts alike",
            Learns::Scores => "learns a score of the values at points",
        };
        let message = format!(
            "norm = \"{name}\" weighs errors of states, and `{model}` {reason}: write \"l2\""
        );
        self.error(&path("norm"), message)
    }

    /// Checks that the learning rates of every stage make sense.
    pub(super) fn check_rates(&self) -> Result<(), RecipeError> {
        for (index, stage) in self.all_stages().iter().enumerate() {
            let rate = stage.learning_rate;
            let path = self.stage_path(index, "learning_rate", "train.optimizer");
            self.ensure(rate > 0.0 && rate <= 1.0, &path, || {
                format!("learning_rate = {rate} lies outside (0, 1]")
            })?;
            let path = |key: &str| self.stage_path(index, key, "train.schedule");
            let last = stage.schedule.last;
            self.ensure((0.0..=rate).contains(&last), &path("final"), || {
                format!("final = {last} lies outside [0, {rate}], the learning rate")
            })?;
            let (warmup, steps) = (stage.schedule.warmup.unwrap_or(0), stage.steps);
            self.ensure(warmup <= steps, &path("warmup"), || {
                let what = if self.stages.is_empty() {
                    "training"
                } else {
                    "stage"
                };
                format!("warmup = {warmup} is longer than the {what}, {steps} steps")
            })?;
        }
        Ok(())
    }

    /// Checks that the parts that stages name are there.
    pub(super) fn check_parts(&self, fields: &FieldSpec) -> Result<(), RecipeError> {
        for (index, stage) in self.stages.iter().enumerate() {
            let Some(part) = &stage.part else { continue };
            let scaling = Scaling::identity(fields);
            let surrogate = (self.model).init(fields, scaling, &mut Init::new(0, &Device::flex()));
            let parts = part::names(&surrogate);
            if part::of(&surrogate, part).is_empty() {
                let path = format!("stage.{}.part", index + 1);
                let message = format!("`{}` has no part `{part}`", self.model.kind());
                let mut error = self.source.error_at(&path, message);
                let names: Vec<&str> = parts.iter().map(String::as_str).collect();
                error.help = Some(suggest(part, &names));
                return Err(error);
            }
        }
        Ok(())
    }
}
