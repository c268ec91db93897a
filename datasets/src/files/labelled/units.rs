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
                () if self.is_moment(variable) => "time",
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

/// Seconds of units of time, by the beginnings of their names.
const SECONDS: [(&[&str], f64); 6] = [
    (&["microsecond", "microseconds", "us"], 1e-6),
    (&["millisecond", "milliseconds", "ms", "msec"], 1e-3),
    (&["second", "seconds", "sec", "secs", "s"], 1.0),
    (&["minute", "minutes", "min", "mins"], 60.0),
    (&["hour", "hours", "hr", "hrs", "h"], 3600.0),
    (&["day", "days", "d"], 86400.0),
];

/// Calendars with the leap years of Gregory's (CF conventions, §4.4.1), in which moments of today are told apart alike.
const GREGORIAN: [&str; 3] = ["standard", "gregorian", "proleptic_gregorian"];

/// The moment in "hours since 2000-01-01 12:00", in that unit after 1970-01-01; none of other words or another calendar.
pub(super) fn since(units: &str, calendar: Option<&str>) -> Option<f64> {
    let calendar = calendar.unwrap_or("standard").to_lowercase();
    let (unit, moment) = units.split_once(" since ")?;
    let unit = unit.trim().to_lowercase();
    let (_, seconds) = SECONDS
        .iter()
        .find(|(names, _)| names.contains(&&unit[..]))?;
    let moment = moment
        .trim()
        .trim_end_matches("UTC")
        .trim_end_matches(['Z', ' ']);
    let (date, clock) = moment.split_once(['T', ' ']).unwrap_or((moment, "0"));
    let gregorian = GREGORIAN.contains(&&calendar[..]);
    let after = days(date)? * 86400.0 + seconds_of(clock)?;
    gregorian.then_some(after / seconds)
}

/// Days from 1970-01-01 to a date in Gregory's calendar.
fn days(date: &str) -> Option<f64> {
    let parts: Option<Vec<i64>> = date.split('-').map(|part| part.parse().ok()).collect();
    let [year, month, day] = parts?[..] else {
        return None;
    };
    if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // The year begins in March, so that the day that leap years have more is its last.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year / 4 - year / 100 + year / 400;
    let before_month = (153 * month + 2) / 5;
    let since_year_0 = 365 * year + leap_days + before_month + day - 1;
    Some((since_year_0 - 719_468) as f64)
}

/// Seconds from midnight to "12:30:15.5".
fn seconds_of(clock: &str) -> Option<f64> {
    let mut unit = 3600.0;
    let mut seconds = 0.0;
    for part in clock.trim().split(':') {
        seconds += unit * part.parse::<f64>().ok()?;
        unit /= 60.0;
    }
    Some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_of_times_are_moments() {
        let close = |units: &str, expected: f64| {
            let found = since(units, None).unwrap_or_else(|| panic!("{units}"));
            assert!((found - expected).abs() < 1e-6, "{units}: {found}");
        };
        close("days since 1970-01-01", 0.0);
        close("days since 2000-03-01 00:00:00", 11_017.0);
        close("hours since 1970-01-02T06:30:00Z", 30.5);
        close("days since 1900-1-1", -25_567.0);
        close("seconds since 2026-11-30 12:00:00.5", 1_796_040_000.5);
        for units in [
            "hours",
            "months since 2000-01-01",
            "days since the flood",
            "days since 0000-01-01",
        ] {
            assert_eq!(since(units, None), None, "{units}");
        }
        assert_eq!(since("days since 2000-01-01", Some("noleap")), None);
    }
}
