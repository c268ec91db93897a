//! Symbols at the modes of a grid.

use super::Symbol;
use crate::real::times_i;
use crate::{Complex, Real, Wavenumbers};

/// The values of a symbol at modes, rounded to `T` once.
pub(super) enum Weight<T> {
    Constant(T),
    Real(Vec<T>),
    Imaginary(Vec<T>),
}

impl<T: Real> Weight<T> {
    /// At the first `modes` modes.
    pub(super) fn new(symbol: &Symbol, k: &Wavenumbers, modes: usize) -> Self {
        let all = || (0..modes).map(|mode| T::of(symbol.at(k, mode))).collect();
        match symbol {
            Symbol::Constant(value) => Self::Constant(T::of(*value)),
            Symbol::Real(_) => Self::Real(all()),
            Symbol::Imaginary(_) => Self::Imaginary(all()),
        }
    }

    /// The weight of a mode times a value.
    pub(super) fn of(&self, mode: usize, value: Complex<T>) -> Complex<T> {
        match self {
            Self::Constant(weight) => value * *weight,
            Self::Real(weights) => value * weights[mode],
            Self::Imaginary(weights) => times_i(value * weights[mode]),
        }
    }

    /// `u ← weight · u`, the first mode being number `start`.
    pub(super) fn scale(&self, start: usize, u: &mut [Complex<T>]) {
        match self {
            Self::Constant(weight) if *weight == T::one() => {}
            Self::Constant(weight) => u.iter_mut().for_each(|u| *u *= *weight),
            Self::Real(weights) => each(u, &weights[start..], |u, weight| *u *= weight),
            Self::Imaginary(weights) => {
                each(u, &weights[start..], |u, weight| *u = times_i(*u * weight));
            }
        }
    }

    /// `out ← out + weight · u`, the first mode being number `start`.
    pub(super) fn add(&self, start: usize, u: &[Complex<T>], out: &mut [Complex<T>]) {
        let pairs = out.iter_mut().zip(&u[start..]);
        match self {
            Self::Constant(weight) => pairs.for_each(|(out, u)| *out += *u * *weight),
            Self::Real(weights) => {
                let weighted = pairs.zip(&weights[start..]);
                weighted.for_each(|((out, u), weight)| *out += *u * *weight);
            }
            Self::Imaginary(weights) => {
                let weighted = pairs.zip(&weights[start..]);
                weighted.for_each(|((out, u), weight)| *out += times_i(*u * *weight));
            }
        }
    }
}

fn each<T: Real>(u: &mut [Complex<T>], weights: &[T], f: impl Fn(&mut Complex<T>, T)) {
    u.iter_mut()
        .zip(weights)
        .for_each(|(u, weight)| f(u, *weight));
}
