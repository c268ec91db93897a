//! R-sequence: multiples of the generalised golden ratio, `xₖ(i) = frac(sₖ + i / φᵏ)` with `φ^(d+1) = φ + 1`.
//!
//! M. Roberts, "The unreasonable effectiveness of quasirandom sequences" (2018), in `d` dimensions; the random shift `s` is
//! that of P. R. Cranley & T. N. L. Patterson, SIAM J. Numer. Anal. 13, 904 (1976).

use super::{Design, Sampler, SamplerConfig, SamplerEntry, SamplerError, decode};
use ondine_solvers::{Rng, Stream};
use serde::Deserialize;
use std::sync::Arc;

/// The entry of the list of samplers.
pub(super) const ENTRY: SamplerEntry = SamplerEntry {
    kind: "r_sequence",
    summary: "shifted multiples of the golden ratio: even coverage of few quantities",
    options: &[],
    max_dims: 8,
    decode: decode::<Config>,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {}

impl SamplerConfig for Config {
    fn build(&self, design: &Design<'_>) -> Result<Arc<dyn Sampler>, SamplerError> {
        Ok(Arc::new(RSequence { seed: design.seed }))
    }
}

struct RSequence {
    seed: u64,
}

impl Sampler for RSequence {
    fn point(&self, index: u64, point: &mut [f64]) {
        let ratio = golden_ratio(point.len());
        let mut shift = Rng::stream(self.seed, Stream::Sampler, 0);
        let mut step = 1.0;
        for coordinate in point {
            step /= ratio;
            let turns = index.wrapping_mul((step * 2_f64.powi(64)) as u64); // exact, in units of 2⁻⁶⁴
            let turned = (turns >> 11) as f64 / 2_f64.powi(53);
            *coordinate = (shift.uniform(0.0, 1.0) + turned).fract();
        }
    }
}

/// The positive root of `φ^(d+1) = φ + 1`, by iteration.
fn golden_ratio(dims: usize) -> f64 {
    let exponent = 1.0 / (dims as f64 + 1.0);
    (0..60).fold(2.0, |ratio: f64, _| (1.0 + ratio).powf(exponent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratio_of_one_dimension_is_the_golden_one() {
        let golden = f64::midpoint(1.0, 5.0_f64.sqrt());
        assert!((golden_ratio(1) - golden).abs() < 1e-12); // 60 contractions
        assert_eq!(ENTRY.kind, "r_sequence");
    }
}
