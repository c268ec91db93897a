//! A recipe for a training on a file, ready to paste.

use crate::recipe::{clash, written};
use ondine_datasets::files::DatasetInfo;

/// Most modes of the network that is written.
const MODES: usize = 16;

/// Windows of a batch, where there are as many.
const BATCH: usize = 16;

/// Why a file can't be trained on, where so many of its trajectories are left out; none where it can.
pub(super) fn fault(info: &DatasetInfo, left_out: usize) -> Option<String> {
    if info.frames < 2 {
        return Some("it has one frame per trajectory, and a step needs two".to_owned());
    }
    if left_out == info.trajectories {
        let why = "every trajectory has values that are no data, or does not vary";
        return Some(why.to_owned());
    }
    let uneven = (0..info.trajectories).find_map(|index| info.time.check(index).err());
    uneven.or_else(|| clash(info))
}

/// The recipe: the `lines` of data without so many trajectories that are left out, the problem unless the file has the recipe that it was
/// written from, a network and epochs.
pub(super) fn text(lines: &str, info: &DatasetInfo, left_out: usize) -> String {
    let mut text = format!("[data]\n{lines}");
    let good = info.trajectories.saturating_sub(left_out);
    match split(info) {
        Some(name) => text += &format!("held_out = {{ split = \"{name}\" }}\n"),
        None if good > 1 => text += "held_out = { share = 0.1 }\n",
        None => {}
    }
    if left_out > 0 {
        text += "skip = \"bad\"\n";
    }
    if info.provenance.recipe.is_none() {
        text += &format!("\n{}", written(info));
    }
    let fewest = info.all_points().into_iter().flatten().min();
    let modes = (fewest.unwrap_or(2) / 2).clamp(1, MODES);
    text + &format!(
        "\n[model]\nkind = \"fno\"\nmodes = {modes}\n\n[train]\nepochs = 50\nbatch = {}\n",
        batch(info, good)
    )
}

/// Splits to be judged on, in the order of preference: the test is left for the end.
const JUDGED: [&str; 4] = ["valid", "validation", "val", "test"];

/// The split to hold out, of a dataset that names one beside that to train on.
fn split(info: &DatasetInfo) -> Option<&'static str> {
    let named = |name: &str| info.splits.iter().any(|(other, _)| other == name);
    let held_out = JUDGED.into_iter().find(|name| named(name));
    held_out.filter(|_| named(TRAIN))
}

const TRAIN: &str = "train";

/// Windows of a batch: no more than those of the trajectories that are trained on, of so many that are good.
fn batch(info: &DatasetInfo, good: usize) -> usize {
    let of_train = info.splits.iter().filter(|(name, _)| name == TRAIN);
    let of_train: usize = of_train.map(|(_, range)| range.len()).sum();
    let trained = match good {
        _ if split(info).is_some() => of_train.min(good),
        0 | 1 => good,
        all => all - ((0.1 * all as f64).round() as usize).max(1),
    };
    (trained * (info.frames - 1)).clamp(1, BATCH)
}
