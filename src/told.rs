//! The numbers a network is told beside the state: names, values and trained ranges, one order for all of them.
//!
//! Time of a step, spacing of every axis, parameters of the equation; where it sees no state, the time of the answer. A
//! number that it was not trained on makes its answers worthless, so every command that asks it elsewhere says so, in the
//! words of [`Outside`].

use crate::batch::Layout;
use crate::plan::Plan;
use crate::recipe::Recipe;
use ondine_datasets::{Conditions, Distribution};
use ondine_models::{Inputs, Reach, Scaling};
use ondine_solvers::AxisKind;
use std::collections::BTreeMap;
use std::fmt;

/// A value may lie so far outside of a range, as a share of it: files of other programs keep 32-bit.
const ROUNDING: f64 = 1e-5;
/// The spacing along every axis.
const SPACING: [&str; 3] = ["dx", "dy", "dz"];

impl Layout {
    /// The numbers a network is told of a step from frame `frame` of a simulation on: time step, spacing of every axis,
    /// equation parameters; where it sees no state, also the time at the end of the step, which is 0 at frame 0.
    pub fn parameters(&self, conditions: &Conditions, frame: usize) -> Vec<f64> {
        let dt = conditions.dt * self.stride as f64;
        let end = conditions.dt * (frame + self.stride) as f64;
        let time = (self.inputs == Inputs::Parameters).then_some(end);
        let all = std::iter::once(dt)
            .chain(self.spacing(conditions))
            .chain(conditions.parameters.iter().copied())
            .chain(time);
        all.collect()
    }

    /// The spacing of every axis. Where a network counts distances by the box, the number stands for the length of the box,
    /// and is that of the trained number of points, however many there are.
    fn spacing(&self, conditions: &Conditions) -> impl Iterator<Item = f64> {
        let points = self.grid.iter().zip(&self.trained).zip(&self.axes);
        let factor = |((&here, &trained), axis): ((&usize, &usize), &AxisKind)| match self.reach {
            Reach::Points => 1.0,
            Reach::Domain => finer(*axis, here, trained),
        };
        let spacing = conditions.spacing.iter().zip(points);
        spacing.map(move |(spacing, points)| spacing * factor(points))
    }
}

/// How many spacings of an axis with `here` points fit into one with `there`.
pub(crate) fn finer(axis: AxisKind, here: usize, there: usize) -> f64 {
    let [here, there] = [here, there].map(|points| axis.placement().spacings(points));
    here as f64 / there as f64
}

/// The scales of a network that was told `L/N` for the spacing of every axis of `points`, as runs of older versions did, for
/// the spacing between walls too: what it is told in units of its own stays.
pub(crate) fn in_spacings(scaling: &Scaling, points: &[usize], axes: &[AxisKind]) -> Scaling {
    let mut scaling = scaling.clone();
    for (i, (&points, axis)) in points.iter().zip(axes).enumerate() {
        let factor = points as f64 / axis.placement().spacings(points) as f64;
        for scale in [&mut scaling.center, &mut scaling.spread] {
            if let Some(scale) = scale.get_mut(1 + i) {
                *scale = (f64::from(*scale) * factor) as f32;
            }
        }
    }
    scaling
}

/// The names of what a network is told, in the order of [`Layout::parameters`].
pub fn names(plan: &Plan) -> Vec<String> {
    let dims = plan.fields.dims();
    let spacing = SPACING.into_iter().take(dims).map(str::to_owned);
    let time = (plan.model.inputs() == Inputs::Parameters).then(|| "time".to_owned());
    std::iter::once("dt".to_owned())
        .chain(spacing)
        .chain(plan.ensemble.equation.value_names(dims))
        .chain(time)
        .collect()
}

/// The trained ranges of what a network is told, in the order of [`Layout::parameters`].
pub fn ranges(plan: &Plan) -> Vec<[f64; 2]> {
    let quantities = &plan.ensemble.quantities;
    let parameters = quantities.parameters.iter().map(Distribution::range);
    let time = (plan.model.inputs() == Inputs::Parameters).then(|| times(plan));
    std::iter::once(steps(plan))
        .chain(spacings(
            &quantities.length,
            &plan.ensemble.points,
            &plan.ensemble.equation.axes,
        ))
        .chain(parameters)
        .chain(time)
        .collect()
}

fn spacings(lengths: &[Distribution], points: &[usize], axes: &[AxisKind]) -> Vec<[f64; 2]> {
    let axes = lengths.iter().zip(points).zip(axes);
    axes.map(|((length, &points), axis)| {
        let of_one = axis.spacing(points, 1.0);
        length.range().map(|end| end * of_one)
    })
    .collect()
}

/// The range of the times of predicted states: from the end of the first step to the last frame.
fn times(plan: &Plan) -> [f64; 2] {
    let last = plan.ensemble.frames.saturating_sub(1) as f64;
    [
        steps(plan)[0],
        plan.ensemble.quantities.dt.range()[1] * last,
    ]
}

/// The range of the time of a surrogate step, over all stages.
fn steps(plan: &Plan) -> [f64; 2] {
    let strides = plan.stages.iter().map(|stage| stage.layout.stride);
    let longest = strides.clone().max().unwrap_or(1) as f64;
    let shortest = strides.min().unwrap_or(1) as f64;
    let [low, high] = plan.ensemble.quantities.dt.range();
    [low * shortest, high * longest]
}

/// The conditions of a simulation, by name, as far as they mean anything to the surrogate of a plan: parameters of the
/// equation, `dt` of the frames, `length` or `length_x`, … of the box. On another grid than the trained one also the
/// spacing `dx`, …, if the network counts distances by points; and `time`, which is the `end` of what is
/// asked for from frame 0 on, if it is told times and that one is later than the trained ones.
pub fn conditions(plan: &Plan, grid: &[usize], of: &Conditions, end: f64) -> BTreeMap<String, f64> {
    let dims = of.length.len();
    let parameters = plan.recipe.equation.value_names(dims).into_iter();
    let mut named: BTreeMap<String, f64> = parameters.zip(of.parameters.iter().copied()).collect();
    named.insert("dt".to_owned(), of.dt);
    let mut axes = |names: &[&str], values: &[f64]| {
        let values = names.iter().zip(values);
        named.extend(values.map(|(name, value)| ((*name).to_owned(), *value)));
    };
    axes(lengths(dims), &of.length);
    if plan.model.reach() == Reach::Points && *grid != plan.fields.grid[..] {
        axes(&SPACING, &of.spacing);
    }
    if plan.model.inputs() == Inputs::Parameters && !inside(times(plan), end) {
        named.insert("time".to_owned(), end);
    }
    named
}

/// The trained range of everything that [`conditions`] may name.
pub fn trained(recipe: &Recipe) -> BTreeMap<String, [f64; 2]> {
    let dims = recipe.grid.points.len();
    let names = recipe.equation.value_names(dims).into_iter();
    let parameters = recipe.parameters.iter().map(Distribution::range);
    let mut trained: BTreeMap<String, [f64; 2]> = names.zip(parameters).collect();
    let dt = recipe.time.dt.range();
    trained.insert("dt".to_owned(), dt);
    if recipe.model.inputs() == Inputs::Parameters {
        let last = recipe.time.frames.saturating_sub(1) as f64;
        trained.insert("time".to_owned(), [dt[0], dt[1] * last]);
    }
    let length = recipe.grid.length.axes(dims);
    let mut axes = |names: &[&str], ranges: Vec<[f64; 2]>| {
        let ranges = names.iter().zip(ranges);
        trained.extend(ranges.map(|(name, range)| ((*name).to_owned(), range)));
    };
    let spacings = spacings(&length, &recipe.grid.points, &recipe.equation.axes);
    axes(&SPACING, spacings);
    axes(
        lengths(dims),
        length.iter().map(Distribution::range).collect(),
    );
    trained
}

/// The names of the lengths of a box.
fn lengths(dims: usize) -> &'static [&'static str] {
    match dims {
        1 => &["length"],
        _ => &["length_x", "length_y", "length_z"],
    }
}

/// Whether a value lies in a range, rounding left out.
pub fn inside([low, high]: [f64; 2], value: f64) -> bool {
    let room = ROUNDING * low.abs().max(high.abs());
    (low - room..=high + room).contains(&value)
}

/// Whether a condition is the distance of two points, which another grid changes and no recipe names.
pub fn is_spacing(name: &str) -> bool {
    SPACING.contains(&name)
}

/// A condition of some simulations that the surrogate was not trained on.
#[derive(Debug, Clone, PartialEq)]
pub struct Outside {
    /// Its name.
    pub name: String,
    /// The range that it was trained on.
    pub trained: [f64; 2],
    /// The first value outside.
    pub value: f64,
    /// How many simulations have one outside, and how many there are.
    pub share: [usize; 2],
}

impl Outside {
    /// Every condition that lies outside of its trained range in one of `simulations`, which are [`conditions`].
    pub fn of(recipe: &Recipe, simulations: &[BTreeMap<String, f64>]) -> Vec<Self> {
        let outside = |(name, trained): (String, [f64; 2])| {
            let values = simulations.iter().filter_map(|known| known.get(&name));
            let wrong: Vec<f64> = values
                .copied()
                .filter(|value| !inside(trained, *value))
                .collect();
            Some(Self {
                trained,
                value: *wrong.first()?,
                share: [wrong.len(), simulations.len()],
                name,
            })
        };
        trained(recipe).into_iter().filter_map(outside).collect()
    }
}

impl fmt::Display for Outside {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, value, [low, high], [wrong, all]) =
            (&self.name, self.value, self.trained, self.share);
        write!(
            formatter,
            "{name} = {value} lies outside of [{low}, {high}], which the surrogate was trained on ({wrong} of {all} \
             states)"
        )?;
        match is_spacing(name) {
            true => write!(
                formatter,
                "; its network counts neighbours by points, which lie at other distances on this grid"
            ),
            false => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_another_grid_the_spacing_is_that_of_the_training_or_of_the_points() {
        let conditions = Conditions {
            dt: 0.5,
            length: vec![3.0, 1.0],
            spacing: vec![3.0 / 96.0, 1.0 / 48.0],
            parameters: vec![7.0],
        };
        let mut layout = Layout {
            grid: vec![96, 48],
            trained: vec![32, 48],
            axes: vec![AxisKind::PERIODIC; 2],
            reach: Reach::Points,
            channels: 1,
            bundle: 1,
            stride: 1,
            inputs: Inputs::State,
        };
        let told = [0.5, 3.0 / 96.0, 1.0 / 48.0, 7.0];
        assert_eq!(layout.parameters(&conditions, 0), told);
        layout.reach = Reach::Domain;
        let told = [0.5, 3.0 / 32.0, 1.0 / 48.0, 7.0];
        assert_eq!(layout.parameters(&conditions, 0), told);
    }

    #[test]
    fn between_walls_the_spacing_of_the_training_leaves_room_for_both() {
        let conditions = Conditions {
            dt: 0.5,
            length: vec![1.0],
            spacing: vec![AxisKind::FIXED_WALLS.spacing(15, 1.0)],
            parameters: vec![],
        };
        let layout = Layout {
            grid: vec![15],
            trained: vec![7],
            axes: vec![AxisKind::FIXED_WALLS],
            reach: Reach::Domain,
            channels: 1,
            bundle: 1,
            stride: 1,
            inputs: Inputs::State,
        };
        assert_eq!(layout.parameters(&conditions, 0), [0.5, 1.0 / 8.0]); // exact in binary
    }

    #[test]
    fn scales_of_older_runs_tell_the_network_what_they_told_it() {
        let old = Scaling {
            mean: vec![0.0],
            deviation: vec![1.0],
            increment: vec![1.0],
            center: vec![0.5, 0.1, 7.0],
            spread: vec![1.0, 0.02, 3.0],
        };
        let length = 1.9;
        let told = |scaling: &Scaling, axis: AxisKind| {
            let spacing = axis.spacing(16, length) as f32;
            (spacing - scaling.center[1]) / scaling.spread[1]
        };
        let before = told(&old, AxisKind::PERIODIC); // L/N
        let walls = in_spacings(&old, &[16], &[AxisKind::FIXED_WALLS]);
        let now = told(&walls, AxisKind::FIXED_WALLS);
        assert!((now - before).abs() < 1e-5, "{before}, {now}"); // rounding of differences in 32 bits
        assert_eq!(walls.center[2..], old.center[2..]);
        assert_eq!(in_spacings(&old, &[16], &[AxisKind::PERIODIC]), old);
    }

    #[test]
    fn rounding_is_inside_and_what_is_outside_is_named_once() {
        assert!(inside([0.1, 0.2], f64::from(0.2_f32)) && !inside([0.1, 0.2], 0.21));
        let text = "[equation]\nkind = \"advection\"\nvelocity = { uniform = [0.5, 1.5] }\n\
                    [grid]\npoints = [32]\nlength = 1.0\n[time]\ndt = 0.1\nframes = 9\n[ensemble]\nsimulations = 4\n";
        let recipe =
            Recipe::parse("told.toml", text, &[]).unwrap_or_else(|error| panic!("{error}"));
        let simulation = |velocity| BTreeMap::from([("velocity".to_owned(), velocity)]);
        let found = Outside::of(&recipe, &[1.0, 2.0, 3.0].map(simulation));
        let said: Vec<String> = found.iter().map(Outside::to_string).collect();
        let expected = "velocity = 2 lies outside of [0.5, 1.5], which the surrogate was trained on (2 of 3 states)";
        assert_eq!(said, [expected]);
    }
}
