//! Facts of a training, `subject.json`: what a diagnosis asks of a recipe, kept as plain data, which stay readable where the
//! recipe is not any more: its dataset has moved, say, or a later version has renamed a key.

use super::ChosenFields;
use crate::advice::Setting;
use ondine_solvers::Boundary;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// Facts of a training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Subject {
    /// Version of the program that wrote them.
    pub version: String,
    /// The problem whose solutions the surrogate forecasts.
    pub problem: Problem,
    /// The surrogate.
    pub model: Model,
    /// Length and stages of the training.
    pub training: Training,
    /// Origin of the trajectories.
    pub source: Source,
    /// Smallest and largest trained value of every condition, by its name in
    /// [`SimulationScore::conditions`](ondine_metrics::results::SimulationScore::conditions).
    pub trained: BTreeMap<String, [f64; 2]>,
    /// Settings of the stream of windows.
    pub stream: Setting,
}

/// A problem: fields on a grid, and everything that differs between simulations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// Its name; of an equation of the catalogue its `kind`.
    pub name: String,
    /// Its name in words, as `Kuramoto–Sivashinsky`.
    pub title: String,
    /// The equation in Unicode, where one is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formula: Option<String>,
    /// The fields of a state, in the order of its channels.
    pub fields: Vec<Field>,
    /// The axes of a frame.
    pub axes: Vec<Axis>,
    /// Whether all axes of a simulation have one length, however it is drawn.
    pub one_length: bool,
    /// Numbers that a simulation has beside time step and lengths.
    pub conditions: Vec<Condition>,
    /// Smallest and largest time between two frames.
    pub dt: [f64; 2],
    /// Frames of a trajectory, the initial state among them.
    pub frames: usize,
}

/// A field of a state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Its name, as `u`.
    pub name: String,
    /// Whether its mean over the domain stays what it was.
    pub conserved: bool,
}

/// An axis of a frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Axis {
    /// Its name, as `x`.
    pub name: String,
    /// Number of points.
    pub points: usize,
    /// Smallest and largest length.
    pub length: [f64; 2],
    /// The boundaries at both ends.
    pub ends: [End; 2],
}

/// The boundary at one end of an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// The other end: what leaves here enters there.
    Periodic,
    /// A wall.
    Wall,
    /// No boundary: the domain goes on.
    Open,
}

impl From<Boundary> for End {
    fn from(boundary: Boundary) -> Self {
        match boundary {
            Boundary::Periodic => Self::Periodic,
            Boundary::Wall => Self::Wall,
            Boundary::Open => Self::Open,
        }
    }
}

/// A number that is the same over a simulation and may differ between simulations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// Its name, as `viscosity` or `velocity_x`.
    pub name: String,
    /// The axis of a component of a vector.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub axis: Option<usize>,
    /// Physical unit, where one is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

impl Problem {
    /// Whether all axes are periodic.
    #[must_use]
    pub fn is_periodic(&self) -> bool {
        let mut ends = self.axes.iter().flat_map(|axis| axis.ends);
        ends.all(|end| end == End::Periodic)
    }

    /// Whether the mean of every field stays what it was.
    #[must_use]
    pub fn conserves_means(&self) -> bool {
        self.fields.iter().all(|field| field.conserved)
    }

    /// Whether a name is that of the spacing of an axis, as `dx`, which the number of points changes.
    #[must_use]
    pub fn is_spacing(&self, name: &str) -> bool {
        let mut axes = self.axes.iter();
        axes.any(|axis| name.strip_prefix('d') == Some(&axis.name))
    }

    /// Points of every axis.
    #[must_use]
    pub fn points(&self) -> Vec<usize> {
        self.axes.iter().map(|axis| axis.points).collect()
    }
}

/// A surrogate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// Its kind in a recipe.
    pub kind: String,
    /// `[model]` with every default filled in.
    pub options: toml::Table,
    /// The measure that its training makes small.
    pub learns: Learns,
    /// The origin of its answers.
    pub inputs: Inputs,
    /// Fields whose mean is held.
    pub conserve_mean: ChosenFields,
}

/// The measure that a training makes small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Learns {
    /// Errors of predicted states.
    Errors,
    /// Errors of predicted noise, of which every wavenumber counts alike.
    Noise,
    /// A score of several answers to one state.
    Scores,
}

/// The origin of a surrogate's answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Inputs {
    /// The state now, and conditions.
    State,
    /// Time and conditions alone.
    Parameters,
}

/// Length and stages of a training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Training {
    /// Steps altogether.
    pub steps: usize,
    /// Passes over a file that the recipe asks for; the number of steps follows from them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epochs: Option<f64>,
    /// Reads of every window that the recipe asks for; the number of steps follows from them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reads_per_sample: Option<f64>,
    /// The training that the sections of the recipe describe.
    pub main: Stage,
    /// The stages that take its place, where the recipe has some.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<Stage>,
}

/// A stage of a training, or all of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stage {
    /// Its steps.
    pub steps: usize,
    /// The learning rate after the warm-up, and at the end.
    pub learning_rate: [f64; 2],
    /// Shape of the decay between both: `constant`, `linear`, `cosine`.
    pub schedule: String,
    /// Loss that it minimises.
    pub objective: Objective,
}

/// A number that a training minimises.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Objective {
    /// Its kind in a recipe.
    pub kind: String,
    /// Keys of its own, beside those of every objective.
    pub keys: Vec<String>,
    /// Frames per surrogate step.
    pub stride: usize,
    /// Standard deviation of noise on the states that predictions start from, in units of the state's.
    pub noise: f64,
    /// In which norm errors count: `l2`, `h1`, `h2`.
    pub norm: String,
    /// Steps that are predicted one from the other.
    pub steps: usize,
}

/// Origin of trajectories.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// Kind of their origin.
    pub kind: SourceKind,
    /// Number of simulations.
    pub simulations: u64,
    /// Whether the surrogate is judged on trajectories of the same file.
    pub held_out_of_file: bool,
    /// The solver of the recipe, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub solver: Option<Solver>,
}

/// Kind of an origin of trajectories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// The solver of an equation.
    Equation,
    /// A file.
    File,
    /// Another program.
    Other,
}

/// A solver's grid and steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Solver {
    /// Points of every axis that it solves on.
    pub points: Vec<usize>,
    /// The key of a recipe for more of them.
    pub points_key: String,
    /// Largest relative error in time per frame that automatic steps may make.
    pub tolerance: f64,
}

impl Subject {
    /// Name of the file in a run.
    pub const NAME: &'static str = "subject.json";

    /// The facts that a run keeps; none where there are none, as in runs of older versions.
    ///
    /// # Errors
    /// Why the file can't be read, in words.
    pub fn read(directory: &Path) -> Result<Option<Self>, String> {
        super::optional(&directory.join(Self::NAME), super::json)
    }

    /// The end of the training: its last stage, or all of it.
    #[must_use]
    pub fn last_stage(&self) -> &Stage {
        let last = self.training.stages.last();
        last.unwrap_or(&self.training.main)
    }

    /// Whether trajectories come from a file.
    #[must_use]
    pub fn is_of_file(&self) -> bool {
        self.source.kind == SourceKind::File
    }
}
