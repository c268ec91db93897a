//! Numbers that flux laws are written in: one `f64`, or several side by side.

use std::array;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// Number of cells that a loop over a row takes at once.
pub const LANES: usize = 4;

/// A number, or several of them on which every operation acts one by one.
///
/// A law that is generic over it computes one cell in tests and initial states, and [`LANES`] cells at
/// once in the loops of a solver.
///
/// ```
/// use ondine_solvers::finite_volume::{Lanes, Number};
///
/// fn energy<T: Number>(density: T, velocity: T) -> T {
///     T::of(0.5) * density * velocity * velocity
/// }
/// assert_eq!(energy(2.0, 3.0), 9.0);
/// assert_eq!(energy(Lanes([2.0, 4.0]), Lanes([3.0, 1.0])).0, [9.0, 2.0]);
/// ```
pub trait Number:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    /// Numbers side by side.
    const WIDTH: usize;

    /// The same number in every lane.
    fn of(value: f64) -> Self;

    /// The first [`WIDTH`](Self::WIDTH) numbers of a slice, which is at least as long.
    fn load(from: &[f64]) -> Self;

    /// Writes them to the begin of a slice, which is at least as long.
    fn store(self, to: &mut [f64]);

    /// The smaller one.
    #[must_use]
    fn min(self, other: Self) -> Self;

    /// The larger one.
    #[must_use]
    fn max(self, other: Self) -> Self;

    /// `|x|`.
    #[must_use]
    fn abs(self) -> Self;

    /// `√x`.
    #[must_use]
    fn sqrt(self) -> Self;

    /// `then` where `a < b`, `otherwise` elsewhere and where one of the two is no number.
    #[must_use]
    fn where_less(a: Self, b: Self, then: Self, otherwise: Self) -> Self;
}

impl Number for f64 {
    const WIDTH: usize = 1;

    #[inline(always)]
    fn load(from: &[f64]) -> Self {
        from[0]
    }

    #[inline(always)]
    fn store(self, to: &mut [f64]) {
        to[0] = self;
    }

    #[inline(always)]
    fn of(value: f64) -> Self {
        value
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        if self < other { self } else { other }
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        if self > other { self } else { other }
    }

    #[inline(always)]
    fn abs(self) -> Self {
        Self::abs(self)
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        Self::sqrt(self)
    }

    #[inline(always)]
    fn where_less(a: Self, b: Self, then: Self, otherwise: Self) -> Self {
        if a < b { then } else { otherwise }
    }
}

/// Numbers side by side.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(align(32))]
pub struct Lanes<const L: usize>(pub [f64; L]);

impl<const L: usize> Lanes<L> {
    #[inline(always)]
    fn with(self, other: Self, f: impl Fn(f64, f64) -> f64) -> Self {
        Self(array::from_fn(|i| f(self.0[i], other.0[i])))
    }
}

macro_rules! operator {
    ($($name:ident $method:ident $sign:tt)*) => {$(
        impl<const L: usize> $name for Lanes<L> {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                self.with(other, |a, b| a $sign b)
            }
        }
    )*};
}

operator! { Add add + Sub sub - Mul mul * Div div / }

impl<const L: usize> Neg for Lanes<L> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Self(self.0.map(|x| -x))
    }
}

impl<const L: usize> Number for Lanes<L> {
    const WIDTH: usize = L;

    #[inline(always)]
    fn load(from: &[f64]) -> Self {
        let mut lanes = [0.0; L];
        lanes.copy_from_slice(&from[..L]);
        Self(lanes)
    }

    #[inline(always)]
    fn store(self, to: &mut [f64]) {
        to[..L].copy_from_slice(&self.0);
    }

    #[inline(always)]
    fn of(value: f64) -> Self {
        Self([value; L])
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        self.with(other, Number::min)
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        self.with(other, Number::max)
    }

    #[inline(always)]
    fn abs(self) -> Self {
        Self(self.0.map(f64::abs))
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        Self(self.0.map(f64::sqrt))
    }

    #[inline(always)]
    fn where_less(a: Self, b: Self, then: Self, otherwise: Self) -> Self {
        Self(array::from_fn(|i| {
            f64::where_less(a.0[i], b.0[i], then.0[i], otherwise.0[i])
        }))
    }
}
