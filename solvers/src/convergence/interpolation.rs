//! Trigonometric interpolation: the same waves on a finer periodic grid.
//!
//! The highest wave of an axis is `(−1)ʲ` at its points: the waves `±N/2` in equal parts.

use crate::{Complex64, Dealias, Grid, SolverError, Transform};

/// Values on a grid as a sum of waves on a finer one.
pub(super) struct Interpolation {
    coarse: Transform,
    fine: Transform,
    u_hat: Vec<Complex64>,
    v_hat: Vec<Complex64>,
    num_points: [usize; 2],
    /// Number of a mode on the grid and on the finer one, and which part of it goes there.
    places: Vec<(usize, usize, f64)>,
}

impl Interpolation {
    pub(super) fn new(from: &Grid, to: &Grid) -> Result<Self, SolverError> {
        let coarse = Transform::new(from, Dealias::None)?;
        let fine = Transform::new(to, Dealias::None)?;
        let scale = to.num_points() as f64 / from.num_points() as f64;
        let places = (0..coarse.num_modes()).flat_map(|mode| {
            let places = places(mode, from.points(), to.points()).into_iter();
            places.map(move |(place, part)| (mode, place, part * scale))
        });
        Ok(Self {
            places: places.collect(),
            u_hat: vec![Complex64::ZERO; coarse.num_modes()],
            v_hat: vec![Complex64::ZERO; fine.num_modes()],
            num_points: [from.num_points(), to.num_points()],
            coarse,
            fine,
        })
    }

    /// The waves of `u`, channel after channel, at the points of the finer grid.
    pub(super) fn of(&mut self, u: &[f64]) -> Vec<f64> {
        let [from, to] = self.num_points;
        let mut v = vec![0.0; u.len() / from * to];
        for (u, v) in u.chunks_exact(from).zip(v.chunks_exact_mut(to)) {
            self.coarse.forward(u, &mut self.u_hat);
            for &(mode, place, part) in &self.places {
                self.v_hat[place] = part * self.u_hat[mode];
            }
            self.fine.inverse(&self.v_hat, v);
        }
        v
    }
}

/// Where the mode number `mode` of a grid is among the modes of a finer one, in which parts; the
/// first axis runs fastest, negative wavenumbers are counted from the end, and the last axis has
/// none.
fn places(mut mode: usize, from: &[usize], to: &[usize]) -> Vec<(usize, f64)> {
    let mut places = vec![(0, 1.0)];
    let mut stride = 1;
    for (axis, (&n, &m)) in from.iter().zip(to).enumerate() {
        let k = mode % n;
        let last = axis + 1 == from.len();
        let targets = match k.cmp(&(n / 2)) {
            std::cmp::Ordering::Less => vec![(k, 1.0)],
            std::cmp::Ordering::Equal if last => vec![(k, 0.5)],
            std::cmp::Ordering::Equal => vec![(k, 0.5), (m - k, 0.5)],
            std::cmp::Ordering::Greater => vec![(k + m - n, 1.0)],
        };
        let on_axis = |(place, part)| {
            let along = targets.iter();
            along.map(move |(k, share)| (place + stride * k, part * share))
        };
        places = places.into_iter().flat_map(on_axis).collect();
        mode /= n;
        stride *= m;
    }
    places
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;
    use crate::{Profile, sample};

    fn largest_distance(a: &[f64], b: &[f64]) -> f64 {
        assert_eq!(a.len(), b.len());
        let distances = a.iter().zip(b).map(|(a, b)| (a - b).abs());
        distances.fold(0.0, f64::max)
    }

    fn grids(points: &[usize]) -> [Grid; 2] {
        let length = vec![1.0; points.len()];
        let doubled: Vec<usize> = points.iter().map(|n| 2 * n).collect();
        [points, &doubled].map(|points| Grid::new(points, &length).expect("valid"))
    }

    #[test]
    fn waves_of_either_sign_are_exact_between_the_points() {
        let waves: Profile = Box::new(|channel: usize, x: &[f64]| {
            let phase = |k: [f64; 3]| -> f64 { x.iter().zip(k).map(|(x, k)| TAU * k * x).sum() };
            0.3 + (phase([3.0, -2.0, 1.0]) + channel as f64).cos() + phase([-1.0, 3.0, 2.0]).sin()
        });
        for points in [&[8][..], &[8, 10], &[10, 8, 8]] {
            let [from, to] = grids(points);
            let mut interpolation = Interpolation::new(&from, &to).expect("periodic");
            let found = interpolation.of(&sample(&waves, &from, 2));
            let worst = largest_distance(&found, &sample(&waves, &to, 2));
            assert!(worst < 1e-13, "{points:?}: {worst}"); // rounding of two transforms
        }
    }

    #[test]
    fn any_values_are_kept_at_the_points_of_the_grid() {
        for points in [&[8][..], &[8, 6], &[4, 6, 4]] {
            let [from, to] = grids(points);
            let u: Vec<f64> = (0..from.num_points()).map(|i| (i * i % 7) as f64).collect();
            let v = Interpolation::new(&from, &to).expect("periodic").of(&u);
            let kept = |&(mut point, _): &(usize, &f64)| {
                to.points().iter().rev().all(|n| {
                    let even = (point % n).is_multiple_of(2);
                    point /= n;
                    even
                })
            };
            let shared: Vec<f64> = v.iter().enumerate().filter(kept).map(|(_, v)| *v).collect();
            let worst = largest_distance(&shared, &u);
            assert!(worst < 1e-13, "{points:?}: {worst}"); // rounding of two transforms
        }
    }
}
