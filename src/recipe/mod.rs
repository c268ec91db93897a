//! Recipes: one TOML file describes one experiment completely. As typed here, checked in [`crate::plan`].

mod activity;
mod automatic;
mod boundary;
mod bounded;
mod choice;
mod coupled;
mod data;
mod data_file;
mod dataset;
mod decode;
mod described;
mod device;
mod error;
mod extensions;
mod guards;
mod held_out;
mod keys;
mod launcher;
mod model;
mod objective;
mod per_axis;
mod posed;
mod problem;
mod resolved;
mod root;
mod sections;
mod source;
mod stage;
mod start;
mod table;
mod trajectories;
mod workers;

pub use activity::Activity;
pub use automatic::Workers;
pub use boundary::{AxisEnds, PointsAt};
pub(crate) use bounded::one_per_axis;
pub use choice::Chosen;
pub use coupled::{ChosenBy, ConnectSection, Coupled, ProgramSection, TokenFrom};
pub use data::{DataSection, FieldScales, Skip};
pub(crate) use data::{open_like, reading_of};
pub use data_file::DataFile;
pub use dataset::{Dataset, NoDataset};
pub(crate) use described::{clash, written};
pub use device::DeviceSection;
pub use error::{Place, RecipeError, nearest, suggest};
pub use extensions::Extensions;
pub use guards::GUARDS;
pub use held_out::HeldOutTrajectories;
pub use keys::{SECTION_KEYS, SectionKeys, split_default};
pub use launcher::{LauncherKind, LauncherSection};
pub use objective::Objective;
pub use per_axis::PerAxis;
pub use posed::{FieldSection, Posed, PosedProblem, Priors, ProblemSection};
pub use resolved::Resolved;
pub use sections::{
    BUFFER_KEYS, BatchChange, BufferSection, EvaluateSection, GridSection, Isolation, MODEL_KEYS,
    OptimizerKind, OptimizerSection, SURROGATE_KEYS, Substeps, TimeSection, TrainSection,
    Unresolved,
};
pub use source::Source;
pub use stage::StageSection;
pub use start::{StartScaling, StartSection};
pub use trajectories::{SOURCES, SourceEntry, SourceSection};
pub use workers::WorkersSection;

use crate::files::ChosenFields;
use crate::objective::ObjectiveSection;
use crate::schedule::ScheduleSection;
use decode::{NO_READERS, READERS, decode};
use ondine_datasets::policy::{PolicyConfig, PolicyEntry};
use ondine_datasets::sampler::{SamplerConfig, SamplerEntry};
use ondine_datasets::{Distribution, read_text};
use ondine_models::ModelConfig;
use ondine_solvers::initial::{InitialEntry, InitialState};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;

/// A recipe as typed, every section decoded by its member.
#[derive(Clone)]
pub struct Recipe {
    /// Text and places of its keys, for errors of later checks.
    pub source: Source,
    /// Members that it may name beside those of the lists.
    pub extensions: Extensions,
    /// The present work of a check of it.
    pub activity: Activity,
    /// Name of the experiment.
    pub name: String,
    /// Seed of all draws.
    pub seed: u64,
    /// Whether the training order is a function of the seed alone; by default with one worker.
    pub deterministic: Option<bool>,
    /// `[equation]` or `[problem]`: which one.
    pub posed: Posed,
    /// `[equation]` or `[problem]`: parameters or conditions, in the order of their values on this grid.
    pub parameters: Vec<Distribution>,
    /// `[source]`: origin of the trajectories.
    pub trajectories: SourceSection,
    /// `[grid]`.
    pub grid: GridSection,
    /// `[time]`.
    pub time: TimeSection,
    /// `[initial]`.
    pub initial: Chosen<InitialEntry, Arc<dyn InitialState>>,
    /// `[ensemble]`.
    pub ensemble: EnsembleSection,
    /// `ensemble.sampler`.
    pub sampler: ChosenSampler,
    /// `[data]`: a file in the place of solvers.
    pub data: Option<DataSection>,
    /// `[data]` with `mix`: a file beside the simulations.
    pub replay: Option<DataSection>,
    /// `[buffer]`: its policy, with the options of its own.
    pub policy: Chosen<PolicyEntry, Arc<dyn PolicyConfig>>,
    /// `[buffer]`: the keys that every policy has.
    pub buffer: BufferSection,
    /// Sections that only training needs and that are missing.
    pub missing: Vec<&'static str>,
    /// `[model]`.
    pub model: ModelConfig,
    /// `[model]`: fields whose mean is held; by default those whose mean the problem conserves.
    pub conserve_mean: ChosenFields,
    /// `[model]`: fields that are kept positive, by their names where there are any.
    pub keep_positive: ChosenFields,
    /// `[objective]`: which one, with the options of its own.
    pub objective: Objective,
    /// `[objective]`: the keys that every objective has.
    pub objective_section: ObjectiveSection,
    /// `[train]`.
    pub train: TrainSection,
    /// `evaluate.sampler`: sampler of held-out simulations; that of the ensemble if absent.
    pub optimizer: OptimizerSection,
    /// `train.schedule`.
    pub schedule: ScheduleSection,
    /// `[[stage]]`; none for a training without stages.
    pub stages: Vec<StageSection>,
    /// `[evaluate]`.
    pub evaluate: EvaluateSection,
    /// `evaluate.sampler`: where held-out simulations lie; as the sampler of the ensemble says if absent.
    pub held_out: Option<ChosenSampler>,
}

/// A sampler with its options.
pub type ChosenSampler = Chosen<SamplerEntry, Arc<dyn SamplerConfig>>;

/// `[ensemble]` beside its sampler.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnsembleSection {
    /// Simulations of the whole training.
    pub simulations: u64,
    /// Worker threads; by default one less than the machine has cores.
    #[serde(default)]
    pub workers: Workers,
    /// Thread or process in which a simulation of this machine runs.
    #[serde(default)]
    pub isolation: Isolation,
    /// Workers of other machines beside those of this one; none if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub launcher: Option<WorkersSection>,
    /// Simulations that may fail and are drawn again; one more stops the training. A tenth of them, 10 at least, if
    /// absent.
    pub max_failures: Option<u64>,
    /// Seconds that a simulation may take; no limit if absent.
    pub time_limit: Option<f64>,
}

impl EnsembleSection {
    /// Simulations that run at a time, at most.
    #[must_use]
    pub fn at_once(&self) -> usize {
        let elsewhere = self
            .launcher
            .as_ref()
            .map_or(0, |launcher| launcher.workers);
        self.workers.most().saturating_add(elsewhere)
    }
}

impl Recipe {
    /// Simulations that run at a time, at most, wherever they do.
    #[must_use]
    pub fn at_once(&self) -> usize {
        let there = self.trajectories.device_batch();
        there.unwrap_or_else(|| self.ensemble.at_once())
    }

    /// Reads the recipe of a file, with overrides `section.key=value`.
    ///
    /// # Errors
    /// When the file can't be read or is no recipe.
    pub fn load(path: &Path, overrides: &[String]) -> Result<Self, RecipeError> {
        Self::load_with(path, overrides, Extensions::default())
    }

    /// As [`Self::load`], for a recipe that names members of this program's own.
    ///
    /// # Errors
    /// When the file can't be read or is no recipe.
    pub fn load_with(
        path: &Path,
        overrides: &[String],
        extensions: Extensions,
    ) -> Result<Self, RecipeError> {
        let shown = path.display().to_string();
        Self::parse_with(&shown, &text_of(path)?, overrides, extensions)
    }

    /// Reads the recipe `text`; `path` is its name in errors. Sections that only training needs may be missing; a
    /// check for training asks for them.
    ///
    /// # Errors
    /// When the text is no recipe.
    pub fn parse(path: &str, text: &str, overrides: &[String]) -> Result<Self, RecipeError> {
        Self::parse_with(path, text, overrides, Extensions::default())
    }

    /// As [`Self::parse`], for a recipe that names members of this program's own.
    ///
    /// # Errors
    /// When the text is no recipe.
    pub fn parse_with(
        path: &str,
        text: &str,
        overrides: &[String],
        extensions: Extensions,
    ) -> Result<Self, RecipeError> {
        let source = placed(path, text, overrides)?;
        decode(source.tree()?, &source, extensions, &READERS)
    }

    /// As [`Self::load_with`], without what says where states come from: no file of trajectories or of initial states is
    /// opened.
    ///
    /// # Errors
    /// When the file can't be read or is no recipe.
    pub(crate) fn load_without_files(
        path: &Path,
        extensions: Extensions,
    ) -> Result<Self, RecipeError> {
        let shown = path.display().to_string();
        Self::parse_without_files(&shown, &text_of(path)?, extensions)
    }

    /// As [`Self::load_without_files`], of the recipe `text`, whose name in errors is `path`.
    ///
    /// # Errors
    /// When the text is no recipe.
    pub(crate) fn parse_without_files(
        path: &str,
        text: &str,
        extensions: Extensions,
    ) -> Result<Self, RecipeError> {
        let source = placed(path, text, &[])?;
        decode(source.tree()?, &source, extensions, &NO_READERS)
    }
}

/// The text of a file that should be a recipe.
fn text_of(path: &Path) -> Result<String, RecipeError> {
    read_text(path, "a recipe").map_err(|reason| {
        let of_run = path.join("recipe.toml");
        let help = format!("the recipe of this run is {}", of_run.display());
        RecipeError {
            message: format!("the recipe can't be read: {reason}"),
            help: of_run.exists().then_some(help),
            place: Place::Whole {
                path: path.display().to_string(),
            },
        }
    })
}

/// A text that knows where every key stands.
fn placed(path: &str, text: &str, overrides: &[String]) -> Result<Source, RecipeError> {
    let mut source = Source::new(path, text, overrides);
    let places = source.tree()?.places();
    source.note_places(places);
    Ok(source)
}
