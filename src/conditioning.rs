//! The conditioning inputs of a network, beside the state: names, values and trained ranges, one order for all of them.
//!
//! Time of a step, spacing of every axis, conditions of the problem; where it sees no state, the time of the answer. A
//! number that it was not trained on makes its answers worthless, so every command that asks it elsewhere says so, in the
//! words of [`Outside`].

mod outside;

pub use outside::{Outside, inside};

use crate::batch::Layout;
use ondine_datasets::Conditions;
use ondine_models::{Inputs, Reach, Scaling};
use ondine_solvers::problem::DT;
use ondine_solvers::{AxisKind, Problem};
use std::collections::BTreeMap;

/// Name of the time of an answer.
const TIME: &str = "time";

/// The quantity of a conditioning input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// The time of a surrogate step.
    Step,
    /// The spacing of this axis.
    Spacing(usize),
    /// This condition of the problem.
    Condition(usize),
    /// The time at the end of the step, which is 0 at frame 0.
    Time,
}

/// A conditioning input of a network, one number per state.
#[derive(Debug, Clone, PartialEq)]
pub struct Conditioning {
    /// Its quantity.
    pub quantity: Quantity,
    /// Its name.
    pub name: String,
    /// Its smallest and largest value in the training.
    pub range: [f64; 2],
}

impl Quantity {
    /// All inputs of a network beside the state, for simulations with so many axes and conditions, in their order,
    /// which is written down here alone.
    pub fn all(axes: usize, conditions: usize, inputs: Inputs) -> impl Iterator<Item = Self> {
        let time = (inputs == Inputs::Parameters).then_some(Self::Time);
        std::iter::once(Self::Step)
            .chain((0..axes).map(Self::Spacing))
            .chain((0..conditions).map(Self::Condition))
            .chain(time)
    }

    /// Its value for a step from frame `frame` of a simulation on.
    fn value(self, layout: &Layout, conditions: &Conditions, frame: usize) -> f64 {
        match self {
            Self::Step => conditions.dt * layout.stride as f64,
            Self::Spacing(axis) => layout.spacing(conditions, axis),
            Self::Condition(place) => conditions.parameters[place],
            Self::Time => conditions.dt * (frame + layout.stride) as f64,
        }
    }

    /// Its name and range for surrogate steps of `shortest` to `longest` frames.
    fn conditioning(self, problem: &Problem, [shortest, longest]: [usize; 2]) -> Conditioning {
        let [low, high] = problem.dt;
        let first = low * shortest as f64;
        let (name, range) = match self {
            Self::Step => (DT.to_owned(), [first, high * longest as f64]),
            Self::Spacing(axis) => (problem.axes[axis].spacing_name(), problem.spacing(axis)),
            Self::Condition(place) => {
                let condition = &problem.conditions[place];
                (condition.name.clone(), condition.range)
            }
            Self::Time => {
                let last = problem.frames.saturating_sub(1) as f64;
                (TIME.to_owned(), [first, high * last])
            }
        };
        Conditioning {
            quantity: self,
            name,
            range,
        }
    }
}

/// The conditioning inputs of a network in their order, for surrogate steps of `strides[0]` to `strides[1]` frames.
pub fn list(problem: &Problem, inputs: Inputs, strides: [usize; 2]) -> Vec<Conditioning> {
    Quantity::all(problem.dims(), problem.conditions.len(), inputs)
        .map(|quantity| quantity.conditioning(problem, strides))
        .collect()
}

impl Layout {
    /// The inputs beside the state for a step from frame `frame` of a simulation on, in the order of [`list`].
    pub fn parameters(&self, conditions: &Conditions, frame: usize) -> Vec<f64> {
        self.conditioning(conditions, frame).collect()
    }

    /// The same, one after the other.
    pub(crate) fn conditioning<'a>(
        &'a self,
        conditions: &'a Conditions,
        frame: usize,
    ) -> impl Iterator<Item = f64> + 'a {
        let (axes, others) = (conditions.spacing.len(), conditions.parameters.len());
        let quantities = Quantity::all(axes, others, self.inputs);
        quantities.map(move |quantity| quantity.value(self, conditions, frame))
    }

    /// The spacing of an axis. Where a network counts distances by the box, the number stands for the length of the box,
    /// and is that of the trained number of points, however many there are.
    fn spacing(&self, conditions: &Conditions, axis: usize) -> f64 {
        let factor = match self.reach {
            Reach::Points => 1.0,
            Reach::Domain => finer(self.axes[axis], self.grid[axis], self.trained[axis]),
        };
        conditions.spacing[axis] * factor
    }
}

/// Number of spacings of an axis with `here` points that fit into one with `there`.
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

/// The trained range of every condition of a simulation, by name: of the inputs of a network beside the state for a
/// step of one frame, and of the lengths of the box.
pub fn trained(problem: &Problem, inputs: Inputs) -> BTreeMap<String, [f64; 2]> {
    let told = list(problem, inputs, [1, 1]).into_iter();
    let lengths = problem.axes.iter().map(|axis| axis.length);
    let lengths = problem.length_names().into_iter().zip(lengths);
    told.map(|told| (told.name, told.range))
        .chain(lengths)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::Recipe;

    #[test]
    fn on_another_grid_the_spacing_is_that_of_the_training_or_of_the_points() {
        let conditions = Conditions {
            dt: 0.5,
            length: vec![3.0, 1.0],
            spacing: vec![3.0 / 96.0, 1.0 / 48.0],
            parameters: vec![7.0],
        };
        let mut layout = Layout {
            trained: vec![32, 48],
            ..Layout::of_frames(&[96, 48], 1)
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
            trained: vec![7],
            axes: vec![AxisKind::FIXED_WALLS],
            reach: Reach::Domain,
            ..Layout::of_frames(&[15], 1)
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
    fn names_ranges_and_values_have_one_order() {
        let text = "[equation]\nkind = \"advection\"\nvelocity = [{ uniform = [0.5, 1.5] }, 2.0]\n\
                    [grid]\npoints = [32, 16]\nlength = [1.0, { uniform = [1.0, 2.0] }]\n\
                    [time]\ndt = 0.5\nframes = 9\n[ensemble]\nsimulations = 4\n";
        let recipe =
            Recipe::parse("told.toml", text, &[]).unwrap_or_else(|error| panic!("{error}"));
        let mut problem = recipe.problem();
        problem.axes[1].name = "r".to_owned();
        let list = list(&problem, Inputs::Parameters, [1, 2]);
        let names: Vec<&str> = list.iter().map(|told| &told.name[..]).collect();
        assert_eq!(
            names,
            ["dt", "dx", "dr", "velocity_x", "velocity_y", "time"]
        );
        let ranges = list.iter().map(|told| told.range);
        let expected = [
            [0.5, 1.0], // one frame to two
            [1.0 / 32.0, 1.0 / 32.0],
            [1.0 / 16.0, 2.0 / 16.0],
            [0.5, 1.5],
            [2.0, 2.0],
            [0.5, 4.0], // from the first frame to the ninth
        ];
        assert_eq!(ranges.collect::<Vec<_>>(), expected);
        let trained = trained(&problem, Inputs::State);
        assert_eq!(
            (trained["dt"], trained["length_r"]),
            ([0.5, 0.5], [1.0, 2.0])
        );
        let layout = Layout {
            axes: problem.axis_kinds(),
            stride: 2,
            inputs: Inputs::Parameters,
            ..Layout::of_frames(&[32, 16], 1)
        };
        let conditions = Conditions {
            dt: 0.5,
            length: vec![1.0, 2.0],
            spacing: vec![1.0 / 32.0, 2.0 / 16.0],
            parameters: vec![0.75, 2.0],
        };
        let values = [1.0, 1.0 / 32.0, 2.0 / 16.0, 0.75, 2.0, 2.5];
        assert_eq!(layout.parameters(&conditions, 3), values);
    }
}
