//! How many windows should have arrived by a training step: the simulations spread evenly over the training.

/// The clock that connects production to training.
///
/// Without it, solvers that are faster than the trainer would run through all simulations first, and the rest of the
/// training would see only the last of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Windows of all simulations together.
    pub total: u64,
    /// Windows that arrive before the first step.
    pub watermark: u64,
    /// Training steps.
    pub steps: u64,
    /// Windows by which production may run ahead.
    pub ahead: u64,
}

impl Pace {
    /// Windows that should have arrived when batch `step` (from 0) is drawn.
    pub fn due(&self, step: u64) -> u64 {
        let first = self.watermark.min(self.total);
        let rest = u128::from(self.total - first);
        let step = u128::from((step + 1).min(self.steps));
        let spread = (rest * step).div_ceil(u128::from(self.steps.max(1)));
        first + spread as u64
    }

    /// Windows that may have arrived when batch `step` is drawn.
    pub fn allowed(&self, step: u64) -> u64 {
        self.due(step).saturating_add(self.ahead)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_spread_evenly_and_all_arrive() {
        let pace = Pace {
            total: 1000,
            watermark: 100,
            steps: 90,
            ahead: 5,
        };
        assert_eq!(
            [0, 1, 44, 89, 200].map(|step| pace.due(step)),
            [110, 120, 550, 1000, 1000]
        );
        assert_eq!(pace.allowed(0), 115);
    }

    #[test]
    fn a_watermark_above_the_total_asks_for_the_total() {
        let pace = Pace {
            total: 10,
            watermark: 100,
            steps: 5,
            ahead: 0,
        };
        assert_eq!(pace.due(0), 10);
    }
}
