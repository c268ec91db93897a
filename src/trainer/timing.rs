//! Steps of a plan under the clock, without a run.

use super::learner::{Learner, Part};
use super::statistics;
use crate::group::Alone;
use crate::plan::Plan;
use crate::telemetry::Balance;
use burn::module::Module;
use burn::tensor::Device;
use ondine_datasets::Window;
use std::time::{Duration, Instant};

/// Steps before the clock starts: kernels are compiled and memory is taken in the first ones.
const WARMUP: usize = 3;

/// Fewest steps under the clock.
const FEWEST: usize = 5;

/// A learner for measurements.
pub(crate) struct Timed<'a> {
    plan: &'a Plan,
    device: Device,
    learner: Learner,
    windows: Vec<Window>,
}

impl<'a> Timed<'a> {
    /// The learner of a plan with first weights, on windows that it goes through again and again.
    pub(crate) fn new(plan: &'a Plan, device: &Device, windows: Vec<Window>) -> Self {
        let device = device.clone().autodiff();
        let mut init = plan.network().init(&device);
        let scaling = statistics::scaling(plan, std::slice::from_ref(&windows), &Alone);
        let learner = Learner::new(plan, plan.surrogate(&mut init, scaling), &device);
        Self {
            plan,
            device,
            learner,
            windows,
        }
    }

    /// Number of the weights.
    pub(crate) fn weights(&self) -> usize {
        self.learner.surrogate.num_params()
    }

    /// Mean seconds of a step on so many windows, over `span` at least.
    pub(crate) fn seconds(&mut self, batch: usize, span: Duration) -> f64 {
        (0..WARMUP).for_each(|_| self.step(batch));
        self.learner.take_loss(); // waits for the device
        let (since, mut steps) = (Instant::now(), 0);
        while steps < FEWEST || since.elapsed() < span {
            self.step(batch);
            self.learner.take_loss();
            steps += 1;
        }
        since.elapsed().as_secs_f64() / steps as f64
    }

    fn step(&mut self, batch: usize) {
        let windows: Vec<Window> = self.windows.iter().cycle().take(batch).cloned().collect();
        let part = Part {
            plan: self.plan,
            batches: self.plan.stage(0).parts(&windows, 0, &self.device, 1),
        };
        let group = (&Alone as _, &mut Balance::default());
        self.learner.learn([part].into_iter(), 0, group);
    }
}
