//! Splits of a dataset and statistics of its fields, which The Well keeps in folders and in `stats.yaml`: in a single file they are
//! attributes of our own, as JSON; so is the name of the mask of points without data, as a word.

use crate::files::source::{Attributes, Source};
use crate::files::{DatasetError, DatasetInfo, Field, Statistics};
use hdf5_reader::group::Group;
use serde::de::DeserializeOwned;
use std::ops::Range;

/// Name, first trajectory and end of every split: `[["train", 0, 8], ["test", 8, 10]]`.
const SPLITS: &str = "ondine_splits";

/// Name, mean and standard deviation of every field, of a vector by component: `[["u", [0.5], [1.0]]]`.
const STATISTICS: &str = "ondine_statistics";

/// Name of the constant field that is 0 at points without data.
const MASK: &str = "ondine_mask";

/// The attributes with their texts; none of what the dataset does not have.
pub(super) fn attributes(info: &DatasetInfo) -> [Option<(&'static str, String)>; 3] {
    let splits = info.splits.iter();
    let splits = splits.map(|(name, range)| (name, range.start, range.end));
    let splits = serde_json::to_string(&splits.collect::<Vec<_>>());
    let statistics = info.statistics.iter();
    let statistics = statistics.map(|one| (&one.field, &one.mean, &one.std));
    let statistics = serde_json::to_string(&statistics.collect::<Vec<_>>());
    let some = |there: bool, text: serde_json::Result<String>| text.ok().filter(|_| there);
    [
        some(!info.splits.is_empty(), splits).map(|text| (SPLITS, text)),
        some(!info.statistics.is_empty(), statistics).map(|text| (STATISTICS, text)),
        info.mask.clone().map(|name| (MASK, name)),
    ]
}

/// The parts of so many trajectories.
pub(super) fn splits(
    source: &Source,
    root: &Group,
    trajectories: usize,
) -> Result<Vec<(String, Range<usize>)>, DatasetError> {
    let splits: Vec<(String, usize, usize)> = parsed(source, root, SPLITS)?;
    let wrong = |(_, start, end): &&(String, usize, usize)| start > end || *end > trajectories;
    if let Some((name, start, end)) = splits.iter().find(wrong) {
        return Err(source.invalid(format!(
            "the split `{name}` is that of the trajectories {start}..{end}, and there are {trajectories}"
        )));
    }
    let range = |(name, start, end)| (name, start..end);
    Ok(splits.into_iter().map(range).collect())
}

/// Mean and standard deviation of the fields.
pub(super) fn statistics(source: &Source, root: &Group) -> Result<Vec<Statistics>, DatasetError> {
    let all: Vec<(String, Vec<f64>, Vec<f64>)> = parsed(source, root, STATISTICS)?;
    let of_field = |(field, mean, std)| Statistics { field, mean, std };
    Ok(all.into_iter().map(of_field).collect())
}

/// The name of the mask among the constant fields, where points have no data.
pub(super) fn mask(
    source: &Source,
    root: &Group,
    constants: &[Field],
) -> Result<Option<String>, DatasetError> {
    let name = root.word(MASK);
    let known = |name: &String| constants.iter().any(|field| field.name == *name);
    match name.filter(|name| !known(name)) {
        None => Ok(root.word(MASK)),
        Some(name) => Err(source.invalid(format!(
            "the attribute `{MASK}` names `{name}`, which is none of its constant fields"
        ))),
    }
}

/// The list in an attribute; nothing where the file does not have it.
fn parsed<T: DeserializeOwned>(
    source: &Source,
    root: &Group,
    name: &str,
) -> Result<Vec<T>, DatasetError> {
    let Some(text) = root.word(name) else {
        return Ok(Vec::new());
    };
    let list = serde_json::from_str(&text);
    list.map_err(|error| source.invalid(format!("the attribute `{name}` can't be read: {error}")))
}
