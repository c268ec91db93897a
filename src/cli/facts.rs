//! The facts of a checked recipe in lines: problem, data, held-out trajectories, errors, training.

use super::resolution::Seen;
use crate::plan::{HeldOutFrom, Plan};
use crate::recipe::{Recipe, SourceSection};
use crate::results::SolverErrors;
use ondine_datasets::Distribution;
use ondine_models::Inputs;

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
    vec![
        ("problem", problem.describe()),
        ("fields", problem.field_names().join(", ")),
        (
            "grid",
            format!("{}: {}", recipe.grid.describe(), kinds.join(", ")),
        ),
        ("conditions", conditions.collect::<Vec<_>>().join(", ")),
        ("source", recipe.trajectories.kind().to_owned()),
        ("simulations", format!("{simulations} of {frames} frames")),
    ]
}

/// Where windows come from.
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
            ("buffer", format!("{kind}, {capacity} frames"))
        }
    }
}

/// What a surrogate without a solver beside it is judged on.
pub(super) fn held_out(plan: &Plan) -> String {
    match (&plan.held_out, plan.recipe.trajectories) {
        (HeldOutFrom::File(file), _) => match file.trajectories.len() {
            1 => "1 trajectory of the file".to_owned(),
            count => format!("{count} trajectories of the file"),
        },
        (_, SourceSection::Library) => "those that the program that trains hands over".to_owned(),
        _ => "none: nothing is evaluated; data.held_out holds some out".to_owned(),
    }
}

/// How accurate the simulations are.
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
        "" => String::new(),
        note => format!("; {note}"),
    };
    facts.push(("errors", seen.effort() + &note));
    facts
}

/// What is learned.
pub(super) fn training(plan: &Plan) -> Facts {
    let recipe = &plan.recipe;
    let parameters = plan.model.num_parameters(&plan.fields);
    let seen = match recipe.model.inputs() {
        Inputs::State => "",
        Inputs::Parameters => ", from conditions and time to the state",
    };
    let reads = (recipe.train.steps * recipe.train.batch) as f64 / plan.pace.total as f64;
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
                "{} steps of {} windows",
                recipe.train.steps, recipe.train.batch
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
