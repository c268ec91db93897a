//! Turbulence: random long waves of the velocity of a gas, at a Mach number, and of its density and pressure.
//!
//! `v = M c Σₘ aₘ e^{2πi m·x/L}` over all `0 < |mᵢ| ≤ cutoff`, of root mean square `M c` over the box, where `c = √(γ p₀/ρ₀)`;
//! `ρ = ρ₀ e^{f w}` and `p = p₀ e^{f w'}` with such waves `w`, `w'` of root mean square 1. M. Takamoto et al., `PDEBench` (2022), begins
//! its compressible flows so, with four waves per axis.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::parts::{Part, parts_of};
use super::profile::Field as State;
use super::waves::Waves;
use super::{InitialEntry, InitialState, Options, Profile, checks};
use crate::problem::Field;
use crate::{Complex64, Grid, Rng};

/// Waves of a gas.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Turbulence {
    #[serde(deserialize_with = "checks::range")]
    mach: [f64; 2],
    #[serde(deserialize_with = "checks::count")]
    cutoff: usize,
    #[serde(deserialize_with = "checks::positive")]
    density: f64,
    #[serde(deserialize_with = "checks::positive")]
    pressure: f64,
    #[serde(deserialize_with = "checks::positive")]
    gamma: f64,
    #[serde(deserialize_with = "checks::finite")]
    fluctuation: f64,
    /// The part of every field.
    #[serde(skip)]
    parts: Vec<Part>,
}

impl Default for Turbulence {
    fn default() -> Self {
        Self {
            mach: [0.1, 1.0],
            cutoff: 4,
            density: 1.0,
            pressure: 1.0,
            gamma: 5.0 / 3.0,
            fluctuation: 0.1,
            parts: vec![Part::Density],
        }
    }
}

/// A drawn state.
struct Drawn {
    /// Waves of root mean square 1, a field each.
    waves: Waves,
    settings: Turbulence,
    /// Root mean square of a component of the velocity.
    speed: f64,
}

impl Drawn {
    /// The value of a field where its waves are `w`.
    fn value(&self, channel: usize, w: f64) -> f64 {
        let fluctuating = |mean: f64| mean * (self.settings.fluctuation * w).exp();
        match self.settings.parts.get(channel) {
            Some(Part::Density) => fluctuating(self.settings.density),
            Some(Part::Pressure) => fluctuating(self.settings.pressure),
            Some(Part::Velocity(_)) => self.speed * w,
            Some(Part::Other) | None => 0.0,
        }
    }
}

impl State for Drawn {
    fn at(&self, channel: usize, x: &[f64]) -> f64 {
        self.value(channel, self.waves.at(channel, x))
    }

    fn sample(&self, grid: &Grid, channels: usize) -> Vec<f64> {
        let mut u = self.waves.sample(grid, channels);
        for (channel, field) in u.chunks_exact_mut(grid.num_points()).enumerate() {
            field.iter_mut().for_each(|w| *w = self.value(channel, *w));
        }
        u
    }
}

impl InitialState for Turbulence {
    fn draw(&self, length: &[f64], channels: usize, rng: &mut Rng) -> Profile {
        let sound = (self.gamma * self.pressure / self.density).sqrt();
        let mach = rng.uniform(self.mach[0], self.mach[1]);
        Box::new(Drawn {
            waves: unit_waves(length, channels, self.cutoff, rng),
            settings: self.clone(),
            speed: mach * sound / (length.len() as f64).sqrt(),
        })
    }

    fn of_drawn(&self, fields: &[Field]) -> Option<Arc<dyn InitialState>> {
        Some(Arc::new(Self {
            parts: parts_of(fields),
            ..self.clone()
        }))
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(self).expect("numbers are TOML values")
    }
}

/// Random waves of root mean square 1 and mean 0, a field for every channel.
fn unit_waves(length: &[f64], channels: usize, cutoff: usize, rng: &mut Rng) -> Waves {
    let mut squares = vec![0.0; channels];
    let mut waves = Waves::new(length, channels, cutoff, |channel, m| {
        // One of ±m stands for both.
        if m.iter().find(|m| m.abs() > 0.0).is_none_or(|m| *m < 0.0) {
            return Complex64::ZERO;
        }
        let amplitude = Complex64::new(rng.normal(), rng.normal());
        squares[channel] += 0.5 * amplitude.norm_sqr();
        amplitude
    });
    for (channel, square) in squares.iter().enumerate() {
        waves.scale(channel, 1.0 / square.sqrt());
    }
    waves
}

pub(super) const ENTRY: InitialEntry = InitialEntry {
    kind: "turbulence",
    summary: "random long waves of the velocity of a gas at a Mach number, and of its density and pressure",
    options: &[
        (
            "mach",
            "range of the root mean square speed over that of sound; default [0.1, 1.0]",
        ),
        (
            "cutoff",
            "most periods of a wave along each axis; default 4",
        ),
        ("density", "mean density; default 1"),
        ("pressure", "mean pressure; default 1"),
        (
            "gamma",
            "ratio of specific heats that the speed of sound is taken with; default 5/3",
        ),
        (
            "fluctuation",
            "root mean square of the logarithms of density and pressure; default 0.1",
        ),
    ],
    decode,
};

fn decode(options: Options<'_>) -> Result<Arc<dyn InitialState>, toml::de::Error> {
    Ok(Arc::new(Turbulence::deserialize(options)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Stream, sample};

    #[test]
    fn the_speed_is_that_of_the_mach_number_and_density_stays_positive() {
        let mut fields = vec![Field::positive("density")];
        fields.extend(Field::vector_of("velocity", 2, false));
        fields.push(Field::positive("pressure"));
        let flow = Turbulence {
            mach: [0.5, 0.5],
            pressure: 4.0,
            fluctuation: 0.5,
            ..Turbulence::default()
        };
        let flow = flow.of_drawn(&fields).expect("of these fields");
        let grid = Grid::new(&[32, 32], &[1.0, 1.0]).expect("valid");
        let mut rng = Rng::stream(3, Stream::Initial, 0);
        let u = sample(&flow.draw(grid.length(), 4, &mut rng), &grid, 4);
        let mean = |of: &[f64]| of.iter().sum::<f64>() / of.len() as f64;
        let square = |c: usize| {
            u[c * 1024..][..1024]
                .iter()
                .map(|v| v * v)
                .collect::<Vec<_>>()
        };
        let speed = mean(&square(1)) + mean(&square(2));
        let expected = 0.25 * 5.0 / 3.0 * 4.0; // M² γ p/ρ
        assert!((speed / expected - 1.0).abs() < 1e-12, "{speed} {expected}"); // the grid has all waves
        let lowest = u[..1024].iter().copied().fold(f64::INFINITY, f64::min);
        assert!(lowest > 0.0 && u[3072..].iter().all(|p| *p > 0.0));
        assert!((mean(&u[1024..2048])).abs() < 1e-12);
    }
}
