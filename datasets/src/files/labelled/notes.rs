//! Notes on what is not read of a file, and what is supplied.

use super::{Labelled, Meaning, Variable, falls};

/// Attributes that a note names, at most.
const NAMED: usize = 8;

/// The note on these numbers among the attributes of a file; none where there are none.
fn numbers_beside(names: &[&String]) -> Option<String> {
    let first = names.first()?;
    let quoted = names.iter().take(NAMED).map(|name| format!("`{name}`"));
    let mut quoted: Vec<String> = quoted.collect();
    if names.len() > NAMED {
        quoted.push("...".to_owned());
    }
    Some(format!(
        "numbers among the attributes of the file ({}) are no conditions; `[data.layout]` takes one as conditions = {{ {first} = \
         \"/{first}\" }}",
        quoted.join(", ")
    ))
}

impl Labelled<'_> {
    /// Variables that are neither fields, static fields, parameters nor lists of points; axes without a list of points, and
    /// those that are turned round.
    pub(super) fn notes(
        &self,
        fields: &[&Variable],
        still: &[&Variable],
        grid: &[String],
    ) -> Vec<String> {
        let used = |variable: &&Variable| {
            let is_field = fields
                .iter()
                .chain(still)
                .any(|field| field.name == variable.name);
            is_field || self.is_list(variable) || self.is_parameter(variable)
        };
        let left: Vec<&Variable> = self.variables.iter().filter(|one| !used(one)).collect();
        let left = left.into_iter().map(|variable| {
            format!(
                "`{}` ({}) is left out: it is neither a field on the grid ({}), nor a static field there, nor one number per \
                 trajectory",
                variable.name,
                variable.dims.join(", "),
                grid.join(", ")
            )
        });
        let places = self
            .variables
            .iter()
            .filter_map(|one| self.note_on_place(one));
        let axes = grid.iter().filter_map(|dim| self.note_on_axis(dim));
        let moment = self.moment_beside().map(|(name, _)| name);
        let numbers = self.numbers.iter().map(|(name, _)| name);
        let numbers: Vec<&String> = numbers.filter(|name| Some(*name) != moment).collect();
        let beside = numbers_beside(&numbers);
        left.chain(places).chain(axes).chain(beside).collect()
    }

    fn note_on_axis(&self, dim: &str) -> Option<String> {
        let Some(list) = self.coordinate(dim) else {
            return Some(format!(
                "no variable lists the points of the axis `{dim}`: they are taken to lie 1 apart"
            ));
        };
        let points = list.array.all().ok()?;
        if falls(&points) {
            return Some(format!(
                "the points of the axis `{dim}` fall: it is read from its other end"
            ));
        }
        goes_around(list.units.as_deref(), &points).then(|| {
            format!(
                "the axis `{dim}` goes around once, 360 degrees: where its first point is next to the last one, write ends = {{ \
                 {dim} = \"periodic\" }} in [data]"
            )
        })
    }

    /// Whether a variable lists the points of an axis, or belongs to one, as the bounds of its cells do.
    fn is_list(&self, variable: &Variable) -> bool {
        let of_one = |dim: &String| *dim == variable.name;
        variable.dims.first().is_some_and(of_one)
            || variable.dims.is_empty() && super::is_trajectory(&variable.name)
            || variable.name.ends_with("_bnds")
            || variable.name.ends_with("_bounds")
    }

    fn is_parameter(&self, variable: &Variable) -> bool {
        match &variable.dims[..] {
            [] => true,
            [dim] => self.meaning(dim) == Meaning::Trajectory,
            _ => false,
        }
    }
}

/// Spellings of the unit of longitudes, in small letters.
const LONGITUDES: [&str; 6] = [
    "degrees_east",
    "degree_east",
    "degrees_e",
    "degree_e",
    "degreese",
    "degreee",
];

/// Whether evenly spaced points of this unit are longitudes all around.
fn goes_around(unit: Option<&str>, points: &[f64]) -> bool {
    let is_east = unit.is_some_and(|unit| LONGITUDES.contains(&&unit.to_lowercase()[..]));
    let [first, .., last] = points else {
        return false;
    };
    let count = points.len() as f64;
    let around = (last - first) / (count - 1.0) * count;
    is_east && (around - 360.0).abs() < 1e-3 // points are often stored in single precision
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longitudes_of_all_360_degrees_go_around() {
        let points = |count: usize, step: f64| -> Vec<f64> {
            (0..count).map(|i| step * i as f64 - 180.0).collect()
        };
        assert!(goes_around(Some("degrees_east"), &points(32, 11.25)));
        assert!(goes_around(Some("degreesE"), &points(360, 1.0)));
        assert!(!goes_around(Some("degrees_east"), &points(33, 11.25))); // the first one again
        assert!(!goes_around(Some("degrees_east"), &points(31, 11.25)));
        assert!(!goes_around(Some("degree"), &points(32, 11.25)));
        assert!(!goes_around(None, &points(32, 11.25)));
        assert!(!goes_around(Some("degrees_east"), &[0.0]));
    }
}
