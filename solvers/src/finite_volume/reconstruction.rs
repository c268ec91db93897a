//! States at the faces of cells, from averages over the cells around them.
//!
//! MUSCL: B. van Leer, J. Comput. Phys. 32, 101 (1979), with a choice of limiters. WENO: G.-S. Jiang &
//! C.-W. Shu, J. Comput. Phys. 126, 202 (1996), with the weights of R. Borges, M. Carmona, B. Costa &
//! W. S. Don, J. Comput. Phys. 227, 3191 (2008), eq. 28 with `p = 2`. Both are applied to primitive
//! variables, one by one.

use super::{Number, RungeKutta};

/// States on either side of a face, from the cells before and behind it.
pub trait Reconstruction: Copy + Send + Sync {
    /// Cells on either side of a face that are read, 3 at most.
    const CELLS: usize;

    /// The method that advances averages.
    const METHOD: RungeKutta = RungeKutta::Third;

    /// The values before and behind the face in the middle of `line`, which has `2 CELLS` averages.
    fn edges<T: Number>(self, line: &[T]) -> [T; 2];
}

/// Averages themselves: first order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Constant;

/// Straight lines whose slope is the smaller one of the two differences: second order where solutions are smooth, first
/// at their extrema, as all straight lines; the most diffusive ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Minmod;

/// Straight lines whose slope is the harmonic mean of the two differences: smooth in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VanLeer;

/// Straight lines whose slope is the mean of the two differences, but not above twice the smaller one (monotonised
/// central): the sharpest ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Central;

/// Weighted parabolas: fifth order along a line; along several axes second order with a small constant, as each face has
/// one flux, in its middle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weno5;

impl Reconstruction for Constant {
    const CELLS: usize = 1;
    const METHOD: RungeKutta = RungeKutta::Second;

    #[inline(always)]
    fn edges<T: Number>(self, line: &[T]) -> [T; 2] {
        [line[0], line[1]]
    }
}

/// A limited slope, from the differences to both neighbours.
pub trait Slope: Copy + Send + Sync {
    /// The slope, per cell.
    fn slope<T: Number>(before: T, after: T) -> T;
}

impl<S: Slope> Reconstruction for S {
    const CELLS: usize = 2;
    const METHOD: RungeKutta = RungeKutta::Second;

    #[inline(always)]
    fn edges<T: Number>(self, line: &[T]) -> [T; 2] {
        let across = line[2] - line[1];
        let half = T::of(0.5);
        [
            line[1] + half * S::slope(line[1] - line[0], across),
            line[2] - half * S::slope(across, line[3] - line[2]),
        ]
    }
}

impl Slope for Minmod {
    #[inline(always)]
    fn slope<T: Number>(a: T, b: T) -> T {
        let zero = T::of(0.0);
        let rising = a.min(b).max(zero);
        rising + a.max(b).min(zero)
    }
}

impl Slope for VanLeer {
    #[inline(always)]
    fn slope<T: Number>(a: T, b: T) -> T {
        let (zero, product) = (T::of(0.0), a * b);
        let sum = T::where_less(zero, product, a + b, T::of(1.0));
        T::where_less(zero, product, T::of(2.0) * product / sum, zero)
    }
}

impl Slope for Central {
    #[inline(always)]
    fn slope<T: Number>(a: T, b: T) -> T {
        let (zero, two) = (T::of(0.0), T::of(2.0));
        let mean = T::of(0.5) * (a + b);
        let [low, high] = [two * a.min(b), two * a.max(b)];
        // Rising where both are above 0, falling where both are below.
        let rising = low.min(mean).max(zero);
        rising + high.max(mean).min(zero)
    }
}

impl Reconstruction for Weno5 {
    const CELLS: usize = 3;

    #[inline(always)]
    fn edges<T: Number>(self, v: &[T]) -> [T; 2] {
        [
            weno5([v[0], v[1], v[2], v[3], v[4]]),
            weno5([v[5], v[4], v[3], v[2], v[1]]),
        ]
    }
}

/// The value half a cell behind the middle of five averages.
#[inline(always)]
fn weno5<T: Number>([a, b, c, d, e]: [T; 5]) -> T {
    let of = T::of;
    let (sixth, two) = (of(1.0 / 6.0), of(2.0));
    let parabolas = [
        (two * a - of(7.0) * b + of(11.0) * c) * sixth,
        (of(5.0) * c - b + two * d) * sixth,
        (two * c + of(5.0) * d - e) * sixth,
    ];
    let rough = [
        roughness(a - two * b + c, a - of(4.0) * b + of(3.0) * c),
        roughness(b - two * c + d, b - d),
        roughness(c - two * d + e, of(3.0) * c - of(4.0) * d + e),
    ];
    let tau = (rough[0] - rough[2]).abs();
    let (mut sum, mut mean) = (of(0.0), of(0.0));
    for k in 0..3 {
        let ratio = tau / (rough[k] + of(TINY));
        let weight = of(LINEAR[k]) * (of(1.0) + ratio * ratio);
        (sum, mean) = (sum + weight, mean + weight * parabolas[k]);
    }
    mean / sum
}

/// `13/12 c² + ¼ s²` of a parabola's second difference and slope.
#[inline(always)]
fn roughness<T: Number>(curvature: T, slope: T) -> T {
    T::of(13.0 / 12.0) * curvature * curvature + T::of(0.25) * slope * slope
}

/// A roughness that keeps a flat line from dividing by zero.
const TINY: f64 = 1e-40;

/// Weights of the parabolas where solutions are smooth.
const LINEAR: [f64; 3] = [0.1, 0.6, 0.3];

#[cfg(test)]
mod tests {
    use super::*;

    /// Averages of a cubic over cells of width 1.
    fn averages<const C: usize>() -> [f64; C] {
        std::array::from_fn(|i| {
            let integral = |x: f64| x.powi(4) / 4.0 + x;
            let x = i as f64 - C as f64 / 2.0;
            integral(x + 1.0) - integral(x)
        })
    }

    #[test]
    fn straight_lines_are_met_exactly_by_every_limiter_and_jumps_are_not_passed() {
        for edges in [
            |v: &[f64]| Minmod.edges(v),
            |v: &[f64]| VanLeer.edges(v),
            |v: &[f64]| Central.edges(v),
        ] {
            for rise in [1.0, -2.0] {
                let line = [0.0, rise, 2.0 * rise, 3.0 * rise];
                for edge in edges(&line) {
                    assert!((edge - 1.5 * rise).abs() < 1e-15, "{edge}");
                }
            }
            let jump = edges(&[0.0, 0.0, 1.0, 1.0]);
            assert!(jump[0].abs() < 1e-15 && (jump[1] - 1.0).abs() < 1e-15);
        }
    }

    #[test]
    fn limiters_differ_where_slopes_do() {
        let edge = |edges: [f64; 2]| edges[0];
        let line = [0.0, 1.0, 4.0, 5.0];
        assert!((edge(Minmod.edges(&line)) - 1.5).abs() < 1e-15);
        assert!((edge(VanLeer.edges(&line)) - 1.75).abs() < 1e-15);
        assert!((edge(Central.edges(&line)) - 2.0).abs() < 1e-15);
    }

    #[test]
    fn weighted_parabolas_meet_a_cubic_nearly_and_a_jump_without_overshoot() {
        let [left, right] = Weno5.edges(&averages::<6>()); // around x = 0, where it is 1
        for edge in [left, right] {
            assert!((edge - 1.0).abs() < 0.05, "{edge}");
        }
        let [left, right] = Weno5.edges(&[1.0, 1.0, 1.0, 0.0, 0.0, 0.0_f64]);
        assert!((left - 1.0).abs() < 1e-9 && right.abs() < 1e-9);
    }
}
