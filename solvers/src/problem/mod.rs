//! Problems as data: fields, axes, conditions, frames. Code that reads states, of the catalogue's
//! equations or of any other solver, asks the problem and no equation.
//!
//! ```
//! use ondine_solvers::equation::find;
//! use ondine_solvers::problem::Ranges;
//!
//! let burgers = find("burgers").expect("in the list").problem(&Ranges {
//!     points: vec![64, 64],
//!     length: vec![[1.0, 2.0], [1.0, 1.0]],
//!     parameters: vec![[1e-3, 1e-2]],
//!     dt: [0.1, 0.1],
//!     frames: 50,
//! });
//! assert_eq!(burgers.field_names(), ["u", "v"]);
//! assert_eq!(burgers.drawn_names(), ["viscosity", "length_x", "length_y", "dt"]);
//! assert_eq!(burgers.axes[0].spacing(), [1.0 / 64.0, 2.0 / 64.0]);
//! ```

mod axis;
mod build;
mod condition;
mod field;
mod meaning;
mod symmetry;

pub use axis::Axis;
pub use condition::Condition;
pub use field::{Field, FieldKind};
pub use meaning::Meaning;
pub use symmetry::{Motion, Reflection, Shift, Symmetries};

use crate::{AxisKind, Ends};

/// Name of the static field that is 0 in obstacles.
const MASK: &str = "mask";

/// Name of the time between two frames, among conditions.
pub const DT: &str = "dt";

/// A problem: the fields of its solutions, their grid, and everything that differs between simulations.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// Its name; of an equation of the catalogue its `kind`.
    pub name: String,
    /// The equation in Unicode, where one is known.
    pub formula: Option<String>,
    /// The fields of a state, in the order of its channels; scalars and components of vectors mixed.
    pub fields: Vec<Field>,
    /// Physical meaning of the fields; their energy follows from it.
    pub meaning: Meaning,
    /// The axes of the grid of a frame, one to three.
    pub axes: Vec<Axis>,
    /// Points per axis of other grids that some trajectories have.
    pub other_grids: Vec<Vec<usize>>,
    /// Numbers that a simulation has beside time step and lengths: parameters of an equation or of a
    /// program, in the order of their values.
    pub conditions: Vec<Condition>,
    /// Names of fields that do not change in time, such as a mask of obstacles.
    pub static_fields: Vec<String>,
    /// Name of the static field that is 0 at points without data, such as land in a model of the ocean, and 1 at all others;
    /// none where all points have data.
    pub mask: Option<String>,
    /// Smallest and largest time between two frames, above 0.
    pub dt: [f64; 2],
    /// Frames of a trajectory, the initial state among them.
    pub frames: usize,
    /// Shifts and reflections that keep solutions.
    pub symmetries: Symmetries,
}

/// Settings that make a [`Problem`] of an equation of the catalogue.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranges {
    /// Points per axis of a frame.
    pub points: Vec<usize>,
    /// Smallest and largest length per axis.
    pub length: Vec<[f64; 2]>,
    /// Smallest and largest value of each of [`EquationEntry::values_in`](crate::EquationEntry::values_in).
    pub parameters: Vec<[f64; 2]>,
    /// Smallest and largest time between two frames.
    pub dt: [f64; 2],
    /// Frames of a trajectory.
    pub frames: usize,
}

impl Problem {
    /// Number of axes.
    #[must_use]
    pub fn dims(&self) -> usize {
        self.axes.len()
    }

    /// Name and formula, as `heat: u_t = …`; the name alone where no formula is known.
    #[must_use]
    pub fn describe(&self) -> String {
        let formula = self.formula.iter().map(|formula| format!(": {formula}"));
        std::iter::once(self.name.clone()).chain(formula).collect()
    }

    /// Names of the fields, in the order of the channels.
    #[must_use]
    pub fn field_names(&self) -> Vec<String> {
        self.fields.iter().map(|field| field.name.clone()).collect()
    }

    /// Names of the axes.
    #[must_use]
    pub fn axis_names(&self) -> Vec<String> {
        self.axes.iter().map(|axis| axis.name.clone()).collect()
    }

    /// Names of the conditions, in the order of their values.
    #[must_use]
    pub fn condition_names(&self) -> Vec<String> {
        let conditions = self.conditions.iter();
        conditions.map(|condition| condition.name.clone()).collect()
    }

    /// The same around obstacles: points in them have no data, by a [mask](Self::mask), and no field has a mean over the box
    /// that stays what it was.
    #[must_use]
    pub fn around_obstacles(mut self) -> Self {
        self.static_fields.push(MASK.to_owned());
        self.mask = Some(MASK.to_owned());
        self.fields
            .iter_mut()
            .for_each(|field| field.conserved = false);
        self
    }

    /// Place of the mask among the static fields; none where all points have data.
    #[must_use]
    pub fn mask_place(&self) -> Option<usize> {
        let mask = self.mask.as_ref()?;
        self.static_fields.iter().position(|name| name == mask)
    }

    /// Names of the lengths: `length` of a single axis, `length_x`, `length_y`, … of several.
    #[must_use]
    pub fn length_names(&self) -> Vec<String> {
        match &self.axes[..] {
            [_] => vec!["length".to_owned()],
            axes => axes
                .iter()
                .map(|axis| format!("length_{}", axis.name))
                .collect(),
        }
    }

    /// The same problem on each of its other grids.
    #[must_use]
    pub fn on_other_grids(&self) -> Vec<Self> {
        let on = |points: &Vec<usize>| {
            let mut other = self.clone();
            let axes = other.axes.iter_mut().zip(points);
            axes.for_each(|(axis, points)| axis.points = *points);
            other.other_grids.clear();
            other
        };
        self.other_grids.iter().map(on).collect()
    }

    /// Smallest and largest distance of neighbouring points along an axis, over all grids.
    #[must_use]
    pub fn spacing(&self, axis: usize) -> [f64; 2] {
        let others = self.on_other_grids();
        let others = others.iter().map(|other| other.axes[axis].spacing());
        others.fold(
            self.axes[axis].spacing(),
            |[low, high], [finest, coarsest]| [low.min(finest), high.max(coarsest)],
        )
    }

    /// Names of everything that may differ between simulations: conditions, lengths, time step.
    #[must_use]
    pub fn drawn_names(&self) -> Vec<String> {
        let mut names = self.condition_names();
        names.extend(self.length_names());
        names.push(DT.to_owned());
        names
    }

    /// Whether a name is that of the spacing of an axis, which the number of points changes.
    #[must_use]
    pub fn is_spacing(&self, name: &str) -> bool {
        self.axes.iter().any(|axis| axis.spacing_name() == name)
    }

    /// Whether the mean of every field over the domain stays what it was.
    #[must_use]
    pub fn conserves_means(&self) -> bool {
        self.fields.iter().all(|field| field.conserved)
    }

    /// Ends and points of the axes.
    #[must_use]
    pub fn axis_kinds(&self) -> Vec<AxisKind> {
        self.axes.iter().map(|axis| axis.kind).collect()
    }

    /// Whether all axes are periodic.
    #[must_use]
    pub fn is_periodic(&self) -> bool {
        self.bounds().is_none()
    }

    /// The ends of the first axis that is not periodic.
    #[must_use]
    pub fn bounds(&self) -> Option<Ends> {
        let bounded = self.axes.iter().find(|axis| !axis.kind.is_periodic());
        bounded.map(|axis| axis.kind.ends())
    }

    /// Why [`Resample`](crate::Resample) does not bring states to another grid, in words that go on
    /// from the name of the problem, as `lies between walls`; none where it does.
    #[must_use]
    pub fn unsampled(&self) -> Option<String> {
        let mut kinds = self.axes.iter().map(|axis| axis.kind);
        let kind = kinds.find(|kind| *kind != AxisKind::PERIODIC)?;
        Some(if kind.is_periodic() {
            format!("has its points at {}", kind.placement())
        } else {
            format!("lies {}", kind.ends())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::equation::EQUATIONS;

    fn problem(entry: &crate::EquationEntry, dims: usize) -> Problem {
        entry.problem(&Ranges {
            points: vec![8; dims],
            length: vec![[1.0, 2.0]; dims],
            parameters: vec![[0.0, 1.0]; entry.value_names(dims).len()],
            dt: [0.5, 0.5],
            frames: 3,
        })
    }

    fn named(kind: &str, dims: usize) -> Problem {
        problem(crate::equation::find(kind).expect("in the list"), dims)
    }

    #[test]
    fn every_equation_makes_a_problem_with_its_names() {
        for entry in EQUATIONS {
            for &dims in entry.dims {
                let problem = problem(entry, dims);
                assert_eq!(problem.field_names(), entry.fields_in(dims));
                assert_eq!(problem.condition_names(), entry.value_names(dims));
                assert_eq!((&problem.name[..], problem.dims()), (entry.kind, dims));
                let [held, periodic] = [problem.conserves_means(), problem.is_periodic()];
                assert_eq!(held, entry.conserves_mean_in(dims), "{}", entry.kind);
                assert_eq!(periodic, entry.is_periodic(dims), "{}", entry.kind);
                let still = entry.still.map_or(&[][..], |still| still.names);
                assert_eq!(problem.static_fields, still);
            }
        }
    }

    #[test]
    fn spacings_are_those_of_all_grids() {
        let mut problem = named("burgers", 2);
        let is = |found: [f64; 2], expected: [f64; 2]| {
            found.map(f64::to_bits) == expected.map(f64::to_bits)
        };
        assert!(is(problem.spacing(1), problem.axes[1].spacing()));
        assert_eq!(problem.on_other_grids(), []);
        problem.other_grids = vec![vec![32, 8], vec![8, 4]];
        assert!(is(problem.spacing(0), [1.0 / 32.0, 2.0 / 8.0])); // powers of two: exact
        assert!(is(problem.spacing(1), [1.0 / 8.0, 2.0 / 4.0]));
        let others = problem.on_other_grids();
        assert_eq!(
            (others[0].axes[0].points, others[1].axes[1].points),
            (32, 4)
        );
    }

    #[test]
    fn vectors_have_components_and_other_fields_are_scalars() {
        let component = |axis| FieldKind::Component {
            vector: "velocity".to_owned(),
            axis,
        };
        let kinds = |problem: Problem| -> Vec<FieldKind> {
            problem.fields.into_iter().map(|field| field.kind).collect()
        };
        assert_eq!(kinds(named("burgers", 2)), [component(0), component(1)]);
        assert_eq!(kinds(named("burgers", 1)), [component(0)]);
        assert_eq!(
            kinds(named("gray_scott", 2)),
            [FieldKind::Scalar, FieldKind::Scalar]
        );
    }

    #[test]
    fn a_scalar_beside_a_vector_keeps_its_sign_in_a_mirror() {
        let mut water = named("burgers", 2);
        water.fields.insert(0, Field::conserved("depth"));
        assert_eq!(water.signs(&[true, false]), [1.0, -1.0, 1.0]);
        assert_eq!(water.signs(&[false, true]), [1.0, 1.0, -1.0]);
        assert!(water.fields[0].conserved && !water.conserves_means());
    }

    #[test]
    fn fields_mean_what_their_equation_says() {
        assert_eq!(named("burgers", 1).meaning, Meaning::Velocity);
        assert_eq!(named("kolmogorov_flow", 2).meaning, Meaning::Vorticity);
        assert_eq!(named("navier_stokes", 2).meaning, Meaning::Vorticity);
        assert_eq!(named("wave", 1).meaning, Meaning::Wave);
        assert_eq!(named("gray_scott", 2).meaning, Meaning::Scalars);
    }

    #[test]
    fn conditions_of_vectors_name_their_axis() {
        let axes = |problem: &Problem| -> Vec<Option<usize>> {
            let conditions = problem.conditions.iter();
            conditions.map(|condition| condition.axis).collect()
        };
        assert_eq!(axes(&named("advection", 1)), [None]);
        let plane = named("advection", 2);
        assert_eq!(plane.condition_names(), ["velocity_x", "velocity_y"]);
        assert_eq!(axes(&plane), [Some(0), Some(1)]);
        assert!(plane.is_spacing("dy") && !plane.is_spacing("dz") && !plane.is_spacing("dt"));
    }

    #[test]
    fn what_keeps_states_from_another_grid_is_said_in_words() {
        assert_eq!(named("burgers", 2).unsampled(), None);
        let heat = named("heat", 1);
        assert_eq!(heat.unsampled().as_deref(), Some("lies between walls"));
        let mut cells = named("burgers", 1);
        cells.axes[0].kind = AxisKind::PERIODIC_CELLS;
        assert!(cells.is_periodic());
        assert_eq!(
            cells.unsampled().as_deref(),
            Some("has its points at cell centres")
        );
    }
}
