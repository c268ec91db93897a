//! Wave packet: `u₀(x) = A sin(2π n (x₁ − c₁)/L₁) exp((Σᵢ cos(2π (xᵢ − cᵢ)/Lᵢ) − D) / (2πw)²)`, `c` anywhere.
//!
//! Waves along the first axis under a periodic Gaussian of standard deviation `w L`, which dispersion pulls apart. K. V.
//! Mardia & P. E. Jupp, "Directional Statistics" (2000), for the envelope.

use std::f64::consts::TAU;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{InitialEntry, InitialState, Options, Profile, checks};
use crate::Rng;

/// A few short waves at a random place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WavePacket {
    #[serde(deserialize_with = "checks::positive")]
    amplitude: f64,
    #[serde(deserialize_with = "checks::count")]
    wavenumber: usize,
    #[serde(deserialize_with = "checks::positive")]
    width: f64,
}

impl Default for WavePacket {
    fn default() -> Self {
        Self {
            amplitude: 1.0,
            wavenumber: 8,
            width: 0.1,
        }
    }
}

impl InitialState for WavePacket {
    fn draw(&self, length: &[f64], channels: usize, rng: &mut Rng) -> Profile {
        let (amplitude, periods) = (self.amplitude, self.wavenumber as f64);
        let mut place = || length.iter().map(|l| rng.uniform(0.0, *l)).collect();
        let centers: Vec<Vec<f64>> = (0..channels).map(|_| place()).collect();
        let (length, concentration) = (length.to_vec(), (TAU * self.width).powi(-2));
        Box::new(move |channel: usize, x: &[f64]| {
            let center = &centers[channel];
            let wave = (TAU * periods * (x[0] - center[0]) / length[0]).sin();
            let axes = x.iter().zip(center).zip(&length);
            let distance = axes.map(|((x, c), l)| (TAU * (x - c) / l).cos() - 1.0);
            amplitude * wave * (concentration * distance.sum::<f64>()).exp()
        })
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(self).expect("numbers are TOML values")
    }
}

pub(super) const ENTRY: InitialEntry = InitialEntry {
    kind: "wave_packet",
    summary: "a few short waves at a random place",
    options: &[
        ("amplitude", "its height; default 1"),
        (
            "wavenumber",
            "periods across the box along the first axis; default 8",
        ),
        (
            "width",
            "standard deviation as a fraction of the box; default 0.1",
        ),
    ],
    decode,
};

fn decode(options: Options<'_>) -> Result<Arc<dyn InitialState>, toml::de::Error> {
    Ok(Arc::new(WavePacket::deserialize(options)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Stream;

    #[test]
    fn a_packet_repeats_after_the_length_of_the_box() {
        let mut rng = Rng::stream(0, Stream::Initial, 0);
        let packet = WavePacket::default().draw(&[3.0], 1, &mut rng);
        let difference = packet.at(0, &[0.7]) - packet.at(0, &[3.7]);
        assert!(difference.abs() < 1e-12, "{difference}"); // rounding of the phases
        assert_eq!(ENTRY.options.len(), WavePacket::default().options().len());
    }
}
