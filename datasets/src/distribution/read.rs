//! Distributions as they stand in a recipe: a number, or a table with the name of one.

use super::{Distribution, choice, log_uniform, normal, uniform};
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use std::fmt;

/// The names that a table may have.
const KINDS: &[&str] = &["uniform", "log_uniform", "normal", "choice"];

/// The possible forms.
const FORMS: &str = "a number or a distribution such as { uniform = [0.5, 1.5] }";

struct Form;

impl<'de> Visitor<'de> for Form {
    type Value = Distribution;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(FORMS)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Distribution, E> {
        if value.is_finite() {
            Ok(Distribution::Constant(value))
        } else {
            Err(E::custom(format!("{value} is not a finite number")))
        }
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Distribution, E> {
        self.visit_f64(value as f64)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Distribution, A::Error> {
        let Some(kind) = map.next_key::<String>()? else {
            return Err(A::Error::custom(format!("expected {FORMS}; found {{ }}")));
        };
        let read = match kind.as_str() {
            "uniform" => {
                of_two(&mut map, uniform::refusal).map(|uniform| Distribution::Uniform { uniform })
            }
            "log_uniform" => of_two(&mut map, log_uniform::refusal)
                .map(|log_uniform| Distribution::LogUniform { log_uniform }),
            "normal" => {
                of_two(&mut map, normal::refusal).map(|normal| Distribution::Normal { normal })
            }
            "choice" => of_several(&mut map).map(|choice| Distribution::Choice { choice }),
            other => Err(A::Error::unknown_field(other, KINDS)),
        }?;
        match map.next_key::<String>()? {
            None => Ok(read),
            Some(other) => Err(A::Error::custom(format!(
                "`{other}` beside `{kind}`: a distribution has one key"
            ))),
        }
    }
}

/// Two numbers that describe a distribution.
fn of_two<'de, A: MapAccess<'de>>(
    map: &mut A,
    refusal: fn([f64; 2]) -> Option<String>,
) -> Result<[f64; 2], A::Error> {
    let values: [f64; 2] = map.next_value()?;
    match refusal(values) {
        None => Ok(values),
        Some(refusal) => Err(A::Error::custom(refusal)),
    }
}

/// The values of a choice, which rise from then on.
fn of_several<'de, A: MapAccess<'de>>(map: &mut A) -> Result<Vec<f64>, A::Error> {
    let mut values: Vec<f64> = map.next_value()?;
    if let Some(refusal) = choice::refusal(&values) {
        return Err(A::Error::custom(refusal));
    }
    values.sort_by(f64::total_cmp);
    Ok(values)
}

impl<'de> Deserialize<'de> for Distribution {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::DISTRIBUTIONS;

    #[test]
    fn every_example_of_the_list_is_read_and_written_as_it_stands_there() {
        #[derive(Deserialize, serde::Serialize)]
        struct Line {
            value: Distribution,
        }
        let names: Vec<&str> = DISTRIBUTIONS.iter().map(|entry| entry.kind).collect();
        assert_eq!(names, KINDS);
        for entry in DISTRIBUTIONS {
            let text = format!("value = {}", entry.example);
            let line: Line = toml::from_str(&text).expect(entry.kind);
            let again = toml::to_string(&line).expect("it is plain data");
            let again: Line = toml::from_str(&again).expect("it was just written");
            assert_eq!(line.value, again.value);
            assert!(line.value.varies(), "{text}");
        }
    }
}
