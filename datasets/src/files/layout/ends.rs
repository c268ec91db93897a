//! Points of axes beside their ends.

use super::PointsAt;
use super::described::Described;
use crate::files::{Axis, DatasetError, points};
use ondine_solvers::Boundary;

impl Described<'_> {
    /// Facts of axes with points on both ends, and of those that may have some.
    pub(super) fn notes(&self, axes: &[Axis], first: &[Option<f64>]) -> Vec<String> {
        let named = self.layout.space().into_iter().zip(axes).zip(first);
        let note = |((name, axis), first): ((&String, &Axis), &Option<f64>)| {
            let (at, walls) = (self.points_at(name), axis.kind.ends().low == Boundary::Wall);
            match at {
                Some(PointsAt::Ends) if !axis.kind.is_periodic() => {
                    Some(points::note_of_ends(name, axis))
                }
                None if walls && !self.layout.length.is_empty() => Some(format!(
                    "the {} points of `{name}` are taken for centres of cells between its walls: where the first and the last \
                     one lie on the walls, write points_at = {{ {name} = \"ends\" }}",
                    axis.points
                )),
                _ => points::note_on_ends(name, axis, *first),
            }
        };
        named.filter_map(note).collect()
    }

    /// Places of the first points of the axes; none where the layout names no list of them.
    pub(super) fn first_points(&self) -> Result<Vec<Option<f64>>, DatasetError> {
        let first = |name: &String| match self.layout.coordinates.get(name) {
            Some(place) => {
                let list = self.array(&format!("coordinates.{name}"), place)?.all()?;
                Ok(points::first(&list))
            }
            None => Ok(None),
        };
        self.layout.space().into_iter().map(first).collect()
    }
}
