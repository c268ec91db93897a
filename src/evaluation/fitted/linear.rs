//! Linear forecasts: `û_k(t + Δt) = A_k û_k(t)`, with a matrix over the fields for every wave, by least squares.
//!
//! Of all linear maps that commute with shifts it is the one with the least mean square error on the training simulations:
//! dynamic mode decomposition (Schmid 2010, *J. Fluid Mech.* 656) per wavenumber, and a constant for the mean of every field. Fields
//! are scaled by their standard deviation before. `A = Y X* (X X* + λ I)⁻¹`, where `λ` is the mean square of a wave times that of the rounding
//! of single precision, so that waves of rounding alone are damped.

use super::{Fitted, moments};
use crate::batch::Layout;
use crate::evaluation::Truth;
use crate::results::BaselineKind;
use ondine_solvers::{Complex64, Dealias, Grid, Transform};
use std::sync::Arc;

/// Most complex numbers in the matrices of all waves: half a gibibyte.
const MOST_NUMBERS: usize = 1 << 25;

/// A part of the frames of a simulation.
type Part = fn(&[Arc<[f32]>]) -> &[Arc<[f32]>];

/// A matrix for every wave.
pub(super) struct Linear {
    /// Mean and standard deviation of every channel.
    moments: Vec<[f64; 2]>,
    grid: Grid,
    /// Means of every channel before and after a step, as waves without a period.
    means: [Vec<f64>; 2],
    /// `[wave][row][column]`.
    matrices: Vec<Complex64>,
    simulations: usize,
}

/// Transforms of states with their room.
struct Waves<'a> {
    moments: &'a [[f64; 2]],
    transform: Transform,
    dims: usize,
    u: Vec<f64>,
}

impl Linear {
    /// The best map from frame to frame of `trajectories`.
    ///
    /// # Errors
    /// Why there is none, in words.
    pub(super) fn fit(layout: &Layout, trajectories: &[Truth]) -> Result<Self, String> {
        if !layout.axes.iter().all(|axis| axis.is_periodic()) {
            return Err(
                "waves pass from frame to frame one by one on periodic axes alone".to_owned(),
            );
        }
        if trajectories.iter().any(|truth| truth.known.is_some()) {
            return Err("waves need data at all points".to_owned());
        }
        let points = &layout.grid;
        let grid = Grid::new(points, &vec![1.0; points.len()]);
        let grid = grid.map_err(|error| error.to_string())?;
        let moments = moments(layout.channels, trajectories);
        let mut waves = Waves::new(&moments, &grid)?;
        let size = waves.transform.num_modes() * moments.len().pow(2);
        if size > MOST_NUMBERS {
            return Err(format!(
                "its matrices have {size} numbers, more than {MOST_NUMBERS}"
            ));
        }
        let means = waves.means(trajectories);
        let matrices = waves.fitted(trajectories, &means);
        Ok(Self {
            means,
            simulations: trajectories.len(),
            matrices,
            moments,
            grid,
        })
    }

    /// One step of the waves `[channel][wave]`.
    fn step(&self, u_hat: &[Vec<Complex64>]) -> Vec<Vec<Complex64>> {
        let channels = self.moments.len();
        let waves = u_hat[0].len();
        let of = |row: usize| {
            let wave = |wave: usize| {
                let matrix = &self.matrices[(wave * channels + row) * channels..][..channels];
                let terms = matrix.iter().zip(u_hat).map(|(a, u)| a * u[wave]);
                terms.sum::<Complex64>()
            };
            (0..waves).map(wave).collect()
        };
        (0..channels).map(of).collect()
    }
}

impl Fitted for Linear {
    const KIND: BaselineKind = BaselineKind::Linear;

    fn forecast(&self, start: &[f32], steps: usize) -> Vec<Vec<f32>> {
        let mut waves = Waves::new(&self.moments, &self.grid).expect("it was made for the fit");
        let mut u_hat = waves.of(start);
        let next = |_| {
            let [before, after] = &self.means;
            u_hat = self.step(&waves.moved(&u_hat, before, -1.0));
            u_hat = waves.moved(&u_hat, after, 1.0);
            waves.frame(&u_hat)
        };
        (0..steps).map(next).collect()
    }

    fn note(&self) -> String {
        let all = self.simulations;
        format!("least squares per wave over {all} training simulations")
    }
}

impl<'a> Waves<'a> {
    fn new(moments: &'a [[f64; 2]], grid: &Grid) -> Result<Self, String> {
        let transform = Transform::new(grid, Dealias::None).map_err(|error| error.to_string())?;
        Ok(Self {
            moments,
            transform,
            dims: grid.dims(),
            u: vec![0.0; grid.num_points()],
        })
    }

    /// The waves `[channel][wave]` of a frame.
    fn of(&mut self, frame: &[f32]) -> Vec<Vec<Complex64>> {
        let mut of = |(channel, [mean, size]): (&[f32], &[f64; 2])| {
            let scaled = channel.iter().map(|&u| (f64::from(u) - mean) / size);
            self.u.iter_mut().zip(scaled).for_each(|(to, u)| *to = u);
            let mut u_hat = vec![Complex64::ZERO; self.transform.num_modes()];
            self.transform.forward(&self.u, &mut u_hat);
            u_hat
        };
        let channels = frame.chunks(frame.len() / self.moments.len());
        channels.zip(self.moments).map(&mut of).collect()
    }

    /// The frame of the waves `[channel][wave]`.
    fn frame(&mut self, u_hat: &[Vec<Complex64>]) -> Vec<f32> {
        let mut frame = Vec::with_capacity(u_hat.len() * self.u.len());
        for (channel, [mean, size]) in u_hat.iter().zip(self.moments) {
            self.transform.inverse(channel, &mut self.u);
            frame.extend(self.u.iter().map(|u| (u * size + mean) as f32));
        }
        frame
    }

    /// The means of the waves without a period, of every channel, over all frames that another one follows, and over those that
    /// follow.
    fn means(&self, trajectories: &[Truth]) -> [Vec<f64>; 2] {
        let mean = |part: Part| -> Vec<f64> {
            let frames = || {
                trajectories
                    .iter()
                    .flat_map(move |truth: &Truth| part(&truth.frames))
            };
            let of = |(channel, [mean, size]): (usize, &[f64; 2])| {
                let points = self.u.len();
                let sum = |frame: &Arc<[f32]>| {
                    let values = frame[channel * points..][..points].iter();
                    values.map(|&u| (f64::from(u) - mean) / size).sum::<f64>()
                };
                frames().map(sum).sum::<f64>() / frames().count() as f64
            };
            self.moments.iter().enumerate().map(of).collect()
        };
        [mean(|all| &all[..all.len() - 1]), mean(|all| &all[1..])]
    }

    /// The waves of every channel, of which the one without a period is moved by its mean times a sign.
    fn moved(&self, u_hat: &[Vec<Complex64>], means: &[f64], sign: f64) -> Vec<Vec<Complex64>> {
        let mean_wave = self.transform.mode(&[0; 3][..self.dims]);
        let mut moved = u_hat.to_vec();
        for (channel, mean) in moved.iter_mut().zip(means) {
            channel[mean_wave] += sign * mean;
        }
        moved
    }

    /// The matrices of all waves for the frames of `trajectories` with these means.
    fn fitted(
        &mut self,
        trajectories: &[Truth],
        [before, after]: &[Vec<f64>; 2],
    ) -> Vec<Complex64> {
        let (channels, waves) = (self.moments.len(), self.transform.num_modes());
        let size = channels * channels;
        let mut sums = [0, 1].map(|_| vec![Complex64::ZERO; waves * size]);
        for truth in trajectories {
            let mut last = self.of(&truth.frames[0]);
            for frame in &truth.frames[1..] {
                let next = self.of(frame);
                let (x, y) = (
                    self.moved(&last, before, -1.0),
                    self.moved(&next, after, -1.0),
                );
                add(&mut sums[0], &x, &x);
                add(&mut sums[1], &y, &x);
                last = next;
            }
        }
        let [mut grams, mut crosses] = sums;
        let square: f64 = (0..waves * channels)
            .map(|i| grams[i / channels * size + i % channels * (channels + 1)].re)
            .sum();
        let rounding = f64::from(f32::EPSILON).powi(2);
        let ridge = (rounding * square / waves as f64).max(f64::MIN_POSITIVE.sqrt());
        let all = grams.chunks_mut(size).zip(crosses.chunks_mut(size));
        all.for_each(|(gram, cross)| divide(cross, gram, ridge, channels));
        crosses
    }
}

/// Adds `y x*` of every wave to its matrix.
fn add(sums: &mut [Complex64], y: &[Vec<Complex64>], x: &[Vec<Complex64>]) {
    let channels = x.len();
    for (wave, sum) in sums.chunks_mut(channels * channels).enumerate() {
        for (i, sum) in sum.iter_mut().enumerate() {
            *sum += y[i / channels][wave] * x[i % channels][wave].conj();
        }
    }
}

/// Replaces the matrix `b` by `b (a + λ I)⁻¹`, and the Hermitian matrix `a`, which is positive, by its Cholesky factor.
fn divide(b: &mut [Complex64], a: &mut [Complex64], ridge: f64, n: usize) {
    for j in 0..n {
        let square: f64 = (0..j).map(|k| a[j * n + k].norm_sqr()).sum();
        // Rounding may leave less than the ridge of a matrix that is singular without it.
        let pivot = (a[j * n + j].re + ridge - square).max(ridge).sqrt();
        a[j * n + j] = pivot.into();
        for i in j + 1..n {
            let terms = (0..j).map(|k| a[i * n + k] * a[j * n + k].conj());
            a[i * n + j] = (a[i * n + j] - terms.sum::<Complex64>()) / pivot;
        }
    }
    for row in b.chunks_mut(n) {
        for j in 0..n {
            let terms = (0..j).map(|k| row[k] * a[j * n + k].conj());
            row[j] = (row[j] - terms.sum::<Complex64>()) / a[j * n + j].re;
        }
        for j in (0..n).rev() {
            let terms = (j + 1..n).map(|k| row[k] * a[k * n + j]);
            row[j] = (row[j] - terms.sum::<Complex64>()) / a[j * n + j].re;
        }
    }
}
