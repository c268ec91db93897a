//! Trigonometric interpolation: the same waves on a finer periodic grid.

use crate::{Complex64, Dealias, Grid, SolverError, Transform};

/// The sum of the waves of `u`, channel after channel on `from`, at the points of the finer grid
/// `to`. The highest wave of each axis is left out: at its points `(−1)ʲ`, it has no phase.
pub(super) fn interpolate(u: &[f64], from: &Grid, to: &Grid) -> Result<Vec<f64>, SolverError> {
    let mut coarse = Transform::new(from, Dealias::None)?;
    let mut fine = Transform::new(to, Dealias::None)?;
    let mut u_hat = vec![Complex64::ZERO; coarse.num_modes()];
    let mut v_hat = vec![Complex64::ZERO; fine.num_modes()];
    let scale = to.num_points() as f64 / from.num_points() as f64;
    let mut v = vec![0.0; u.len() / from.num_points() * to.num_points()];
    let channels = u.chunks_exact(from.num_points());
    for (u, v) in channels.zip(v.chunks_exact_mut(to.num_points())) {
        coarse.forward(u, &mut u_hat);
        for (mode, u_hat) in u_hat.iter().enumerate() {
            if let Some(place) = place(mode, from.points(), to.points()) {
                v_hat[place] = u_hat * scale;
            }
        }
        fine.inverse(&v_hat, v);
    }
    Ok(v)
}

/// Where the mode number `mode` of a grid is among the modes of a finer one; the first axis runs
/// fastest, negative wavenumbers are counted from the end.
fn place(mut mode: usize, from: &[usize], to: &[usize]) -> Option<usize> {
    let (mut place, mut stride) = (0, 1);
    for (&n, &m) in from.iter().zip(to) {
        let k = mode % n;
        if k == n / 2 {
            return None;
        }
        place += stride * if k < n / 2 { k } else { k + m - n };
        mode /= n;
        stride *= m;
    }
    Some(place)
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;
    use crate::{Profile, sample};

    #[test]
    fn waves_of_either_sign_are_exact_between_the_points() {
        let waves: Profile = Box::new(|channel: usize, x: &[f64]| {
            let phase = |k: [f64; 3]| -> f64 { x.iter().zip(k).map(|(x, k)| TAU * k * x).sum() };
            0.3 + (phase([3.0, -2.0, 1.0]) + channel as f64).cos() + phase([-1.0, 3.0, 2.0]).sin()
        });
        for points in [&[8][..], &[8, 10], &[10, 8, 8]] {
            let length = vec![1.0; points.len()];
            let from = Grid::new(points, &length).expect("valid");
            let doubled: Vec<usize> = points.iter().map(|n| 2 * n).collect();
            let to = Grid::new(&doubled, &length).expect("valid");
            let u = sample(&waves, &from, 2);
            let found = interpolate(&u, &from, &to).expect("periodic");
            let exact = sample(&waves, &to, 2);
            assert_eq!(found.len(), exact.len());
            let distance = found.iter().zip(&exact).map(|(a, b)| (a - b).abs());
            let worst = distance.fold(0.0, f64::max);
            assert!(worst < 1e-13, "{points:?}: {worst}"); // rounding of two transforms
        }
    }
}
