//! Complex numbers of several simulations: a vector of real parts beside one of imaginary parts.

use std::ops::{Add, Sub};

use pulp::Simd;

use super::lane::{Lane, Wide};

/// A complex number in memory.
pub(super) type Pair<T, S> = [<T as Lane>::Vector<S>; 2];

/// A complex number.
pub(super) struct C<T: Lane, S: Simd> {
    pub(super) re: Wide<T, S>,
    pub(super) im: Wide<T, S>,
}

impl<T: Lane, S: Simd> Clone for C<T, S> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Lane, S: Simd> Copy for C<T, S> {}

impl<T: Lane, S: Simd> C<T, S> {
    #[inline(always)]
    pub(super) fn load(simd: S, [re, im]: Pair<T, S>) -> Self {
        Self {
            re: Wide::<T, S>::new(simd, re),
            im: Wide::<T, S>::new(simd, im),
        }
    }

    #[inline(always)]
    pub(super) fn store(self) -> Pair<T, S> {
        [self.re.vector, self.im.vector]
    }

    #[inline(always)]
    pub(super) fn zero(simd: S) -> Self {
        Self::splat(simd, [T::zero(); 2])
    }

    /// The same number in every lane.
    #[inline(always)]
    pub(super) fn splat(simd: S, [re, im]: [T; 2]) -> Self {
        Self {
            re: Wide::<T, S>::splat(simd, re),
            im: Wide::<T, S>::splat(simd, im),
        }
    }

    #[inline(always)]
    pub(super) fn conj(self) -> Self {
        Self {
            re: self.re,
            im: -self.im,
        }
    }

    /// `i z`.
    #[inline(always)]
    pub(super) fn times_i(self) -> Self {
        Self {
            re: -self.im,
            im: self.re,
        }
    }

    /// `x z` with a real number.
    #[inline(always)]
    pub(super) fn scaled(self, x: Wide<T, S>) -> Self {
        Self {
            re: self.re * x,
            im: self.im * x,
        }
    }

    /// `x z + sum` with a real number.
    #[inline(always)]
    pub(super) fn scaled_add(self, x: Wide<T, S>, sum: Self) -> Self {
        Self {
            re: self.re.mul_add(x, sum.re),
            im: self.im.mul_add(x, sum.im),
        }
    }

    /// `w z`.
    #[inline(always)]
    pub(super) fn times(self, w: Self) -> Self {
        Self {
            re: self.im.neg_mul_add(w.im, self.re * w.re),
            im: self.im.mul_add(w.re, self.re * w.im),
        }
    }

    /// `w z + sum`.
    #[inline(always)]
    pub(super) fn times_add(self, w: Self, sum: Self) -> Self {
        Self {
            re: self.im.neg_mul_add(w.im, self.re.mul_add(w.re, sum.re)),
            im: self.im.mul_add(w.re, self.re.mul_add(w.im, sum.im)),
        }
    }
}

impl<T: Lane, S: Simd> Add for C<T, S> {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self {
            re: self.re + other.re,
            im: self.im + other.im,
        }
    }
}

impl<T: Lane, S: Simd> Sub for C<T, S> {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self {
            re: self.re - other.re,
            im: self.im - other.im,
        }
    }
}

/// A row of numbers as complex ones.
#[inline(always)]
pub(super) fn pairs<T: Lane, S: Simd>(numbers: &[T]) -> &[Pair<T, S>] {
    T::vectors::<S>(numbers).as_chunks().0
}

/// As [`pairs`].
#[inline(always)]
pub(super) fn pairs_mut<T: Lane, S: Simd>(numbers: &mut [T]) -> &mut [Pair<T, S>] {
    T::vectors_mut::<S>(numbers).as_chunks_mut().0
}
