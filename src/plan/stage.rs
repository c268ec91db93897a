//! Stages of a training: what is minimised, how fast and of which part, one after the other. A training without
//! `[[stage]]` is one stage.

use super::Plan;
use crate::batch::{Batch, Layout, Placed};
use crate::objective::{Augment, Augmentation, NormKind, Objective, ObjectiveSection};
use crate::recipe::{Recipe, RecipeError, StageSection, suggest};
use crate::schedule::Schedule;
use burn::tensor::Device;
use ondine_datasets::{Cut, Window};
use ondine_models::part;
use ondine_models::{FieldSpec, Init, Learns, Scaling};
use ondine_solvers::Problem;

/// A part of a training, able to run.
pub struct Stage {
    /// Its first step, counted from 0.
    pub first: usize,
    /// Number of steps.
    pub steps: usize,
    /// Shape of states, and frames of a surrogate step.
    pub layout: Layout,
    /// Which frames of a window it uses, those of a bundle one after the other.
    pub frames: Vec<usize>,
    /// What is minimised.
    pub objective: Box<dyn Objective>,
    /// How windows are moved.
    pub augment: Augment,
    /// Learning rates, on a clock of its own.
    pub schedule: Schedule,
    /// The part of the network that learns; all of it if absent.
    pub part: Option<String>,
}

impl Stage {
    /// The batch of `windows` for step `step` of the training, counted from 0, on `device`, with the frames that the
    /// objective needs.
    pub fn batch(&self, windows: &[Window], step: usize, device: &Device) -> Batch {
        let motions = self.augment.motions(windows, step);
        let placed = Placed::all(&motions, &self.augment.problem, &self.layout.grid);
        self.layout.batch(windows, &self.frames, &placed, device)
    }

    /// The learning rate of step `step` of the training, counted from 0.
    pub fn rate(&self, step: usize) -> f64 {
        self.schedule.rate(step - self.first)
    }
}

impl Plan {
    /// Which stage step `step` belongs to, both counted from 0; the last one for steps beyond the end.
    pub fn stage_index(&self, step: usize) -> usize {
        let begun = self.stages.iter().filter(|stage| stage.first <= step);
        begun.count() - 1
    }

    /// The stage of step `step`, counted from 0.
    pub fn stage(&self, step: usize) -> &Stage {
        &self.stages[self.stage_index(step)]
    }

    /// The stage that ends with, or goes on after, `steps` steps.
    pub fn stage_after(&self, steps: usize) -> &Stage {
        self.stage(steps.saturating_sub(1))
    }

    /// The number of the stage from 1 on, after `steps` steps; none where there is one stage alone.
    pub fn stage_number(&self, steps: usize) -> Option<usize> {
        (self.stages.len() > 1).then(|| 1 + self.stage_index(steps.saturating_sub(1)))
    }
}

impl Recipe {
    /// The stages, or the main sections as the only one.
    pub(super) fn all_stages(&self) -> Vec<StageSection> {
        match self.stages.is_empty() {
            false => self.stages.clone(),
            true => vec![StageSection {
                steps: self.train.steps,
                objective: self.objective.clone(),
                options: self.objective_section.clone(),
                learning_rate: self.optimizer.learning_rate,
                schedule: self.schedule.clone(),
                part: None,
            }],
        }
    }

    /// Where a key of stage `index` stands: in its table, or in the main section `main`.
    pub(super) fn stage_path(&self, index: usize, key: &str, main: &str) -> String {
        match self.stages.is_empty() {
            true => format!("{main}.{key}"),
            false => {
                let table = main.strip_prefix("train.").unwrap_or(main);
                let table = if table == "optimizer" {
                    String::new()
                } else {
                    format!("{table}.")
                };
                format!("stage.{}.{table}{key}", index + 1)
            }
        }
    }

    /// The number of steps, where stages give it; refuses another one.
    pub(super) fn settle_stages(&mut self) -> Result<(), RecipeError> {
        if self.stages.is_empty() {
            return Ok(());
        }
        for (index, stage) in self.stages.iter().enumerate() {
            let path = self.stage_path(index, "steps", "optimizer");
            self.ensure(stage.steps > 0, &path, || {
                "steps of a stage must be 1 or more".into()
            })?;
        }
        let steps = self.stages.iter().map(|stage| stage.steps);
        let sum = steps.fold(0, usize::saturating_add);
        let given = self.train.steps;
        self.ensure(given == 0 || given == sum, "train.steps", || {
            format!("the stages have {sum} steps, not {given}: leave out `train.steps`")
        })?;
        self.train.steps = sum;
        Ok(())
    }

    /// Whether every objective can be computed on windows of the frames that there are.
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
            self.check_norm(options, &path)?;
            let scored = self.model.learns() == Learns::Scores;
            let (entry, objective) = (stage.objective.entry, &stage.objective.options);
            let kind = entry.kind;
            self.ensure(!scored || entry.by_surrogate, &path("kind"), || {
                let model = self.model.kind();
                format!(
                    "`{kind}` needs one answer to every state, and `{model}` is scored by several: write \"one_step\" or \
                     \"pushforward\""
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
                format!(
                    "frames = {frames} gives no window: `{kind}` with stride {stride}{bundle} needs {need} or more"
                )
            })?;
        }
        Ok(())
    }

    /// Whether there is a network for states of so many frames, one for all stages.
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

    /// Whether errors have the norm, and the surrogate can be trained in it.
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
        if options.norm == NormKind::L2 {
            return self.ensure(options.norm_weight.is_none(), &path("norm_weight"), || {
                "norm = \"l2\" weighs no derivatives: write norm = \"h1\" or leave norm_weight out".into()
            });
        }
        let (problem, model) = (self.problem(), self.model.kind());
        if let Some(ends) = problem.bounds() {
            let kind = problem.name;
            return self.error(
                &path("norm"),
                format!("norm = \"{name}\" is one of periodic states, and `{kind}` lies {ends}: write \"l2\""),
            );
        }
        let reason = match self.model.learns() {
            Learns::Errors => return Ok(()),
            Learns::Noise => "learns noise, of which every wavenumber counts alike",
            Learns::Scores => "learns a score of the values at points",
        };
        let message = format!(
            "norm = \"{name}\" makes high wavenumbers count more, and `{model}` {reason}: write \"l2\""
        );
        self.error(&path("norm"), message)
    }

    /// Whether the learning rates of every stage make sense.
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

    /// Whether the parts that stages name are there.
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

    /// The windows that every stage finds its frames in: as long as the longest, as fine as all strides together.
    pub(super) fn cut(&self) -> Cut {
        let stages = self.all_stages();
        let strides = stages.iter().map(|stage| stage.options.stride);
        let stride = strides.fold(0, common_divisor).max(1);
        let span = stages.iter().map(span).max().unwrap_or(0);
        Cut {
            stride,
            frames: 1 + span / stride,
        }
    }

    /// Frames of the longest surrogate step.
    pub(super) fn longest_stride(&self) -> usize {
        let stages = self.all_stages();
        let strides = stages.iter().map(|stage| stage.options.stride);
        strides.max().unwrap_or(1)
    }

    /// The stages, able to run; writes their defaults into the recipe.
    pub(super) fn build_stages(&mut self, problem: &Problem) -> Vec<Stage> {
        for stage in &mut self.stages {
            stage.schedule.warmup.get_or_insert(stage.steps / 20);
        }
        let cut = self.cut();
        let mut first = 0;
        let build = |stage: StageSection| {
            let objective = stage.objective.options.build(&stage.options);
            let every = stage.options.stride / cut.stride;
            first += stage.steps;
            Stage {
                first: first - stage.steps,
                steps: stage.steps,
                layout: Layout {
                    grid: self.grid.points.clone(),
                    trained: self.grid.points.clone(),
                    axes: problem.axis_kinds(),
                    reach: self.model.reach(),
                    channels: problem.fields.len(),
                    bundle: stage.options.bundle,
                    stride: stage.options.stride,
                    inputs: self.model.inputs(),
                },
                frames: (0..objective.frames() * stage.options.bundle)
                    .map(|frame| frame * every)
                    .collect(),
                objective,
                augment: Augment {
                    problem: problem.clone(),
                    by: stage.options.augment,
                    seed: self.seed,
                },
                schedule: Schedule {
                    shape: stage.schedule.kind,
                    warmup: stage.schedule.warmup.unwrap_or(stage.steps / 20),
                    steps: stage.steps,
                    peak: stage.learning_rate,
                    last: stage.schedule.last,
                },
                part: stage.part,
            }
        };
        self.all_stages().into_iter().map(build).collect()
    }
}

/// Frames from the first to the last that a stage needs of a window.
fn span(stage: &StageSection) -> usize {
    let states = stage.objective.options.build(&stage.options).frames();
    let frames = states * stage.options.bundle - 1;
    stage.options.stride.saturating_mul(frames)
}

fn common_divisor(a: usize, b: usize) -> usize {
    match b {
        0 => a,
        _ => common_divisor(b, a % b),
    }
}
