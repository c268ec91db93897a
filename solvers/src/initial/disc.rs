//! Disc: one height inside a ball in the middle of the box, another one outside; a radial dam break of water at rest.
//!
//! M. Takamoto et al., `PDEBench` (2022), begins its shallow water so: 2 inside, 1 outside.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{InitialEntry, InitialState, Options, Profile, checks};
use crate::Rng;
use crate::problem::Field;

/// A ball of another height.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Disc {
    #[serde(deserialize_with = "checks::finite")]
    inside: f64,
    #[serde(deserialize_with = "checks::finite")]
    outside: f64,
    #[serde(deserialize_with = "checks::range")]
    radius: [f64; 2],
    /// Which fields have the heights: those that have to stay above 0, the first where there are none.
    #[serde(skip)]
    raised: Vec<bool>,
}

impl Default for Disc {
    fn default() -> Self {
        Self {
            inside: 2.0,
            outside: 1.0,
            radius: [0.06, 0.14],
            raised: vec![true],
        }
    }
}

impl InitialState for Disc {
    fn draw(&self, length: &[f64], _channels: usize, rng: &mut Rng) -> Profile {
        let shortest = length.iter().copied().fold(f64::INFINITY, f64::min);
        let radius = shortest * rng.uniform(self.radius[0], self.radius[1]);
        let (disc, length) = (self.clone(), length.to_vec());
        Box::new(move |channel: usize, x: &[f64]| {
            if disc.raised.get(channel) != Some(&true) {
                return 0.0;
            }
            let axes = x.iter().zip(&length);
            let away = axes.map(|(x, length)| (x.rem_euclid(*length) - 0.5 * length).powi(2));
            if away.sum::<f64>() < radius * radius {
                disc.inside
            } else {
                disc.outside
            }
        })
    }

    fn of_drawn(&self, fields: &[Field]) -> Option<Arc<dyn InitialState>> {
        let mut raised: Vec<bool> = fields.iter().map(|field| field.positive).collect();
        if !raised.contains(&true) {
            raised = vec![true];
        }
        Some(Arc::new(Self {
            raised,
            ..self.clone()
        }))
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(self).expect("numbers are TOML values")
    }
}

pub(super) const ENTRY: InitialEntry = InitialEntry {
    kind: "disc",
    summary: "one height in a disc in the middle and another outside, at rest: a radial dam break",
    options: &[
        ("inside", "height in the disc; default 2"),
        ("outside", "height around it; default 1"),
        (
            "radius",
            "range of its radius as fractions of the shortest side; default [0.06, 0.14]",
        ),
    ],
    decode,
};

fn decode(options: Options<'_>) -> Result<Arc<dyn InitialState>, toml::de::Error> {
    Ok(Arc::new(Disc::deserialize(options)?))
}
