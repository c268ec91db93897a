//! Symbols: factors of modes, as functions of the wavenumber vector.

use std::fmt;
use std::sync::Arc;

use crate::Wavenumbers;

type OfWavenumber = Arc<dyn Fn(&[f64]) -> f64 + Send + Sync>;

/// The symbol of an operator in space: a constant, `s(k)` or `i s(k)` with a real function `s`.
///
/// `k` has one entry per axis, multiples of `2π/L`. Operators on real fields have an even `s(k)`, such as `−|k|²` of the
/// Laplacian, or an odd one times `i`, such as `i k` of a derivative.
///
/// ```
/// use ondine_solvers::nonlinear::Symbol;
///
/// let laplacian = Symbol::real(|k| -k.iter().map(|k| k * k).sum::<f64>());
/// assert_eq!(format!("{laplacian:?}"), "Real(s(k))");
/// ```
#[derive(Clone)]
pub enum Symbol {
    /// A number.
    Constant(f64),
    /// `s(k)`.
    Real(OfWavenumber),
    /// `i s(k)`.
    Imaginary(OfWavenumber),
}

impl Symbol {
    /// The identity.
    pub const ONE: Self = Self::Constant(1.0);

    /// `s(k)`.
    pub fn real(s: impl Fn(&[f64]) -> f64 + Send + Sync + 'static) -> Self {
        Self::Real(Arc::new(s))
    }

    /// `i s(k)`.
    pub fn imaginary(s: impl Fn(&[f64]) -> f64 + Send + Sync + 'static) -> Self {
        Self::Imaginary(Arc::new(s))
    }

    /// `scale ∂/∂x` along an axis: `i scale k`.
    #[must_use]
    pub fn derivative(axis: usize, scale: f64) -> Self {
        Self::imaginary(move |k| scale * k[axis])
    }

    /// The real number, or the factor of `i`, at a mode: the mean over the waves that the mode holds in equal parts.
    pub(crate) fn at(&self, k: &Wavenumbers, mode: usize) -> f64 {
        match self {
            Self::Constant(value) => *value,
            Self::Real(s) | Self::Imaginary(s) => {
                let vectors = k.vectors(mode);
                let sum: f64 = vectors.iter().map(|k| s(k)).sum();
                sum / vectors.len() as f64
            }
        }
    }

    /// Whether it is `i s(k)`.
    pub(crate) fn is_imaginary(&self) -> bool {
        matches!(self, Self::Imaginary(_))
    }
}

impl fmt::Debug for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Constant(value) => write!(f, "Constant({value})"),
            Self::Real(_) => f.write_str("Real(s(k))"),
            Self::Imaginary(_) => f.write_str("Imaginary(s(k))"),
        }
    }
}
