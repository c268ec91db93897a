//! Blobs: `b(x) = 1 − Πᵢ (1 − exp((Σ cos(2π (x − cᵢ)/L) − D) / (2πw)²))` at random places `cᵢ`.
//!
//! Each is a periodic Gaussian of height 1 and standard deviation `w L`; where they overlap, `b`
//! stays below 1. One field is `b` itself; of two, as Gray–Scott has, the first is `1 − b/2` and
//! the second `b/2`; further ones are `b`. J. E. Pearson, Science 261, 189 (1993), starts so.

use std::f64::consts::TAU;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{InitialEntry, InitialState, Options, Profile, checks};
use crate::Rng;

/// Spots at random places.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Blobs {
    #[serde(deserialize_with = "checks::count")]
    count: usize,
    #[serde(deserialize_with = "checks::positive")]
    width: f64,
}

impl Default for Blobs {
    fn default() -> Self {
        Self {
            count: 5,
            width: 0.04,
        }
    }
}

impl InitialState for Blobs {
    fn draw(&self, length: &[f64], channels: usize, rng: &mut Rng) -> Profile {
        let mut place = || length.iter().map(|l| rng.uniform(0.0, *l)).collect();
        let centers: Vec<Vec<f64>> = (0..self.count).map(|_| place()).collect();
        let (length, concentration) = (length.to_vec(), (TAU * self.width).powi(-2));
        let blob = move |center: &Vec<f64>, x: &[f64]| {
            let axes = x.iter().zip(center).zip(&length);
            let distance = axes.map(|((x, c), l)| (TAU * (x - c) / l).cos() - 1.0);
            (concentration * distance.sum::<f64>()).exp()
        };
        Box::new(move |channel: usize, x: &[f64]| {
            let outside: f64 = centers.iter().map(|center| 1.0 - blob(center, x)).product();
            match (channels, channel) {
                (2, 0) => 1.0 - 0.5 * (1.0 - outside),
                (2, 1) => 0.5 * (1.0 - outside),
                _ => 1.0 - outside,
            }
        })
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(self).expect("numbers are TOML values")
    }
}

pub(super) const ENTRY: InitialEntry = InitialEntry {
    kind: "blobs",
    summary: "Gaussian spots at random places; for Gray–Scott, of v in a sea of u",
    options: &[
        ("count", "number of spots; default 5"),
        (
            "width",
            "standard deviation as a fraction of the box; default 0.04",
        ),
    ],
    decode,
};

fn decode(options: Options<'_>) -> Result<Arc<dyn InitialState>, toml::de::Error> {
    Ok(Arc::new(Blobs::deserialize(options)?))
}
