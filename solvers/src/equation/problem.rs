//! The problem that an equation of the catalogue poses on a grid.

use super::EquationEntry;
use crate::problem::{Axis, Condition, Problem, Ranges};

impl EquationEntry {
    /// The problem of solving the equation in these ranges, with one axis per entry of
    /// `ranges.points`.
    #[must_use]
    pub fn problem(&self, ranges: &Ranges) -> Problem {
        let dims = ranges.points.len();
        Problem {
            name: self.kind.to_owned(),
            formula: Some(self.formula.to_owned()),
            fields: self.kept_fields(dims),
            meaning: self.meaning,
            axes: self.axes_in(ranges),
            other_grids: Vec::new(),
            conditions: self.conditions(ranges),
            static_fields: self.still_names(),
            mask: None,
            dt: ranges.dt,
            frames: ranges.frames,
            symmetries: self.symmetries,
        }
    }

    /// Names of the fields that do not change in time.
    fn still_names(&self) -> Vec<String> {
        let names = self.still.map_or(&[][..], |still| still.names);
        names.iter().map(|name| (*name).to_owned()).collect()
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
            let axes = if parameter.per_axis && dims > 1 {
                (0..dims).map(Some).collect()
            } else {
                vec![None]
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
