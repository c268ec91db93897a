//! A recipe for a training on a file, ready to paste.

use crate::recipe::written;
use ondine_datasets::hdf5::DatasetInfo;
use std::path::Path;
use toml::Value;

/// Most modes of the network that is written.
const MODES: usize = 16;

/// Windows of a batch, where there are as many.
const BATCH: usize = 16;

/// Why a file can't be trained on; none where it can.
pub(super) fn fault(info: &DatasetInfo) -> Option<String> {
    if info.frames < 2 {
        return Some("it has one frame per trajectory, and a step needs two".to_owned());
    }
    (0..info.trajectories).find_map(|index| info.time.check(index).err())
}

/// The recipe: data without trajectories that are `bad`, the problem unless the file has the recipe that it was written
/// from, a network and epochs.
pub(super) fn text(path: &Path, info: &DatasetInfo, bad: bool) -> String {
    let source = Value::from(path.to_string_lossy().into_owned());
    let mut text = format!("[data]\nsource = {source}\n");
    if info.trajectories > 1 {
        text += "held_out = { share = 0.1 }\n";
    }
    if bad {
        text += "skip = \"bad\"\n";
    }
    if info.provenance.recipe.is_none() {
        text += &format!("\n{}", written(info));
    }
    let fewest = info.axes.iter().map(|axis| axis.points).min();
    let modes = (fewest.unwrap_or(2) / 2).clamp(1, MODES);
    text + &format!(
        "\n[model]\nkind = \"fno\"\nmodes = {modes}\n\n[train]\nepochs = 50\nbatch = {}\n",
        batch(info)
    )
}

/// Windows of a batch: no more than those of the trajectories that are trained on.
fn batch(info: &DatasetInfo) -> usize {
    let held_out = match info.trajectories {
        0 | 1 => 0,
        all => ((0.1 * all as f64).round() as usize).max(1),
    };
    ((info.trajectories - held_out) * (info.frames - 1)).clamp(1, BATCH)
}
