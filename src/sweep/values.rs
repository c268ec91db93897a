//! Values of a sweep as they are typed: `--set key=[...]`.

use super::{Search, SweepError};
use ondine_datasets::Distribution;
use toml::{Table, Value};

/// The settings of a sweep.
pub(super) struct Typed {
    /// Overrides of all combinations.
    pub(super) fixed: Vec<String>,
    /// Keys with several values.
    pub(super) varied: Vec<Varied>,
}

/// A key with several values.
pub(super) struct Varied {
    pub(super) key: String,
    pub(super) values: Values,
}

/// The values of a key.
pub(super) enum Values {
    /// These, as TOML.
    Listed(Vec<String>),
    /// Draws, whole numbers where `whole`.
    Drawn { prior: Distribution, whole: bool },
}

/// Sorts settings into those of all combinations and those that vary.
pub(super) fn typed(sets: &[String], search: Search) -> Result<Typed, SweepError> {
    let (mut fixed, mut varied): (Vec<String>, Vec<Varied>) = (Vec::new(), Vec::new());
    for typed in sets {
        let Some((key, raw)) = typed.split_once('=') else {
            let message =
                format!("--set {typed} has no `=`: write --set section.key=[value, value]");
            return Err(SweepError::Values(message));
        };
        let key = key.trim();
        let repeated = varied.iter().any(|other| other.key == key);
        if repeated {
            let message = format!("--set {key} stands twice: write all values in one list");
            return Err(SweepError::Values(message));
        }
        match values(key, raw, search)? {
            Some(values) => varied.push(Varied {
                key: key.to_owned(),
                values,
            }),
            None => fixed.push(typed.clone()),
        }
    }
    if varied.is_empty() {
        return Err(SweepError::Values(nothing_varies(&fixed)));
    }
    Ok(Typed { fixed, varied })
}

/// The error of settings that all have one value.
fn nothing_varies(fixed: &[String]) -> String {
    match fixed.iter().find_map(|typed| ranged(typed)) {
        Some(key) => {
            format!("`{key}` has a range: write --samples N to draw from it, or a list of values")
        }
        None => "nothing varies: write a list of values, as in --set model.modes=[8,16]".to_owned(),
    }
}

/// The key of a setting whose value is a range.
fn ranged(typed: &str) -> Option<&str> {
    let (key, raw) = typed.split_once('=')?;
    let value = parsed(raw)?;
    (value.is_table() && drawn(value).is_some()).then(|| key.trim())
}

/// A value as TOML has it.
fn parsed(raw: &str) -> Option<Value> {
    let mut table: Table = format!("value = {}", raw.trim()).parse().ok()?;
    table.remove("value")
}

/// The values of a key that varies; none of one that does not.
fn values(key: &str, raw: &str, search: Search) -> Result<Option<Values>, SweepError> {
    match parsed(raw) {
        Some(Value::Array(items)) => listed(key, &items).map(Some),
        Some(value @ Value::Table(_)) if matches!(search, Search::Random { .. }) => {
            Ok(drawn(value))
        }
        _ => Ok(None),
    }
}

fn listed(key: &str, items: &[Value]) -> Result<Values, SweepError> {
    let wrong = |message: String| Err(SweepError::Values(message));
    let values: Vec<String> = items.iter().map(Value::to_string).collect();
    if values.is_empty() {
        return wrong(format!("--set {key}=[] has no value: write some"));
    }
    let repeated = values.iter().enumerate();
    let mut repeated = repeated.filter(|(place, value)| values[..*place].contains(value));
    match repeated.next() {
        Some((_, value)) => wrong(format!("--set {key} has the value {value} twice")),
        None => Ok(Values::Listed(values)),
    }
}

/// A distribution to draw from; none where the table is none, and so a value.
fn drawn(value: Value) -> Option<Values> {
    let ends = value.as_table().into_iter().flat_map(Table::values);
    let mut ends = ends.filter_map(Value::as_array).flatten();
    let whole = ends.all(Value::is_integer);
    let prior: Distribution = value.try_into().ok()?;
    Some(Values::Drawn { prior, whole })
}

impl Values {
    /// The number of values; none where they are drawn from a range.
    pub(super) fn count(&self) -> Option<usize> {
        match self {
            Self::Listed(values) => Some(values.len()),
            Self::Drawn { .. } => None,
        }
    }

    /// The value below which a share `unit` of all lies, as TOML: a whole number, or four digits, which names of directories have.
    pub(super) fn at(&self, unit: f64) -> String {
        match self {
            Self::Listed(values) => {
                let place = (unit * values.len() as f64) as usize;
                values[place.min(values.len() - 1)].clone()
            }
            Self::Drawn { prior, whole: true } => format!("{:.0}", prior.quantile(unit)),
            Self::Drawn { prior, .. } => {
                let digits = format!("{:.3e}", prior.quantile(unit));
                let value: f64 = digits.parse().unwrap_or(f64::NAN);
                format!("{value:?}")
            }
        }
    }
}
