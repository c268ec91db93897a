//! Units of a file beside those of the training.

use ondine_datasets::files::{DatasetInfo, channel_units};
use ondine_solvers::Problem;

/// The first field whose unit is another one than in training, in words.
pub(super) fn unlike_units(problem: &Problem, info: &DatasetInfo) -> Option<String> {
    let pairs = problem.fields.iter().zip(channel_units(info));
    let mut stated = pairs.filter_map(|(field, there)| Some((field, field.unit.as_ref()?, there?)));
    let (field, trained, found) = stated.find(|(_, trained, found)| *trained != found)?;
    Some(format!(
        "its unit of `{}` is {found}, that of the run {trained}: convert its values, or correct its attribute `units`",
        field.name
    ))
}
