//! Ends of axes that a file does not state.

use super::{axis, part_of};
use crate::files::{DatasetError, DatasetInfo, DatasetReader, End};
use std::collections::BTreeMap;
use std::ops::Range;
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
    }
    if info.axes == reader.info().axes {
        info.provenance.recipe = recipe;
    }
    Ok(Arc::new(Stated { reader, info }))
}

struct Stated {
    reader: Arc<dyn DatasetReader>,
    info: DatasetInfo,
}

impl DatasetReader for Stated {
    fn info(&self) -> &DatasetInfo {
        &self.info
    }

    fn fill_values(&self, channel: usize) -> Vec<f64> {
        self.reader.fill_values(channel)
    }

    fn constants(&self, trajectory: usize) -> Result<Vec<f64>, DatasetError> {
        self.reader.constants(trajectory)
    }

    fn series(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        self.reader.series(trajectory, frames)
    }

    fn frames(&self, trajectory: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
        self.reader.frames(trajectory, frames)
    }

    fn stored_together(&self) -> [usize; 2] {
        self.reader.stored_together()
    }

    fn block(
        &self,
        trajectories: Range<usize>,
        frames: Range<usize>,
    ) -> Result<Vec<f64>, DatasetError> {
        self.reader.block(trajectories, frames)
    }
}
