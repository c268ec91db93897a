//! Sine series: `u₀(x) = Σᵢ Aᵢ sin(2π lᵢ x / L + φᵢ)`.
//!
//! `Aᵢ` uniform in `±amplitude`, `φᵢ` uniform in `[0, 2π)`, `lᵢ` uniform in the given range of
//! whole numbers. With the defaults, the Kuramoto–Sivashinsky states of J. Brandstetter,
//! M. Welling & D. E. Worrall, "Lie point symmetry data augmentation for neural PDE solvers"
//! (2022), which P. Lippe et al., "PDE-Refiner" (2023), train on too. On several axes `lᵢ x / L`
//! is summed over them, with wavenumbers of either sign on all but the first. `absolute`, `windowed` and `scaled` make the
//! states of M. Takamoto et al. (2022, `PDEBench`) of them.

use std::f64::consts::TAU;
use std::sync::Arc;

use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize};

use super::shaped::Shape;
use super::{InitialEntry, InitialState, Options, Profile, checks};
use crate::Rng;

/// A few long waves of random height and phase.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SineSeries {
    #[serde(deserialize_with = "terms")]
    terms: usize,
    #[serde(deserialize_with = "amplitude")]
    amplitude: f64,
    #[serde(deserialize_with = "wavenumbers")]
    wavenumbers: [u64; 2],
    #[serde(deserialize_with = "checks::probability")]
    absolute: f64,
    #[serde(deserialize_with = "checks::probability")]
    windowed: f64,
    scaled: bool,
}

impl Default for SineSeries {
    fn default() -> Self {
        Self {
            terms: 10,
            amplitude: 0.5,
            wavenumbers: [1, 2],
            absolute: 0.0,
            windowed: 0.0,
            scaled: false,
        }
    }
}

impl InitialState for SineSeries {
    fn draw(&self, length: &[f64], channels: usize, rng: &mut Rng) -> Profile {
        let mut field = || (0..self.terms).map(|_| self.wave(length, rng)).collect();
        let fields: Vec<Vec<Wave>> = (0..channels).map(|_| field()).collect();
        let waves: Profile = Box::new(move |channel: usize, x: &[f64]| {
            fields[channel].iter().map(|wave| wave.at(x)).sum()
        });
        if self.shape().is_none() {
            return waves;
        }
        let periods = self.wavenumbers[1] as usize;
        self.shape().of(waves, (length, channels), periods, rng)
    }

    fn mirror_weight(&self) -> Option<f64> {
        let stays = std::f64::consts::FRAC_1_SQRT_2; // the variance far from walls
        self.shape().is_none().then_some(stays)
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(self).expect("numbers are TOML values")
    }
}

impl SineSeries {
    fn shape(&self) -> Shape {
        Shape {
            absolute: self.absolute,
            windowed: self.windowed,
            scaled: self.scaled,
        }
    }

    fn wave(&self, length: &[f64], rng: &mut Rng) -> Wave {
        let amplitude = rng.uniform(-self.amplitude, self.amplitude);
        let phase = rng.uniform(0.0, TAU);
        let axes = length.iter().enumerate();
        let k = axes
            .map(|(axis, length)| TAU * self.wavenumber(axis, rng) / length)
            .collect();
        Wave {
            amplitude,
            phase,
            k,
        }
    }

    fn wavenumber(&self, axis: usize, rng: &mut Rng) -> f64 {
        let [low, high] = self.wavenumbers;
        let l = rng.integer(low, high) as f64;
        // The sine is odd, so a sign on the first axis would draw no new wave.
        if axis > 0 && rng.integer(0, 1) == 1 {
            -l
        } else {
            l
        }
    }
}

/// One term `A sin(k·x + φ)`.
struct Wave {
    amplitude: f64,
    phase: f64,
    k: Vec<f64>,
}

impl Wave {
    fn at(&self, x: &[f64]) -> f64 {
        let k_dot_x: f64 = self.k.iter().zip(x).map(|(k, x)| k * x).sum();
        self.amplitude * (k_dot_x + self.phase).sin()
    }
}

pub(super) const ENTRY: InitialEntry = InitialEntry {
    kind: "sine_series",
    summary: "a sum of long sine waves of random height and phase",
    options: &[
        (
            "terms",
            "number of waves in the sum, 1 to 100000; default 10",
        ),
        (
            "amplitude",
            "largest height of one wave, drawn from ± this; default 0.5",
        ),
        (
            "wavenumbers",
            "[1, 2]: fewest and most periods of a wave across the box",
        ),
        (
            "absolute",
            "probability that a field is ± the absolute value of its sum, with kinks; default 0.0",
        ),
        (
            "windowed",
            "probability that all but a part of a field is cut off, by edges a hundredth of the box wide; default 0.0",
        ),
        (
            "scaled",
            "true: every field is brought to values from 0 to 1; default false",
        ),
    ],
    decode,
};

fn decode(options: Options<'_>) -> Result<Arc<dyn InitialState>, toml::de::Error> {
    Ok(Arc::new(SineSeries::deserialize(options)?))
}

/// Most waves of a sum: every one of them is computed at every point.
const MAX_TERMS: usize = 100_000;

fn terms<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    match usize::deserialize(deserializer)? {
        0 => Err(D::Error::custom(
            "`terms` = 0 makes every state zero: write at least 1",
        )),
        terms @ 1..=MAX_TERMS => Ok(terms),
        terms => Err(D::Error::custom(format!(
            "`terms` = {terms} is out of range: write a whole number in [1, {MAX_TERMS}]"
        ))),
    }
}

fn amplitude<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let amplitude = f64::deserialize(deserializer)?;
    if amplitude.is_finite() && amplitude > 0.0 {
        return Ok(amplitude);
    }
    let message = format!("`amplitude` = {amplitude}: write a finite number greater than 0");
    Err(D::Error::custom(message))
}

fn wavenumbers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u64; 2], D::Error> {
    let [low, high] = <[u64; 2]>::deserialize(deserializer)?;
    if 1 <= low && low <= high {
        return Ok([low, high]);
    }
    let message = format!(
        "`wavenumbers` = [{low}, {high}]: write the fewest and the most periods, both at least 1 \
         and in this order, for example [1, 2]"
    );
    Err(D::Error::custom(message))
}
