//! Widths of vectors that this processor has.

use std::marker::PhantomData;

use pulp::{Arch, Simd, WithSimd};

use super::lane::Lane;

/// A set of vector instructions, which says how many lanes a vector has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Vectors(Arch);

impl Vectors {
    /// The widest vectors.
    pub(crate) fn widest() -> Self {
        Self(Arch::new())
    }

    /// Vectors of 256 bits where the widest have more, the widest otherwise.
    #[cfg(target_arch = "x86_64")]
    pub(crate) fn narrow() -> Self {
        pulp::x86::V3::try_new().map_or_else(Self::widest, |simd| Self(Arch::V3(simd)))
    }

    /// Vectors of 256 bits where the widest have more, the widest otherwise.
    #[cfg(not(target_arch = "x86_64"))]
    pub(crate) fn narrow() -> Self {
        Self::widest()
    }

    /// Those of so many lanes.
    pub(crate) fn of<T: Lane>(lanes: usize) -> Self {
        let narrow = Self::narrow();
        if narrow.lanes::<T>() == lanes {
            narrow
        } else {
            Self::widest()
        }
    }

    /// Number of lanes of a vector.
    pub(crate) fn lanes<T: Lane>(self) -> usize {
        self.dispatch(Count::<T>(PhantomData))
    }

    /// Computes with these vectors.
    #[inline(always)]
    pub(crate) fn dispatch<Op: WithSimd>(self, op: Op) -> Op::Output {
        self.0.dispatch(op)
    }
}

struct Count<T>(PhantomData<T>);

impl<T: Lane> WithSimd for Count<T> {
    type Output = usize;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) -> usize {
        T::lanes::<S>()
    }
}
