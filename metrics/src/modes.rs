//! Fourier modes `û(k) = (1/N) Σⱼ u(xⱼ) e^{−ik·xⱼ}` of the channels of a state.
//!
//! A mode of the last axis stands for `±k`, so sums over all waves weigh it with 2, but for `k = 0` and `N/2`:
//! Parseval's `⟨u²⟩ = Σₖ w |û|²`. States between walls are taken as periodic too, with a jump where the ends differ, which
//! waves of all lengths are needed for.

use ondine_solvers::{Complex64, Dealias, Grid, SolverError, Transform};
use std::f64::consts::TAU;

/// The transform of a grid, and its waves.
pub struct Modes {
    transform: Transform,
    waves: Vec<Wave>,
    u: Vec<f64>,
}

/// The wave that a mode stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wave {
    /// Periods over the box along every axis, 0 along those that are not there.
    pub periods: [f64; 3],
    /// The same, but 0 for the highest of an axis, whose derivative vanishes at the points.
    pub slopes: [f64; 3],
    /// How many waves it stands for: 1, or 2 for `±k`.
    pub weight: f64,
}

impl Modes {
    /// The modes on a grid of `points`.
    ///
    /// # Errors
    /// When there is no transform for the grid: points an axis are an even number from 4 on.
    pub fn new(points: &[usize]) -> Result<Self, SolverError> {
        let grid = Grid::new(points, &vec![1.0; points.len()])?;
        let transform = Transform::new(&grid, Dealias::None)?;
        let waves = waves(&transform, points);
        let u = vec![0.0; grid.num_points()];
        Ok(Self {
            transform,
            waves,
            u,
        })
    }

    /// Number of points of the grid.
    #[must_use]
    pub fn num_points(&self) -> usize {
        self.u.len()
    }

    /// The waves, in the order of the modes.
    #[must_use]
    pub fn waves(&self) -> &[Wave] {
        &self.waves
    }

    /// The modes of one channel.
    ///
    /// # Panics
    /// When the channel does not have the points of the grid.
    pub fn of<T: Copy + Into<f64>>(&mut self, channel: &[T]) -> Vec<Complex64> {
        assert_eq!(
            channel.len(),
            self.u.len(),
            "a channel has the grid's points"
        );
        for (u, &value) in self.u.iter_mut().zip(channel) {
            *u = value.into();
        }
        let mut u_hat = vec![Complex64::ZERO; self.transform.num_modes()];
        self.transform.forward(&self.u, &mut u_hat);
        let scale = 1.0 / self.u.len() as f64;
        u_hat.iter_mut().for_each(|mode| *mode *= scale);
        u_hat
    }

    /// The modes of two states, channel by channel.
    ///
    /// # Panics
    /// When a state is not made of channels with the points of the grid.
    pub fn pairs<T: Copy + Into<f64>>(&mut self, u: &[T], truth: &[T]) -> Vec<[Vec<Complex64>; 2]> {
        let points = self.u.len();
        assert_eq!(u.len(), truth.len(), "both states have the same channels");
        let channels = u.chunks(points).zip(truth.chunks(points));
        channels
            .map(|(u, truth)| [self.of(u), self.of(truth)])
            .collect()
    }

    /// `Σ w f |û − û*|²` and `Σ w f |û*|²` over channels and modes, where `f` is what `factor` makes of a wave.
    ///
    /// # Panics
    /// As [`pairs`](Self::pairs).
    pub fn sums<T: Copy + Into<f64>>(
        &mut self,
        u: &[T],
        truth: &[T],
        factor: impl Fn(&Wave) -> f64,
    ) -> [f64; 2] {
        let pairs = self.pairs(u, truth);
        let mut sums = [0.0; 2];
        for [u_hat, truth_hat] in &pairs {
            for ((u, t), wave) in u_hat.iter().zip(truth_hat).zip(&self.waves) {
                let weight = wave.weight * factor(wave);
                sums[0] += weight * (u - t).norm_sqr();
                sums[1] += weight * t.norm_sqr();
            }
        }
        sums
    }
}

impl Wave {
    /// `|k|` in periods over the box.
    #[must_use]
    pub fn magnitude(&self) -> f64 {
        self.periods.iter().map(|k| k * k).sum::<f64>().sqrt()
    }

    /// The largest `|k|` of an axis, in periods over the box.
    #[must_use]
    pub fn largest(&self) -> f64 {
        self.periods.iter().map(|k| k.abs()).fold(0.0, f64::max)
    }

    /// The wavenumber vector `2π l/L` in a box of `length`.
    #[must_use]
    pub fn vector(&self, length: &[f64]) -> [f64; 3] {
        scaled(&self.periods, length)
    }

    /// The factors `k` of the derivatives `∂ → ik` in a box of `length`.
    #[must_use]
    pub fn derivative(&self, length: &[f64]) -> [f64; 3] {
        scaled(&self.slopes, length)
    }
}

fn scaled(periods: &[f64; 3], length: &[f64]) -> [f64; 3] {
    let mut k = [0.0; 3];
    for (k, (l, length)) in k.iter_mut().zip(periods.iter().zip(length)) {
        *k = TAU * l / length;
    }
    k
}

fn waves(transform: &Transform, points: &[usize]) -> Vec<Wave> {
    let vectors = transform.vectors();
    let last = points.len() - 1;
    let wave = |mode: usize| {
        let (mut periods, mut slopes) = ([0.0; 3], [0.0; 3]);
        for axis in 0..points.len() {
            periods[axis] = (vectors.axis(axis)[mode] / TAU).round();
            slopes[axis] = (vectors.derivative(axis)[mode] / TAU).round();
        }
        let along = periods[last] as usize;
        let alone = along == 0 || 2 * along == points[last];
        Wave {
            periods,
            slopes,
            weight: if alone { 1.0 } else { 2.0 },
        }
    };
    (0..transform.num_modes()).map(wave).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Values without structure, the same for everybody: `((7919 j + 104729 s) mod 1013) / 1013 − ½` for number `s` of a
    /// state.
    pub(crate) fn noise(len: usize, number: usize) -> Vec<f64> {
        let value = |j: usize| ((7919 * j + 104_729 * number) % 1013) as f64 / 1013.0 - 0.5;
        (0..len).map(value).collect()
    }

    /// `a cos(2π k·j/N + phase)` on a grid, `k` in periods over the box.
    pub(crate) fn wave(points: &[usize], k: &[f64], a: f64, phase: f64) -> Vec<f64> {
        let value = |j: usize| {
            let mut rest = j;
            let mut turns = 0.0;
            for (n, k) in points.iter().zip(k).rev() {
                turns += k * (rest % n) as f64 / *n as f64;
                rest /= n;
            }
            a * (TAU * turns + phase).cos()
        };
        (0..points.iter().product()).map(value).collect()
    }

    /// Grids of one, two and three axes, with boxes.
    pub(crate) const GRIDS: [(&[usize], &[f64]); 3] = [
        (&[32], &[3.0]),
        (&[16, 20], &[2.0, 5.0]),
        (&[8, 10, 12], &[1.0, 2.0, 3.0]),
    ];

    #[test]
    fn the_sum_over_waves_is_the_mean_square() {
        for (points, _) in GRIDS {
            let mut modes = Modes::new(points).expect("a grid");
            let (u, t) = (
                noise(2 * modes.num_points(), 1),
                noise(2 * modes.num_points(), 2),
            );
            let [error, truth] = modes.sums(&u, &t, |_| 1.0);
            let n = modes.num_points() as f64;
            let squares: f64 = u.iter().zip(&t).map(|(u, t)| (u - t) * (u - t)).sum();
            assert!((error - squares / n).abs() < 1e-14, "{points:?}"); // rounding
            let squares: f64 = t.iter().map(|t| t * t).sum();
            assert!((truth - squares / n).abs() < 1e-14, "{points:?}"); // rounding
        }
    }

    #[test]
    fn a_cosine_is_the_mode_of_its_wave_vector() {
        for (points, length) in GRIDS {
            let k = &[2.0, -3.0, 1.0][..points.len()];
            let mut modes = Modes::new(points).expect("a grid");
            let u_hat = modes.of(&wave(points, k, 1.0, 0.0));
            let seen = u_hat.iter().zip(modes.waves());
            let energy = |wanted: &dyn Fn(&Wave) -> bool| -> f64 {
                let inside = seen.clone().filter(|(_, wave)| wanted(wave));
                inside.map(|(u, wave)| wave.weight * u.norm_sqr()).sum()
            };
            let square: f64 = k.iter().map(|k| k * k).sum();
            let own = |wave: &Wave| {
                (wave.magnitude() - square.sqrt()).abs() < 1e-12
                    && (wave.largest() - k.iter().fold(0.0, |a: f64, k| a.max(k.abs()))).abs()
                        < 1e-12
            };
            assert!((energy(&own) - 0.5).abs() < 1e-14, "{points:?}"); // rounding
            assert!((energy(&|_| true) - 0.5).abs() < 1e-14, "{points:?}"); // rounding
            let along: f64 = seen
                .map(|(u, wave)| wave.weight * u.norm_sqr() * wave.vector(length)[0].powi(2))
                .sum();
            let exact = 0.5 * (TAU * 2.0 / length[0]).powi(2);
            assert!((along / exact - 1.0).abs() < 1e-13, "{points:?}"); // rounding
        }
    }
}
