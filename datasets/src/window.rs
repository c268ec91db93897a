//! Windows: consecutive frames of one trajectory, the unit that a loss is computed on.

mod frame;

use frame::replace;
pub use frame::{DeviceFrame, Frame};

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
    /// The frames, `stride` apart.
    pub frames: Vec<Frame>,
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

    /// Gives the windows of one simulation its frames on a device, all those of its trajectory, in the place of their own.
    pub fn place(windows: &mut [Self], trajectory: &[Frame], cut: Cut) {
        for window in windows {
            let frames = trajectory[window.start..].iter().step_by(cut.stride);
            window.frames = frames.take(cut.frames).cloned().collect();
        }
    }

    /// Copies the frames that lie on a device to the host, each of them once.
    pub fn fetch(windows: &mut [Self]) {
        let frames = windows.iter_mut().flat_map(|window| &mut window.frames);
        replace(frames, |frame| Frame::Host(frame.on_host()));
    }

    /// Moves the frames that lie on the host to a device, each of them once.
    pub fn upload<'a>(
        windows: impl IntoIterator<Item = &'a mut Self>,
        mut to: impl FnMut(&[f32]) -> Arc<dyn DeviceFrame>,
    ) {
        let frames = windows.into_iter().flat_map(|window| &mut window.frames);
        replace(frames, |frame| match frame {
            Frame::Host(values) => Frame::Device(to(values)),
            Frame::Device(_) => frame.clone(),
        });
    }

    /// Whether its frames lie on a device.
    #[must_use]
    pub fn is_on_device(&self) -> bool {
        self.frames.first().is_some_and(Frame::is_on_device)
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
    recent: VecDeque<Frame>,
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

    fn cutter(cut: Cut) -> WindowCutter {
        let conditions = Conditions {
            dt: 1.0,
            length: vec![],
            spacing: vec![],
            parameters: vec![],
        };
        WindowCutter::new(cut, 7, conditions)
    }

    #[test]
    fn windows_hold_frames_a_stride_apart_and_share_them() {
        let cut = Cut {
            stride: 2,
            frames: 3,
        };
        let mut cutter = cutter(cut);
        let mut windows: Vec<Window> = (0..8)
            .filter_map(|i| cutter.push(&[f64::from(i)]))
            .collect();
        let values = |window: &Window| {
            let frames = window.frames.iter();
            frames.map(|f| f.on_host()[0]).collect::<Vec<_>>()
        };
        assert_eq!(windows.len(), cut.windows(8));
        assert_eq!(values(&windows[0]), [0.0, 2.0, 4.0]);
        assert_eq!(values(&windows[3]), [3.0, 5.0, 7.0]);
        assert_eq!(
            windows[0].frames[2].address(),
            windows[2].frames[1].address()
        );
        Window::share(&mut windows, &[0.5]);
        let [first, last] = [0, 3].map(|i| &windows[i].static_fields);
        assert!(Arc::ptr_eq(first, last) && last[..] == [0.5]);
    }

    /// A frame that lies elsewhere.
    #[derive(Debug)]
    struct Elsewhere(f32);

    impl DeviceFrame for Elsewhere {
        fn fetch(&self) -> Vec<f32> {
            vec![self.0]
        }
    }

    #[test]
    fn frames_of_a_device_take_the_places_of_those_of_the_sink_and_are_fetched_once() {
        let cut = Cut {
            stride: 2,
            frames: 2,
        };
        let mut cutter = cutter(cut);
        let windows = (0..6).filter_map(|_| cutter.push(&[]));
        let mut windows: Vec<Window> = windows.collect();
        assert!(!windows[0].is_on_device());
        let frame = |i: u8| Frame::Device(Arc::new(Elsewhere(f32::from(i))));
        let trajectory: Vec<Frame> = (0..6).map(frame).collect();
        Window::place(&mut windows, &trajectory, cut);
        assert!(windows[3].is_on_device());
        assert_eq!(windows[3].frames[1].address(), trajectory[5].address());
        Window::fetch(&mut windows);
        let values = windows.iter().map(|window| {
            let frames = window.frames.iter();
            let values = frames.map(|frame| frame.values().expect("on the host")[0]);
            values.collect::<Vec<_>>()
        });
        let expected = [[0.0, 2.0], [1.0, 3.0], [2.0, 4.0], [3.0, 5.0]];
        assert!(values.eq(expected.map(Vec::from)));
        let [of_first, of_third] = [&windows[0].frames[1], &windows[2].frames[0]];
        assert_eq!(of_first.address(), of_third.address());
    }
}
