//! Parts of a dataset and coarser forms of it, each a reader over another one: nothing behind them knows the difference.

mod based;
mod coarsen;
mod crop;
mod described;
mod ends;
mod every;
mod fields;
mod gaps;
mod masked;
mod repeated;

pub use based::on_grid;
pub use coarsen::{By, Coarsening, Factors};
pub(super) use described::Described;
pub use every::{strided, strided_chunk};
pub(super) use fields::Channels;

use super::{DatasetError, DatasetInfo, DatasetReader, Provenance, Reading};
use std::path::Path;
use std::sync::Arc;

/// The part of the dataset at `path` that a reading asks for, ends of axes first, then fields, frames, points and cells; points
/// without data last, so that a cell has data where all its points have some. With `mask` there is one even where all points
/// have data.
pub(super) fn view(
    reader: Arc<dyn DatasetReader>,
    reading: &Reading,
    path: &Path,
    mask: bool,
) -> Result<Arc<dyn DatasetReader>, DatasetError> {
    let fault = |key: &'static str| move |what| DatasetError::key_at(path, key, what);
    let mut reader = reader;
    if !reading.ends.is_empty() {
        reader = ends::stated(reader, &reading.ends).map_err(fault("ends"))?;
    }
    reader = repeated::without_repeated(reader, reading).map_err(fault("layout.points_at"))?;
    if let Some(names) = &reading.fields {
        reader = fields::chosen(reader, names).map_err(fault("fields"))?;
    }
    if let Some(every) = reading.every {
        reader = every::every(reader, every).map_err(fault("every"))?;
    }
    if !reading.crop.is_empty() {
        one_grid(reader.info()).map_err(fault("crop"))?;
        reader = crop::cropped(reader, &reading.crop).map_err(fault("crop"))?;
    }
    if let Some(coarsening) = &reading.coarsen {
        one_grid(reader.info()).map_err(fault("coarsen"))?;
        reader = coarsen::coarsened(reader, coarsening).map_err(fault("coarsen"))?;
    }
    Ok(masked::masked(reader, mask))
}

/// The description of a view, before what it changes: the recipe of the whole dataset does not hold for it.
fn part_of(info: &DatasetInfo) -> DatasetInfo {
    DatasetInfo {
        provenance: Provenance {
            recipe: None,
            ..info.provenance.clone()
        },
        ..info.clone()
    }
}

/// Refuses a dataset of several grids, whose axes have no one number of points.
fn one_grid(info: &DatasetInfo) -> Result<(), String> {
    let checked = info.check_one_grid();
    checked.map_err(|grids| format!("{grids}; write its files as data.source, not their folder"))
}

/// The number of an axis that a key names.
fn axis(info: &DatasetInfo, key: &str, name: &str) -> Result<usize, String> {
    let names: Vec<&str> = (0..info.axes.len())
        .map(|axis| info.axis_name(axis))
        .collect();
    let place = names.iter().position(|other| *other == name);
    place.ok_or_else(|| {
        let names = names.join(", ");
        format!("data.{key} names the axis `{name}`, and the axes are {names}")
    })
}

#[cfg(test)]
mod masked_tests;
#[cfg(test)]
mod tests;
