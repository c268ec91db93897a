//! Datasets for tests whose frames are one number each, that of the trajectory and the frame.

use super::{Axis, AxisKind, DatasetInfo, Field, FieldKind, Varying};
use std::ops::Range;

/// The description of a field on one point, in so many trajectories of so many frames.
pub(crate) fn numbers_of(trajectories: usize, frames: usize) -> DatasetInfo {
    let axis = Axis {
        points: 1,
        length: Varying::Same(1.0),
        kind: AxisKind::PERIODIC,
    };
    let field = Field {
        name: "u".to_owned(),
        kind: FieldKind::Scalar,
    };
    DatasetInfo {
        trajectories,
        frames,
        axes: vec![axis],
        fields: vec![field],
        ..DatasetInfo::default()
    }
}

/// Frame `t` of trajectory `i` as `100 i + t`, one trajectory after the other.
pub(crate) fn numbers(trajectories: Range<usize>, frames: Range<usize>) -> Vec<f64> {
    let value = |trajectory: usize| frames.clone().map(move |t| (100 * trajectory + t) as f64);
    trajectories.flat_map(value).collect()
}
