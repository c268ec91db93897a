//! An evaluation read back from JSON, which has no word for NaN: `null` is written for it, and read as NaN where a number
//! is expected.

use super::Evaluation;
use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{Deserialize, Deserializer, IntoDeserializer, Visitor};
use serde_json::{Error, Value};

impl Evaluation {
    /// Reads what `evaluation.json` of a run holds.
    ///
    /// # Errors
    /// When it is not JSON, or not that of an evaluation.
    pub fn from_json(bytes: &[u8]) -> Result<Self, Error> {
        Self::deserialize(Json(serde_json::from_slice(bytes)?))
    }
}

/// JSON whose `null` is a number where one is expected.
struct Json(Value);

impl<'de> IntoDeserializer<'de, Error> for Json {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Json {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(values) => {
                visitor.visit_seq(SeqDeserializer::new(values.into_iter().map(Json)))
            }
            Value::Object(entries) => {
                let entries = entries.into_iter().map(|(key, value)| (key, Self(value)));
                visitor.visit_map(MapDeserializer::new(entries))
            }
            plain => plain.deserialize_any(visitor),
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_f64(f64::NAN),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.0.deserialize_enum(name, variants, visitor)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::SimulationScore;
    use crate::results::doubles;

    fn read(json: &Value) -> Evaluation {
        Evaluation::from_json(json.to_string().as_bytes()).expect("it is an evaluation")
    }

    #[test]
    fn a_null_is_not_a_number_and_what_is_absent_stays_absent() {
        let mut evaluation = doubles::evaluation();
        evaluation.surrogate.nrmse_over_time[1] = f64::NAN;
        let mut uncertainty = doubles::uncertainty();
        uncertainty.spread_over_time[1] = f64::NAN;
        uncertainty.horizon_agreement = None;
        evaluation.uncertainty = Some(uncertainty);
        let json = serde_json::to_value(&evaluation).expect("plain data");
        assert!(json["uncertainty"]["horizon_agreement"].is_null());
        let found = read(&json);
        assert!(found.surrogate.nrmse_over_time[1].is_nan());
        assert_eq!(found.times.len(), evaluation.times.len());
        let uncertainty = found.uncertainty.expect("it is there");
        assert!(uncertainty.horizon_agreement.is_none());
        assert!(uncertainty.spread_over_time[1].is_nan());
    }

    #[test]
    fn seeds_keep_all_their_bits_and_old_files_have_no_scores() {
        let mut evaluation = doubles::evaluation();
        let score = SimulationScore {
            index: 3,
            seed: Some(u64::MAX - 1),
            attempt: 1,
            conditions: [("dt".to_owned(), 0.2)].into(),
            nrmse: 0.01,
            correlation_time: 4.0,
            to_the_end: false,
            final_nrmse: 0.5,
        };
        evaluation.simulations = vec![score.clone()];
        let mut json = serde_json::to_value(&evaluation).expect("plain data");
        assert_eq!(read(&json).simulations, [score]);
        json.as_object_mut().expect("a table").remove("simulations");
        assert!(read(&json).simulations.is_empty());
    }
}
