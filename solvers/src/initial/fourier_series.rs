//! Fourier series: `u₀(x) = Σ A_m cos(2π m·x/L + φ_m)` over all `|mᵢ| ≤ cutoff`.
//!
//! `A_m` uniform in `±1`, `φ_m` uniform in `[0, 2π)`, the mean uniform in `±½` or zero; then
//! scaled to `max |u₀| = 1` if so wished. The default distribution of `APEBench`: F. Koehler et al.,
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
            let values = waves.dense();
            for (channel, u) in values.chunks_exact(values.len() / channels).enumerate() {
                let peak = u
                    .iter()
                    .fold(f64::MIN_POSITIVE, |peak, u| peak.max(u.abs()));
                waves.scale(channel, 1.0 / peak);
            }
        }
        Box::new(waves)
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
        ("max_one", "scales the largest |u| to 1; default true"),
    ],
    decode,
};

fn decode(options: Options<'_>) -> Result<Arc<dyn InitialState>, toml::de::Error> {
    Ok(Arc::new(FourierSeries::deserialize(options)?))
}
