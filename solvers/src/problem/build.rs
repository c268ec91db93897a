//! Problems of one's own, put together in a sentence.

use super::{Axis, Condition, Field, Meaning, Problem, Reflection, Shift, Symmetries};
use crate::AxisKind;

impl Axis {
    /// An axis of fixed length.
    ///
    /// ```
    /// use ondine_solvers::AxisKind;
    /// use ondine_solvers::problem::Axis;
    ///
    /// assert_eq!(Axis::new("y", 16, 1.0, AxisKind::WALLS).spacing(), [1.0 / 16.0; 2]);
    /// ```
    #[must_use]
    pub fn new(name: &str, points: usize, length: f64, kind: AxisKind) -> Self {
        Self {
            name: name.to_owned(),
            points,
            length: [length; 2],
            kind,
        }
    }
}

impl Problem {
    /// A problem of which no equation and no symmetry is known, with trajectories of so many frames, `dt` apart.
    ///
    /// ```
    /// use ondine_solvers::problem::{Axis, Field};
    /// use ondine_solvers::{AxisKind, Problem};
    ///
    /// let axes = [Axis::new("x", 32, 2.0, AxisKind::PERIODIC), Axis::new("y", 16, 1.0, AxisKind::WALLS)];
    /// let problem = Problem::new("channel", axes, [Field::scalar("smoke")], 0.1, 50)
    ///     .condition("inflow", [0.5, 1.5]);
    /// assert_eq!(problem.drawn_names(), ["inflow", "length_x", "length_y", "dt"]);
    /// ```
    #[must_use]
    pub fn new(
        name: &str,
        axes: impl Into<Vec<Axis>>,
        fields: impl Into<Vec<Field>>,
        dt: f64,
        frames: usize,
    ) -> Self {
        Self {
            name: name.to_owned(),
            formula: None,
            fields: fields.into(),
            meaning: Meaning::Scalars,
            axes: axes.into(),
            other_grids: Vec::new(),
            conditions: Vec::new(),
            static_fields: Vec::new(),
            mask: None,
            dt: [dt; 2],
            frames,
            symmetries: Symmetries {
                shift: [Shift::Never; 3],
                reflection: Reflection::Never,
            },
        }
    }

    /// The same with one more field that does not change in time, such as a mask of obstacles.
    #[must_use]
    pub fn static_field(mut self, name: &str) -> Self {
        self.static_fields.push(name.to_owned());
        self
    }

    /// The same with one more condition, between a smallest and a largest value.
    #[must_use]
    pub fn condition(mut self, name: &str, range: [f64; 2]) -> Self {
        self.conditions.push(Condition {
            name: name.to_owned(),
            axis: None,
            symbol: String::new(),
            range,
            unit: None,
        });
        self
    }
}
