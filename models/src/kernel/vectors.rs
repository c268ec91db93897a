//! Vectors of numbers for the loops of [`tile`](super::tile), one type for each set of instructions.
#![allow(unsafe_code, reason = "instructions that not every processor has")]

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::*;

/// A vector of numbers.
///
/// # Safety
/// Methods are called where the processor has the instructions of the type, and pointers lead to [`Self::LEN`] numbers.
pub(super) trait Vector: Copy {
    const LEN: usize;
    /// Vectors side by side in the widest tile.
    const WIDTH: usize;
    unsafe fn all(x: f32) -> Self;
    unsafe fn load(from: *const f32) -> Self;
    unsafe fn store(self, to: *mut f32);
    unsafe fn plus(self, other: Self) -> Self;
    /// `self + a b`.
    unsafe fn plus_product(self, a: Self, b: Self) -> Self;
}

/// 16 numbers.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy)]
pub(super) struct Avx512(__m512);

#[cfg(target_arch = "x86_64")]
#[rustfmt::skip]
#[allow(clippy::undocumented_unsafe_blocks, reason = "as the trait says")]
impl Vector for Avx512 {
    const LEN: usize = 16;
    const WIDTH: usize = 4;
    #[inline(always)]
    unsafe fn all(x: f32) -> Self { Self(unsafe { _mm512_set1_ps(x) }) }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self { Self(unsafe { _mm512_loadu_ps(from) }) }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) { unsafe { _mm512_storeu_ps(to, self.0) } }
    #[inline(always)]
    unsafe fn plus(self, other: Self) -> Self { Self(unsafe { _mm512_add_ps(self.0, other.0) }) }
    #[inline(always)]
    unsafe fn plus_product(self, a: Self, b: Self) -> Self { Self(unsafe { _mm512_fmadd_ps(a.0, b.0, self.0) }) }
}

/// 8 numbers.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy)]
pub(super) struct Avx2(__m256);

#[cfg(target_arch = "x86_64")]
#[rustfmt::skip]
#[allow(clippy::undocumented_unsafe_blocks, reason = "as the trait says")]
impl Vector for Avx2 {
    const LEN: usize = 8;
    const WIDTH: usize = 2;
    #[inline(always)]
    unsafe fn all(x: f32) -> Self { Self(unsafe { _mm256_set1_ps(x) }) }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self { Self(unsafe { _mm256_loadu_ps(from) }) }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) { unsafe { _mm256_storeu_ps(to, self.0) } }
    #[inline(always)]
    unsafe fn plus(self, other: Self) -> Self { Self(unsafe { _mm256_add_ps(self.0, other.0) }) }
    #[inline(always)]
    unsafe fn plus_product(self, a: Self, b: Self) -> Self { Self(unsafe { _mm256_fmadd_ps(a.0, b.0, self.0) }) }
}

/// Numbers for every other processor.
#[derive(Clone, Copy)]
pub(super) struct Plain([f32; 4]);

#[allow(clippy::undocumented_unsafe_blocks, reason = "as the trait says")]
impl Vector for Plain {
    const LEN: usize = 4;
    const WIDTH: usize = 2;
    #[inline(always)]
    unsafe fn all(x: f32) -> Self {
        Self([x; 4])
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        Self(unsafe { from.cast::<[f32; 4]>().read() })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        unsafe { to.cast::<[f32; 4]>().write(self.0) }
    }
    #[inline(always)]
    unsafe fn plus(self, other: Self) -> Self {
        Self([0, 1, 2, 3].map(|i| self.0[i] + other.0[i]))
    }
    #[inline(always)]
    unsafe fn plus_product(self, a: Self, b: Self) -> Self {
        Self([0, 1, 2, 3].map(|i| self.0[i] + a.0[i] * b.0[i]))
    }
}
