//! A layout for tests.

use super::Layout;
use ondine_models::{Inputs, Reach};
use ondine_solvers::AxisKind;

impl Layout {
    /// States of one frame on periodic axes, and steps from one frame to the next.
    pub(crate) fn of_frames(grid: &[usize], channels: usize) -> Self {
        Self {
            grid: grid.to_vec(),
            trained: grid.to_vec(),
            axes: vec![AxisKind::PERIODIC; grid.len()],
            reach: Reach::Points,
            channels,
            bundle: 1,
            history: 1,
            statics: 0,
            stride: 1,
            inputs: Inputs::State,
        }
    }
}
