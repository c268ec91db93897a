//! Numbers that flux laws are written in: one `f64`, or a vector of the processor.

use std::ops::{Add, Div, Mul, Neg, Sub};

use pulp::Simd;

/// A number, or several of them on which every operation acts one by one.
///
/// A law that is generic over it computes one cell in tests and initial states, and as many cells as a vector of the
/// processor holds in the loops of a solver. Those are compiled for every kind of vector, closures are not: a method of a
/// law that is called there is `#[inline(always)]`, and a loop where it makes an array.
///
/// ```
/// use ondine_solvers::finite_volume::Number;
///
/// fn energy<T: Number>(density: T, velocity: T) -> T {
///     T::of(0.5) * density * velocity * velocity
/// }
/// assert_eq!(energy(2.0, 3.0), 9.0);
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

    /// The same number in every place.
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

/// An array of numbers `T`, as `std::array::from_fn` makes it, by a loop.
macro_rules! each {
    ($i:ident => $value:expr) => {{
        let mut all = [T::of(0.0); _];
        for $i in 0..all.len() {
            all[$i] = $value;
        }
        all
    }};
}
pub(super) use each;

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

/// A vector of the processor, made in code that is compiled for such vectors alone.
pub(super) struct Wide<S: Simd>(S::f64s);

impl<S: Simd> Clone for Wide<S> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: Simd> Copy for Wide<S> {}

impl<S: Simd> Wide<S> {
    /// The places where vectors begin in a row of `count`, which holds one or more; the last one overlaps the one before
    /// where it has to.
    #[inline(always)]
    pub(super) fn begins(count: usize) -> impl Iterator<Item = usize> {
        let blocks = 0..count.div_ceil(S::F64_LANES);
        blocks.map(move |block| (block * S::F64_LANES).min(count - S::F64_LANES))
    }

    /// The largest of its numbers, 0 or more.
    #[inline(always)]
    pub(super) fn largest(self) -> f64 {
        let mut all = [0.0; 16];
        self.store(&mut all);
        let mut largest = 0.0;
        for number in all {
            largest = Number::max(number, largest);
        }
        largest
    }
}

/// The marker of vectors of this kind.
#[inline(always)]
#[allow(
    unsafe_code,
    reason = "`Number::of` has no vector at hand to take the marker from"
)]
fn marker<S: Simd>() -> S {
    const { assert!(size_of::<S>() == 0, "a marker without data") };
    // SAFETY: a marker has no data. It says that the processor has such vectors: `Wide` is made where one was given, by
    // `Arch::dispatch` of this module's solver, and nowhere else.
    unsafe { std::ptr::NonNull::<S>::dangling().read() }
}

macro_rules! operator {
    ($($name:ident $method:ident $operation:ident)*) => {$(
        impl<S: Simd> $name for Wide<S> {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self(marker::<S>().$operation(self.0, other.0))
            }
        }
    )*};
}

operator! { Add add add_f64s Sub sub sub_f64s Mul mul mul_f64s Div div div_f64s }

impl<S: Simd> Neg for Wide<S> {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        Self(marker::<S>().neg_f64s(self.0))
    }
}

impl<S: Simd> Number for Wide<S> {
    const WIDTH: usize = S::F64_LANES;

    #[inline(always)]
    fn load(from: &[f64]) -> Self {
        Self(S::as_simd_f64s(&from[..S::F64_LANES]).0[0])
    }

    #[inline(always)]
    fn store(self, to: &mut [f64]) {
        S::as_mut_simd_f64s(&mut to[..S::F64_LANES]).0[0] = self.0;
    }

    #[inline(always)]
    fn of(value: f64) -> Self {
        Self(marker::<S>().splat_f64s(value))
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        Self(marker::<S>().min_f64s(self.0, other.0))
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Self(marker::<S>().max_f64s(self.0, other.0))
    }

    #[inline(always)]
    fn abs(self) -> Self {
        Self(marker::<S>().abs_f64s(self.0))
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        Self(marker::<S>().sqrt_f64s(self.0))
    }

    #[inline(always)]
    fn where_less(a: Self, b: Self, then: Self, otherwise: Self) -> Self {
        let simd = marker::<S>();
        let less = simd.less_than_f64s(a.0, b.0);
        Self(simd.select_f64s(less, then.0, otherwise.0))
    }
}
