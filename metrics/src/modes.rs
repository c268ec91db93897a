//! Fourier modes `û(k) = (1/N) Σⱼ u(xⱼ) e^{−ik·xⱼ}` of the channels of a state.
//!
//! A mode of the last axis stands for `±k`, so sums over all waves weigh it with 2, but for `k = 0` and `N/2`:
//! Parseval's `⟨u²⟩ = Σₖ w |û|²`.
//!
//! A state is not periodic along an axis with walls or open ends: taken for periodic, it has a jump where its ends differ,
//! which waves of all lengths are needed for. Along such an axis it is mirrored, half a spacing outside of its first and
//! last point, so that its modes are those of cosines `cos(nπx/L)`, with `n/2` periods over the box. Strang (1999), The
//! Discrete Cosine Transform, *SIAM Review* 41, DCT-2.

use ondine_solvers::{AxisKind, Complex64, Dealias, Grid, SolverError, Transform};
use std::f64::consts::TAU;

/// The transform of a grid, and its waves.
pub struct Modes {
    transform: Transform,
    waves: Vec<Wave>,
    /// For every point of the transform, the point of the grid whose value it takes.
    sources: Vec<usize>,
    num_points: usize,
    u: Vec<f64>,
}

/// The wave that a mode stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wave {
    /// Periods over the box along every axis, multiples of ½ where that is not periodic; 0 along those that are not there.
    pub periods: [f64; 3],
    /// The same, but 0 for the highest of an axis, whose derivative vanishes at the points.
    pub slopes: [f64; 3],
    /// Number of waves that it stands for: 1, or 2 for `±k`.
    pub weight: f64,
}

impl Modes {
    /// The modes on a grid of `points` whose axes are all periodic.
    ///
    /// # Errors
    /// When there is no transform for the grid: points per axis are an even number from 4 on.
    pub fn new(points: &[usize]) -> Result<Self, SolverError> {
        Self::of_axes(points, &[AxisKind::PERIODIC; 3])
    }

    /// The modes on a grid with an entry of `points` per axis, and an entry of `axes` for each of them or more.
    ///
    /// # Errors
    /// When there is no transform for the grid: points per periodic axis are an even number from 4 on, along others 2 or
    /// more.
    pub fn of_axes(points: &[usize], axes: &[AxisKind]) -> Result<Self, SolverError> {
        let mirrored: Vec<bool> = axes.iter().map(|axis| !axis.is_periodic()).collect();
        let axis = |(&n, &mirrored): (&usize, &bool)| if mirrored { 2 * n } else { n };
        let extended: Vec<usize> = points.iter().zip(&mirrored).map(axis).collect();
        let grid = Grid::new(&extended, &vec![1.0; points.len()])?;
        let transform = Transform::new(&grid, Dealias::None)?;
        Ok(Self {
            waves: waves(&transform, &extended, &mirrored),
            sources: sources(points, &mirrored),
            num_points: points.iter().product(),
            u: vec![0.0; grid.num_points()],
            transform,
        })
    }

    /// Number of points of the grid.
    #[must_use]
    pub fn num_points(&self) -> usize {
        self.num_points
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
            self.num_points,
            "a channel has the grid's points"
        );
        for (u, &source) in self.u.iter_mut().zip(&self.sources) {
            *u = channel[source].into();
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
        let points = self.num_points;
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

/// For every point of a grid whose axes are `mirrored` or not, the point whose value it takes.
fn sources(points: &[usize], mirrored: &[bool]) -> Vec<usize> {
    let mut sources = vec![0];
    for (&n, &mirrored) in points.iter().zip(mirrored) {
        let back = (0..n).rev().filter(|_| mirrored);
        let along: Vec<usize> = (0..n).chain(back).collect();
        let rows = sources.iter();
        sources = rows
            .flat_map(|row| along.iter().map(move |i| row * n + i))
            .collect();
    }
    sources
}

/// The waves of a transform on a grid of `points`, those that `mirrored` axes have in their images included.
fn waves(transform: &Transform, points: &[usize], mirrored: &[bool]) -> Vec<Wave> {
    let vectors = transform.vectors();
    let last = points.len() - 1;
    let wave = |mode: usize| {
        let (mut periods, mut slopes) = ([0.0; 3], [0.0; 3]);
        for axis in 0..points.len() {
            // Over the box, which is half of what is transformed where that has an image.
            let share = if mirrored[axis] { 0.5 } else { 1.0 };
            periods[axis] = share * (vectors.axis(axis)[mode] / TAU).round();
            slopes[axis] = share * (vectors.derivative(axis)[mode] / TAU).round();
        }
        let along = (vectors.axis(last)[mode] / TAU).round() as usize;
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

    /// Axes of one, two and three dimensions, with walls among them.
    const WALLED: [(&[usize], &[AxisKind]); 4] = [
        (&[7], &[AxisKind::WALLS]),
        (&[5, 8], &[AxisKind::OPEN, AxisKind::PERIODIC]),
        (&[8, 5], &[AxisKind::PERIODIC, AxisKind::FIXED_WALLS]),
        (
            &[4, 3, 5],
            &[AxisKind::PERIODIC, AxisKind::WALLS, AxisKind::OPEN],
        ),
    ];

    #[test]
    fn between_walls_too_the_sum_over_waves_is_the_mean_square() {
        for (points, axes) in WALLED {
            let mut modes = Modes::of_axes(points, axes).expect("a grid");
            let t = noise(modes.num_points(), 2);
            let [_, truth] = modes.sums(&t, &t, |_| 1.0);
            let squares: f64 = t.iter().map(|t| t * t).sum();
            let mean = squares / modes.num_points() as f64;
            assert!((truth - mean).abs() < 1e-14, "{points:?}"); // rounding
        }
    }

    /// `cos(nπx/L)` at cell centres, which jumps at the ends for odd `n` if it is taken for periodic.
    #[test]
    fn a_cosine_between_walls_is_one_mode_of_half_a_period_each() {
        let (points, n) = (9, 3.0);
        let mut modes =
            Modes::of_axes(&[points], &[AxisKind::WALLS]).expect("odd numbers are as good");
        let at = |j: usize| (n * std::f64::consts::PI * (j as f64 + 0.5) / points as f64).cos();
        let u: Vec<f64> = (0..points).map(at).collect();
        let u_hat = modes.of(&u);
        for (mode, wave) in u_hat.iter().zip(modes.waves()) {
            let energy = wave.weight * mode.norm_sqr();
            let own = (wave.periods[0] - n / 2.0).abs() < 1e-12;
            let exact = if own { 0.5 } else { 0.0 };
            assert!((energy - exact).abs() < 1e-14, "{wave:?}: {energy}"); // rounding
        }
        let [_, slope] = modes.sums(&u, &u, |wave| wave.derivative(&[2.0])[0].powi(2));
        let exact = 0.5 * (n * std::f64::consts::PI / 2.0).powi(2);
        assert!((slope / exact - 1.0).abs() < 1e-13, "{slope}, {exact}");
    }

    /// A straight line needs few cosines and many periodic waves: `Σ 1/n⁴` against `Σ 1/n²`.
    #[test]
    fn a_ramp_between_walls_has_little_in_its_high_modes() {
        let ramp: Vec<f64> = (0..64).map(|j| f64::from(j) / 64.0).collect();
        let high = |axes: AxisKind| {
            let mut modes = Modes::of_axes(&[64], &[axes]).expect("a grid");
            let [_, high] = modes.sums(&ramp, &ramp, |wave| f64::from(wave.magnitude() >= 8.0));
            high
        };
        let (walls, periodic) = (high(AxisKind::WALLS), high(AxisKind::PERIODIC));
        assert!(walls < 1e-5 && periodic > 5e-3, "{walls:e}, {periodic:e}");
    }
}
