//! Layers: a dense one below a light one, which slide along each other; noise at the interface makes it roll up.
//!
//! The interface is a `tanh` across the last axis, and the light layer above moves along the first one. The noise is
//! `a Σₘ cₘ cos(2πmx/L + φₘ)/√M`, `m = 1 … M`, with random `cₘ` in `±1` and phases `φₘ`, in the velocity across the interface, from
//! which it falls off as a Gaussian.

use std::f64::consts::TAU;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::parts::{Part, parts_of};
use super::{InitialEntry, InitialState, Options, Profile, checks};
use crate::Rng;
use crate::problem::Field;

/// Two layers of gas.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Layers {
    #[serde(deserialize_with = "checks::positive")]
    below: f64,
    #[serde(deserialize_with = "checks::positive")]
    above: f64,
    #[serde(deserialize_with = "checks::positive")]
    pressure: f64,
    #[serde(deserialize_with = "checks::finite")]
    speed: f64,
    #[serde(deserialize_with = "checks::positive")]
    height: f64,
    #[serde(deserialize_with = "checks::positive")]
    width: f64,
    #[serde(deserialize_with = "checks::finite")]
    noise: f64,
    /// The part of every field.
    #[serde(skip)]
    parts: Vec<Part>,
}

/// Waves of the noise.
const WAVES: usize = 16;

/// Width of the noise over that of the interface.
const WIDER: f64 = 4.0;

impl Default for Layers {
    fn default() -> Self {
        Self {
            below: 10.0,
            above: 1.0,
            pressure: 1.0,
            speed: 1.0,
            height: 0.5,
            width: 0.02,
            noise: 0.05,
            parts: vec![Part::Density],
        }
    }
}

impl InitialState for Layers {
    fn draw(&self, length: &[f64], _channels: usize, rng: &mut Rng) -> Profile {
        let wave = |rng: &mut Rng| [rng.uniform(-1.0, 1.0), rng.uniform(0.0, TAU)];
        let waves: Vec<[f64; 2]> = (0..WAVES).map(|_| wave(rng)).collect();
        let shortest = length.iter().copied().fold(f64::INFINITY, f64::min);
        let (layers, length) = (self.clone(), length.to_vec());
        let last = length.len() - 1;
        Box::new(move |channel: usize, x: &[f64]| {
            let away = x[last].rem_euclid(length[last]) - layers.height * length[last];
            let away = away / (layers.width * shortest);
            let between =
                |below: f64, above: f64| below + (above - below) * 0.5 * (1.0 + away.tanh());
            match layers.parts.get(channel) {
                Some(Part::Density) => between(layers.below, layers.above),
                Some(Part::Pressure) => layers.pressure,
                Some(Part::Velocity(0)) if last > 0 => {
                    between(-0.5 * layers.speed, 0.5 * layers.speed)
                }
                Some(Part::Velocity(axis)) if *axis == last => {
                    layers.noise * layers.speed * noise(&waves, x[0] / length[0], away)
                }
                _ => 0.0,
            }
        })
    }

    fn of_drawn(&self, fields: &[Field]) -> Option<Arc<dyn InitialState>> {
        let parts = parts_of(fields);
        Some(Arc::new(Self {
            parts,
            ..self.clone()
        }))
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(self).expect("numbers are TOML values")
    }
}

/// The noise at a share of the first axis, `away` widths of the interface from its middle.
fn noise(waves: &[[f64; 2]], share: f64, away: f64) -> f64 {
    let wave = |(m, [size, phase]): (usize, &[f64; 2])| {
        size * (TAU * (m + 1) as f64 * share + phase).cos()
    };
    let sum: f64 = waves.iter().enumerate().map(wave).sum();
    sum / (waves.len() as f64).sqrt() * (-(away / WIDER).powi(2)).exp()
}

pub(super) const ENTRY: InitialEntry = InitialEntry {
    kind: "layers",
    summary: "a dense layer below a light one that slides along it, with noise at the interface: shear that rolls up and mixes",
    options: &[
        ("below", "density below; default 10"),
        ("above", "density above; default 1"),
        ("pressure", "the same in both; default 1"),
        (
            "speed",
            "velocity along the first axis, half of it above and minus half of it below; default 1",
        ),
        (
            "height",
            "place of the interface along the last axis, as a share of its length; default 0.5",
        ),
        (
            "width",
            "width of the interface as a share of the shortest side; default 0.02",
        ),
        (
            "noise",
            "velocity across the interface as a share of the speed; default 0.05",
        ),
    ],
    decode,
};

fn decode(options: Options<'_>) -> Result<Arc<dyn InitialState>, toml::de::Error> {
    Ok(Arc::new(Layers::deserialize(options)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Grid, Stream, sample};

    #[test]
    fn a_gas_has_two_layers_that_slide_and_the_same_pressure() {
        let mut fields = vec![Field::positive("density")];
        fields.extend(Field::vector_of("velocity", 2, false));
        fields.push(Field::positive("pressure"));
        let layers = Layers::default()
            .of_drawn(&fields)
            .expect("of these fields");
        let grid = Grid::new(&[16, 32], &[1.0, 3.0]).expect("valid");
        let mut rng = Rng::stream(1, Stream::Initial, 0);
        let u = sample(&layers.draw(grid.length(), 4, &mut rng), &grid, 4);
        let field = |c: usize| &u[c * 512..][..512];
        let [below, above] = [4, 28];
        assert!((field(0)[below] - 10.0).abs() < 1e-9 && (field(0)[above] - 1.0).abs() < 1e-9);
        assert!((field(1)[below] + 0.5).abs() < 1e-9 && (field(1)[above] - 0.5).abs() < 1e-9);
        let across = |j: usize| {
            (0..16)
                .map(|i| field(2)[32 * i + j].abs())
                .fold(0.0, f64::max)
        };
        assert!(across(16) > 1e-3 && across(16) < 0.5 && across(below) < 1e-9);
        assert!(field(3).iter().all(|p| (p - 1.0).abs() < 1e-15));
    }
}
