//! Discrete Fourier transforms of two to five numbers, and of eight.

use std::f64::consts::TAU;

use pulp::Simd;

use super::complex::C;
use super::lane::{Lane, Wide};

/// `∓i z`: the minus sign of a forward transform, plus of the inverse.
#[inline(always)]
fn turned<T: Lane, S: Simd, const INVERSE: bool>(z: C<T, S>) -> C<T, S> {
    if INVERSE {
        z.times_i()
    } else {
        C {
            re: z.im,
            im: -z.re,
        }
    }
}

/// `bₖ = Σⱼ aⱼ e^{∓2πijk/R}`.
#[inline(always)]
pub(super) fn butterfly<T: Lane, S: Simd, const R: usize, const INVERSE: bool>(
    simd: S,
    a: [C<T, S>; R],
) -> [C<T, S>; R] {
    let mut b = a;
    match R {
        2 => (b[0], b[1]) = (a[0] + a[1], a[0] - a[1]),
        3 => three::<T, S, INVERSE>(simd, &a, &mut b),
        4 => four::<T, S, INVERSE>(&a, &mut b),
        8 => eight::<T, S, INVERSE>(simd, &a, &mut b),
        _ => five::<T, S, INVERSE>(simd, &a, &mut b),
    }
    b
}

#[inline(always)]
fn four<T: Lane, S: Simd, const INVERSE: bool>(a: &[C<T, S>], b: &mut [C<T, S>]) {
    let (even, odd) = (a[0] + a[2], a[0] - a[2]);
    let (sum, difference) = (a[1] + a[3], a[1] - a[3]);
    let difference = turned::<T, S, INVERSE>(difference);
    (b[0], b[1]) = (even + sum, odd + difference);
    (b[2], b[3]) = (even - sum, odd - difference);
}

#[inline(always)]
fn three<T: Lane, S: Simd, const INVERSE: bool>(simd: S, a: &[C<T, S>], b: &mut [C<T, S>]) {
    let number = |x: f64| Wide::<T, S>::splat(simd, T::of(x));
    let (sum, difference) = (a[1] + a[2], a[1] - a[2]);
    let middle = sum.scaled_add(number(-0.5), a[0]);
    let side = turned::<T, S, INVERSE>(difference.scaled(number((TAU / 3.0).sin())));
    (b[0], b[1], b[2]) = (a[0] + sum, middle + side, middle - side);
}

#[inline(always)]
fn five<T: Lane, S: Simd, const INVERSE: bool>(simd: S, a: &[C<T, S>], b: &mut [C<T, S>]) {
    let number = |x: f64| Wide::<T, S>::splat(simd, T::of(x));
    let cos = [1.0, 2.0].map(|k: f64| number((k * TAU / 5.0).cos()));
    let sin = [1.0, 2.0].map(|k: f64| number((k * TAU / 5.0).sin()));
    let (near, near_difference) = (a[1] + a[4], a[1] - a[4]);
    let (far, far_difference) = (a[2] + a[3], a[2] - a[3]);
    let middle = |c, d| far.scaled_add(d, near.scaled_add(c, a[0]));
    let side = |c, d| {
        let side = far_difference.scaled_add(d, near_difference.scaled(c));
        turned::<T, S, INVERSE>(side)
    };
    let (first, second) = (middle(cos[0], cos[1]), middle(cos[1], cos[0]));
    let (up, down) = (side(sin[0], sin[1]), side(sin[1], -sin[0]));
    b[0] = a[0] + near + far;
    (b[1], b[4]) = (first + up, first - up);
    (b[2], b[3]) = (second + down, second - down);
}

/// Two transforms of four, of the even and of the odd numbers.
#[inline(always)]
fn eight<T: Lane, S: Simd, const INVERSE: bool>(simd: S, a: &[C<T, S>], b: &mut [C<T, S>]) {
    let diagonal = Wide::<T, S>::splat(simd, T::of(std::f64::consts::FRAC_1_SQRT_2));
    let (mut even, mut odd) = ([a[0], a[2], a[4], a[6]], [a[1], a[3], a[5], a[7]]);
    let (of_even, of_odd) = (even, odd);
    four::<T, S, INVERSE>(&of_even, &mut even);
    four::<T, S, INVERSE>(&of_odd, &mut odd);
    let [second, fourth] = [odd[1], odd[3]].map(|z| (z, turned::<T, S, INVERSE>(z)));
    odd[1] = (second.0 + second.1).scaled(diagonal);
    odd[2] = turned::<T, S, INVERSE>(odd[2]);
    odd[3] = (fourth.1 - fourth.0).scaled(diagonal);
    for k in 0..4 {
        (b[k], b[k + 4]) = (even[k] + odd[k], even[k] - odd[k]);
    }
}
