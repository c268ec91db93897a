//! Units by the names of what they measure.

use super::{Labelled, Meaning, Variable};
use std::collections::BTreeMap;

impl Labelled<'_> {
    /// The units that variables state: of fields with their components, static fields, parameters, axes of space, and `time`.
    pub(super) fn units(
        &self,
        fields: &[&Variable],
        still: &[&Variable],
        grid: &[String],
    ) -> BTreeMap<String, String> {
        let mut units = BTreeMap::new();
        for variable in fields.iter().chain(still) {
            for field in self.described(variable, grid.len()) {
                units.extend(stated(variable).map(|unit| (field.name, unit)));
            }
        }
        for variable in &self.variables {
            let is_axis = variable.dims == [variable.name.clone()];
            let name = match () {
                () if is_axis && self.meaning(&variable.name) == Meaning::Time => "time",
                () if is_axis && grid.contains(&variable.name) => &variable.name,
                () if self.is_number(variable) => &variable.name,
                () if !is_axis && self.is_of_each(variable) => &variable.name,
                () => continue,
            };
            units.extend(stated(variable).map(|unit| (name.to_owned(), unit)));
        }
        units
    }

    /// Whether a variable has one number per trajectory.
    fn is_of_each(&self, variable: &Variable) -> bool {
        matches!(&variable.dims[..], [dim] if self.meaning(dim) == Meaning::Trajectory)
    }
}

/// The unit that a variable states.
fn stated(variable: &Variable) -> Option<String> {
    clean(variable.units.as_deref()?)
}

/// The unit of an attribute, of times without their origin: "hours" of "hours since 2000-01-01"; none of numbers without one.
pub(in crate::files) fn clean(attribute: &str) -> Option<String> {
    let unit = attribute.split(" since ").next()?.trim();
    (!unit.is_empty() && unit != "1").then(|| unit.to_owned())
}
