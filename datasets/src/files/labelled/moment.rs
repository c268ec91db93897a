//! Times of the frames: a list along their axis, or the one value of a file with a single frame.

use super::units::since;
use super::{Labelled, Meaning, Variable};
use crate::files::room::counted;
use crate::files::{DatasetError, Time, Varying};

/// Names of single values and attributes that are the time of a frame; `T` is a temperature.
const NAMES: [&str; 4] = ["time", "Time", "TIME", "t"];

impl Labelled<'_> {
    /// Times of the frames; 0, 1, ... where nothing states them.
    pub(super) fn time(&self, field: &Variable, frames: usize) -> Result<Time, DatasetError> {
        let listed = |times| Time::Listed(Varying::Same(times));
        if let Some(list) = self.list_of_times(field) {
            return list.array.all().map(listed);
        }
        if let Some(value) = self.moment() {
            return value.array.all().map(listed);
        }
        if let Some((_, value)) = self.moment_beside() {
            return Ok(listed(vec![*value]));
        }
        counted("time", frames).map(listed)
    }

    /// The moment that the times of a field count from, in their unit after 1970; none where none is stated.
    pub(super) fn origin(&self, field: &Variable) -> Option<f64> {
        let times = self.list_of_times(field).or_else(|| self.moment())?;
        since(times.units.as_deref()?, times.calendar.as_deref())
    }

    fn list_of_times(&self, field: &Variable) -> Option<&Variable> {
        let mut dims = field.dims.iter();
        let time = dims.find(|dim| self.meaning(dim) == Meaning::Time)?;
        self.coordinate(time)
    }

    /// The single value that is the time of the one frame; none where some variable has an axis of time.
    pub(super) fn moment(&self) -> Option<&Variable> {
        if self
            .variables
            .iter()
            .any(|one| self.has(one, Meaning::Time))
        {
            return None;
        }
        let single = || self.variables.iter().filter(|one| one.dims.is_empty());
        let standard = |one: &&Variable| {
            one.standard_name.as_deref() == Some("time") || one.axis.as_deref() == Some("T")
        };
        let called = |name: &&str| single().find(|one| one.name == **name);
        let found = single().find(standard);
        found.or_else(|| NAMES.iter().find_map(called))
    }

    /// Whether a variable is the time of the one frame.
    pub(super) fn is_moment(&self, variable: &Variable) -> bool {
        self.moment()
            .is_some_and(|moment| moment.name == variable.name)
    }

    /// The attribute of the whole file that is the time of the one frame; none where a variable states times.
    pub(super) fn moment_beside(&self) -> Option<&(String, f64)> {
        let timed = |one: &Variable| self.has(one, Meaning::Time) || self.is_moment(one);
        if self.variables.iter().any(timed) {
            return None;
        }
        let called = |name: &&str| self.numbers.iter().find(|(own, _)| own == *name);
        NAMES.iter().find_map(called)
    }
}
