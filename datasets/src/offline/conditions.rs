//! Conditions of the trajectories of a file.

use crate::Conditions;
use crate::files::DatasetReader;
use std::sync::Arc;

/// The conditions of trajectory `index`, with the parameters called `names`, in that order.
///
/// # Errors
/// When there is no parameter of such a name, or the frames are not evenly spaced in time.
pub fn conditions(
    reader: &dyn DatasetReader,
    index: usize,
    names: &[String],
) -> Result<Arc<Conditions>, String> {
    let info = reader.info();
    info.time.check(index)?;
    let value = |name: &String| {
        let found = info.parameters.iter().find(|(other, _)| other == name);
        let (_, values) = found.ok_or_else(|| format!("it has no parameter `{name}`"))?;
        Ok(*values.get(index))
    };
    Ok(Arc::new(Conditions {
        dt: info.time.dt(index),
        length: info.length(index),
        spacing: info.spacing(index),
        parameters: names.iter().map(value).collect::<Result<_, String>>()?,
    }))
}
