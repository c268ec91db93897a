//! Learning rates over the steps of a training: a linear warm-up, then a shape down to a final rate.
//!
//! Linear decay to zero is the default: Defazio et al. (2023), When, Why and How Much?, find it at least as good as a
//! cosine nearly everywhere. By the same paper a schedule is [refined](refined()) from the gradient norms of an earlier training.

mod refined;

pub use refined::{FEWEST_NORMS, Norm, refined};

use serde::{Deserialize, Serialize};

/// `train.schedule`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScheduleSection {
    /// Shape of the decay.
    pub kind: Shape,
    /// Steps of the warm-up; 5 % of the training if absent.
    pub warmup: Option<usize>,
    /// Learning rate at the end.
    #[serde(rename = "final")]
    pub last: f64,
    /// Directory of the run whose gradient norms a refined schedule comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Learning rates of a refined schedule at evenly spaced times from the first step to the end, in units of the largest one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rates: Option<Vec<f64>>,
}

/// Shapes of the decay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// No decay.
    Constant,
    /// A straight line to the final rate.
    #[default]
    Linear,
    /// Half a cosine to the final rate: Loshchilov & Hutter (2017), eq. 5, without restarts.
    Cosine,
    /// Rates that follow from the gradient norms of an earlier training, see [`refined()`].
    Refined,
}

impl Default for ScheduleSection {
    fn default() -> Self {
        Self {
            kind: Shape::Linear,
            warmup: None,
            last: 0.0,
            from: None,
            rates: None,
        }
    }
}

impl ScheduleSection {
    /// Steps of the warm-up of a training of `steps` steps; refined schedules have their own in their rates.
    pub fn warmup(&self, steps: usize) -> usize {
        let default = match self.kind {
            Shape::Refined => 0,
            Shape::Constant | Shape::Linear | Shape::Cosine => steps / 20,
        };
        self.warmup.unwrap_or(default)
    }

    /// The schedule of so many steps with this largest rate.
    pub fn over(&self, steps: usize, peak: f64) -> Schedule {
        Schedule {
            shape: self.kind,
            warmup: self.warmup(steps),
            steps,
            peak,
            last: self.last,
            rates: self.rates.clone().unwrap_or_default(),
        }
    }
}

/// A schedule of known length.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    /// Shape of the decay.
    pub shape: Shape,
    /// Steps of the warm-up.
    pub warmup: usize,
    /// Steps altogether.
    pub steps: usize,
    /// Rate after the warm-up.
    pub peak: f64,
    /// Rate at the end.
    pub last: f64,
    /// Rates of a refined schedule at evenly spaced times, in units of the largest one; none of another shape.
    pub rates: Vec<f64>,
}

impl Schedule {
    /// The learning rate of step `step`, counted from 0.
    pub fn rate(&self, step: usize) -> f64 {
        if self.shape == Shape::Refined {
            return self.refined(step);
        }
        if step < self.warmup {
            return self.peak * (step + 1) as f64 / self.warmup as f64;
        }
        let decay_steps = (self.steps - self.warmup).max(1) as f64;
        let progress = ((step - self.warmup) as f64 / decay_steps).min(1.0);
        let remaining = match self.shape {
            Shape::Constant | Shape::Refined => return self.peak,
            Shape::Linear => 1.0 - progress,
            Shape::Cosine => 0.5 * (1.0 + (std::f64::consts::PI * progress).cos()),
        };
        self.last + (self.peak - self.last) * remaining
    }

    /// The refined rate: a warm-up is a factor of its first steps, as the shape is one of all steps.
    fn refined(&self, step: usize) -> f64 {
        let remaining = refined::at(&self.rates, step as f64 / self.steps.max(1) as f64);
        let rate = self.last + (self.peak - self.last) * remaining;
        if step < self.warmup {
            rate * (step + 1) as f64 / self.warmup as f64
        } else {
            rate
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINEAR: Schedule = Schedule {
        shape: Shape::Linear,
        warmup: 4,
        steps: 104,
        peak: 1.0,
        last: 0.2,
        rates: Vec::new(),
    };

    #[test]
    fn the_rate_rises_to_its_peak_and_falls_to_its_end() {
        let rates = [0, 3, 4, 54, 104].map(|step| LINEAR.rate(step));
        let expected = [0.25, 1.0, 1.0, 0.6, 0.2];
        for (rate, expected) in rates.iter().zip(expected) {
            assert!((rate - expected).abs() < 1e-12, "{rates:?}");
        }
    }

    #[test]
    fn a_cosine_is_half_way_in_the_middle() {
        let cosine = Schedule {
            shape: Shape::Cosine,
            ..LINEAR
        };
        assert!((cosine.rate(54) - 0.6).abs() < 1e-12);
        assert!((cosine.rate(29) - (0.2 + 0.8 * 0.853_553_390_593_273_8)).abs() < 1e-12);
    }

    #[test]
    fn a_constant_rate_warms_up_and_stays() {
        let constant = Schedule {
            shape: Shape::Constant,
            ..LINEAR
        };
        for (step, expected) in [(0, 0.25), (1, 0.5), (3, 1.0), (4, 1.0), (103, 1.0)] {
            let rate = constant.rate(step);
            assert!((rate - expected).abs() < 1e-12, "{step}: {rate}");
        }
    }

    #[test]
    fn a_refined_rate_follows_its_points_in_straight_lines() {
        let refined = Schedule {
            shape: Shape::Refined,
            warmup: 0,
            steps: 100,
            rates: vec![0.5, 1.0, 0.25, 0.0, 0.0],
            ..LINEAR
        };
        // From 0.2 to 1: 0.6 at the start, 1 after 25 steps, 0.4 after 50, the final rate from 75 on.
        let expected = [
            (0, 0.6),
            (10, 0.76),
            (25, 1.0),
            (50, 0.4),
            (99, 0.2),
            (200, 0.2),
        ];
        for (step, expected) in expected {
            let rate = refined.rate(step);
            assert!((rate - expected).abs() < 1e-12, "{step}: {rate}");
        }
        let warmed = Schedule {
            warmup: 20,
            ..refined.clone()
        };
        assert!((warmed.rate(10) - 0.76 * 11.0 / 20.0).abs() < 1e-12);
        assert!((warmed.rate(25) - refined.rate(25)).abs() < 1e-12);
    }
}
