//! Filtered velocity: solenoidal noise whose energy spectrum is a log-normal density,
//! `E(k) ∝ exp(−(ln k − ln k₀ − σ²)² / 2σ²) / k` with `σ² = ¼`, scaled to a largest speed.
//!
//! The state of D. Kochkov et al., PNAS 118, e2101784118 (2021), from which P. Lippe et al.,
//! "PDE-Refiner" (2023), start Kolmogorov flow: most energy at `k₀ = 4`, speed 7. One field in
//! two dimensions is the vorticity `w = v_x − u_y` of such a velocity. Any other number of fields
//! are components of a velocity with this spectrum, each drawn for itself. Wavenumbers count in
//! periods across the longest axis, up to `8 k₀`, where the density has fallen by more than 10³.

use std::f64::consts::TAU;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::waves::Waves;
use super::{InitialEntry, InitialState, Options, Profile, checks, periods};
use crate::{Complex64, Rng};

/// Variance `σ²` of the logarithm of the wavenumber.
const VARIANCE: f64 = 0.25;

/// A random flow with eddies of one size.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FilteredVelocity {
    #[serde(deserialize_with = "checks::positive")]
    peak_wavenumber: f64,
    #[serde(deserialize_with = "checks::positive")]
    max_velocity: f64,
}

impl Default for FilteredVelocity {
    fn default() -> Self {
        Self {
            peak_wavenumber: 4.0,
            max_velocity: 7.0,
        }
    }
}

impl InitialState for FilteredVelocity {
    fn draw(&self, length: &[f64], channels: usize, rng: &mut Rng) -> Profile {
        let cutoff = (8.0 * self.peak_wavenumber).ceil().clamp(1.0, 64.0) as usize;
        let mut noise = Waves::new(length, channels, cutoff, |_, m| {
            let amplitude = self.amplitude(periods(m, length), length.len());
            Complex64::new(rng.normal(), rng.normal()) * amplitude
        });
        if (length.len(), channels) == (2, 1) {
            return self.vorticity(&noise, length);
        }
        let factor = self.max_velocity / largest(&noise.dense(), channels);
        (0..channels).for_each(|channel| noise.scale(channel, factor));
        Box::new(noise)
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(self).expect("numbers are TOML values")
    }
}

impl FilteredVelocity {
    /// Root of `E(k)` over the size `∝ k^{D−1}` of a shell.
    fn amplitude(&self, k: f64, dims: usize) -> f64 {
        if k <= 0.0 {
            return 0.0;
        }
        let distance = (k / self.peak_wavenumber).ln() - VARIANCE;
        let energy = (-distance * distance / (2.0 * VARIANCE)).exp() / k;
        (energy / k.powi(dims as i32 - 1)).sqrt()
    }

    /// The vorticity of the flow whose velocity has the amplitudes of `noise`.
    fn vorticity(&self, noise: &Waves, length: &[f64]) -> Profile {
        let k = |m: &[f64], axis: usize| TAU * m[axis] / length[axis];
        let norm = |m: &[f64]| k(m, 0).hypot(k(m, 1));
        let direction = |m: &[f64], axis: usize| match norm(m) {
            norm if norm > 0.0 => k(m, axis) / norm,
            _ => 0.0,
        };
        // û = i (k_y, −k_x) a / |k|, so that ŵ = i k_x v̂ − i k_y û = |k| a.
        let u = |m: &[f64]| Complex64::new(0.0, direction(m, 1));
        let v = |m: &[f64]| Complex64::new(0.0, -direction(m, 0));
        let speed = largest(&noise.times(0, &[&u, &v]).dense(), 2);
        let factor = self.max_velocity / speed;
        Box::new(noise.times(0, &[&|m: &[f64]| Complex64::from(factor * norm(m))]))
    }
}

/// Largest length of a vector field of so many components.
fn largest(values: &[f64], components: usize) -> f64 {
    let points = values.len() / components;
    let square = |point: usize| {
        (0..components)
            .map(|c| values[c * points + point].powi(2))
            .sum()
    };
    (0..points)
        .map(square)
        .fold(f64::MIN_POSITIVE, f64::max)
        .sqrt()
}

pub(super) const ENTRY: InitialEntry = InitialEntry {
    kind: "filtered_velocity",
    summary: "random eddies of one size; in two dimensions the vorticity of such a flow",
    options: &[
        (
            "peak_wavenumber",
            "periods across the box where the energy peaks; default 4",
        ),
        ("max_velocity", "largest speed; default 7"),
    ],
    decode,
};

fn decode(options: Options<'_>) -> Result<Arc<dyn InitialState>, toml::de::Error> {
    Ok(Arc::new(FilteredVelocity::deserialize(options)?))
}
