//! Learning rates over the steps of a training: a linear warm-up, then a shape down to a final rate.
//!
//! Linear decay to zero is the default: Defazio et al. (2023), When, Why and How Much?, find it at least as good as a
//! cosine nearly everywhere.

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
}

impl Default for ScheduleSection {
    fn default() -> Self {
        Self {
            kind: Shape::Linear,
            warmup: None,
            last: 0.0,
        }
    }
}

/// A schedule of known length.
#[derive(Debug, Clone, Copy, PartialEq)]
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
}

impl Schedule {
    /// The learning rate of step `step`, counted from 0.
    pub fn rate(&self, step: usize) -> f64 {
        if step < self.warmup {
            return self.peak * (step + 1) as f64 / self.warmup as f64;
        }
        let decay_steps = (self.steps - self.warmup).max(1) as f64;
        let progress = ((step - self.warmup) as f64 / decay_steps).min(1.0);
        let remaining = match self.shape {
            Shape::Constant => return self.peak,
            Shape::Linear => 1.0 - progress,
            Shape::Cosine => 0.5 * (1.0 + (std::f64::consts::PI * progress).cos()),
        };
        self.last + (self.peak - self.last) * remaining
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
}
