//! Numbers that a solver computes with: `f64`, or `f32` with half the memory and twice the numbers per vector.

use std::iter::Sum;

use rustfft::num_traits::{Float, FloatConst, NumAssign};
use serde::{Deserialize, Serialize};

use crate::nonlinear::{Evaluate, Function, Number, OwnTerm};
use crate::spectral::Planned;
use crate::{Complex, Complex64, Threads, Workspace};

/// The choice of a [`Real`] by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// 64 bits: 16 digits.
    #[default]
    F64,
    /// 32 bits: 7 digits, half the memory, about half the time.
    F32,
}

/// A floating-point type that states and transforms are made of.
///
/// Symbols, weights and wavenumbers are computed in `f64` and rounded once, so that `f32` costs
/// what rounding the state costs: a relative error near 10⁻⁷ per step, which chaos amplifies.
pub trait Real: Planned + Float + FloatConst + NumAssign + Number + Sum + Into<f64> {
    /// The nearest number of this type.
    fn of(value: f64) -> Self;

    /// Applies a function to every point of fields in this type that lie one after the other.
    fn apply(function: &dyn Function, parameters: &[f64], threads: &Threads, fields: &mut [Self]);

    /// [`Evaluate::evaluate`] in this type.
    fn evaluate(
        term: &dyn OwnTerm,
        work: &mut Workspace<Self>,
        u_hat: &[Complex<Self>],
        out: &mut [Complex<Self>],
    );
}

impl Real for f64 {
    fn of(value: f64) -> Self {
        value
    }

    fn apply(function: &dyn Function, parameters: &[f64], threads: &Threads, fields: &mut [Self]) {
        function.apply_f64(parameters, threads, fields);
    }

    fn evaluate(
        term: &dyn OwnTerm,
        work: &mut Workspace<Self>,
        u_hat: &[Complex64],
        out: &mut [Complex64],
    ) {
        Evaluate::<Self>::evaluate(term, work, u_hat, out);
    }
}

impl Real for f32 {
    fn of(value: f64) -> Self {
        value as Self
    }

    fn apply(function: &dyn Function, parameters: &[f64], threads: &Threads, fields: &mut [Self]) {
        function.apply_f32(parameters, threads, fields);
    }

    fn evaluate(
        term: &dyn OwnTerm,
        work: &mut Workspace<Self>,
        u_hat: &[Complex<Self>],
        out: &mut [Complex<Self>],
    ) {
        Evaluate::<Self>::evaluate(term, work, u_hat, out);
    }
}

/// A complex number rounded to `T`.
pub(crate) fn complex<T: Real>(z: Complex64) -> Complex<T> {
    Complex::new(T::of(z.re), T::of(z.im))
}

/// `i z`.
pub(crate) fn times_i<T: Real>(z: Complex<T>) -> Complex<T> {
    Complex::new(-z.im, z.re)
}

/// `0`.
pub(crate) fn zero<T: Real>() -> Complex<T> {
    Complex::new(T::zero(), T::zero())
}
