//! Elementary functions in single precision, free of branches so that loops over them vectorise. Terms of polynomials are added in
//! pairs: a chain of sums keeps a processor waiting.

/// `exp(x)`, zero below −87 and infinite above 88; relative error below 2e-7.
///
/// `exp(x) = 2ⁿ exp(r)` with `x = n ln 2 + r`, `|r| ≤ ln 2 / 2`, as in Cody & Waite (1980), chapter 6.
#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    /// `1.5 · 2²³`: a sum with it holds the nearest whole number in its last bits.
    const ROUND: f32 = 12_582_912.0;
    /// `ln 2` in two parts, the first short enough that its product with `n` is exact.
    const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
    /// `(exp(r) − 1 − r) / r²`, least maximal relative error of `exp(r)`: 3e-9.
    const P: [f32; 5] = [
        0.499_999_94,
        0.166_665_21,
        4.166_839e-2,
        8.368_731e-3,
        1.381_457_1e-3,
    ];
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = x - n * LN_2[0] - n * LN_2[1];
    let (square, [a, b, c, d, e]) = (r * r, P);
    let remainder = (a + b * r) + square * ((c + d * r) + square * e);
    let exp_r = 1.0 + (r + square * remainder);
    let power = f32::from_bits((shifted.to_bits() << 23).wrapping_add(1.0_f32.to_bits()));
    let exp = exp_r * power;
    let exp = if x < -87.0 { 0.0 } else { exp };
    if x > 88.0 { f32::INFINITY } else { exp }
}

/// The density `φ` and the distribution function `Φ` of a standard normal variable.
///
/// `Φ(−t) = exp(−t²/2) R(t)` for `t ≥ 0`, where `R` is half the scaled complementary error function of `t/√2`; with
/// `s = 1/(1 + 0.3 t)`, `R` is `s` times a polynomial in `1 − s`, after Hastings (1955), sheet 43. So the tail keeps its
/// relative accuracy and one exponential serves both functions.
#[inline(always)]
pub(super) fn normal(x: f32) -> (f32, f32) {
    /// `1/√(2π)`.
    const DENSITY: f32 = 0.398_942_3;
    /// `R/s`, least maximal relative error for `t ≤ 13.2`, where `exp` has become zero: 4e-9.
    const P: [f32; 10] = [
        0.5,
        -0.8298073,
        0.6181481,
        -0.08104863,
        -0.13957584,
        0.02286238,
        0.011090398,
        0.07004449,
        -0.07245888,
        0.020431496,
    ];
    let e = exp(-0.5 * x * x);
    let t = (0.3 * x.abs()).min(4.0); // beyond it `exp` is zero
    let s = 1.0 / (1.0 + t);
    let tail = e * (s * tenth(P, t * s));
    let distribution = if x < 0.0 { tail } else { 1.0 - tail };
    (DENSITY * e, distribution)
}

/// `1 / (1 + exp(−x))`.
#[inline(always)]
pub(super) fn logistic(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// `c₀ + c₁ x + … + c₉ x⁹`, in pairs of pairs as Estrin (1960), whose steps do not wait for one another; the first terms, which are
/// the largest, come last.
#[inline(always)]
fn tenth(c: [f32; 10], x: f32) -> f32 {
    let (square, pair) = (x * x, |i: usize| c[i] + c[i + 1] * x);
    let fourth = square * square;
    let rest = (pair(2) + square * pair(4)) + fourth * (pair(6) + square * pair(8));
    c[0] + (c[1] * x + square * rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both signs of every power of two and seven numbers between each and the next, from 1e-38 to 1e38.
    fn everywhere() -> impl Iterator<Item = f32> {
        let bits = (1_u32 << 23..0x7f80_0000).step_by(1 << 16);
        bits.flat_map(|bits| [f32::from_bits(bits), -f32::from_bits(bits)])
    }

    fn relative(value: f32, expected: f64) -> f64 {
        (f64::from(value) - expected).abs() / expected.abs()
    }

    #[test]
    fn the_exponential_is_right_to_two_units_in_the_last_place() {
        for x in everywhere().filter(|x| (-87.0..=88.0).contains(x)) {
            let error = relative(exp(x), f64::from(x).exp());
            assert!(error < 2e-7, "exp({x}): {error}"); // two roundings of 6e-8 and those of the argument
        }
        assert!(exp(-1e4) <= 0.0 && exp(f32::NEG_INFINITY) <= 0.0);
        assert!(exp(1e4).is_infinite() && exp(f32::INFINITY).is_infinite());
        assert!(exp(f32::NAN).is_nan());
    }

    #[test]
    fn the_normal_distribution_is_right_in_both_tails() {
        for x in everywhere() {
            let (density, distribution) = normal(x);
            let wide = f64::from(x);
            let exact = 0.5 * libm::erfc(-wide / std::f64::consts::SQRT_2);
            // The relative error of exp(−x²/2) is that of its argument, x²/2 roundings.
            let rounding = 2e-7 * (1.0 + 0.5 * wide * wide).min(100.0);
            let error = (f64::from(distribution) - exact).abs();
            assert!(error < 1e-7, "Φ({x}): {error}");
            assert!(error <= 3.0 * rounding * exact + 1e-38, "Φ({x}): {error}");
            let exact = (-0.5 * wide * wide).exp() / std::f64::consts::TAU.sqrt();
            let error = (f64::from(density) - exact).abs();
            assert!(error <= rounding * exact + 1e-38, "φ({x}): {error}");
        }
        assert!(normal(f32::NAN).1.is_nan());
    }

    #[test]
    fn the_logistic_function_is_right_everywhere() {
        for x in everywhere() {
            let exact = 1.0 / (1.0 + (-f64::from(x)).exp());
            let error = (f64::from(logistic(x)) - exact).abs();
            assert!(error <= 3e-7 * exact + 1e-38, "{x}: {error}");
        }
        assert!(logistic(f32::NAN).is_nan());
    }
}
