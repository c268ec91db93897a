//! The network of an experiment as data: its problem, its sizes, the numbers that it is told. A reader of a trained
//! network needs no more, and makes neither a solver nor opens a dataset for it.

use super::{Draft, Plan, Stage};
use crate::conditioning::{self, Conditioning, Outside, Quantity};
use crate::files::ChosenFields;
use crate::recipe::{Recipe, RecipeError};
use burn::tensor::Device;
use ondine_datasets::Conditions;
use ondine_models::block::Edge;
use ondine_models::{FieldSpec, HeldMeans, Init, Model, ModelConfig, Positive, Reach, Scaling};
use ondine_solvers::problem::Axis;
use ondine_solvers::{AxisKind, Boundary, Problem, Rng, Stream};
use std::collections::BTreeMap;

/// A network with the problem whose states it advances.
#[derive(Clone)]
pub struct Network {
    /// The problem.
    pub problem: Problem,
    /// Channels, parameters and grid of the training.
    pub fields: FieldSpec,
    /// Kind and options of the surrogate.
    pub model: ModelConfig,
    /// `[model]` with nothing left to defaults.
    pub table: toml::Table,
    /// Fields whose mean is held.
    pub conserve_mean: ChosenFields,
    /// Fields that are kept positive.
    pub keep_positive: ChosenFields,
    /// Frames of the shortest and of the longest surrogate step.
    pub strides: [usize; 2],
    /// Seed of the experiment.
    pub seed: u64,
}

impl Network {
    /// A surrogate around the network with first weights from `init`.
    pub fn surrogate(&self, init: &mut Init, scaling: Scaling) -> Model {
        let model = self.model.init(&self.fields, scaling, init);
        let names = self.problem.field_names();
        let held = names.iter().map(|name| self.conserve_mean.has(name));
        let positive = names.iter().map(|name| self.keep_positive.has(name));
        model
            .conserving(HeldMeans::of(held.collect()))
            .keeping_positive(Positive::of(positive.collect()))
    }

    /// The source of first weights.
    pub fn init(&self, device: &Device) -> Init {
        let mut rng = Rng::stream(self.seed, Stream::Weights, 0);
        Init::new(rng.integer(0, u64::MAX), device)
    }

    /// The numbers that the network is told beside the state, with the trained ranges over all stages.
    pub fn conditioning(&self) -> Vec<Conditioning> {
        conditioning::list(&self.problem, self.model.inputs(), self.strides)
    }

    /// The conditions of a simulation, by name, as far as they mean anything to the surrogate: those of the problem, `dt` of
    /// the frames, `length` or `length_x`, … of the box. On another grid than the trained one also the spacing `dx`, …, if
    /// the network counts distances by points; and `time`, which is the `end` of what is asked for from frame 0 on, if it
    /// is told times and that one is outside of the trained ones.
    pub fn conditions(&self, grid: &[usize], of: &Conditions, end: f64) -> BTreeMap<String, f64> {
        let names = self.problem.drawn_names().into_iter();
        let mut named: BTreeMap<String, f64> = names.zip(of.values()).collect();
        if self.model.reach() == Reach::Points && *grid != self.fields.grid[..] {
            let spacings = self.problem.axes.iter().map(Axis::spacing_name);
            named.extend(spacings.zip(of.spacing.iter().copied()));
        }
        let mut told = self.conditioning().into_iter();
        let time = told.find(|told| told.quantity == Quantity::Time);
        if let Some(time) = time.filter(|time| !conditioning::inside(time.range, end)) {
            named.insert(time.name, end);
        }
        named
    }

    /// The channels of a state in words, with its frames where they are several, and those of the answer where they are fewer.
    pub(crate) fn states(&self) -> String {
        let FieldSpec {
            history,
            bundle,
            statics,
            ..
        } = self.fields;
        let names = self.problem.field_names().join(", ");
        let still = match statics {
            0 => "",
            1 => " beside a static field",
            _ => " beside static fields",
        };
        match (history, bundle) {
            (1, _) => format!("{names}{still}"),
            (history, bundle) if history == bundle => format!("{history} frames of {names}{still}"),
            (history, 1) => format!("{history} frames of {names}{still} for the next one"),
            (history, bundle) => {
                format!("{history} frames of {names}{still} for the next {bundle}")
            }
        }
    }

    /// Every condition that lies outside of its trained range in one of `simulations`, which are [`Self::conditions`].
    pub fn outside(&self, simulations: &[BTreeMap<String, f64>]) -> Vec<Outside> {
        Outside::of(&self.problem, self.model.inputs(), simulations)
    }
}

impl Recipe {
    /// The network of a recipe that was trained, and the stages of its training. No solver is made for it, and what it
    /// would need beside is not checked.
    ///
    /// # Errors
    /// When the recipe lacks a section of a training, or describes no network.
    pub fn network(self) -> Result<(Network, Vec<Stage>), RecipeError> {
        Draft::new(self).network()
    }
}

impl Draft {
    /// Leaves nothing open about the values that the network finds beyond the edges of the grid.
    pub(super) fn settle_edges(&mut self) {
        let kinds = self.problem().axis_kinds();
        let edges: Vec<Edge> = kinds.into_iter().map(edge).collect();
        self.model = self.model.clone().between(&edges);
    }

    fn network(mut self) -> Result<(Network, Vec<Stage>), RecipeError> {
        self.check_windows()?;
        self.settle_edges();
        self.settle_solver()?;
        self.check_network()?;
        self.settle_stages()?;
        let problem = self.problem();
        let stages = self.build_stages(&problem, None);
        let network = Network {
            fields: self.fields(),
            table: self.model_table(),
            conserve_mean: self.conserve_mean.clone(),
            keep_positive: self.keep_positive.clone(),
            strides: strides(&stages),
            seed: self.seed,
            model: self.model.clone(),
            problem,
        };
        Ok((network, stages))
    }
}

impl Plan {
    /// Its network.
    pub fn network(&self) -> Network {
        Network {
            problem: self.problem.clone(),
            fields: self.fields.clone(),
            model: self.model.clone(),
            table: self.recipe.model_table(),
            conserve_mean: self.recipe.conserve_mean.clone(),
            keep_positive: self.recipe.keep_positive.clone(),
            strides: strides(&self.stages),
            seed: self.recipe.seed,
        }
    }
}

/// Continuation of states beyond the ends of an axis: that of the problem as far as a layer can have it.
fn edge(kind: AxisKind) -> Edge {
    let ends = kind.ends();
    match kind {
        kind if kind.is_periodic() => Edge::Periodic,
        AxisKind::FIXED_WALLS => Edge::Zero,
        _ if ends.low == Boundary::Wall && ends.high == Boundary::Wall => Edge::Mirror,
        _ => Edge::Constant,
    }
}

/// Frames of the shortest and of the longest surrogate step of some stages.
fn strides(stages: &[Stage]) -> [usize; 2] {
    let strides = stages.iter().map(|stage| stage.layout.stride);
    let shortest = strides.clone().min().unwrap_or(1);
    [shortest, strides.max().unwrap_or(1)]
}
