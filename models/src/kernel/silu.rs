//! `f(x) = x σ(x)` and `f'(x) = σ(x) (1 + x (1 − σ(x)))`, with the logistic function `σ`.

use super::elementwise::Smooth;
use super::function::logistic;

/// The sigmoid linear unit.
pub(super) struct Silu;

impl Smooth for Silu {
    #[inline(always)]
    fn value(x: f32) -> f32 {
        x * logistic(x)
    }

    #[inline(always)]
    fn slope(x: f32) -> f32 {
        let share = logistic(x);
        share * (1.0 + x * (1.0 - share))
    }
}
