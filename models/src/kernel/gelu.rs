//! `f(x) = x Φ(x)` and `f'(x) = Φ(x) + x φ(x)`, with the density `φ` and distribution function `Φ` of a normal variable.

use super::elementwise::Smooth;
use super::function::normal;

/// The Gaussian error linear unit.
pub(crate) struct Gelu;

impl Smooth for Gelu {
    #[inline(always)]
    fn value(x: f32) -> f32 {
        let (_, distribution) = normal(x);
        x * distribution
    }

    #[inline(always)]
    fn slope(x: f32) -> f32 {
        let (density, distribution) = normal(x);
        distribution + x * density
    }
}
