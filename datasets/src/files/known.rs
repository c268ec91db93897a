//! Points with data, where others have none.

use super::{DatasetError, DatasetReader, constant_names};

/// Which points of trajectory `trajectory` have data; none where all have.
///
/// # Errors
/// When the file has no such trajectory or cannot be read.
pub fn known_points(
    reader: &dyn DatasetReader,
    trajectory: usize,
) -> Result<Option<Vec<bool>>, DatasetError> {
    let info = reader.info();
    let names = constant_names(info);
    let mask = (info.mask.as_ref()).and_then(|mask| names.iter().position(|name| name == mask));
    let Some(place) = mask else {
        return Ok(None);
    };
    let (points, constants) = (
        info.num_points_of(trajectory),
        reader.constants(trajectory)?,
    );
    let mask = &constants[place * points..][..points];
    Ok(Some(mask.iter().map(|value| *value > 0.0).collect()))
}
