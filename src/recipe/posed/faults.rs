//! Faults of a `[problem]`: names that are taken or no names, units that measure nothing, a mask that is no field.

use super::{AXES, ProblemSection};
use crate::numbers::text::counted;
use ondine_solvers::problem::DT;

impl ProblemSection {
    /// The fault of a problem on a grid of `dims` axes: the key, and why.
    pub(in crate::recipe) fn fault(&self, dims: usize) -> Option<(&'static str, String)> {
        if self.fields.is_empty() {
            let why = "fields is empty: write the names of the fields of a state";
            return Some(("problem.fields", why.to_owned()));
        }
        let channels = self.fields.iter().flat_map(|field| field.channels(dims));
        let names: Vec<String> = channels.map(|field| field.name).collect();
        if let Some(fault) = fault_of_names(&names, &[]) {
            return Some(("problem.fields", fault));
        }
        let all = [&names[..], &self.static_fields].concat();
        if let Some(fault) = fault_of_names(&all, &[]) {
            return Some(("problem.static_fields", fault));
        }
        if let Some(fault) = self.fault_of_axes(dims) {
            return Some(("problem.axes", fault));
        }
        if let Some(fault) = self.fault_of_mask() {
            return Some(("problem.mask", fault));
        }
        if let Some(fault) = self.fault_of_units(dims) {
            return Some(("problem.units", fault));
        }
        let fault = self.fault_of_conditions(&all);
        fault.map(|fault| ("problem.conditions", fault))
    }
}

impl ProblemSection {
    /// The fault of the names of axes, in words.
    fn fault_of_axes(&self, dims: usize) -> Option<String> {
        let count = self.axes.len();
        if count != 0 && count != dims {
            let names = counted(count, "name");
            return Some(format!(
                "axes has {names}, and grid.points {dims}: write one name per axis, or leave axes out for x, y and z"
            ));
        }
        if let Some(name) = self.axes.iter().find(|name| is_of_times(name)) {
            return Some(format!(
                "`{name}` is a name of times, and an axis lies in space: give it another name"
            ));
        }
        fault_of_names(&self.axes, &[])
    }

    /// The fault of the names of conditions beside those of fields, in words.
    fn fault_of_conditions(&self, fields: &[String]) -> Option<String> {
        let names = self.conditions.0.iter().map(|(name, _)| name.clone());
        let names: Vec<String> = names.collect();
        let whole = self.fields.iter().map(|field| &field.name);
        let taken: Vec<&String> = whole.chain(fields).collect();
        let clash = names.iter().find(|name| taken.contains(name));
        clash
            .map(|name| shared_name(name))
            .or_else(|| fault_of_names(&names, &reserved(&self.axes)))
    }

    /// The first name of a unit that measures nothing, in words.
    fn fault_of_units(&self, dims: usize) -> Option<String> {
        let conditions = self.conditions.0.iter().map(|(name, _)| &name[..]);
        let others = self.static_fields.iter().map(|name| &name[..]);
        let own = self.axes.iter().map(|name| &name[..]);
        let usual = AXES.iter().copied().skip(self.axes.len()).take(dims);
        let axes = own.chain(usual.filter(|_| self.axes.is_empty()));
        let known = axes.chain(conditions);
        let known: Vec<&str> = known.chain(others).chain(["time"]).collect();
        let unknown = self.units.keys().find(|name| !known.contains(&&name[..]))?;
        Some(format!(
            "units has `{unknown}`, which is none of {}; a field has its unit in its table, as {{ name = \"{unknown}\", unit = \
             \"m/s\" }}",
            known.join(", ")
        ))
    }

    /// The fault of the mask, in words.
    fn fault_of_mask(&self) -> Option<String> {
        let mask = self.mask.as_ref()?;
        if !self.static_fields.contains(mask) {
            return Some(format!(
                "mask = \"{mask}\" is none of the static fields: write static_fields = [\"{mask}\"] too"
            ));
        }
        let conserved = self.fields.iter().find(|field| field.conserved)?;
        Some(format!(
            "mask leaves points out, and the mean of `{}` is held over all points: write it without `conserved`",
            conserved.name
        ))
    }
}

/// Whether a name is one of times, which no axis of space can have: `dt` is no distance.
pub(in crate::recipe) fn is_of_times(name: &str) -> bool {
    ["t", "time"].contains(&name)
}

/// Why a condition can't have the name of a field, with the ways out.
pub(crate) fn shared_name(name: &str) -> String {
    format!(
        "the condition `{name}` has the name of a field: give it another one; that of a file is called `{name}_` in what `ondine \
         convert` writes, and is left out by a [problem] without it"
    )
}

/// Names that a network is told already, with values of the grid, whose axes may have names of their own, and the time.
pub(in crate::recipe) fn reserved(axes: &[String]) -> Vec<String> {
    let own = axes.iter().map(|axis| &axis[..]);
    let of_axes = AXES.into_iter().chain(own);
    let of_axes = of_axes.flat_map(|axis| [format!("d{axis}"), format!("length_{axis}")]);
    let others = [DT, "time", "length"].map(str::to_owned);
    of_axes.chain(others).collect()
}

/// The fault of some names, in words.
fn fault_of_names(names: &[String], reserved: &[String]) -> Option<String> {
    let twice = |(place, name): &(usize, &String)| names[..*place].contains(name);
    if let Some((_, name)) = names.iter().enumerate().find(twice) {
        return Some(format!("`{name}` is written twice: give each another name"));
    }
    let unusable = |name: &&String| name.trim().is_empty() || name.contains(['/', '\0']);
    if let Some(name) = names.iter().find(unusable) {
        return Some(format!(
            "{name:?} is no name: write letters, digits and `_`"
        ));
    }
    let taken = names.iter().find(|name| reserved.contains(name))?;
    Some(format!(
        "`{taken}` is the name of a number that every simulation has, as [grid] and [time] say: write another name"
    ))
}
