//! Frames in the memory of a device, of which batches are made without a copy on the host.

use super::{Layout, Placed, indices, to_tensor, to_values};
use burn::tensor::{Device, Int, Tensor};
use ondine_datasets::{DeviceFrame, Frame, Window};
use std::any::Any;
use std::sync::Arc;

/// A frame as a state on a device, `[1, point, channel]`, outside of automatic differentiation.
#[derive(Debug)]
struct Resident(Tensor<3>);

impl DeviceFrame for Resident {
    fn fetch(&self) -> Vec<f32> {
        to_values(self.0.clone().swap_dims(1, 2).flatten(0, 2))
    }
}

/// The frames of the states of one time of several simulations.
///
/// # Shapes   `[simulation, point, channel]` → a frame per simulation
pub(crate) fn frames(states: &Tensor<3>) -> impl Iterator<Item = Frame> + '_ {
    let device = states.device();
    (0..states.dims()[0] as i64).map(move |simulation| {
        // Selected rather than sliced: no view that keeps the states of all simulations.
        let place = Tensor::<1, Int>::arange(simulation..simulation + 1, &device);
        Frame::Device(Arc::new(Resident(states.clone().select(0, place))))
    })
}

impl Layout {
    /// Moves frames of windows that lie on the host to a device.
    pub(crate) fn upload<'a>(
        &self,
        windows: impl IntoIterator<Item = &'a mut Window>,
        device: &Device,
    ) {
        let device = device.clone().without_autodiff();
        let shape = [1, self.channels, self.num_points()];
        Window::upload(windows, |values| {
            let state = to_tensor(values.to_vec(), shape, &device);
            Arc::new(Resident(state.swap_dims(1, 2)))
        });
    }

    /// The states of windows, wherever their frames lie.
    pub(super) fn states_of(
        &self,
        windows: &[Window],
        frames: &[usize],
        mut placed: &[Placed],
        device: &Device,
    ) -> Tensor<3> {
        let parts = windows.chunk_by(|a, b| a.is_on_device() == b.is_on_device());
        let parts = parts.map(|part| {
            let (own, others) = placed.split_at(placed.len().min(part.len()));
            placed = others;
            if part[0].is_on_device() {
                self.resident_states(part, frames, own, device)
            } else {
                self.host_states(part, frames, own, device)
            }
        });
        let mut parts: Vec<Tensor<3>> = parts.collect();
        if parts.len() == 1 {
            parts.remove(0)
        } else {
            Tensor::cat(parts, 0)
        }
    }

    /// The states of windows whose frames lie on the host.
    fn host_states(
        &self,
        windows: &[Window],
        frames: &[usize],
        placed: &[Placed],
        device: &Device,
    ) -> Tensor<3> {
        let states = windows.iter().map(|window| {
            let frames = frames.iter().filter_map(|&i| window.frames[i].values());
            frames.chain([&*window.static_fields]).collect::<Vec<_>>()
        });
        if placed.is_empty() {
            self.states(states, device)
        } else {
            self.moved_states(states.zip(placed), device)
        }
    }

    /// The states of windows whose frames lie on a device; such simulations have no static fields.
    fn resident_states(
        &self,
        windows: &[Window],
        frames: &[usize],
        placed: &[Placed],
        device: &Device,
    ) -> Tensor<3> {
        let at = |&frame: &usize| {
            let states = windows.iter().map(|window| resident(&window.frames[frame]));
            Tensor::cat(states.collect(), 0)
        };
        let states = Tensor::cat(frames.iter().map(at).collect(), 2);
        let states = if placed.is_empty() {
            states
        } else {
            self.moved_there(states, placed, frames.len())
        };
        if device.is_autodiff() {
            Tensor::from_inner(states)
        } else {
            states
        }
    }

    /// States on a device, each of so many frames moved.
    fn moved_there(&self, states: Tensor<3>, placed: &[Placed], frames: usize) -> Tensor<3> {
        let [batch, points, channels] = states.dims();
        let device = states.device();
        let sources = placed.iter().flat_map(|placed| &placed.sources);
        let sources = sources.map(|&source| source as i64).collect();
        let sources = indices(sources, [batch, points, 1], &device);
        let signs = placed.iter().flat_map(|placed| {
            let of_frames = std::iter::repeat_n(&placed.signs, frames);
            of_frames.flatten().copied()
        });
        let signs = to_tensor(signs.collect(), [batch, 1, channels], &device);
        states.gather(1, sources.expand([batch, points, channels])) * signs
    }
}

/// The state that a frame on a device is.
///
/// # Panics
/// When another back end put it there.
fn resident(frame: &Frame) -> Tensor<3> {
    let Frame::Device(frame) = frame else {
        unreachable!("windows on a device have all frames there");
    };
    let frame: &dyn Any = &**frame;
    let resident = frame.downcast_ref::<Resident>();
    resident
        .expect("frames on a device are put there by this file")
        .0
        .clone()
}
