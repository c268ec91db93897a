//! Notes on what is not read of a file, and what is supplied.

use super::{Labelled, Meaning, Variable, falls};

/// Attributes that a note names, at most.
const NAMED: usize = 8;

/// The note on these numbers among the attributes of a file; none where there are none.
pub(in crate::files) fn numbers_beside(names: &[String]) -> Option<String> {
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
        left.chain(places).chain(axes).collect()
    }

    fn note_on_axis(&self, dim: &str) -> Option<String> {
        let Some(list) = self.coordinate(dim) else {
            return Some(format!(
                "no variable lists the points of the axis `{dim}`: they are taken to lie 1 apart"
            ));
        };
        let points = list.array.all().ok()?;
        falls(&points)
            .then(|| format!("the points of the axis `{dim}` fall: it is read from its other end"))
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
