//! Numbers that a function of the fields at one point is written in, whatever they are at the end.

use std::ops::{Add, Mul, Neg, Sub};

/// A number with sums, differences and products: `f64`, `f32`, or one number of each of several simulations in a vector.
///
/// ```
/// use ondine_solvers::nonlinear::Number;
///
/// fn logistic<N: Number>(rate: N, u: N) -> N {
///     rate * u * (u.constant(1.0) - u)
/// }
/// assert_eq!(logistic(2.0_f64, 0.5), 0.5);
/// assert_eq!(logistic(2.0_f32, 0.5), 0.5);
/// ```
pub trait Number:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Neg<Output = Self>
{
    /// A constant in numbers of the kind of this one, whose own value does not matter.
    #[must_use]
    fn constant(self, value: f64) -> Self;
}

impl Number for f64 {
    #[inline(always)]
    fn constant(self, value: f64) -> Self {
        value
    }
}

impl Number for f32 {
    #[inline(always)]
    fn constant(self, value: f64) -> Self {
        value as Self
    }
}
