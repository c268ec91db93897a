//! The wavenumber vector `k` of every stored mode, in units of `2π/L` per axis, or `π/L` between walls.

use std::f64::consts::{PI, TAU};

use super::basis::Span;
use super::plan::num_modes;
use crate::{Grid, Real};

/// Wavenumbers of the modes of a grid, in the order of [`Transform`](crate::Transform).
///
/// ```
/// use ondine_solvers::{Grid, spectral::Wavenumbers};
///
/// let tau = std::f64::consts::TAU;
/// let k: Wavenumbers = Wavenumbers::new(&Grid::new(&[4, 6], &[tau, tau])?);
/// assert_eq!(k.axis(0)[..5], [0.0, 1.0, 2.0, -1.0, 0.0]); // the first axis runs fastest
/// assert_eq!(k.axis(1)[..5], [0.0, 0.0, 0.0, 0.0, 1.0]);
/// assert_eq!(k.derivative(0)[..4], [0.0, 1.0, 0.0, -1.0]);
/// # Ok::<(), ondine_solvers::SolverError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Wavenumbers<T = f64> {
    axes: Vec<Vec<T>>,
    derivative: Vec<Vec<T>>,
    magnitude: Vec<T>,
    inverse_square: Vec<T>,
}

impl<T: Real> Wavenumbers<T> {
    /// Wavenumbers of `grid`.
    #[must_use]
    pub fn new(grid: &Grid) -> Self {
        let spans = Span::all(grid);
        let axes: Vec<Vec<f64>> = (0..grid.dims())
            .map(|axis| along(grid, &spans, axis))
            .collect();
        let derivative = axes.iter().zip(&spans).map(|(k, span)| {
            let slopes = round(without_highest(k));
            if span.is_periodic() {
                slopes
            } else {
                vec![T::zero(); k.len()]
            }
        });
        let derivative = derivative.collect();
        let square = |i: usize| axes.iter().map(|k| k[i] * k[i]).sum::<f64>();
        let squares: Vec<f64> = (0..num_modes(&spans)).map(square).collect();
        let inverse = |&square: &f64| if square > 0.0 { 1.0 / square } else { 0.0 };
        Self {
            inverse_square: round(squares.iter().map(inverse)),
            magnitude: round(squares.iter().map(|square| square.sqrt())),
            axes: axes.into_iter().map(round).collect(),
            derivative,
        }
    }

    /// Component of every mode along `axis`; the highest, `±N/2` at once, is positive.
    #[must_use]
    pub fn axis(&self, axis: usize) -> &[T] {
        &self.axes[axis]
    }

    /// Real factor `k` of the symbol `ik` of `∂/∂x` along `axis`: zero for the highest mode.
    ///
    /// On the grid that mode is `(−1)ʲ`, the sum of the waves `+N/2` and `−N/2` in equal parts:
    /// their derivatives cancel at every point, and `ik û` would not be a real field. Between
    /// walls it is zero for every mode: the derivative of a cosine is a sine, and no mode of the
    /// grid.
    #[must_use]
    pub fn derivative(&self, axis: usize) -> &[T] {
        &self.derivative[axis]
    }

    /// `|k|` of every mode.
    #[must_use]
    pub fn magnitude(&self) -> &[T] {
        &self.magnitude
    }

    /// `1/|k|²` of every mode, and 0 for the mean: the inverse of `−∆` on fields without mean.
    #[must_use]
    pub fn inverse_square(&self) -> &[T] {
        &self.inverse_square
    }

    /// The vectors that mode `mode` stands for. Along an axis where it is the highest one, and
    /// between walls, it holds both signs in equal parts.
    pub(crate) fn vectors(&self, mode: usize) -> Vec<Vec<f64>> {
        let mut vectors = vec![vec![]];
        for (k, derivative) in self.axes.iter().zip(&self.derivative) {
            let (k, derivative): (f64, f64) = (k[mode].into(), derivative[mode].into());
            let signs = if derivative.abs() < k.abs() {
                &[1.0, -1.0][..]
            } else {
                &[1.0]
            };
            let extend = |prefix: &Vec<f64>, sign: &f64| [&prefix[..], &[sign * k]].concat();
            let both = |prefix| signs.iter().map(move |sign| extend(prefix, sign));
            vectors = vectors.iter().flat_map(both).collect();
        }
        vectors
    }
}

/// Component along `axis` of every mode.
fn along(grid: &Grid, spans: &[Span], axis: usize) -> Vec<f64> {
    let (span, length) = (spans[axis], grid.length()[axis]);
    let unit = if span.is_periodic() { TAU } else { PI } / length;
    // Modes are stored with the first axis fastest.
    let stride: usize = grid.points()[..axis].iter().product();
    (0..num_modes(spans))
        .map(|mode| span.mode(mode / stride % span.points) * unit)
        .collect()
}

fn without_highest(k: &[f64]) -> impl Iterator<Item = f64> {
    let highest = k.iter().copied().fold(0.0, f64::max);
    k.iter().map(move |&k| if k < highest { k } else { 0.0 })
}

fn round<T: Real>(k: impl IntoIterator<Item = f64>) -> Vec<T> {
    k.into_iter().map(T::of).collect()
}
