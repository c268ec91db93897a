//! From the tables of a text to a recipe, section by section.

use super::objective::Objectives;
use super::root::Sections;
use super::source::Source;
use super::table::Table;
use super::{
    Activity, Chosen, DataSection, Extensions, GridSection, Posed, Recipe, RecipeError,
    StageSection, suggest,
};
use crate::files::ChosenFields;
use ondine_models::Inputs;
use ondine_solvers::initial::InitialEntry;
use serde::Deserialize;

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
pub(super) const SECTIONS: [&str; 12] = [
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
pub(super) const HEAD: [&str; 5] = ["name", "seed", "deterministic", "evaluate", "stage"];

/// Sections that say what is simulated. Where they are missing, those of the recipe that a file of `[data]` was written
/// from stand in, or what such a file says of itself.
const SIMULATIONS: [&str; 4] = ["equation", "grid", "time", "ensemble"];

/// Readers of the files that a recipe names. They are values, so that a program without a use for them does not link them: with
/// HDF5, netCDF, Zarr and their compressions they are a quarter of the library that runs surrogates.
pub(super) struct Readers {
    data: fn(&mut Table<'_>, &Source) -> Result<Option<DataSection>, RecipeError>,
    initial: &'static [&'static InitialEntry],
}

/// The readers of every file.
pub(super) const READERS: Readers = Readers {
    data: decode_data,
    initial: ondine_datasets::initial::INITIAL_STATES,
};

/// No reader: what says where states come from is passed over.
pub(super) const NO_READERS: Readers = Readers {
    data: pass_over,
    initial: ondine_solvers::initial::INITIAL_STATES,
};

/// Decodes section by section.
pub(super) fn decode<'s>(
    mut root: Table<'s>,
    source: &'s Source,
    extensions: Extensions,
    readers: &Readers,
) -> Result<Recipe, RecipeError> {
    let data = (readers.data)(&mut root, source)?;
    let written_from = data.as_ref().map(|data| data.source.recipe());
    let (data, replay): (Option<DataSection>, Option<DataSection>) = match data {
        Some(data) if data.mix.is_some() => (None, Some(data)),
        data => (data, None),
    };
    let stored = match &written_from {
        Some(stored) if !SIMULATIONS.iter().all(|key| root.has(key)) => {
            Some((stored.tree()?, stored))
        }
        _ => None,
    };
    let mut sections = Sections::new(root, source, stored);
    let (grid, place) = sections.required("grid")?;
    let mut grid: GridSection = grid.decode(place)?;
    let dims = grid.points.len();
    if let Some((key, why)) = grid.fault() {
        return Err(source.error_at(key, why));
    }
    let equation_is_stored = !sections.root.has("equation");
    let problem = sections.problem()?;
    let (posed, parameters) = match problem {
        Some(problem) => sections.posed(problem, &mut grid)?,
        None => sections.equation(&mut grid)?,
    };
    let posed_equation = matches!(posed, Posed::Equation(_));
    let initial = sections.initial(equation_is_stored && posed_equation, readers.initial)?;
    if replay.is_some() && !posed_equation && !sections.root.has("source") {
        return Err(unmixed(source));
    }
    let trajectories = sections.source(posed_equation, data.is_some())?;
    let (ensemble, sampler) = sections.ensemble()?;
    let (policy, buffer) = sections.buffer(extensions)?;
    let (model, guards) = sections.model(extensions)?;
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
        activity: Activity::default(),
        posed: posed.or_named(&name),
        name,
        seed: head.seed,
        deterministic: head.deterministic,
        conserve_mean: ChosenFields::All(false),
        keep_positive: ChosenFields::All(false),
        parameters,
        trajectories,
        grid,
        time,
        initial,
        ensemble,
        sampler,
        data,
        replay,
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
    let drawn = recipe.equation().map(|entry| entry.drawn_fields(dims));
    let of_drawn = drawn.and_then(|fields| recipe.initial.options.of_drawn(&fields));
    let of_fields = recipe.initial.options.of_fields(&names).or(of_drawn);
    let points = recipe.grid.points.clone();
    let of_recipe = |data: DataSection| data.of_fields(&names).on_grid(&points);
    Ok(Recipe {
        conserve_mean: guards.held(&problem, sees_state, source)?,
        keep_positive: guards.positive(&problem, source)?,
        initial: Chosen {
            options: of_fields.unwrap_or(recipe.initial.options),
            ..recipe.initial
        },
        data: recipe.data.map(of_recipe),
        replay: recipe.replay.map(of_recipe),
        ..recipe
    })
}

/// The error of a file beside simulations that nothing makes.
fn unmixed(source: &Source) -> RecipeError {
    let message = "`mix` is the share of a batch that comes from the file, and the problem has no solver for the rest";
    let mut error = source.error_at("data.mix", message);
    let help = "write [equation], or [source] with kind = \"library\" for simulations of a program that trains through the library";
    error.help = Some(help.to_owned());
    error
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

/// `[data]`, which may be missing.
fn pass_over(root: &mut Table<'_>, source: &Source) -> Result<Option<DataSection>, RecipeError> {
    root.take_table("data", source)?;
    root.take_table("initial", source)?;
    Ok(None)
}

fn decode_data(root: &mut Table<'_>, source: &Source) -> Result<Option<DataSection>, RecipeError> {
    let Some(table) = root.take_table("data", source)? else {
        return Ok(None);
    };
    let data = DataSection::decode(table, source)?;
    if data.source.reader.info().frames < 2 {
        let message = "the file has one frame per trajectory, and a training learns from each frame to the next";
        let mut error = source.error_at("data.source", message);
        let help = "write a file with two or more, or the folder of all frames where each has a file of its own: they follow one another \
                    where they state their times, or [data.layout] says the time between them (dt)";
        error.help = Some(help.to_owned());
        return Err(error);
    }
    Ok(Some(data))
}

/// The keys of the root that are left; a wrong one may be a misspelt section.
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
