//! Sine: `u₀(x) = A Πᵢ sin(2π n xᵢ/Lᵢ + φᵢ)`, each `φᵢ` uniform in `[0, 2π)`.
//!
//! One wave; in two dimensions a chequerboard, which as a vorticity is a Taylor–Green flow.

use std::f64::consts::TAU;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{InitialEntry, InitialState, Options, Profile, checks};
use crate::Rng;

/// A single wave at a random place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sine {
    #[serde(deserialize_with = "checks::positive")]
    amplitude: f64,
    #[serde(deserialize_with = "checks::count")]
    wavenumber: usize,
}

impl Default for Sine {
    fn default() -> Self {
        Self {
            amplitude: 1.0,
            wavenumber: 1,
        }
    }
}

impl InitialState for Sine {
    fn draw(&self, length: &[f64], channels: usize, rng: &mut Rng) -> Profile {
        let (amplitude, periods) = (self.amplitude, self.wavenumber as f64);
        let mut phases = || length.iter().map(|_| rng.uniform(0.0, TAU)).collect();
        let phases: Vec<Vec<f64>> = (0..channels).map(|_| phases()).collect();
        let length = length.to_vec();
        Box::new(move |channel: usize, x: &[f64]| {
            let axes = x.iter().zip(&length).zip(&phases[channel]);
            let waves = axes.map(|((x, l), phase)| (TAU * periods * x / l + phase).sin());
            amplitude * waves.product::<f64>()
        })
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(self).expect("numbers are TOML values")
    }
}

pub(super) const ENTRY: InitialEntry = InitialEntry {
    kind: "sine",
    summary: "a single sine wave, the product of one per axis, of random phase",
    options: &[
        ("amplitude", "its height; default 1"),
        (
            "wavenumber",
            "periods across the box along each axis; default 1",
        ),
    ],
    decode,
};

fn decode(options: Options<'_>) -> Result<Arc<dyn InitialState>, toml::de::Error> {
    Ok(Arc::new(Sine::deserialize(options)?))
}
