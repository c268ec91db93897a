//! Windows: consecutive frames of one trajectory, the unit that a loss is computed on.

use crate::Conditions;
use std::collections::VecDeque;
use std::sync::Arc;

/// Handles of the frames of one window; frames are shared between windows and never copied.
#[derive(Debug, Clone)]
pub struct Window {
    /// Index of the simulation.
    pub simulation: u64,
    /// Number of its grid among those of the training: 0, but for files of several grids
    /// ([`DatasetInfo::grids`](crate::files::DatasetInfo::grids)).
    pub grid: usize,
    /// Index of the first frame within the trajectory.
    pub start: usize,
    /// Conditions of the simulation.
    pub conditions: Arc<Conditions>,
    /// The frames, channel-major, `stride` apart.
    pub frames: Vec<Arc<[f32]>>,
    /// Fields of the simulation that do not change in time, channel-major; empty where there are none.
    pub static_fields: Arc<[f32]>,
}

impl Window {
    /// Gives the windows of one simulation its static fields, one channel after the other, held once.
    pub fn share(windows: &mut [Self], static_fields: &[f64]) {
        let fields: Arc<[f32]> = static_fields.iter().map(|&value| value as f32).collect();
        for window in windows {
            window.static_fields = fields.clone();
        }
    }
}

/// Shape of the windows that are cut from a trajectory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// Frames from one frame of a window to the next.
    pub stride: usize,
    /// Frames of a window.
    pub frames: usize,
}

impl Cut {
    /// Frames from the first to the last of a window.
    pub fn span(&self) -> usize {
        self.stride * (self.frames - 1)
    }

    /// Number of windows of a trajectory of `frames` frames.
    pub fn windows(&self, frames: usize) -> usize {
        frames.saturating_sub(self.span())
    }
}

/// Cuts the windows of one trajectory as its frames arrive. They have no static fields, which may be known at the end alone:
/// see [`Window::share`].
pub struct WindowCutter {
    cut: Cut,
    simulation: u64,
    conditions: Arc<Conditions>,
    recent: VecDeque<Arc<[f32]>>,
    next: usize,
}

impl WindowCutter {
    /// A cutter for the trajectory of `simulation`.
    pub fn new(cut: Cut, simulation: u64, conditions: Conditions) -> Self {
        Self {
            cut,
            simulation,
            conditions: Arc::new(conditions),
            recent: VecDeque::with_capacity(cut.span() + 1),
            next: 0,
        }
    }

    /// Takes the next frame; returns the window that it completes.
    pub fn push(&mut self, frame: &[f64]) -> Option<Window> {
        self.recent
            .push_back(frame.iter().map(|&value| value as f32).collect());
        if self.recent.len() <= self.cut.span() {
            return None;
        }
        let frames = self
            .recent
            .iter()
            .step_by(self.cut.stride)
            .cloned()
            .collect();
        self.recent.pop_front();
        self.next += 1;
        Some(Window {
            simulation: self.simulation,
            grid: 0,
            start: self.next - 1,
            conditions: self.conditions.clone(),
            frames,
            static_fields: Arc::default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_hold_frames_a_stride_apart_and_share_them() {
        let conditions = Conditions {
            dt: 1.0,
            length: vec![],
            spacing: vec![],
            parameters: vec![],
        };
        let cut = Cut {
            stride: 2,
            frames: 3,
        };
        let mut cutter = WindowCutter::new(cut, 7, conditions);
        let mut windows: Vec<Window> = (0..8)
            .filter_map(|i| cutter.push(&[f64::from(i)]))
            .collect();
        let values = |window: &Window| window.frames.iter().map(|f| f[0]).collect::<Vec<_>>();
        assert_eq!(windows.len(), cut.windows(8));
        assert_eq!(values(&windows[0]), [0.0, 2.0, 4.0]);
        assert_eq!(values(&windows[3]), [3.0, 5.0, 7.0]);
        assert!(Arc::ptr_eq(&windows[0].frames[2], &windows[2].frames[1]));
        Window::share(&mut windows, &[0.5]);
        let [first, last] = [0, 3].map(|i| &windows[i].static_fields);
        assert!(Arc::ptr_eq(first, last) && last[..] == [0.5]);
    }
}
