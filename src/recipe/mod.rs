//! Recipes: one TOML file describes one experiment completely. As typed here, checked in [`crate::plan`].

mod automatic;
mod boundary;
mod choice;
mod data;
mod described;
mod doing;
mod error;
mod extensions;
mod held_out;
mod keys;
mod model;
mod objective;
mod posed;
mod problem;
mod resolved;
mod sections;
mod source;
mod stage;
mod trajectories;

pub use automatic::Workers;
pub use boundary::{AxisEnds, PointsAt};
pub use choice::Chosen;
pub use data::{DataFile, DataSection, Skip};
pub use doing::Doing;
pub use error::{Place, RecipeError, nearest, suggest};
pub use extensions::Extensions;
pub use held_out::HeldOutTrajectories;
pub use keys::{SECTION_KEYS, SectionKeys, split_default};
pub use objective::Objective;
pub use posed::{FieldSection, Posed, PosedProblem, Priors, ProblemSection};
pub use sections::{
    BUFFER_KEYS, BufferSection, EvaluateSection, GridSection, Isolation, MODEL_KEYS, OptimizerKind,
    OptimizerSection, PerAxis, SURROGATE_KEYS, Substeps, TimeSection, TrainSection, Unresolved,
};
pub use source::Source;
pub use stage::StageSection;
pub use trajectories::{SOURCES, SourceEntry, SourceSection};

use crate::objective::ObjectiveSection;
use crate::schedule::ScheduleSection;
use choice::{choose, decode_member, decode_parameters};
use objective::Objectives;
use ondine_datasets::initial::INITIAL_STATES;
use ondine_datasets::policy::{PolicyConfig, PolicyEntry};
use ondine_datasets::sampler::{SAMPLERS, SamplerConfig, SamplerEntry};
use ondine_datasets::{Distribution, read_text};
use ondine_models::{Inputs, ModelConfig};
use ondine_solvers::equation::EQUATIONS;
use ondine_solvers::initial::{InitialEntry, InitialState};
use serde::{Deserialize, Serialize};
use source::Table;
use std::path::Path;
use std::sync::Arc;

/// A recipe as typed, every section decoded by its member.
#[derive(Clone)]
pub struct Recipe {
    /// Where everything stands, for errors of later checks.
    pub source: Source,
    /// Members that it may name beside those of the lists.
    pub extensions: Extensions,
    /// The present work of a check of it.
    pub doing: Doing,
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
    /// `[source]`: what gives the trajectories.
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
    /// `[buffer]`: its policy, with the options of its own.
    pub policy: Chosen<PolicyEntry, Arc<dyn PolicyConfig>>,
    /// `[buffer]`: the keys that every policy has.
    pub buffer: BufferSection,
    /// Sections that only training needs and that are missing.
    pub missing: Vec<&'static str>,
    /// `[model]`.
    pub model: ModelConfig,
    /// `[model]`: whether the mean of every field is held; by default where the problem conserves it.
    pub conserve_mean: bool,
    /// `[objective]`: which one, with the options of its own.
    pub objective: Objective,
    /// `[objective]`: the keys that every objective has.
    pub objective_section: ObjectiveSection,
    /// `[train]`.
    pub train: TrainSection,
    /// `train.optimizer`.
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
const SECTIONS: [&str; 12] = [
    "data",
    "source",
    "equation",
    "problem",
    "grid",
    "time",
    "initial",
    "ensemble",
    "buffer",
    "model",
    "objective",
    "train",
];

/// The other keys at the top of a recipe.
const HEAD: [&str; 5] = ["name", "seed", "deterministic", "evaluate", "stage"];

/// Sections that say what is simulated. Where they are missing, those of the recipe that a file of `[data]` was written
/// from stand in, or what such a file says of itself.
const SIMULATIONS: [&str; 4] = ["equation", "grid", "time", "ensemble"];

impl Recipe {
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
        let text = read_text(path, "a recipe").map_err(|reason| RecipeError {
            message: format!("the recipe can't be read: {reason}"),
            help: (path.join("recipe.toml").exists()).then(|| {
                format!(
                    "the recipe of this run is {}",
                    path.join("recipe.toml").display()
                )
            }),
            place: Place::Whole {
                path: shown.clone(),
            },
        })?;
        Self::parse_with(&shown, &text, overrides, extensions)
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
        decode(source.tree()?, &source, extensions)
    }

    /// As [`Self::parse_with`], without what says where states come from: no file of trajectories or of initial states is
    /// opened.
    ///
    /// # Errors
    /// When the text is no recipe.
    pub(crate) fn parse_without_files(
        path: &str,
        text: &str,
        extensions: Extensions,
    ) -> Result<Self, RecipeError> {
        let source = placed(path, text, &[])?;
        let mut root = source.tree()?;
        root.take_table("data", &source)?;
        root.take_table("initial", &source)?;
        decode(root, &source, extensions)
    }
}

/// A text that knows where every key stands.
fn placed(path: &str, text: &str, overrides: &[String]) -> Result<Source, RecipeError> {
    let mut source = Source::new(path, text, overrides);
    let places = source.tree()?.places();
    source.note_places(places);
    Ok(source)
}

/// Decodes section by section.
fn decode<'s>(
    mut root: Table<'s>,
    source: &'s Source,
    extensions: Extensions,
) -> Result<Recipe, RecipeError> {
    let data = decode_data(&mut root, source)?;
    let written_from = data.as_ref().map(|data| data.source.recipe());
    let stored = match &written_from {
        Some(stored) if !SIMULATIONS.iter().all(|key| root.has(key)) => {
            Some((stored.tree()?, stored))
        }
        _ => None,
    };
    let mut sections = Sections {
        root,
        source,
        stored,
        missing: Vec::new(),
    };
    let (grid, place) = sections.required("grid")?;
    let mut grid: GridSection = grid.decode(place)?;
    let dims = grid.points.len();
    let equation_is_stored = !sections.root.has("equation");
    let problem = sections.problem()?;
    let (posed, parameters) = match problem {
        Some(problem) => sections.posed(problem, &mut grid)?,
        None => {
            (grid.boundary, grid.points_at) = (None, None); // of a file, and those of the equation
            sections.equation(dims)?
        }
    };
    let posed_equation = matches!(posed, Posed::Equation(_));
    let initial = sections.initial(equation_is_stored && posed_equation)?;
    let trajectories = sections.source(posed_equation, data.is_some())?;
    let (ensemble, sampler) = sections.ensemble()?;
    let (policy, buffer) = sections.buffer(extensions)?;
    let (model, conserve_mean) = sections.model(extensions)?;
    let sees_state = model.inputs() == Inputs::State;
    let has_stages = sections.root.has("stage");
    let typed = sections.optional("objective")?;
    let objectives = Objectives::new(extensions.all_objectives(), typed);
    let (objective, objective_section) = objectives.main(has_stages, source)?;
    let (train, optimizer, schedule) = sections.train()?;
    let (time, place) = sections.required("time")?;
    let time = time.decode(place)?;
    let (evaluate, held_out) = sections.evaluate()?;
    let main = StageSection {
        steps: train.steps,
        objective: objective.clone(),
        options: objective_section.clone(),
        learning_rate: optimizer.learning_rate,
        schedule: schedule.clone(),
        part: None,
    };
    let stages = sections.root.take_tables("stage", source)?.into_iter();
    let stages = stages.map(|table| StageSection::decode(table, &main, &objectives, source));
    let stages = stages.collect::<Result<_, _>>()?;
    let head = decode_head(sections.root, source)?;
    if let Some(name) = &head.name {
        check_name(name, source)?;
    }
    let name = head.name.unwrap_or_else(|| source.stem());
    let recipe = Recipe {
        source: source.clone(),
        extensions,
        doing: Doing::default(),
        posed: posed.or_named(&name),
        name,
        seed: head.seed,
        deterministic: head.deterministic,
        conserve_mean: false,
        parameters,
        trajectories,
        grid,
        time,
        initial,
        ensemble,
        sampler,
        data,
        policy,
        buffer,
        missing: sections.missing,
        model,
        objective,
        objective_section,
        train,
        optimizer,
        schedule,
        stages,
        evaluate,
        held_out,
    };
    let problem = recipe.problem();
    let names = problem.field_names();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let of_fields = recipe.initial.options.of_fields(&names);
    Ok(Recipe {
        conserve_mean: conserve_mean.unwrap_or(problem.conserves_means() && sees_state),
        initial: Chosen {
            options: of_fields.unwrap_or(recipe.initial.options),
            ..recipe.initial
        },
        data: recipe.data.map(|data| data.of_fields(&names)),
        ..recipe
    })
}

/// Refuses a name that can't be that of a directory below `runs/`.
fn check_name(name: &str, source: &Source) -> Result<(), RecipeError> {
    let parts = name.trim().is_empty() || name.contains(['/', '\\', '\0']);
    if !parts && name != "." && name != ".." {
        return Ok(());
    }
    let message = format!("`name` is {name:?}, which can't be the name of the run's directory");
    let mut error = source.error_at("name", message);
    error.help = Some("write letters and digits; --output DIR chooses another place".to_owned());
    Err(error)
}

/// `[buffer]`: its policy, and the keys that every policy has.
type Buffer = (Chosen<PolicyEntry, Arc<dyn PolicyConfig>>, BufferSection);

/// The sections that are left in the root.
struct Sections<'s> {
    root: Table<'s>,
    source: &'s Source,
    /// The recipe that the file of `[data]` was written from, where sections are missing.
    stored: Option<(Table<'s>, &'s Source)>,
    missing: Vec<&'static str>,
}

/// A section with the text that it stands in.
type Placed<'s> = (Table<'s>, &'s Source);

impl<'s> Sections<'s> {
    /// A section that says what is simulated.
    fn required(&mut self, key: &str) -> Result<Placed<'s>, RecipeError> {
        if let Some(table) = self.root.take_table(key, self.source)? {
            return Ok((table, self.source));
        }
        let stored = match &mut self.stored {
            Some((root, source)) => root.take_table(key, source)?.map(|table| (table, *source)),
            None => None,
        };
        match stored {
            Some(stored) => Ok(stored),
            None => Err(self.missing(key)),
        }
    }

    /// The error of a section that is not there, at the one that stands where it was meant.
    fn missing(&self, key: &str) -> RecipeError {
        let known = |name: &str| SECTIONS.contains(&name) || HEAD.contains(&name);
        let names = self.root.keys().map(|(name, _)| name);
        let near = nearest(key, names.filter(|name| !known(name)));
        let place = near.and_then(|near| self.root.keys().find(|(name, _)| *name == near));
        let Some((wrong, span)) = place else {
            return self.source.missing_section(key);
        };
        let help = Some(format!("did you mean [{key}]?"));
        self.source
            .error(Some(span), format!("unknown section [{wrong}]"), help)
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

    /// `[problem]`, where the problem is no equation of the list.
    fn problem(&mut self) -> Result<Option<ProblemSection>, RecipeError> {
        if let Some(table) = self.root.take_table("problem", self.source)? {
            let problem = table.decode(self.source)?;
            if self.root.has("equation") {
                let message = "[problem] stands beside [equation], which has fields and parameters of its own";
                let mut error = self.source.error_at("problem", message);
                error.help = Some("remove one of them".to_owned());
                return Err(error);
            }
            return Ok(Some(problem));
        }
        let Some((root, source)) = self.stored.as_mut().filter(|_| !self.root.has("equation"))
        else {
            return Ok(None);
        };
        let table = root.take_table("problem", source)?;
        table.map(|table| table.decode(source)).transpose()
    }

    /// A problem with the axes of a grid, whose defaults are filled in.
    fn posed(
        &mut self,
        section: ProblemSection,
        grid: &mut GridSection,
    ) -> Result<(Posed, Vec<Distribution>), RecipeError> {
        let dims = grid.points.len();
        let refused = |(key, why): (&str, String)| self.source.error_at(key, why);
        if let Some(fault) = section.fault(dims) {
            return Err(refused(fault));
        }
        let axes = grid.settle_axes().map_err(refused)?;
        // That of a recipe which a file was written from is of its solver.
        grid.solver_points =
            (grid.solver_points.take()).filter(|_| self.source.has("grid.solver_points"));
        let (conditions, parameters) = section.conditions.0.into_iter().unzip();
        let posed = Posed::Problem(PosedProblem {
            name: section.name.unwrap_or_default(),
            fields: section.fields,
            conditions,
            axes,
        });
        Ok((posed, parameters))
    }

    /// `[source]`; by default the file of `[data]`, or the solver of an equation.
    fn source(&mut self, equation: bool, data: bool) -> Result<SourceSection, RecipeError> {
        let default = match (data, equation) {
            (true, _) => Some("file"),
            (false, true) => Some("ensemble"),
            (false, false) => None,
        };
        let mut table = self.optional("source")?;
        if default.is_none() && !table.has("kind") && table.keys().next().is_none() {
            let message = "the recipe has [problem], and nothing that gives its trajectories";
            let mut error = self.source.error_at("problem", message);
            let help = "write [data] with a file of trajectories as source, or [source] with kind = \"library\" for \
                        simulations of a program that trains through the library";
            error.help = Some(help.to_owned());
            return Err(error);
        }
        let entry = choose(&mut table, SOURCES, |e| e.kind, default, self.source)?;
        let section = table.section();
        let decoded = (entry.decode)(table.options());
        decoded.map_err(|error| self.source.decoding_error(&section, &error))
    }

    fn equation(&mut self, dims: usize) -> Result<(Posed, Vec<Distribution>), RecipeError> {
        let (mut table, source) = self.required("equation")?;
        let equation = choose(&mut table, EQUATIONS, |e| e.kind, None, source)?;
        // Before the components of vectors are counted: a wrong number of axes is the cause, not they.
        equation
            .check_dims(dims)
            .map_err(|error| self.source.error_at("grid.points", error.to_string()))?;
        let parameters = decode_parameters(table, equation, dims, source)?;
        Ok((Posed::Equation(equation), parameters))
    }

    /// Where the equation comes from the file of `[data]`, its initial states do, unless they are typed.
    fn initial(
        &mut self,
        equation_is_stored: bool,
    ) -> Result<Chosen<InitialEntry, Arc<dyn InitialState>>, RecipeError> {
        let (mut table, source) = match equation_is_stored {
            true => self.required("initial")?,
            false => (self.optional("initial")?, self.source),
        };
        let default = Some("sine_series");
        let entry = choose(&mut table, INITIAL_STATES, |e| e.kind, default, source)?;
        let options = decode_member(table, entry.decode, source)?;
        Ok(Chosen { entry, options })
    }

    fn ensemble(&mut self) -> Result<(EnsembleSection, ChosenSampler), RecipeError> {
        let (mut table, source) = self.required("ensemble")?;
        let sampler = optional(&mut table, "sampler", source)?;
        let sampler = decode_sampler(sampler, source)?;
        Ok((table.decode(source)?, sampler))
    }

    fn evaluate(&mut self) -> Result<(EvaluateSection, Option<ChosenSampler>), RecipeError> {
        let mut table = self.optional("evaluate")?;
        let sampler = table.take_table("sampler", self.source)?;
        let sampler = sampler.map(|table| decode_sampler(table, self.source));
        let held_out = sampler.transpose()?;
        Ok((table.decode(self.source)?, held_out))
    }

    fn buffer(&mut self, own: Extensions) -> Result<Buffer, RecipeError> {
        let mut table = self.optional("buffer")?;
        let list = own.all_policies();
        let default = Some("reservoir");
        let entry = choose(&mut table, &list, |e| e.kind, default, self.source);
        let entry = entry.map_err(extensions::with_note)?;
        let own = table.part(entry.options.iter().map(|(key, _)| *key));
        let options = decode_member(own, entry.decode, self.source)?;
        Ok((Chosen { entry, options }, table.decode(self.source)?))
    }

    /// With whether the mean is conserved, where that is typed.
    fn model(
        &mut self,
        extensions: Extensions,
    ) -> Result<(ModelConfig, Option<bool>), RecipeError> {
        let (mut table, default) = self.for_training("model", "fno")?;
        let conserve_mean = take_bool(&mut table, "conserve_mean", self.source)?;
        let model = model::decode(table, default, extensions, self.source)?;
        Ok((model, conserve_mean))
    }

    fn train(&mut self) -> Result<(TrainSection, OptimizerSection, ScheduleSection), RecipeError> {
        let (mut table, _) = self.for_training("train", "")?;
        let optimizer = optional(&mut table, "optimizer", self.source)?.decode(self.source)?;
        let schedule = optional(&mut table, "schedule", self.source)?.decode(self.source)?;
        Ok((table.decode(self.source)?, optimizer, schedule))
    }
}

/// A sampler and its options; a table without `kind` is one of Sobol points.
fn decode_sampler(mut table: Table<'_>, source: &Source) -> Result<ChosenSampler, RecipeError> {
    let entry = choose(&mut table, SAMPLERS, |e| e.kind, Some("sobol"), source)?;
    let options = decode_member(table, entry.decode, source)?;
    Ok(Chosen { entry, options })
}

/// `[data]`, which may be missing.
fn decode_data(root: &mut Table<'_>, source: &Source) -> Result<Option<DataSection>, RecipeError> {
    let table = root.take_table("data", source)?;
    table.map(|table| table.decode(source)).transpose()
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
        .map_err(|error| source.decoding_error(&table.section(), &error))
}

/// What is left of the root; a wrong key may be a misspelt section.
fn decode_head(root: Table<'_>, source: &Source) -> Result<Head, RecipeError> {
    root.decode::<Head>(source).map_err(|mut error| {
        let wrong = error.message.split('`').nth(1).unwrap_or_default();
        let names: Vec<&str> = SECTIONS.into_iter().chain(HEAD).collect();
        if error.message.starts_with("unknown key") {
            error.help = Some(suggest(wrong, &names));
        }
        error
    })
}
