//! Gaussian random field with a power law: `⟨|û(k)|²⟩ ∝ |k|^{−p}` for whole numbers of periods
//! up to a cut-off, zero mean, standard deviation as given.
//!
//! Large `p` makes smooth fields. In `D` dimensions the spectrum over shells falls as
//! `|k|^{D−1−p}`. Wavenumbers count in periods across the longest axis.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::waves::Waves;
use super::{InitialEntry, InitialState, Options, Profile, checks, periods};
use crate::{Complex64, Rng};

/// Noise of all wavelengths with a power-law spectrum.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GaussianRandomField {
    #[serde(deserialize_with = "checks::finite")]
    exponent: f64,
    #[serde(deserialize_with = "checks::count")]
    cutoff: usize,
    #[serde(deserialize_with = "checks::positive")]
    deviation: f64,
}

impl Default for GaussianRandomField {
    fn default() -> Self {
        Self {
            exponent: 4.0,
            cutoff: 16,
            deviation: 1.0,
        }
    }
}

impl InitialState for GaussianRandomField {
    fn draw(&self, length: &[f64], channels: usize, rng: &mut Rng) -> Profile {
        let amplitude = |m: &[f64]| match periods(m, length) {
            k if k > 0.0 => k.powf(-0.5 * self.exponent),
            _ => 0.0,
        };
        let mut variance = 0.0;
        let mut waves = Waves::new(length, channels, self.cutoff, |channel, m| {
            let amplitude = amplitude(m);
            if channel == 0 {
                variance += amplitude * amplitude; // ⟨(Re a z)²⟩ of a complex normal z
            }
            Complex64::new(rng.normal(), rng.normal()) * amplitude
        });
        for channel in 0..channels {
            waves.scale(channel, self.deviation / variance.sqrt());
        }
        Box::new(waves)
    }

    fn mirror_weight(&self) -> Option<f64> {
        Some(std::f64::consts::FRAC_1_SQRT_2) // the variance far from walls stays
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(self).expect("numbers are TOML values")
    }
}

pub(super) const ENTRY: InitialEntry = InitialEntry {
    kind: "gaussian_random_field",
    summary: "Gaussian noise whose spectrum falls as a power of the wavenumber",
    options: &[
        (
            "exponent",
            "p of the mean square |k|^−p of a mode; default 4",
        ),
        (
            "cutoff",
            "most periods of a wave along each axis; default 16",
        ),
        ("deviation", "standard deviation over all draws; default 1"),
    ],
    decode,
};

fn decode(options: Options<'_>) -> Result<Arc<dyn InitialState>, toml::de::Error> {
    Ok(Arc::new(GaussianRandomField::deserialize(options)?))
}
