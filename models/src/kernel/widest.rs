//! Loops with the widest vectors of the processor, chosen when they run.
//!
//! The crate `pulp` has the loops up to AVX2 here; with AVX-512 they are compiled once more. Sums and products are not
//! contracted, so the results do not depend on the choice.

use pulp::{Arch, WithSimd};

/// Whether the processor has vectors of 16 numbers.
pub(crate) fn has_avx512() -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        std::arch::is_x86_feature_detected!("avx512f")
            && std::arch::is_x86_feature_detected!("avx512dq")
            && std::arch::is_x86_feature_detected!("avx512vl")
            && std::arch::is_x86_feature_detected!("avx512bw")
    }
    #[cfg(not(target_arch = "x86_64"))]
    false
}

/// Runs a loop.
pub(crate) fn widest<W: WithSimd>(work: W) -> W::Output {
    #[cfg(target_arch = "x86_64")]
    if has_avx512() {
        #[allow(unsafe_code, reason = "instructions that not every processor has")]
        // SAFETY: the processor has them, as was asked just now.
        return unsafe { with_avx512(work) };
    }
    Arch::new().dispatch(work)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
fn with_avx512<W: WithSimd>(work: W) -> W::Output {
    work.with_simd(pulp::Scalar::new())
}
