//! Pieces: fields constant on the rectangles between random cuts across every axis, all of their values random.
//!
//! In one dimension shock tubes, in two the quadrants of C. W. Schulz-Rinne, J. P. Collins & H. M. Glaz, SIAM J. Sci.
//! Comput. 14, 1394 (1993), and more of them. Cut `j` of an axis lies at `(j + d) L/n`, `d` uniform in `±0.4`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{InitialEntry, InitialState, Options, Profile, checks};
use crate::Rng;
use crate::problem::Field;

/// Rectangles of constant states.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Pieces {
    #[serde(deserialize_with = "checks::counts")]
    count: [usize; 2],
    #[serde(deserialize_with = "checks::range")]
    positive: [f64; 2],
    #[serde(deserialize_with = "checks::positive")]
    amplitude: f64,
    /// Which fields have to stay above 0, those of the equation; no other is.
    #[serde(skip)]
    above: Vec<bool>,
}

impl Default for Pieces {
    fn default() -> Self {
        Self {
            count: [2, 2],
            positive: [0.1, 1.0],
            amplitude: 0.5,
            above: Vec::new(),
        }
    }
}

impl InitialState for Pieces {
    fn draw(&self, length: &[f64], channels: usize, rng: &mut Rng) -> Profile {
        let mut cuts_of = |length: &f64| {
            let count = rng.integer(self.count[0] as u64, self.count[1] as u64) as usize;
            let mut cut = |j: usize| (j as f64 + rng.uniform(-0.4, 0.4)) / count as f64 * length;
            (1..count).map(&mut cut).collect()
        };
        let cuts: Vec<Vec<f64>> = length.iter().map(&mut cuts_of).collect();
        let pieces = cuts.iter().map(|cuts| cuts.len() + 1).product();
        let mut values_of = |channel: usize| {
            let [low, high] = if self.above.get(channel) == Some(&true) {
                self.positive
            } else {
                [-self.amplitude, self.amplitude]
            };
            (0..pieces).map(|_| rng.uniform(low, high)).collect()
        };
        let values: Vec<Vec<f64>> = (0..channels).map(&mut values_of).collect();
        let length = length.to_vec();
        Box::new(move |channel: usize, x: &[f64]| {
            let axes = cuts.iter().zip(x).zip(&length);
            let piece = axes.fold(0, |piece, ((cuts, x), length)| {
                let x = x.rem_euclid(*length);
                piece * (cuts.len() + 1) + cuts.iter().filter(|cut| **cut <= x).count()
            });
            values[channel][piece]
        })
    }

    fn of_drawn(&self, fields: &[Field]) -> Option<Arc<dyn InitialState>> {
        Some(Arc::new(Self {
            above: fields.iter().map(|field| field.positive).collect(),
            ..self.clone()
        }))
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(self).expect("numbers are TOML values")
    }
}

pub(super) const ENTRY: InitialEntry = InitialEntry {
    kind: "pieces",
    summary: "constant states between random cuts: shock tubes in 1-D, quadrants in 2-D",
    options: &[
        (
            "count",
            "least and most pieces along an axis, as [2, 4]; default [2, 2]",
        ),
        (
            "positive",
            "range of fields that have to stay above 0; default [0.1, 1.0]",
        ),
        (
            "amplitude",
            "largest value of all others, drawn from ± this; default 0.5",
        ),
    ],
    decode,
};

fn decode(options: Options<'_>) -> Result<Arc<dyn InitialState>, toml::de::Error> {
    Ok(Arc::new(Pieces::deserialize(options)?))
}
