//! The teacher of a batch: a trained surrogate whose steps another one learns.

use super::{Layout, conditioning};
use burn::tensor::{Device, Tensor};
use ondine_datasets::{Conditions, Window};
use ondine_models::{KeptNoise, Model, Reach, Surrogate, SurrogateRng};

/// A trained surrogate, with what it is told of the windows of another training.
#[derive(Debug, Clone)]
pub struct TeacherOf {
    /// The surrogate, outside of automatic differentiation.
    pub model: Model,
    /// Grid points per axis that it was trained on.
    pub trained: Vec<usize>,
    /// The unit that it counts distances in.
    pub reach: Reach,
    /// Places of its conditions among those of a window.
    pub conditions: Vec<usize>,
    /// Steps of it within one of the surrogate that learns.
    pub repeats: usize,
    /// Answers whose mean is learned.
    pub samples: usize,
}

/// The teacher of the windows of a batch.
#[derive(Debug, Clone)]
pub struct BatchTeacher {
    model: Model,
    parameters: Tensor<2>,
    grid: Vec<usize>,
    repeats: usize,
    samples: usize,
}

impl TeacherOf {
    /// The teacher of windows whose states have this layout.
    pub fn batch(&self, windows: &[Window], layout: &Layout, device: &Device) -> BatchTeacher {
        let layout = Layout {
            trained: self.trained.clone(),
            reach: self.reach,
            ..layout.clone()
        };
        let rows = windows.iter().map(|window| self.told(window, &layout));
        BatchTeacher {
            model: self.model.clone(),
            parameters: conditioning(rows.collect(), &device.clone().without_autodiff()),
            grid: layout.grid.clone(),
            repeats: self.repeats,
            samples: self.samples,
        }
    }

    /// The inputs of the teacher beside the state, the time of its own step first.
    fn told(&self, window: &Window, layout: &Layout) -> Vec<f64> {
        let all = &window.conditions.parameters;
        let conditions = Conditions {
            parameters: self.conditions.iter().map(|&place| all[place]).collect(),
            ..(*window.conditions).clone()
        };
        let mut told = layout.parameters(&conditions, window.start);
        told[0] /= self.repeats as f64;
        told
    }
}

impl BatchTeacher {
    /// The states one step of the learning surrogate later, without a gradient; the mean over answers where they are drawn.
    ///
    /// # Shapes   `[batch, point, channel]` → the same
    pub fn step(&self, u: Tensor<3>, draws: &mut SurrogateRng) -> Tensor<3> {
        let u = u.inner();
        let mut sum = self.answer(u.clone(), draws);
        for _ in 1..self.samples {
            sum = sum + self.answer(u.clone(), draws);
        }
        Tensor::from_inner(sum / self.samples as f64)
    }

    /// One answer, whose noise has nothing to do with that of the surrogate that learns.
    fn answer(&self, u: Tensor<3>, draws: &mut SurrogateRng) -> Tensor<3> {
        draws.rollout(&mut KeptNoise::default(), |draws| {
            let step = |u, _| (self.model).step(u, self.parameters.clone(), &self.grid, draws);
            (0..self.repeats).fold(u, step)
        })
    }
}
