//! What a teacher is to be told of the states of another training, and whether it takes steps of them at all.

use crate::conditioning::{Conditioning, Quantity, finer, inside, list};
use crate::numbers::text::{exact, range};
use crate::plan::{Network, Plan, Stage};
use ondine_models::{Inputs, Reach};

/// A teacher beside a stage.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fit {
    /// Places of its conditions among those of the problem.
    pub(super) conditions: Vec<usize>,
    /// Steps of it within one of the stage.
    pub(super) repeats: usize,
}

/// A teacher whose steps have `stride` frames beside a stage of a plan.
///
/// # Errors
/// The difference that makes its steps worthless, in words.
pub(super) fn of(
    teacher: &Network,
    stride: usize,
    (plan, stage): (&Plan, &Stage),
) -> Result<Fit, String> {
    check_states(teacher, plan)?;
    let layouts = std::iter::once(&stage.layout).chain(&stage.others);
    for points in layouts.map(|layout| &layout.grid) {
        let fits = teacher.model.check_grid(&teacher.fields.grid, points);
        fits.map_err(|why| format!("on {points:?} points the teacher {why}"))?;
    }
    let conditions = conditions(teacher, plan)?;
    let repeats = repeats(teacher, stride, (plan, stage));
    let frames = (plan.fields.history, plan.fields.bundle);
    if repeats > 1 && frames != (1, 1) {
        return Err(format!(
            "a step of the recipe takes {repeats} of the teacher, whose states have several frames: write a stride and a dt that \
             make steps of the teacher's time"
        ));
    }
    check_ranges(teacher, (stride, repeats), (plan, stage))?;
    Ok(Fit {
        conditions,
        repeats,
    })
}

/// Checks that its states are those of the plan.
fn check_states(teacher: &Network, plan: &Plan) -> Result<(), String> {
    let kind = teacher.model.kind();
    if teacher.model.inputs() == Inputs::Parameters {
        return Err(format!(
            "the teacher, a `{kind}`, predicts from parameters alone: take one that steps from states"
        ));
    }
    let own = plan.network();
    let [there, here] = [teacher, &own].map(Network::states);
    if there != here {
        return Err(format!(
            "states of the teacher are {there}, those of the recipe {here}: take a teacher of the same fields and frames"
        ));
    }
    let [there, here] = [teacher, &own].map(|network| network.problem.axis_kinds());
    if there != here {
        return Err(
            "the grid of the teacher has other axes, or other ends of them: take one of the same domain"
                .to_owned(),
        );
    }
    Ok(())
}

/// Places of the conditions of the teacher among those of the plan.
fn conditions(teacher: &Network, plan: &Plan) -> Result<Vec<usize>, String> {
    let own = plan.problem.condition_names();
    let place = |name: String| {
        let found = own.iter().position(|other| *other == name);
        found.ok_or_else(|| {
            let own = own.join(", ");
            format!("the teacher is told `{name}`, and conditions of the recipe are {own}: take a teacher that is told no more")
        })
    };
    teacher
        .problem
        .condition_names()
        .into_iter()
        .map(place)
        .collect()
}

/// Steps of the teacher within one of the stage, 1 or more.
fn repeats(teacher: &Network, stride: usize, (plan, stage): (&Plan, &Stage)) -> usize {
    let longest = teacher.problem.dt[1] * stride as f64;
    let own = plan.problem.dt[1] * stage.layout.stride as f64;
    ((own / longest).round() as usize).max(1)
}

/// Checks that it was trained on all that it is told.
fn check_ranges(
    teacher: &Network,
    (stride, repeats): (usize, usize),
    (plan, stage): (&Plan, &Stage),
) -> Result<(), String> {
    let told = list(&teacher.problem, Inputs::State, [stride, stride]);
    for known in told {
        let [low, high] = match known.quantity {
            Quantity::Step => {
                let frames = stage.layout.stride as f64 / repeats as f64;
                plan.problem.dt.map(|dt| dt * frames)
            }
            Quantity::Spacing(axis) => spacing(teacher, plan, axis),
            Quantity::Condition(_) | Quantity::Time => range_of(plan, &known.name),
        };
        if !(inside(known.range, low) && inside(known.range, high)) {
            return Err(unknown(&known, [low, high], repeats));
        }
    }
    Ok(())
}

/// Words for a quantity that the teacher was not trained on, with the keys of it.
fn unknown(known: &Conditioning, asked: [f64; 2], repeats: usize) -> String {
    let name = &known.name;
    let [trained, asked] = [known.range, asked].map(|values| range(values, exact));
    let (within, keys) = match known.quantity {
        Quantity::Step if repeats > 1 => {
            let within = format!(" in each of the {repeats} steps of it that make one");
            (within, "another time.dt or objective.stride")
        }
        Quantity::Step => (String::new(), "another time.dt or objective.stride"),
        Quantity::Spacing(_) => (String::new(), "another grid.length or grid.points"),
        Quantity::Condition(_) | Quantity::Time => (String::new(), "others"),
    };
    format!(
        "the teacher was trained for {name} {trained}, and the recipe has {asked}{within}, where its steps mean nothing: take a \
         teacher of these, or write {keys}"
    )
}

/// The spacing of an axis as the teacher is told it.
fn spacing(teacher: &Network, plan: &Plan, axis: usize) -> [f64; 2] {
    let factor = match teacher.model.reach() {
        Reach::Points => 1.0,
        Reach::Domain => {
            let kind = plan.problem.axis_kinds()[axis];
            finer(kind, plan.fields.grid[axis], teacher.fields.grid[axis])
        }
    };
    plan.problem.spacing(axis).map(|spacing| spacing * factor)
}

/// The range of a condition of the plan.
fn range_of(plan: &Plan, name: &str) -> [f64; 2] {
    let mut conditions = plan.problem.conditions.iter();
    let found = conditions.find(|condition| condition.name == name);
    found.map_or([0.0, 0.0], |condition| condition.range)
}
