//! Frames of the trajectories that are looked at, of several at once where chunks mix them.

use super::Scope;
use crate::files::{DatasetError, DatasetReader};

/// Values of trajectories that are read at once where chunks mix them, unless one has more: 128 MiB.
const MOST: usize = 1 << 24;

/// Trajectories in groups that are read at once: those that share chunks, as far as memory holds them, or single ones.
pub(super) fn groups<'a>(
    reader: &dyn DatasetReader,
    chosen: &'a [usize],
    scope: &Scope,
) -> impl Iterator<Item = &'a [usize]> {
    let info = reader.info();
    let alike = info.frames_each.is_empty() && info.grid_each.is_empty();
    let together = if alike {
        reader.stored_together()[0].max(1)
    } else {
        1
    };
    let frame = info.largest_frame_len();
    let each = scope.frames.len().saturating_mul(frame).max(1);
    let most = (MOST / each).clamp(1, together);
    let row = move |index: &usize| (index / together, index % together / most);
    chosen.chunk_by(move |a, b| row(a) == row(b))
}

/// Calls `look` with the frames of each trajectory of a group within a scope; those that end before are left out.
pub(super) fn each(
    reader: &dyn DatasetReader,
    group: &[usize],
    scope: &Scope,
    mut look: impl FnMut(usize, &[f64]),
) -> Result<(), DatasetError> {
    if let [index] = *group {
        let frames = read(reader, index, scope)?;
        if !frames.is_empty() {
            look(index, &frames);
        }
        return Ok(());
    }
    let (first, last) = (group[0], group[group.len() - 1]);
    let values = reader.block(first..last + 1, scope.frames.clone())?;
    let len = (values.len() / (last + 1 - first)).max(1);
    for &index in group {
        look(index, &values[(index - first) * len..][..len]);
    }
    Ok(())
}

/// The frames of a trajectory within a scope; none where it ends before.
pub(super) fn read(
    reader: &dyn DatasetReader,
    index: usize,
    scope: &Scope,
) -> Result<Vec<f64>, DatasetError> {
    let own = reader.info().frames_each.get(index);
    let end = own.map_or(scope.frames.end, |own| scope.frames.end.min(*own));
    if own.is_some() && end <= scope.frames.start {
        return Ok(Vec::new());
    }
    reader.frames(index, scope.frames.start..end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::{Axis, AxisKind, DatasetInfo, Field, FieldKind, Varying};
    use std::ops::Range;

    /// Trajectories with their number at every frame, four of them in a chunk.
    struct Mixed(DatasetInfo);

    impl DatasetReader for Mixed {
        fn info(&self) -> &DatasetInfo {
            &self.0
        }

        fn frames(&self, index: usize, frames: Range<usize>) -> Result<Vec<f64>, DatasetError> {
            Ok(vec![index as f64; frames.len() * self.0.frame_len()])
        }

        fn stored_together(&self) -> [usize; 2] {
            [4, 1]
        }
    }

    fn mixed(points: usize, frames_each: Vec<usize>) -> Mixed {
        let axis = Axis {
            points,
            length: Varying::Same(1.0),
            kind: AxisKind::PERIODIC,
        };
        let field = Field {
            name: "u".to_owned(),
            kind: FieldKind::Scalar,
        };
        Mixed(DatasetInfo {
            trajectories: 9,
            frames: 2,
            axes: vec![axis],
            fields: vec![field],
            frames_each,
            ..DatasetInfo::default()
        })
    }

    #[test]
    fn trajectories_of_a_chunk_are_read_at_once_as_far_as_memory_reaches() {
        let scope = Scope {
            trajectories: 9,
            frames: 0..2,
            values: u64::MAX,
        };
        let chosen = [0, 2, 3, 4, 8];
        let sizes = |reader: &Mixed| -> Vec<usize> {
            groups(reader, &chosen, &scope)
                .map(<[usize]>::len)
                .collect()
        };
        assert_eq!(sizes(&mixed(1, vec![])), [3, 1, 1]);
        assert_eq!(sizes(&mixed(MOST / 4, vec![])), [1, 2, 1, 1]);
        assert_eq!(sizes(&mixed(1, vec![2; 9])), [1; 5]);
        let reader = mixed(1, vec![]);
        let mut read = Vec::new();
        let look = |index, frames: &[f64]| read.push((index, frames.to_vec()));
        each(&reader, &chosen[..3], &scope, look).unwrap();
        let expected = [0, 2, 3].map(|index| (index, vec![index as f64; 2]));
        assert_eq!(read, expected);
    }
}
