//! The description of some trajectories of a dataset.

use ondine_datasets::files::{DatasetInfo, FileGrid, Time, Varying};
use std::collections::BTreeSet;
use std::ops::Range;

/// The description of the trajectories with these rising numbers, with every n-th frame.
pub(super) fn described(info: &DatasetInfo, chosen: &[usize], every: usize) -> DatasetInfo {
    let mut part = info.clone();
    part.trajectories = chosen.len();
    let frames = |index: &usize| info.frames_of(*index).div_ceil(every);
    part.frames_each = chosen.iter().map(frames).collect();
    part.frames = part.frames_each.iter().copied().max().unwrap_or(0);
    if part.frames_each.iter().all(|&frames| frames == part.frames) {
        part.frames_each = Vec::new();
    }
    let points = chosen.first().map(|index| info.points_of(*index));
    let axes = part.axes.iter_mut().zip(points.into_iter().flatten());
    axes.for_each(|(axis, points)| axis.points = points);
    (part.grids, part.grid_each) = grids(info, chosen);
    for axis in &mut part.axes {
        axis.length = some(&axis.length, chosen);
    }
    for (_, values) in &mut part.parameters {
        *values = some(values, chosen);
    }
    part.time = match &info.time {
        Time::Uniform(dt) => Time::Uniform(some(dt, chosen).map(|dt| dt * every as f64)),
        Time::Listed(times) => {
            let kept = |times: &Vec<f64>| times.iter().copied().step_by(every).collect();
            Time::Listed(some(times, chosen).map(kept))
        }
    };
    let attempts = &part.provenance.attempts;
    let attempts = chosen.iter().filter_map(|index| attempts.get(*index));
    part.provenance.attempts = attempts.copied().collect();
    part.splits = info
        .splits
        .iter()
        .filter_map(|split| within(split, chosen))
        .collect();
    if chosen.len() < info.trajectories || every > 1 {
        part.provenance.recipe = None; // it describes the whole
    }
    part
}

/// The grids of these trajectories and that of each by its place among them; both empty where there is one.
fn grids(info: &DatasetInfo, chosen: &[usize]) -> (Vec<FileGrid>, Vec<usize>) {
    let (mut grids, mut each): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    for index in chosen {
        let grid = info.grid_of(*index);
        let place = grids.iter().position(|other| *other == grid);
        each.push(place.unwrap_or(grids.len()));
        if place.is_none() {
            grids.push(grid);
        }
    }
    if grids.len() < 2 {
        return (Vec::new(), Vec::new());
    }
    let of = |grid: &usize| info.grids[*grid].clone();
    (grids.iter().map(of).collect(), each)
}

/// A part of the trajectories by name among those that are chosen; none where none of it is.
fn within(
    (name, range): &(String, Range<usize>),
    chosen: &[usize],
) -> Option<(String, Range<usize>)> {
    let [first, end] = [range.start, range.end].map(|at| chosen.partition_point(|&own| own < at));
    (first < end).then(|| (name.clone(), first..end))
}

fn some<T: Clone>(values: &Varying<T>, chosen: &[usize]) -> Varying<T> {
    match values {
        Varying::Same(value) => Varying::Same(value.clone()),
        Varying::Each(values) => {
            Varying::Each(chosen.iter().map(|index| values[*index].clone()).collect())
        }
    }
}

/// Names of parts: their points where these differ, and the number of frames where parts differ in it alone; empty where there is
/// one part.
pub(super) fn names(parts: &[&DatasetInfo]) -> Vec<String> {
    let grids: BTreeSet<Vec<usize>> = parts.iter().map(|part| part.points()).collect();
    let lengths_differ = parts.len() > grids.len();
    let name = |part: &&DatasetInfo| {
        let points = part.points().into_iter().map(|n| n.to_string());
        let points = (grids.len() > 1).then(|| points.collect::<Vec<_>>().join("x"));
        let frames = lengths_differ.then(|| format!("{}frames", part.frames));
        let words: Vec<String> = points.into_iter().chain(frames).collect();
        words.join("-")
    };
    parts.iter().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ondine_datasets::files::{Axis, AxisKind};

    fn of(points: usize, frames: usize) -> DatasetInfo {
        DatasetInfo {
            frames,
            axes: vec![Axis {
                points,
                length: Varying::Same(1.0),
                kind: AxisKind::OPEN,
            }],
            ..DatasetInfo::default()
        }
    }

    #[test]
    fn names_say_in_what_parts_differ() {
        let named = |parts: &[DatasetInfo]| names(&parts.iter().collect::<Vec<_>>());
        assert_eq!(named(&[of(8, 5)]), [""]);
        assert_eq!(named(&[of(8, 5), of(16, 9)]), ["8", "16"]);
        assert_eq!(named(&[of(8, 5), of(8, 9)]), ["5frames", "9frames"]);
        let both = named(&[of(8, 5), of(8, 9), of(16, 5)]);
        assert_eq!(both, ["8-5frames", "8-9frames", "16-5frames"]);
    }

    #[test]
    fn parts_of_trajectories_keep_those_that_are_chosen() {
        let split = |first, end| ("test".to_owned(), first..end);
        let chosen = [1, 4, 5, 9];
        assert_eq!(within(&split(4, 9), &chosen), Some(split(1, 3)));
        assert_eq!(within(&split(6, 9), &chosen), None);
        assert_eq!(within(&split(0, 10), &chosen), Some(split(0, 4)));
    }
}
