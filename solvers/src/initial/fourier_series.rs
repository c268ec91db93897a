//! Fourier series: `u₀(x) = Σ A_m cos(2π m·x/L + φ_m)` over all `|mᵢ| ≤ cutoff`.
//!
//! `A_m` uniform in `±1`, `φ_m` uniform in `[0, 2π)`, the mean uniform in `±½` or zero; then
//! scaled to `max |u₀| = 1` over the box if so wished: on any grid at most 1. The default distribution of `APEBench`: F. Koehler et al.,
//! `NeurIPS` (2024).

use std::f64::consts::TAU;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::waves::Waves;
use super::{InitialEntry, InitialState, Options, Profile, checks};
use crate::{Complex64, Rng};

/// All long waves, each of random height and phase.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FourierSeries {
    #[serde(deserialize_with = "checks::count")]
    cutoff: usize,
    zero_mean: bool,
    max_one: bool,
}

impl Default for FourierSeries {
    fn default() -> Self {
        Self {
            cutoff: 5,
            zero_mean: true,
            max_one: true,
        }
    }
}

impl InitialState for FourierSeries {
    fn draw(&self, length: &[f64], channels: usize, rng: &mut Rng) -> Profile {
        let mut waves = Waves::new(length, channels, self.cutoff, |_, m| {
            let (amplitude, phase) = (rng.uniform(-1.0, 1.0), rng.uniform(0.0, TAU));
            match (m.iter().any(|m| m.abs() > 0.0), self.zero_mean) {
                (true, _) => Complex64::from_polar(1.0, phase) * amplitude,
                (false, true) => Complex64::ZERO,
                (false, false) => Complex64::from(0.5 * amplitude),
            }
        });
        if self.max_one {
            for channel in 0..channels {
                let peak = waves.peak(channel).max(f64::MIN_POSITIVE);
                waves.scale(channel, 1.0 / peak);
            }
        }
        Box::new(waves)
    }

    fn mirror_weight(&self) -> Option<f64> {
        Some(0.5) // the bound of |u| stays
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(self).expect("numbers are TOML values")
    }
}

pub(super) const ENTRY: InitialEntry = InitialEntry {
    kind: "fourier_series",
    summary: "all waves up to a cut-off, each of random height and phase",
    options: &[
        (
            "cutoff",
            "most periods of a wave along each axis; default 5",
        ),
        ("zero_mean", "false: draws a mean from ± 0.5; default true"),
        (
            "max_one",
            "scales the largest |u| of the box to 1, so that no point of any grid is above; default true",
        ),
    ],
    decode,
};

fn decode(options: Options<'_>) -> Result<Arc<dyn InitialState>, toml::de::Error> {
    Ok(Arc::new(FourierSeries::deserialize(options)?))
}
