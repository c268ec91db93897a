//! Numbers of several simulations in one vector of the processor.
//!
//! Products that are followed by a sum are fused with it, on every processor: `a b + c` is rounded once. A lane so has the
//! same bits whatever the width of a vector and whatever the other lanes hold.

use std::ops::{Add, Mul, Neg, Sub};

use pulp::Simd;
use pulp::bytemuck::{Pod, bytes_of, bytes_of_mut, cast, pod_read_unaligned};

use crate::Real;
use crate::nonlinear::{Function, Number};

/// A type of number that vectors are made of.
pub(crate) trait Lane: Real + Pod {
    /// A vector.
    type Vector<S: Simd>: Pod + Send + Sync;

    /// Number of lanes of a vector.
    #[inline(always)]
    fn lanes<S: Simd>() -> usize {
        size_of::<Self::Vector<S>>() / size_of::<Self>()
    }

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

    /// The number in the first lane.
    #[inline(always)]
    fn first<S: Simd>(vector: Self::Vector<S>) -> Self {
        pod_read_unaligned(&bytes_of(&vector)[..size_of::<Self>()])
    }

    /// The vector with another number in the first lane.
    #[inline(always)]
    fn with_first<S: Simd>(mut vector: Self::Vector<S>, value: Self) -> Self::Vector<S> {
        bytes_of_mut(&mut vector)[..size_of::<Self>()].copy_from_slice(bytes_of(&value));
        vector
    }

    /// Applies a function to every point of fields in vectors of so many lanes.
    fn apply_in_lanes(
        function: &dyn Function,
        lanes: usize,
        parameters: &[Self],
        fields: &mut [Self],
    );
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

            fn apply_in_lanes(
                function: &dyn Function,
                lanes: usize,
                parameters: &[Self],
                fields: &mut [Self],
            ) {
                function.$apply(lanes, parameters, fields);
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

/// The lanes of rows of vectors in columns: number `r l + k` of the result is lane `l` of vector `k` of `r`.
#[inline(always)]
pub(super) fn turned<T: Lane, S: Simd, const R: usize>(
    rows: [T::Vector<S>; R],
) -> [T::Vector<S>; R] {
    macro_rules! of {
        ($lanes:literal) => {{
            let rows: [[T; $lanes]; R] = rows.map(cast);
            std::array::from_fn(|i| {
                let at = |number: usize| rows[number % R][number / R];
                let column: [T; $lanes] = std::array::from_fn(|j| at($lanes * i + j));
                cast(column)
            })
        }};
    }
    match T::lanes::<S>() {
        2 => of!(2),
        4 => of!(4),
        8 => of!(8),
        16 => of!(16),
        _ => rows,
    }
}

/// The lanes of `block` in reverse, one place further, with the first lane of `next` before them.
#[inline(always)]
pub(super) fn reversed<T: Lane, S: Simd>(next: T::Vector<S>, block: T::Vector<S>) -> T::Vector<S> {
    macro_rules! of {
        ($lanes:literal) => {{
            let (next, block): ([T; $lanes], [T; $lanes]) = (cast(next), cast(block));
            let at = |lane| {
                if lane == 0 {
                    next[0]
                } else {
                    block[$lanes - lane]
                }
            };
            let lanes: [T; $lanes] = std::array::from_fn(at);
            cast(lanes)
        }};
    }
    match T::lanes::<S>() {
        2 => of!(2),
        4 => of!(4),
        8 => of!(8),
        16 => of!(16),
        _ => next,
    }
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
