//! The truncated Fourier transform along one periodic axis as up to four small matrix products.
//!
//! `cos(2π k x/n)` is even in `x` and `sin(2π k x/n)` odd; where 4 divides `n`, both are even or odd in `n/2 − x` as well, by
//! the parity of `k`. Points that the waves of one class can't tell apart are summed before the product with those waves, a
//! quarter of the points and half of the modes each: a quarter of the products of the whole matrix, and exact as that is.
//! They are the first steps of a fast transform (Cooley & Tukey 1965), which pays while many modes are left out.

use super::elementwise::{Identity, Smooth};
use super::gather::{Gather, Term, terms};
use super::tile::{Rows, Sizes, Start, multiply};
use std::f64::consts::TAU;

/// Weights of the modes in the inverse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Axis {
    /// Real numbers along it: `u_x = Σ_k w_k Re(û_k exp(2πi k x/n))` with `w_0 = 1`, else 2.
    Real,
    /// Complex numbers along it, of which modes `±k` are told apart outside: all weights are 1.
    Complex,
}

/// The transform of one axis to the modes `0, 1, …`, each with a cosine and a sine row, and back.
#[derive(Debug)]
pub(crate) struct Folding {
    points: usize,
    modes: usize,
    parts: Vec<Part>,
    /// Rows of all parts that a point is the sum of.
    rows_of: Vec<[Term; 4]>,
}

/// The waves of one class.
#[derive(Debug)]
struct Part {
    class: Class,
    /// Its first row among those of all parts.
    first: usize,
    /// Points that are summed for each row.
    terms: Vec<[Term; 4]>,
    /// `[mode, row]`.
    to_modes: Vec<f32>,
    /// `[row, mode]`.
    to_points: Vec<f32>,
}

/// Waves with the same symmetries.
#[derive(Debug, Clone, Copy)]
struct Class {
    sine: bool,
    /// Parity of the wavenumbers, where they are told apart.
    parity: Option<usize>,
}

impl Class {
    fn all(points: usize) -> Vec<Self> {
        let parities: &[_] = if points.is_multiple_of(4) {
            &[Some(0), Some(1)]
        } else {
            &[None]
        };
        let of = |sine: bool| parities.iter().map(move |&parity| Self { sine, parity });
        of(false).chain(of(true)).collect()
    }

    fn modes(self, count: usize) -> Vec<usize> {
        match self.parity {
            Some(parity) => (parity..count).step_by(2).collect(),
            None => (0..count).collect(),
        }
    }

    /// One point of every set that is summed; none whose waves are zero there.
    fn points(self, n: usize) -> Vec<usize> {
        let first = usize::from(self.sine);
        let end = match (self.parity, self.sine) {
            (None, false) => n / 2 + 1,
            (None, true) => n.div_ceil(2),
            (Some(_), _) => n / 4 + usize::from(self.is_even_about_quarter()),
        };
        (first..end).collect()
    }

    /// Whether the waves are even in `n/2 − x`.
    fn is_even_about_quarter(self) -> bool {
        (self.parity == Some(1)) == self.sine
    }

    /// The points that belong to `x`, with their signs.
    fn terms(self, n: usize, x: usize) -> [Term; 4] {
        let sign = |even: bool| if even { 1.0 } else { -1.0 };
        let mirrored = sign(!self.sine);
        let mut all = vec![(x, 1.0), ((n - x) % n, mirrored)];
        if self.parity.is_some() {
            let other = sign(self.is_even_about_quarter());
            all.push((n / 2 - x, other));
            all.push(((n / 2 + x) % n, other * mirrored));
        }
        all.sort_by_key(|(point, _)| *point);
        all.dedup_by_key(|(point, _)| *point);
        terms(&all)
    }

    /// `cos` or `−sin` of `2π k x/n`.
    fn wave(self, n: usize, k: usize, x: usize) -> f64 {
        let angle = TAU * (k * x % n) as f64 / n as f64; // without whole turns, which keeps every digit
        if self.sine { -angle.sin() } else { angle.cos() }
    }
}

impl Folding {
    /// The transform of `points` points to `modes` modes, at most half as many.
    pub(crate) fn new(points: usize, modes: usize, axis: Axis) -> Self {
        let mut parts: Vec<Part> = Vec::new();
        for class in Class::all(points) {
            let first = parts.last().map_or(0, |part| part.first + part.terms.len());
            parts.extend(Part::new(class, points, modes, axis, first));
        }
        let mut rows_of = vec![Vec::new(); points];
        for part in &parts {
            for (row, terms) in part.terms.iter().enumerate() {
                for (point, sign) in terms.iter().filter(|(_, sign)| sign.abs() > 0.0) {
                    rows_of[*point].push((part.first + row, *sign));
                }
            }
        }
        Self {
            points,
            modes,
            parts,
            rows_of: rows_of.iter().map(|rows: &Vec<_>| terms(rows)).collect(),
        }
    }

    pub(crate) fn points(&self) -> usize {
        self.points
    }

    pub(crate) fn modes(&self) -> usize {
        self.modes
    }

    /// Rows of all parts.
    fn rows(&self) -> usize {
        self.parts.iter().map(|part| part.terms.len()).sum()
    }

    /// Numbers of the workspace for lines of so many columns.
    pub(crate) fn work(&self, columns: usize) -> usize {
        self.rows() * columns
    }

    /// # Shapes   x: `[point, column]`, points `stride` numbers apart → `[mode, 2, column]`
    pub(crate) fn to_modes(
        &self,
        x: &[f32],
        stride: usize,
        columns: usize,
        work: &mut [f32],
        x_hat: &mut [f32],
    ) {
        x_hat.fill(0.0); // rows of classes without a point
        for part in &self.parts {
            let rows = part.terms.len();
            let work = &mut work[..rows * columns];
            Gather::<Identity>::new(x, stride, columns, &part.terms).write(work, columns);
            let sizes = Sizes {
                rows: part.modes(),
                depth: rows,
                columns,
                stride: 2 * part.step() * columns,
            };
            multiply(
                &mut x_hat[part.place(2 * columns, columns)..],
                Start::Zero,
                Rows::new(&part.to_modes, rows),
                Rows::new(work, columns),
                sizes,
            );
        }
    }

    /// The rows of all parts, `[row, column]`, from `[mode, 2, column]`, modes `stride` numbers apart.
    pub(crate) fn to_rows(&self, x_hat: &[f32], stride: usize, columns: usize, rows: &mut [f32]) {
        for part in &self.parts {
            let modes = part.modes();
            let sizes = Sizes {
                rows: part.terms.len(),
                depth: modes,
                columns,
                stride: columns,
            };
            multiply(
                &mut rows[part.first * columns..],
                Start::Zero,
                Rows::new(&part.to_points, modes),
                Rows::new(&x_hat[part.place(stride, columns)..], part.step() * stride),
                sizes,
            );
        }
    }

    /// `f(y + v)` in place of `y`, with the values `v` of the rows of all parts at the points, which stand one after the other.
    pub(crate) fn finish<F: Smooth>(&self, rows: &[f32], columns: usize, y: &mut [f32]) {
        Gather::<F>::new(rows, columns, columns, &self.rows_of).add(y);
    }

    /// The values of the rows of all parts at the points, `stride` numbers apart.
    pub(crate) fn to_points(&self, rows: &[f32], columns: usize, y: &mut [f32], stride: usize) {
        Gather::<Identity>::new(rows, columns, columns, &self.rows_of).write(y, stride);
    }
}

impl Part {
    /// None where the class has no wave or no point.
    fn new(class: Class, points: usize, modes: usize, axis: Axis, first: usize) -> Option<Self> {
        let (modes, rows) = (class.modes(modes), class.points(points));
        if modes.is_empty() || rows.is_empty() {
            return None;
        }
        let weight = |k: usize| {
            if k > 0 && axis == Axis::Real {
                2.0
            } else {
                1.0
            }
        };
        let to_modes = modes.iter().flat_map(|&k| {
            let waves = rows.iter().map(move |&x| class.wave(points, k, x));
            waves.map(|wave| (wave / points as f64) as f32)
        });
        let to_points = rows.iter().flat_map(|&x| {
            let waves = modes
                .iter()
                .map(move |&k| weight(k) * class.wave(points, k, x));
            waves.map(|wave| wave as f32)
        });
        Some(Self {
            class,
            first,
            to_modes: to_modes.collect(),
            to_points: to_points.collect(),
            terms: rows.iter().map(|&x| class.terms(points, x)).collect(),
        })
    }

    fn modes(&self) -> usize {
        self.to_modes.len() / self.terms.len()
    }

    /// Distance of its wavenumbers.
    fn step(&self) -> usize {
        1 + usize::from(self.class.parity.is_some())
    }

    /// Where its first mode stands among modes `stride` numbers apart, each with a cosine and a sine row.
    fn place(&self, stride: usize, columns: usize) -> usize {
        self.class.parity.unwrap_or(0) * stride + usize::from(self.class.sine) * columns
    }
}

#[cfg(test)]
mod tests;
