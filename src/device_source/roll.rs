//! Trajectories of a batch of simulations on a device.

use crate::batch::{frames, to_tensor, to_values};
use burn::tensor::{Bool, Device, Tensor};
use ondine_datasets::Frame;
use ondine_solvers::{Divergence, GROWTH_BOUND};
use ondine_tensor_solvers::{TensorResample, TensorStepper};
use std::sync::atomic::{AtomicBool, Ordering};

/// Simulations that are stepped together.
pub(super) struct Batch<'a> {
    pub(super) stepper: &'a TensorStepper,
    /// From the points of the solver to those of frames, where they are others.
    pub(super) onto: Option<TensorResample>,
    /// Frames that are thrown away first.
    pub(super) warmup: usize,
    /// Frames that are kept.
    pub(super) frames: usize,
    pub(super) device: &'a Device,
    pub(super) cancelled: &'a AtomicBool,
}

/// A simulation that begins with `state`, channel-major, with the time between two of its frames.
pub(super) struct Start<'a> {
    pub(super) state: &'a [f64],
    pub(super) dt: f64,
}

impl Start<'_> {
    /// The largest `|u|` that is plausible.
    fn bound(&self) -> f32 {
        let peak = (self.state.iter()).fold(1.0, |peak: f64, u| peak.max(u.abs()));
        (GROWTH_BOUND * peak) as f32
    }
}

impl Batch<'_> {
    /// The frames of every simulation, or its divergence; none where they were cancelled.
    pub(super) fn run(&self, starts: &[Start<'_>]) -> Vec<Result<Vec<Frame>, Divergence>> {
        let mut u = self.begun(starts);
        let mut watch = Watch::new(starts, self.device);
        let mut kept = Vec::with_capacity(self.frames);
        for frame in 0..self.warmup + self.frames {
            if self.cancelled.load(Ordering::Relaxed) {
                return Vec::new();
            }
            if frame > 0 {
                u = self.stepper.step(u);
            }
            watch.see(&u);
            if frame >= self.warmup {
                kept.push(self.frame(u.clone()));
            }
        }
        let trajectories = watch.ended(starts, self.warmup + self.frames);
        delivered(trajectories, kept)
    }

    /// The initial states.
    ///
    /// # Shapes   → `[batch, point, channel]`
    fn begun(&self, starts: &[Start<'_>]) -> Tensor<3> {
        let points: usize = self.stepper.points().iter().product();
        let channels = starts[0].state.len() / points;
        let values = starts.iter().flat_map(|start| start.state);
        let values = values.map(|&value| value as f32).collect();
        to_tensor(values, [starts.len(), channels, points], self.device).swap_dims(1, 2)
    }

    /// The frame of states of the solver.
    fn frame(&self, u: Tensor<3>) -> Tensor<3> {
        match &self.onto {
            Some(onto) => onto.apply(u),
            None => u,
        }
    }
}

/// Gives every simulation that ended well its frames.
fn delivered(
    ended: Vec<Option<Divergence>>,
    kept: Vec<Tensor<3>>,
) -> Vec<Result<Vec<Frame>, Divergence>> {
    let mut made: Vec<Result<Vec<Frame>, Divergence>> = ended
        .into_iter()
        .map(|divergence| divergence.map_or(Ok(Vec::with_capacity(kept.len())), Err))
        .collect();
    for states in kept {
        for (made, frame) in made.iter_mut().zip(frames(&states)) {
            if let Ok(made) = made {
                made.push(frame);
            }
        }
    }
    made
}

/// The simulations that have not diverged, on the device: one number of each, `[batch, 1, 1]`.
struct Watch {
    /// Largest `|u|` that is plausible.
    bound: Tensor<3>,
    /// 1 for a simulation all whose frames so far are plausible, else 0.
    sound: Tensor<3>,
    /// Plausible frames before the first other one.
    frames: Tensor<3>,
    /// Largest `|u|` of that one.
    peak: Tensor<3>,
}

impl Watch {
    fn new(starts: &[Start<'_>], device: &Device) -> Self {
        let bounds = starts.iter().map(Start::bound);
        let shape = [starts.len(), 1, 1];
        Self {
            bound: to_tensor(bounds.collect(), shape, device),
            sound: Tensor::ones(shape, device),
            frames: Tensor::zeros(shape, device),
            peak: Tensor::zeros(shape, device),
        }
    }

    /// Looks at the next frame, `[batch, point, channel]`.
    fn see(&mut self, u: &Tensor<3>) {
        let size = u.clone().abs();
        // Comparisons with NaN are false, and its ratio to infinity is NaN.
        let plausible: Tensor<3, Bool> = (size.clone() / self.bound.clone()).lower_equal_elem(1.0);
        let plausible = plausible.float().min_dim(2).min_dim(1);
        let sound = self.sound.clone() * plausible;
        let lost = (self.sound.clone() - sound.clone()).greater_elem(0.5);
        let peak = size.max_dim(2).max_dim(1);
        self.peak = self.peak.clone().mask_where(lost, peak);
        self.frames = self.frames.clone() + sound.clone();
        self.sound = sound;
    }

    /// The divergence of every simulation that had fewer than `frames` plausible frames.
    fn ended(self, starts: &[Start<'_>], frames: usize) -> Vec<Option<Divergence>> {
        let [seen, peaks] =
            [self.frames, self.peak].map(|numbers| to_values(numbers.flatten(0, 2)));
        let numbers = seen.into_iter().zip(peaks).zip(starts);
        let ended = numbers.map(|((seen, peak), start)| {
            // A maximum may leave out what is no number.
            let peak = if peak > start.bound() {
                peak
            } else {
                f32::INFINITY
            };
            ((seen as usize) < frames).then(|| Divergence {
                time: f64::from(seen) * start.dt,
                peak: f64::from(peak),
            })
        });
        ended.collect()
    }
}
