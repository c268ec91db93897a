//! Frames in HDF5.

use super::Header;
use crate::files::DatasetError;
use crate::files::array::Array;
use crate::files::source::{Attributes, Source};
use std::path::Path;
use std::sync::Arc;

/// The group of the patch.
const PATCH: &str = "patch1";

/// Contents of the attributes of a frame.
pub(super) fn header(path: &Path) -> Result<Header, DatasetError> {
    let source = Source::open(path)?;
    let patch = source.group(PATCH)?;
    let [groups, _] = source.names()?;
    if groups.len() > 1 {
        return Err(source.invalid(format!(
            "it has {} patches: frames of one grid are read, so write them without refinement or interpolate them",
            groups.len()
        )));
    }
    let number = |name: &str| {
        let missing = || source.missing(format!("the attribute `{name}` of the group `{PATCH}`"));
        patch.number(name).ok_or_else(missing)
    };
    let names = patch.words("dimensions").unwrap_or_default();
    let axis = |name: &String| {
        let cells = number(&format!("{name}.num_cells"))?;
        Ok((cells as usize, number(&format!("{name}.delta"))?))
    };
    Ok(Header {
        time: number("t")?,
        equations: number("num_eqn")? as usize,
        axes: names
            .iter()
            .map(axis)
            .collect::<Result<_, DatasetError>>()?,
    })
}

/// The values of a frame, `[equation, x, y, z]`.
pub(super) fn values(path: &Path) -> Result<Arc<dyn Array>, DatasetError> {
    let source = Source::open(path)?;
    Ok(Arc::new(source.dataset_at("patch1/q")?))
}
