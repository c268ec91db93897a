//! Stages of a training: what is minimised, how fast and of which part, one after the other. A training without
//! `[[stage]]` is one stage.

use super::{Draft, Plan};
use crate::batch::{Batch, Layout, Placed, SolverOf, TeacherOf};
use crate::objective::{Augment, Objective, TeacherSource};
use crate::recipe::{Recipe, RecipeError, StageSection};
use crate::schedule::Schedule;
use burn::tensor::Device;
use ondine_datasets::{Cut, Ensemble, Window};
use ondine_solvers::Problem;
use ondine_solvers::problem::Motion;
use std::sync::OnceLock;

/// A part of a training, able to run.
pub struct Stage {
    /// Its first step, counted from 0.
    pub first: usize,
    /// Number of steps.
    pub steps: usize,
    /// Shape of states, and frames of a surrogate step.
    pub layout: Layout,
    /// The same for states on the other grids of the files of `[data]`.
    pub others: Vec<Layout>,
    /// Which frames of a window it uses: states follow each other by the frames of an answer.
    pub frames: Vec<usize>,
    /// The loss that is minimised.
    pub objective: Box<dyn Objective>,
    /// The solver of the equation, where the objective asks for it and a plan has one.
    pub solver: Option<SolverOf>,
    /// The teacher, where the objective has one, once a training begins.
    pub teacher: OnceLock<TeacherOf>,
    /// Movements of windows.
    pub augment: Augment,
    /// Learning rates, on a clock of its own.
    pub schedule: Schedule,
    /// The part of the network that learns; all of it if absent.
    pub part: Option<String>,
}

impl Stage {
    /// The batch of `windows` on one grid for step `step` of the training, counted from 0, on `device`, with the frames that
    /// the objective needs.
    pub fn batch(&self, windows: &[Window], step: usize, device: &Device) -> Batch {
        let motions = self.augment.motions(windows, step);
        self.moved(windows, &motions, device)
    }

    /// The same of windows on several grids, those of one after each other, in `parts` of about as many windows: in each a batch
    /// for every grid, in the order of the windows.
    pub(crate) fn parts(
        &self,
        windows: &[Window],
        step: usize,
        device: &Device,
        parts: usize,
    ) -> Vec<Vec<Batch>> {
        let mut motions = &self.augment.motions(windows, step)[..];
        let mut on_grid = |windows: &[Window]| {
            let (own, rest) = motions.split_at(motions.len().min(windows.len()));
            motions = rest;
            self.moved(windows, own, device)
        };
        let all = windows.chunks(windows.len().div_ceil(parts).max(1));
        let by_grid = all.map(|part| part.chunk_by(|a, b| a.grid == b.grid));
        by_grid
            .map(|grids| grids.map(&mut on_grid).collect())
            .collect()
    }

    /// Windows on one grid, moved where there are motions.
    fn moved(&self, windows: &[Window], motions: &[Motion], device: &Device) -> Batch {
        let layout = self.layout_on(windows.first().map_or(0, |window| window.grid));
        let placed = Placed::all(motions, &self.augment.problem, &layout.grid);
        let batch = layout.batch(windows, &self.frames, &placed, device);
        let (solver, teacher) = (self.solver.as_ref(), self.teacher.get());
        Batch {
            solver: solver.map(|of| of.batch(windows, device)),
            teacher: teacher.map(|of| of.batch(windows, layout, device)),
            ..batch
        }
    }

    /// The shape of states on a grid by its number, which windows have.
    ///
    /// # Panics
    /// When the training has no such grid.
    pub fn layout_on(&self, grid: usize) -> &Layout {
        let other = grid.checked_sub(1);
        other.map_or(&self.layout, |other| &self.others[other])
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
    /// The teacher of stage `index`, counted from 0; none where its objective has none.
    pub(crate) fn teacher(&self, index: usize) -> Option<TeacherSource<'_>> {
        let stage = self.stages.get(index);
        let objective = stage.map_or(&self.objective, |stage| &stage.objective);
        objective.options.teacher()
    }

    /// The stages, or the main sections as the only one.
    pub(super) fn all_stages(&self) -> Vec<StageSection> {
        if !self.stages.is_empty() {
            self.stages.clone()
        } else {
            vec![StageSection {
                steps: self.train.steps,
                objective: self.objective.clone(),
                options: self.objective_section.clone(),
                learning_rate: self.optimizer.learning_rate,
                schedule: self.schedule.clone(),
                part: None,
            }]
        }
    }

    /// Path of a key of stage `index`: in its table, or in the main section `main`.
    pub(super) fn stage_path(&self, index: usize, key: &str, main: &str) -> String {
        if self.stages.is_empty() {
            format!("{main}.{key}")
        } else {
            let table = main.strip_prefix("train.").unwrap_or(main);
            let table = if table == "optimizer" {
                String::new()
            } else {
                format!("{table}.")
            };
            format!("stage.{}.{table}{key}", index + 1)
        }
    }

    /// The windows that every stage finds its frames in: as long as the longest, as fine as all strides together.
    pub(super) fn cut(&self) -> Cut {
        let stages = self.all_stages();
        let strides = stages.iter().map(|stage| stage.options.stride);
        let stride = strides.fold(0, num_integer::gcd).max(1);
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
}

impl Draft {
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

    /// The stages, able to run; writes their defaults into the recipe. The simulations are those of the equation.
    pub(super) fn build_stages(
        &mut self,
        problem: &Problem,
        simulations: Option<&Ensemble>,
    ) -> Vec<Stage> {
        for stage in &mut self.stages {
            stage.schedule.warmup = Some(stage.schedule.warmup(stage.steps));
        }
        let cut = self.cut();
        let mut first = 0;
        let build = |stage: StageSection| {
            let objective = stage.objective.options.build(&stage.options);
            let stride = stage.options.stride;
            let asked = simulations.filter(|_| stage.objective.options.asks_solver());
            let every = stage.options.stride / cut.stride;
            first += stage.steps;
            let layout = Layout {
                grid: self.grid.points.clone(),
                trained: self.grid.points.clone(),
                axes: problem.axis_kinds(),
                reach: self.model.reach(),
                channels: problem.fields.len(),
                bundle: stage.options.bundle,
                history: stage.options.history(),
                statics: problem.static_fields.len(),
                stride: stage.options.stride,
                inputs: self.model.inputs(),
            };
            let on = |points: &Vec<usize>| Layout {
                grid: points.clone(),
                ..layout.clone()
            };
            Stage {
                first: first - stage.steps,
                steps: stage.steps,
                others: self.grid.others.iter().map(on).collect(),
                layout,
                frames: (0..stage.options.num_frames(objective.frames()))
                    .map(|frame| frame * every)
                    .collect(),
                objective,
                solver: asked.map(|of| SolverOf::new(of.clone(), stride)),
                teacher: OnceLock::new(),
                augment: Augment {
                    problem: problem.clone(),
                    others: problem.on_other_grids(),
                    by: stage.options.augment,
                    seed: self.seed,
                },
                schedule: stage.schedule.over(stage.steps, stage.learning_rate),
                part: stage.part,
            }
        };
        self.all_stages().into_iter().map(build).collect()
    }
}

/// Frames from the first to the last that a stage needs of a window.
pub(super) fn span(stage: &StageSection) -> usize {
    let states = stage.objective.options.build(&stage.options).frames();
    let frames = stage.options.num_frames(states);
    stage.options.stride.saturating_mul(frames - 1)
}
