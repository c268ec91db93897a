//! Numbers of several simulations in one vector of the processor.
//!
//! Products that are followed by a sum are fused with it, on every processor: `a b + c` is rounded once. A lane so has the
//! same bits whatever the width of a vector and whatever the other lanes hold.

use std::ops::{Add, Mul, Neg, Sub};

use pulp::{Simd, WithSimd};

use crate::Real;
use crate::nonlinear::{Function, Number};

/// A type of number that vectors are made of.
pub(crate) trait Lane: Real {
    /// A vector.
    type Vector<S: Simd>: Copy + Send + Sync;

    /// Vectors in a row of numbers whose length is a multiple of theirs.
    fn vectors<S: Simd>(numbers: &[Self]) -> &[Self::Vector<S>];

    /// As [`vectors`](Self::vectors).
    fn vectors_mut<S: Simd>(numbers: &mut [Self]) -> &mut [Self::Vector<S>];

    /// The same number in every lane.
    fn splat<S: Simd>(simd: S, value: Self) -> Self::Vector<S>;

    /// `a + b`.
    fn add<S: Simd>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>) -> Self::Vector<S>;

    /// `a − b`.
    fn sub<S: Simd>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>) -> Self::Vector<S>;

    /// `a b`.
    fn mul<S: Simd>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>) -> Self::Vector<S>;

    /// `a b + c`, rounded once.
    fn mul_add<S: Simd>(
        simd: S,
        a: Self::Vector<S>,
        b: Self::Vector<S>,
        c: Self::Vector<S>,
    ) -> Self::Vector<S>;

    /// `c − a b`, rounded once.
    fn neg_mul_add<S: Simd>(
        simd: S,
        a: Self::Vector<S>,
        b: Self::Vector<S>,
        c: Self::Vector<S>,
    ) -> Self::Vector<S>;

    /// Applies a function to every point of the fields of all lanes.
    fn apply_in_lanes(function: &dyn Function, parameters: &[Self], fields: &mut [Self]);
}

macro_rules! lane {
    ($t:ty, $v:ident, $view:ident, $view_mut:ident, $splat:ident, $add:ident, $sub:ident, $mul:ident,
     $mul_add:ident, $neg_mul_add:ident, $apply:ident) => {
        impl Lane for $t {
            type Vector<S: Simd> = S::$v;

            #[inline(always)]
            fn vectors<S: Simd>(numbers: &[Self]) -> &[S::$v] {
                S::$view(numbers).0
            }

            #[inline(always)]
            fn vectors_mut<S: Simd>(numbers: &mut [Self]) -> &mut [S::$v] {
                S::$view_mut(numbers).0
            }

            #[inline(always)]
            fn splat<S: Simd>(simd: S, value: Self) -> S::$v {
                simd.$splat(value)
            }

            #[inline(always)]
            fn add<S: Simd>(simd: S, a: S::$v, b: S::$v) -> S::$v {
                simd.$add(a, b)
            }

            #[inline(always)]
            fn sub<S: Simd>(simd: S, a: S::$v, b: S::$v) -> S::$v {
                simd.$sub(a, b)
            }

            #[inline(always)]
            fn mul<S: Simd>(simd: S, a: S::$v, b: S::$v) -> S::$v {
                simd.$mul(a, b)
            }

            #[inline(always)]
            fn mul_add<S: Simd>(simd: S, a: S::$v, b: S::$v, c: S::$v) -> S::$v {
                simd.$mul_add(a, b, c)
            }

            #[inline(always)]
            fn neg_mul_add<S: Simd>(simd: S, a: S::$v, b: S::$v, c: S::$v) -> S::$v {
                simd.$neg_mul_add(a, b, c)
            }

            fn apply_in_lanes(function: &dyn Function, parameters: &[Self], fields: &mut [Self]) {
                function.$apply(parameters, fields);
            }
        }
    };
}

lane!(
    f64,
    f64s,
    as_simd_f64s,
    as_mut_simd_f64s,
    splat_f64s,
    add_f64s,
    sub_f64s,
    mul_f64s,
    mul_add_f64s,
    negate_mul_add_f64s,
    apply_in_lanes_f64
);
lane!(
    f32,
    f32s,
    as_simd_f32s,
    as_mut_simd_f32s,
    splat_f32s,
    add_f32s,
    sub_f32s,
    mul_f32s,
    mul_add_f32s,
    negate_mul_add_f32s,
    apply_in_lanes_f32
);

/// Number of lanes of a vector on this processor.
pub(crate) fn lanes<T: Lane>() -> usize {
    struct Count<T>(std::marker::PhantomData<T>);
    impl<T: Lane> WithSimd for Count<T> {
        type Output = usize;

        #[inline(always)]
        fn with_simd<S: Simd>(self, _simd: S) -> usize {
            size_of::<T::Vector<S>>() / size_of::<T>()
        }
    }
    pulp::Arch::new().dispatch(Count::<T>(std::marker::PhantomData))
}

/// A vector as a number.
pub(crate) struct Wide<T: Lane, S: Simd> {
    pub(crate) simd: S,
    pub(crate) vector: T::Vector<S>,
}

impl<T: Lane, S: Simd> Clone for Wide<T, S> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Lane, S: Simd> Copy for Wide<T, S> {}

impl<T: Lane, S: Simd> Wide<T, S> {
    #[inline(always)]
    pub(crate) fn new(simd: S, vector: T::Vector<S>) -> Self {
        Self { simd, vector }
    }

    /// The same number in every lane.
    #[inline(always)]
    pub(crate) fn splat(simd: S, value: T) -> Self {
        Self::new(simd, T::splat(simd, value))
    }

    /// `self b + c`, rounded once.
    #[inline(always)]
    pub(crate) fn mul_add(self, b: Self, c: Self) -> Self {
        let vector = <T as Lane>::mul_add(self.simd, self.vector, b.vector, c.vector);
        Self::new(self.simd, vector)
    }

    /// `c − self b`, rounded once.
    #[inline(always)]
    pub(crate) fn neg_mul_add(self, b: Self, c: Self) -> Self {
        let vector = <T as Lane>::neg_mul_add(self.simd, self.vector, b.vector, c.vector);
        Self::new(self.simd, vector)
    }
}

impl<T: Lane, S: Simd> Add for Wide<T, S> {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self::new(
            self.simd,
            <T as Lane>::add(self.simd, self.vector, other.vector),
        )
    }
}

impl<T: Lane, S: Simd> Sub for Wide<T, S> {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self::new(
            self.simd,
            <T as Lane>::sub(self.simd, self.vector, other.vector),
        )
    }
}

impl<T: Lane, S: Simd> Mul for Wide<T, S> {
    type Output = Self;

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self::new(
            self.simd,
            <T as Lane>::mul(self.simd, self.vector, other.vector),
        )
    }
}

impl<T: Lane, S: Simd> Neg for Wide<T, S> {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        Self::splat(self.simd, -T::one()) * self
    }
}

impl<T: Lane, S: Simd> Number for Wide<T, S> {
    #[inline(always)]
    fn constant(self, value: f64) -> Self {
        Self::splat(self.simd, T::of(value))
    }
}
