//! Shock: two heights with a front between them, `u₀(x) = a + (b − a) ½ (1 + tanh(s / w′))` with
//! `s = cos(2π (x − c)/L) − cos(πf)` along the first axis, `w′ = 2πw sin(πf)`.
//!
//! The height is `b` on a fraction `f` of the box around `c` and `a` elsewhere, with fronts
//! `tanh(x / wL)`. Both heights are uniform in `±amplitude`, `c` is anywhere, `f` in `[¼, ¾]`.
//! Where `u` falls along `x`, Burgers sharpens the front to a shock; where it rises, to a fan.

use std::f64::consts::{PI, TAU};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{InitialEntry, InitialState, Options, Profile, checks};
use crate::Rng;

/// A step up and a step down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Shock {
    #[serde(deserialize_with = "checks::positive")]
    amplitude: f64,
    #[serde(deserialize_with = "checks::positive")]
    width: f64,
}

impl Default for Shock {
    fn default() -> Self {
        Self {
            amplitude: 1.0,
            width: 0.02,
        }
    }
}

impl InitialState for Shock {
    fn draw(&self, length: &[f64], channels: usize, rng: &mut Rng) -> Profile {
        let steps: Vec<Step> = (0..channels).map(|_| self.step(length[0], rng)).collect();
        Box::new(move |channel: usize, x: &[f64]| steps[channel].at(x[0]))
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(self).expect("numbers are TOML values")
    }
}

impl Shock {
    fn step(&self, length: f64, rng: &mut Rng) -> Step {
        Step {
            heights: std::array::from_fn(|_| rng.uniform(-self.amplitude, self.amplitude)),
            center: rng.uniform(0.0, length),
            fraction: rng.uniform(0.25, 0.75),
            width: self.width,
            length,
        }
    }
}

/// One draw.
struct Step {
    heights: [f64; 2],
    center: f64,
    fraction: f64,
    width: f64,
    length: f64,
}

impl Step {
    fn at(&self, x: f64) -> f64 {
        let edge = PI * self.fraction;
        let inside = (TAU * (x - self.center) / self.length).cos() - edge.cos();
        let front = (inside / (TAU * self.width * edge.sin())).tanh();
        let [a, b] = self.heights;
        a + (b - a) * 0.5 * (1.0 + front)
    }
}

pub(super) const ENTRY: InitialEntry = InitialEntry {
    kind: "shock",
    summary: "two random heights with steep fronts between them, along the first axis",
    options: &[
        ("amplitude", "largest height, drawn from ± this; default 1"),
        (
            "width",
            "half width of the fronts as a fraction of the box; default 0.02",
        ),
    ],
    decode,
};

fn decode(options: Options<'_>) -> Result<Arc<dyn InitialState>, toml::de::Error> {
    Ok(Arc::new(Shock::deserialize(options)?))
}
