//! The facts of a checked recipe in lines: problem, data, held-out trajectories, errors, training.

use super::resolution::Seen;
use crate::numbers::text::counted;
use crate::plan::{HeldOutFrom, Plan};
use crate::recipe::{ChosenBy, Coupled, Recipe, RecipeError, SourceSection};
use crate::results::SolverErrors;
use ondine_datasets::{Distribution, Share};
use ondine_models::{FieldSpec, Inputs};

/// Lines of a check: a word and its fact.
pub(super) type Facts = Vec<(&'static str, String)>;

/// The facts of a problem that has no solver of the list.
pub(super) fn posed(recipe: &Recipe) -> Facts {
    let problem = recipe.problem();
    let kinds = problem.axes.iter();
    let kinds: Vec<String> = kinds
        .map(|axis| format!("{} {}", axis.name, axis.kind))
        .collect();
    let names = problem.drawn_names().into_iter();
    let ranges = recipe.quantities();
    let named = names.zip(ranges.iter().map(Distribution::range));
    let conditions = named.map(|(name, [low, high])| {
        if low < high {
            format!("{name} in [{low}, {high}]")
        } else {
            format!("{name} = {low}")
        }
    });
    let (simulations, frames) = (recipe.ensemble.simulations, recipe.time.frames);
    let still = problem.static_fields.join(", ");
    let mut facts = vec![
        ("problem", problem.describe()),
        ("fields", problem.field_names().join(", ")),
    ];
    facts.extend((!still.is_empty()).then_some(("static fields", still)));
    facts.extend([
        (
            "grid",
            format!("{}: {}", recipe.grid.describe(), kinds.join(", ")),
        ),
        ("conditions", conditions.collect::<Vec<_>>().join(", ")),
        ("source", source(recipe)),
        ("simulations", format!("{simulations} of {frames} frames")),
    ]);
    facts.extend(
        recipe
            .trajectories
            .coupled()
            .map(|coupled| ("codes", expected(recipe, coupled))),
    );
    let launcher = recipe.ensemble.launcher.as_ref();
    facts.extend(launcher.map(|workers| ("workers", workers.describe())));
    facts
}

fn source(recipe: &Recipe) -> String {
    let coupled = recipe.trajectories.coupled();
    let at_once = recipe.ensemble.workers.most();
    coupled.map_or_else(
        || recipe.trajectories.kind().to_owned(),
        |coupled| coupled.describe(at_once),
    )
}

/// The calls that a simulation code is expected to make.
fn expected(recipe: &Recipe, coupled: Coupled<'_>) -> String {
    let fields = recipe.code_fields().into_iter();
    let fields: Vec<String> = fields
        .map(|(name, shape)| format!("`{name}` of shape {shape:?}"))
        .collect();
    let call = match coupled.conditions {
        ChosenBy::Asked => "ondine_next gives",
        ChosenBy::Brought => "ondine_begin brings",
    };
    let conditions = match &recipe.conditioning_names()[..] {
        [] => "no conditions".to_owned(),
        names => names.join(", "),
    };
    let statics = match &recipe.problem().static_fields[..] {
        [] => String::new(),
        names => format!(
            "; once per simulation ondine_static gives {}",
            names.join(", ")
        ),
    };
    let (frames, later) = (recipe.time.frames, recipe.evaluation_frames());
    let frames = if later > frames {
        format!("{frames} frames, of held-out simulations {later}")
    } else {
        format!("{frames} frames")
    };
    let [low, high] = recipe.time.dt.range();
    let apart = if low < high {
        "dt".to_owned()
    } else {
        low.to_string()
    };
    let fields = fields.join(", ");
    format!(
        "they declare {fields}; {call} {conditions}{statics}; they commit {frames}, {apart} apart in time"
    )
}

/// The place where simulations are made, as words to append; none where threads make them.
pub(super) fn on_device(recipe: &Recipe) -> String {
    let batch = recipe.trajectories.device_batch();
    batch.map_or(String::new(), |batch| {
        format!("; {batch} at a time as tensors on the device of the training, a frame within 5e-6 of the solver in 64 bits")
    })
}

/// Origin of windows.
pub(super) fn feed(plan: &Plan) -> (&'static str, String) {
    let recipe = &plan.recipe;
    match &recipe.data {
        Some(data) => {
            let left_out = match plan.skipped().len() {
                0 => String::new(),
                1 => ", 1 trajectory left out for values that are no data".to_owned(),
                some => format!(", {some} trajectories left out for values that are no data"),
            };
            let path = data.source.path.display();
            ("data", format!("offline, {path}{left_out}"))
        }
        None => {
            let (kind, capacity) = (recipe.policy.entry.kind, recipe.buffer.capacity);
            let replay = plan
                .replay()
                .map_or(String::new(), |replay| format!("; {replay}"));
            let place = match recipe.trajectories.device_batch() {
                Some(_) => " on the device of the training",
                None => "",
            };
            (
                "buffer",
                format!("{kind}, {capacity} frames{place}{replay}"),
            )
        }
    }
}

/// Trajectories on which a surrogate without a solver beside it is judged.
pub(super) fn held_out(plan: &Plan) -> String {
    let count = plan.recipe.evaluate.trajectories;
    match (&plan.held_out, &plan.recipe.trajectories) {
        (HeldOutFrom::File(file), _) => match file.trajectories.len() {
            1 => "1 trajectory of the file".to_owned(),
            count => format!("{count} trajectories of the file"),
        },
        (_, SourceSection::Library) => "those that the program that trains hands over".to_owned(),
        (HeldOutFrom::Simulated, _) if !plan.recipe.draws() => {
            format!("the first {count} simulations that come")
        }
        (HeldOutFrom::Simulated, _) => {
            format!("{count} simulations with numbers and draws of their own")
        }
        _ => "none: nothing is evaluated; data.held_out holds some out".to_owned(),
    }
}

/// Accuracy of the simulations.
pub(super) fn errors(errors: &SolverErrors, seen: &Seen) -> Facts {
    let words = |error: Option<f64>| match error {
        Some(error) => format!("{error:.1e} relative, per frame"),
        None => "not known".to_owned(),
    };
    let mut facts = vec![
        ("error in time", words(errors.temporal)),
        ("error in space", words(errors.spatial)),
    ];
    let tail = seen.tail().map(|tail| {
        let text = format!("{tail:.1e} of the energy in the top third of the wavenumbers");
        ("spectrum tail", text)
    });
    facts.extend(tail);
    let note = match errors.note.as_str() {
        note if seen.looked() && !note.is_empty() => format!("; {note}"),
        _ => String::new(), // The effort says that there was no look.
    };
    facts.push(("errors", seen.effort() + &note));
    facts
}

/// Frames that go into a step and come out of it, as words to append; none where it is one of each.
fn frames_in_and_out(fields: &FieldSpec) -> String {
    let next = match fields.bundle {
        1 => "the next one".to_owned(),
        frames => format!("the next {frames}"),
    };
    match fields.history {
        1 => String::new(),
        frames => format!(", from {frames} frames to {next}"),
    }
}

/// Ranks whose seeds are named.
const NAMED: usize = 8;

/// The parts of a training that so many ranks have.
pub(super) fn shares(plan: &Plan, ranks: usize) -> Result<Facts, RecipeError> {
    let (recipe, share) = (&plan.recipe, Share::new(0, ranks));
    recipe.check_ranks(share)?;
    let batch = recipe.train.batch;
    let windows = format!("{} of the {batch} windows of a step", batch / ranks);
    let made = recipe.data.is_none().then(|| {
        let (simulations, capacity) = (recipe.ensemble.simulations, recipe.buffer.capacity);
        format!(
            ", {} of {simulations} simulations at most, {} of {capacity} frames of the buffer",
            share.count(simulations),
            share.of(capacity)
        )
    });
    let seeds = (0..ranks.min(NAMED)).map(|rank| Share::new(rank, ranks).seed(recipe.seed));
    let seeds: Vec<String> = seeds.map(|seed| seed.to_string()).collect();
    let more = if ranks > NAMED { ", ..." } else { "" };
    let mut facts = vec![
        (
            "ranks",
            format!(
                "{}, each with {windows}{}",
                counted(ranks, "rank"),
                made.unwrap_or_default()
            ),
        ),
        ("seeds of ranks", seeds.join(", ") + more),
    ];
    if recipe.ensemble.launcher.is_some() {
        let mut endpoints = recipe.endpoints(ranks)?;
        endpoints.truncate(NAMED);
        facts.push(("endpoints of ranks", endpoints.join(", ") + more));
    }
    Ok(facts)
}

/// Facts of windows, network and steps.
pub(super) fn training(plan: &Plan) -> Facts {
    let recipe = &plan.recipe;
    let parameters = plan.model.num_parameters(&plan.fields);
    let seen = match recipe.model.inputs() {
        Inputs::State => frames_in_and_out(&plan.fields),
        Inputs::Parameters => ", from conditions and time to the state".to_owned(),
    };
    let drawn = recipe.batches().before(recipe.train.steps as u64);
    let reads = drawn as f64 / plan.pace.total as f64;
    let mut facts = vec![
        (
            "windows",
            format!("{}, read {reads:.2} times each", plan.pace.total),
        ),
        feed(plan),
    ];
    if plan.solver.is_none() {
        facts.push(("held out", held_out(plan)));
    }
    facts.extend(plan.agreement().map(|found| {
        let said = match found {
            Err(why) => format!("not compared with the solver: {why}"),
            Ok(found) => found.warning().unwrap_or_else(|| found.describe()),
        };
        ("frames of data", said)
    }));
    facts.extend([
        (
            "network",
            format!("{}, {parameters} parameters{seen}", recipe.model.kind()),
        ),
        (
            "training",
            format!(
                "{} steps of {}",
                recipe.train.steps,
                recipe.batches_in_words()
            ),
        ),
        (
            "deterministic",
            recipe.deterministic.unwrap_or(false).to_string(),
        ),
    ]);
    if !recipe.stages.is_empty() {
        let numbered = recipe.stages.iter().enumerate();
        let stages = numbered.map(|(index, stage)| format!("{}: {}", index + 1, stage.describe()));
        facts.push(("stages", stages.collect::<Vec<_>>().join("; ")));
    }
    facts
}
