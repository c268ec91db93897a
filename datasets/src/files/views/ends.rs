//! Ends of axes that a file does not state.

use super::described::Described;
use super::{axis, part_of};
use crate::files::{DatasetReader, End, points};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The same dataset with these ends of axes, where it states none itself.
pub(super) fn stated(
    reader: Arc<dyn DatasetReader>,
    ends: &BTreeMap<String, End>,
) -> Result<Arc<dyn DatasetReader>, String> {
    let recipe = reader.info().provenance.recipe.clone();
    let mut info = part_of(reader.info());
    for (name, end) in ends {
        let place = axis(&info, "ends", name)?;
        let (there, here) = (info.axes[place].kind, end.kind());
        if there.ends() == here.ends() {
            continue;
        }
        if there.ends() != End::Open.kind().ends() {
            return Err(format!(
                "data.ends says another thing of the axis `{name}` than the file, by which it lies {}: leave the axis out",
                there.ends()
            ));
        }
        info.axes[place].kind = here;
        let first = info.first_points.get(place).copied().flatten();
        let note = points::note_on_ends(name, &info.axes[place], first);
        info.notes.extend(note);
    }
    if info.axes == reader.info().axes {
        info.provenance.recipe = recipe;
    }
    Ok(Arc::new(Described { reader, info }))
}
