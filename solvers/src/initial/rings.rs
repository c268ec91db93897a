//! Rings: `Σᵢ Iᵢ ½ (1 + cos(π (dᵢ − rᵢ)/w))` where `|dᵢ − rᵢ| < w = rᵢ/2`, `dᵢ` the distance from a random place, in the
//! first field; all others are 0.
//!
//! Rings of pressure as those of the sets `acoustic_scattering` of R. Ohana et al., "The Well" (2024): 1 to 4 of
//! intensities in `[0.5, 2]` and radii in `[0.06, 0.15]` on a box of length 2.

use std::f64::consts::PI;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{InitialEntry, InitialState, Options, Profile, checks};
use crate::Rng;

/// Rings at random places.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rings {
    #[serde(deserialize_with = "checks::counts")]
    count: [usize; 2],
    #[serde(deserialize_with = "checks::range")]
    intensity: [f64; 2],
    #[serde(deserialize_with = "checks::range")]
    radius: [f64; 2],
}

impl Default for Rings {
    fn default() -> Self {
        Self {
            count: [1, 4],
            intensity: [0.5, 2.0],
            radius: [0.03, 0.075],
        }
    }
}

/// One ring.
struct Ring {
    centre: Vec<f64>,
    intensity: f64,
    radius: f64,
}

impl Ring {
    fn at(&self, x: &[f64], length: &[f64]) -> f64 {
        let axes = x.iter().zip(&self.centre).zip(length);
        let away = axes.map(|((x, centre), length)| {
            let away = x - centre;
            (away - length * (away / length).round()).powi(2)
        });
        let across = (away.sum::<f64>().sqrt() - self.radius) / (0.5 * self.radius);
        if across.abs() < 1.0 {
            self.intensity * 0.5 * (1.0 + (PI * across).cos())
        } else {
            0.0
        }
    }
}

impl InitialState for Rings {
    fn draw(&self, length: &[f64], _channels: usize, rng: &mut Rng) -> Profile {
        let shortest = length.iter().copied().fold(f64::INFINITY, f64::min);
        let count = rng.integer(self.count[0] as u64, self.count[1] as u64);
        let mut ring = |_| Ring {
            centre: length.iter().map(|l| rng.uniform(0.0, *l)).collect(),
            intensity: rng.uniform(self.intensity[0], self.intensity[1]),
            radius: shortest * rng.uniform(self.radius[0], self.radius[1]),
        };
        let rings: Vec<Ring> = (0..count).map(&mut ring).collect();
        let length = length.to_vec();
        Box::new(move |channel: usize, x: &[f64]| match channel {
            0 => rings.iter().map(|ring| ring.at(x, &length)).sum(),
            _ => 0.0,
        })
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(self).expect("numbers are TOML values")
    }
}

pub(super) const ENTRY: InitialEntry = InitialEntry {
    kind: "rings",
    summary: "rings of the first field at random places, all else at rest: sound that spreads",
    options: &[
        ("count", "least and most rings; default [1, 4]"),
        ("intensity", "range of their heights; default [0.5, 2.0]"),
        (
            "radius",
            "range of their radii as fractions of the shortest side; default [0.03, 0.075]",
        ),
    ],
    decode,
};

fn decode(options: Options<'_>) -> Result<Arc<dyn InitialState>, toml::de::Error> {
    Ok(Arc::new(Rings::deserialize(options)?))
}
