//! The problem that an equation of the catalogue poses on a grid.

use super::EquationEntry;
use crate::problem::{Axis, Condition, Field, FieldKind, Problem, Ranges};

/// Name of the vector that states of an equation are, where they are one.
const VECTOR: &str = "velocity";

impl EquationEntry {
    /// The problem of solving the equation in these ranges, with one axis per entry of
    /// `ranges.points`.
    #[must_use]
    pub fn problem(&self, ranges: &Ranges) -> Problem {
        let dims = ranges.points.len();
        Problem {
            name: self.kind.to_owned(),
            formula: Some(self.formula.to_owned()),
            fields: self.fields_on(dims),
            meaning: self.meaning,
            axes: self.axes_in(ranges),
            conditions: self.conditions(ranges),
            static_fields: Vec::new(),
            dt: ranges.dt,
            frames: ranges.frames,
            symmetries: self.symmetries,
        }
    }

    fn fields_on(&self, dims: usize) -> Vec<Field> {
        let conserved = self.conserves_mean_in(dims);
        let kind = |axis| match self.vector {
            false => FieldKind::Scalar,
            true => FieldKind::Component {
                vector: VECTOR.to_owned(),
                axis,
            },
        };
        let names = self.fields_in(dims).iter().enumerate();
        let field = |(channel, name): (usize, &&str)| Field {
            kind: kind(channel),
            conserved,
            ..Field::scalar(name)
        };
        names.map(field).collect()
    }

    fn axes_in(&self, ranges: &Ranges) -> Vec<Axis> {
        let sizes = ranges.points.iter().zip(&ranges.length);
        let axes = sizes.zip(&self.axes).zip(Axis::NAMES);
        let axis = |(((&points, &length), &kind), name): (((&usize, &[f64; 2]), _), &str)| Axis {
            name: name.to_owned(),
            points,
            length,
            kind,
        };
        axes.map(axis).collect()
    }

    fn conditions(&self, ranges: &Ranges) -> Vec<Condition> {
        let dims = ranges.points.len();
        let places = self.parameters.iter().flat_map(|parameter| {
            let axes = match parameter.per_axis && dims > 1 {
                true => (0..dims).map(Some).collect(),
                false => vec![None],
            };
            axes.into_iter().map(|axis| (parameter.symbol, axis))
        });
        let values = self.value_names(dims).into_iter().zip(&ranges.parameters);
        let condition = |((symbol, axis), (name, &range)): ((&str, _), (String, &[f64; 2]))| {
            let symbol = symbol.to_owned();
            Condition {
                name,
                axis,
                symbol,
                range,
                unit: None,
            }
        };
        places.zip(values).map(condition).collect()
    }
}
