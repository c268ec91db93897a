//! Recipes: one TOML file describes one experiment completely. As typed here, checked in [`crate::plan`].

mod automatic;
mod choice;
mod error;
mod resolved;
mod sections;
mod source;

pub use automatic::Workers;
pub use error::{Place, RecipeError, nearest, suggest};
pub use sections::{
    BufferSection, EvaluateSection, GridSection, Isolation, OptimizerKind, OptimizerSection,
    PerAxis, Substeps, TimeSection, TrainSection,
};
pub use source::Source;

use crate::objective::{OBJECTIVES, ObjectiveEntry, ObjectiveSection};
use crate::schedule::ScheduleSection;
use choice::{choose, decode_member, decode_parameters};
use ondine_datasets::Distribution;
use ondine_datasets::initial::INITIAL_STATES;
use ondine_datasets::policy::{POLICIES, PolicyEntry};
use ondine_datasets::sampler::{SAMPLERS, SamplerConfig, SamplerEntry};
use ondine_models::network::{NETWORKS, NetworkConfig};
use ondine_solvers::equation::{EQUATIONS, EquationEntry};
use ondine_solvers::initial::InitialState;
use serde::{Deserialize, Serialize};
use source::Table;
use std::path::Path;
use std::sync::Arc;

/// A recipe as typed, every section decoded by its member.
#[derive(Clone)]
pub struct Recipe {
    /// Where everything stands, for errors of later checks.
    pub source: Source,
    /// Name of the experiment.
    pub name: String,
    /// Seed of all draws.
    pub seed: u64,
    /// Whether the training order is a function of the seed alone; by default with one worker.
    pub deterministic: Option<bool>,
    /// `[equation]`: which one.
    pub equation: &'static EquationEntry,
    /// `[equation]`: its parameters, in the order of its values on this grid.
    pub parameters: Vec<Distribution>,
    /// `[grid]`.
    pub grid: GridSection,
    /// `[time]`.
    pub time: TimeSection,
    /// `[initial]`: its kind.
    pub initial_kind: &'static str,
    /// `[initial]`.
    pub initial: Arc<dyn InitialState>,
    /// `[ensemble]`.
    pub ensemble: EnsembleSection,
    /// `ensemble.sampler`: which one.
    pub sampler: &'static SamplerEntry,
    /// `ensemble.sampler`: its options.
    pub sampler_options: Arc<dyn SamplerConfig>,
    /// `[buffer]`: its policy.
    pub policy: &'static PolicyEntry,
    /// `[buffer]`.
    pub buffer: BufferSection,
    /// Sections that only training needs and that are missing.
    pub missing: Vec<&'static str>,
    /// `[model]`: its kind.
    pub model_kind: &'static str,
    /// `[model]`.
    pub model: Arc<dyn NetworkConfig>,
    /// `[model]`: whether the mean of every field is held; by default where the equation conserves it.
    pub conserve_mean: bool,
    /// `[objective]`: which one.
    pub objective: &'static ObjectiveEntry,
    /// `[objective]`.
    pub objective_options: ObjectiveSection,
    /// `[train]`.
    pub train: TrainSection,
    /// `train.optimizer`.
    pub optimizer: OptimizerSection,
    /// `train.schedule`.
    pub schedule: ScheduleSection,
    /// `[evaluate]`.
    pub evaluate: EvaluateSection,
}

/// `[ensemble]` beside its sampler.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnsembleSection {
    /// Simulations of the whole training.
    pub simulations: u64,
    /// Worker threads; by default one less than the machine has cores.
    #[serde(default)]
    pub workers: Workers,
    /// What a simulation runs in.
    #[serde(default)]
    pub isolation: Isolation,
    /// Simulations that may fail and are drawn again; one more stops the training. A tenth of them, 10 at least, if
    /// absent.
    pub max_failures: Option<u64>,
    /// Seconds that a simulation may take; no limit if absent.
    pub time_limit: Option<f64>,
}

/// The keys of the root that are no tables.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    name: Option<String>,
    #[serde(default)]
    seed: u64,
    deterministic: Option<bool>,
}

/// The names of the sections.
const SECTIONS: [&str; 9] = [
    "equation",
    "grid",
    "time",
    "initial",
    "ensemble",
    "buffer",
    "model",
    "objective",
    "train",
];

impl Recipe {
    /// Reads the recipe of a file, with overrides `section.key=value`.
    ///
    /// # Errors
    /// When the file can't be read or is no recipe.
    pub fn load(path: &Path, overrides: &[String]) -> Result<Self, RecipeError> {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| RecipeError {
            message: format!("the recipe can't be read: {error}"),
            help: None,
            place: Place::Whole {
                path: shown.clone(),
            },
        })?;
        Self::parse(&shown, &text, overrides)
    }

    /// Reads the recipe `text`; `path` is its name in errors. Sections that only training needs may be missing; a
    /// check for training asks for them.
    ///
    /// # Errors
    /// When the text is no recipe.
    pub fn parse(path: &str, text: &str, overrides: &[String]) -> Result<Self, RecipeError> {
        let mut source = Source::new(path, text, overrides);
        let places = source.tree()?.places();
        source.note_places(places);
        let stem = Path::new(path)
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned());
        decode(&source, stem.unwrap_or_default())
    }
}

/// Decodes section by section.
fn decode(source: &Source, default_name: String) -> Result<Recipe, RecipeError> {
    let mut sections = Sections {
        root: source.tree()?,
        source,
        missing: Vec::new(),
    };
    let grid: GridSection = sections.required("grid")?.decode(source)?;
    let dims = grid.points.len();
    let (equation, parameters) = sections.equation(dims)?;
    let (initial_kind, initial) = sections.initial()?;
    let (ensemble, sampler, sampler_options) = sections.ensemble()?;
    let (policy, buffer) = sections.buffer()?;
    let (model_kind, model, conserve_mean) = sections.model()?;
    let (objective, objective_options) = sections.objective()?;
    let (train, optimizer, schedule) = sections.train()?;
    let time = sections.required("time")?.decode(source)?;
    let evaluate = sections.optional("evaluate")?.decode(source)?;
    let head = decode_head(sections.root, source)?;
    Ok(Recipe {
        source: source.clone(),
        name: head.name.unwrap_or(default_name),
        seed: head.seed,
        deterministic: head.deterministic,
        conserve_mean: conserve_mean.unwrap_or(equation.conserves_mean_in(dims)),
        equation,
        parameters,
        grid,
        time,
        initial_kind,
        initial,
        ensemble,
        sampler,
        sampler_options,
        policy,
        buffer,
        missing: sections.missing,
        model_kind,
        model,
        objective,
        objective_options,
        train,
        optimizer,
        schedule,
        evaluate,
    })
}

/// `[model]`: its kind, its options and whether it holds the mean, where that is typed.
type Model = (&'static str, Arc<dyn NetworkConfig>, Option<bool>);

/// `[ensemble]`: its plain keys, its sampler and the sampler's options.
type Simulations = (
    EnsembleSection,
    &'static SamplerEntry,
    Arc<dyn SamplerConfig>,
);

/// The sections that are left in the root.
struct Sections<'s> {
    root: Table<'s>,
    source: &'s Source,
    missing: Vec<&'static str>,
}

impl<'s> Sections<'s> {
    fn required(&mut self, key: &str) -> Result<Table<'s>, RecipeError> {
        let found = self.root.take_table(key, self.source)?;
        found.ok_or_else(|| self.source.missing_section(key))
    }

    fn optional(&mut self, key: &str) -> Result<Table<'s>, RecipeError> {
        optional(&mut self.root, key, self.source)
    }

    /// A section that only training needs; when it is missing, that is noted, and its kind is the default.
    fn for_training(
        &mut self,
        key: &'static str,
        default: &'static str,
    ) -> Result<(Table<'s>, Option<&'static str>), RecipeError> {
        match self.root.take_table(key, self.source)? {
            Some(table) => Ok((table, None)),
            None => {
                self.missing.push(key);
                Ok((Table::empty(key, self.root.span.clone()), Some(default)))
            }
        }
    }

    fn equation(
        &mut self,
        dims: usize,
    ) -> Result<(&'static EquationEntry, Vec<Distribution>), RecipeError> {
        let mut table = self.required("equation")?;
        let equation = choose(&mut table, EQUATIONS, |e| e.kind, None, self.source)?;
        // Before the components of vectors are counted: a wrong number of axes is the cause, not they.
        equation
            .check_dims(dims)
            .map_err(|error| self.source.error_at("grid.points", error.to_string()))?;
        Ok((
            equation,
            decode_parameters(table, equation, dims, self.source)?,
        ))
    }

    fn initial(&mut self) -> Result<(&'static str, Arc<dyn InitialState>), RecipeError> {
        let mut table = self.optional("initial")?;
        let default = Some("sine_series");
        let entry = choose(&mut table, INITIAL_STATES, |e| e.kind, default, self.source)?;
        Ok((entry.kind, decode_member(table, entry.decode, self.source)?))
    }

    fn ensemble(&mut self) -> Result<Simulations, RecipeError> {
        let mut table = self.required("ensemble")?;
        let mut sampler = optional(&mut table, "sampler", self.source)?;
        let entry = choose(
            &mut sampler,
            SAMPLERS,
            |e| e.kind,
            Some("sobol"),
            self.source,
        )?;
        let options = decode_member(sampler, entry.decode, self.source)?;
        Ok((table.decode(self.source)?, entry, options))
    }

    fn buffer(&mut self) -> Result<(&'static PolicyEntry, BufferSection), RecipeError> {
        let mut table = self.optional("buffer")?;
        let policy = choose(
            &mut table,
            POLICIES,
            |e| e.kind,
            Some("reservoir"),
            self.source,
        )?;
        Ok((policy, table.decode(self.source)?))
    }

    fn model(&mut self) -> Result<Model, RecipeError> {
        let (mut table, default) = self.for_training("model", "fno")?;
        let entry = choose(&mut table, NETWORKS, |e| e.kind, default, self.source)?;
        let conserve_mean = take_bool(&mut table, "conserve_mean", self.source)?;
        Ok((
            entry.kind,
            decode_member(table, entry.decode, self.source)?,
            conserve_mean,
        ))
    }

    fn objective(&mut self) -> Result<(&'static ObjectiveEntry, ObjectiveSection), RecipeError> {
        let mut table = self.optional("objective")?;
        let entry = choose(
            &mut table,
            OBJECTIVES,
            |e| e.kind,
            Some("one_step"),
            self.source,
        )?;
        Ok((entry, table.decode(self.source)?))
    }

    fn train(&mut self) -> Result<(TrainSection, OptimizerSection, ScheduleSection), RecipeError> {
        let (mut table, _) = self.for_training("train", "")?;
        let optimizer = optional(&mut table, "optimizer", self.source)?.decode(self.source)?;
        let schedule = optional(&mut table, "schedule", self.source)?.decode(self.source)?;
        Ok((table.decode(self.source)?, optimizer, schedule))
    }
}

fn optional<'i>(
    table: &mut Table<'i>,
    key: &str,
    source: &Source,
) -> Result<Table<'i>, RecipeError> {
    let span = table.span.clone();
    let found = table.take_table(key, source)?;
    Ok(found.unwrap_or_else(|| Table::empty(key, span)))
}

/// A key that a section has beside its member's options.
fn take_bool(
    table: &mut Table<'_>,
    key: &str,
    source: &Source,
) -> Result<Option<bool>, RecipeError> {
    let Some(value) = table.take(key) else {
        return Ok(None);
    };
    let decoded = bool::deserialize(toml::de::ValueDeserializer::from(value));
    decoded
        .map(Some)
        .map_err(|error| source.decoding_error(&table.name, &error))
}

/// What is left of the root; a wrong key may be a misspelt section.
fn decode_head(root: Table<'_>, source: &Source) -> Result<Head, RecipeError> {
    root.decode::<Head>(source).map_err(|mut error| {
        let wrong = error.message.split('`').nth(1).unwrap_or_default();
        let keys = ["name", "seed", "deterministic", "evaluate"];
        let names: Vec<&str> = SECTIONS.into_iter().chain(keys).collect();
        if error.message.starts_with("unknown key") {
            error.help = Some(suggest(wrong, &names));
        }
        error
    })
}
