//! States that a surrogate is known to be good for: ranges of the moments of their fields, and of the energy in bands of
//! wavenumbers.

use super::GateError;
use crate::metric::Modes;
use ondine_solvers::Problem;
use serde::{Deserialize, Serialize};

/// Least width of a range of means and deviations, in deviations of the field.
const LEAST_WIDTH: f64 = 0.02;

/// Least width of a range of the logarithm of an energy.
const LEAST_LOG_WIDTH: f64 = 0.5;

/// Share of all energy below which waves are taken for rounding of 32-bit numbers.
const ROUNDING: f64 = 1e-12;

/// Features of a state: mean, deviation and the logarithms of the energies in octaves of wavenumbers, field after field.
pub struct Features {
    modes: Modes,
    /// The octave of every mode; none for the mean.
    octaves: Vec<Option<usize>>,
    count: usize,
}

impl Features {
    /// Features of states of a problem on a grid.
    ///
    /// # Errors
    /// When there are no modes for the grid.
    pub fn new(problem: &Problem, points: &[usize]) -> Result<Self, GateError> {
        let modes = Modes::of_axes(points, &problem.axis_kinds());
        let modes = modes.map_err(|error| GateError::Grid(error.to_string()))?;
        let octave = |periods: [f64; 3]| {
            let k = periods.iter().map(|one| one * one).sum::<f64>().sqrt();
            (k > 0.0).then(|| k.log2().floor().max(0.0) as usize)
        };
        let octaves: Vec<_> = modes
            .waves()
            .iter()
            .map(|wave| octave(wave.periods))
            .collect();
        let count = octaves.iter().flatten().max().map_or(0, |last| last + 1);
        Ok(Self {
            modes,
            octaves,
            count,
        })
    }

    /// Features of a state, field after field.
    pub fn of(&mut self, state: &[f64]) -> Vec<f64> {
        let points = self.modes.num_points();
        let fields = state.chunks_exact(points);
        fields.flat_map(|field| self.of_field(field)).collect()
    }

    fn of_field(&mut self, field: &[f64]) -> Vec<f64> {
        let mean = mean(field);
        let modes = self.modes.of(field);
        let mut energies = vec![0.0; self.count];
        let waves = self.modes.waves().iter().zip(&self.octaves).zip(&modes);
        for ((wave, octave), mode) in waves {
            if let Some(octave) = octave {
                energies[*octave] += wave.weight * mode.norm_sqr();
            }
        }
        let all: f64 = energies.iter().sum();
        let least = (ROUNDING * (all + mean * mean)).max(f64::MIN_POSITIVE);
        let logs = energies.iter().map(|energy| energy.max(least).log10());
        [mean, all.sqrt()].into_iter().chain(logs).collect()
    }
}

/// Ranges of the features of states, and the deviation of every field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Known {
    /// Standard deviation per field, over states and points.
    pub deviations: Vec<f64>,
    /// Smallest and largest value per feature.
    pub ranges: Vec<[f64; 2]>,
}

impl Known {
    /// The ranges over states; none of no state.
    pub fn of<'a>(
        features: &mut Features,
        states: impl Iterator<Item = &'a [f64]>,
    ) -> Option<Self> {
        let points = features.modes.num_points();
        let mut sums: Vec<[f64; 3]> = Vec::new();
        let mut ranges: Vec<[f64; 2]> = Vec::new();
        for state in states {
            let found = features.of(state);
            ranges.resize(found.len(), [f64::INFINITY, f64::NEG_INFINITY]);
            for ([low, high], value) in ranges.iter_mut().zip(found) {
                (*low, *high) = (low.min(value), high.max(value));
            }
            sums.resize(state.len() / points, [0.0; 3]);
            for (sum, field) in sums.iter_mut().zip(state.chunks_exact(points)) {
                sum[0] += field.len() as f64;
                sum[1] += field.iter().sum::<f64>();
                sum[2] += field.iter().map(|value| value * value).sum::<f64>();
            }
        }
        let deviation = |[count, sum, squares]: &[f64; 3]| {
            let mean = sum / count;
            (squares / count - mean * mean)
                .max(0.0)
                .sqrt()
                .max(f64::MIN_POSITIVE)
        };
        (!sums.is_empty()).then(|| Self {
            deviations: sums.iter().map(deviation).collect(),
            ranges,
        })
    }

    /// The largest distance of a feature outside of its range, in widths of that. Energies below that of an error of the size
    /// `tolerance` are all alike.
    pub fn distance(&self, features: &mut Features, state: &[f64], tolerance: f64) -> f64 {
        let found = features.of(state);
        let per_field = found.len() / self.deviations.len().max(1);
        let outside = found.iter().zip(&self.ranges).enumerate();
        let distances = outside.map(|(place, (&value, &[low, high]))| {
            let deviation = self.deviations[place / per_field];
            let (floor, least) = match place % per_field {
                0 | 1 => (f64::NEG_INFINITY, LEAST_WIDTH * deviation),
                _ => (2.0 * (tolerance * deviation).log10(), LEAST_LOG_WIDTH),
            };
            if value.is_nan() {
                return f64::INFINITY;
            }
            let [value, low, high] = [value, low, high].map(|one| one.max(floor));
            (low - value).max(value - high).max(0.0) / (high - low).max(least)
        });
        distances.fold(0.0, worse)
    }

    /// The error of a state in deviations of the fields, root mean square over points and fields.
    #[must_use]
    pub fn error(&self, state: &[f64], truth: &[f64]) -> f64 {
        let points = state.len() / self.deviations.len().max(1);
        let fields = state.chunks_exact(points).zip(truth.chunks_exact(points));
        let squares = fields
            .zip(&self.deviations)
            .map(|((field, truth), deviation)| {
                let pairs = field.iter().zip(truth);
                let sum: f64 = pairs.map(|(value, truth)| (value - truth).powi(2)).sum();
                sum / points as f64 / (deviation * deviation)
            });
        (squares.sum::<f64>() / self.deviations.len().max(1) as f64).sqrt()
    }

    /// The size of a spread per value, as that of an error.
    #[must_use]
    pub fn size(&self, spread: &[f64]) -> f64 {
        self.error(spread, &vec![0.0; spread.len()])
    }
}

/// The mean of a field.
pub(super) fn mean(field: &[f64]) -> f64 {
    field.iter().sum::<f64>() / field.len() as f64
}

/// The larger of two numbers, of which one that is none is the largest.
pub(crate) fn worse(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() {
        f64::INFINITY
    } else {
        a.max(b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ondine_solvers::AxisKind;
    use ondine_solvers::problem::{Axis, Field};
    use std::f64::consts::TAU;

    fn wave(size: f64, periods: f64, mean: f64) -> Vec<f64> {
        let value = |i: u8| mean + size * (TAU * periods * f64::from(i) / 32.0).sin();
        (0..32).map(value).collect()
    }

    #[test]
    fn states_like_those_that_are_known_are_near_and_others_far() {
        let axis = Axis::new("x", 32, 1.0, AxisKind::PERIODIC);
        let problem = Problem::new("waves", [axis], [Field::scalar("u")], 0.1, 10);
        let mut features = Features::new(&problem, &[32]).expect("a grid");
        let states: Vec<Vec<f64>> = (10..20)
            .map(|i| wave(f64::from(i) / 10.0, 2.0, 0.0))
            .collect();
        let known = Known::of(&mut features, states.iter().map(Vec::as_slice)).expect("states");
        let mut distance = |state: &[f64]| known.distance(&mut features, state, 0.01);
        assert!(distance(&wave(1.53, 2.0, 0.0)) <= 0.0);
        assert!(distance(&wave(4.0, 2.0, 0.0)) > 1.0, "too large");
        assert!(distance(&wave(1.5, 2.0, 0.5)) > 1.0, "another mean");
        assert!(distance(&wave(1.5, 9.0, 0.0)) > 1.0, "other waves");
        assert!(distance(&[f64::NAN; 32]) >= f64::INFINITY);
        let error = known.error(&wave(1.5, 2.0, 0.0), &wave(1.5, 2.0, known.deviations[0]));
        assert!((error - 1.0).abs() < 1e-9, "a deviation is 1: {error}");
    }
}
