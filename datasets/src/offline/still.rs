//! Static fields of a file: those of a trajectory that do not change in time.

use crate::files::{DatasetReader, constant_names};
use std::sync::Arc;

/// The channels called `names` of the fields of trajectory `index` that do not change in time, one after the other in that
/// order; see [`constant_names`].
///
/// # Errors
/// When the file has no field of such a name, can't be read, or has values in it that are not finite.
pub fn static_fields(
    reader: &dyn DatasetReader,
    index: usize,
    names: &[String],
) -> Result<Arc<[f32]>, String> {
    if names.is_empty() {
        return Ok(Arc::default());
    }
    let (known, points) = (
        constant_names(reader.info()),
        reader.info().num_points_of(index),
    );
    let values = reader.constants(index).map_err(|error| error.to_string())?;
    let mut fields = Vec::with_capacity(names.len() * points);
    for name in names {
        let place = known.iter().position(|other| other == name);
        let place = place.ok_or_else(|| missing(name, &known))?;
        let channel = &values[place * points..][..points];
        if !channel.iter().all(|value| value.is_finite()) {
            return Err(format!(
                "the static field `{name}` of trajectory {index} has values that are not finite"
            ));
        }
        fields.extend(channel.iter().map(|&value| value as f32));
    }
    Ok(fields.into())
}

/// The fault of a file without the static field `name`, in words; `known` are those that it has.
pub fn missing(name: &str, known: &[String]) -> String {
    let known = match known {
        [] => "none".to_owned(),
        known => known.join(", "),
    };
    format!("it has no field `{name}` that does not change in time; it has: {known}")
}
