//! Difficulty of simulations: the mean excess of their losses over the mean of the batch, in its standard deviations.

use super::generation::Parent;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Largest coordinate of a parent: the cube has no upper faces.
const BELOW_ONE: f32 = 1.0_f32.next_down();

/// Recorded deviations by simulation. In 32-bit, which JSON keeps to the last bit.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Difficulty {
    rows: BTreeMap<u64, Row>,
    /// Simulations before this one have left the window for good.
    oldest: u64,
}

/// A simulation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Row {
    point: Vec<f32>,
    sum: f32,
    count: u32,
}

impl Difficulty {
    /// Gets to know a simulation with its point in the unit cube.
    pub fn meet(&mut self, simulation: u64, point: impl FnOnce() -> Vec<f64>) {
        if simulation < self.oldest {
            return;
        }
        self.rows.entry(simulation).or_insert_with(|| Row {
            point: point()
                .iter()
                .map(|&x| (x as f32).clamp(0.0, BELOW_ONE))
                .collect(),
            sum: 0.0,
            count: 0,
        });
    }

    /// Records a batch, the loss of every window with its simulation: `max(0, (l − mean) / std)` over the batch. Losses
    /// that are no numbers are passed over; those of simulations that it does not know count for mean and deviation.
    pub fn record(&mut self, simulations: &[u64], losses: &[f32]) {
        let known = simulations.iter().zip(losses.iter().map(|&l| f64::from(l)));
        let known: Vec<(u64, f64)> = known
            .map(|(&simulation, loss)| (simulation, loss))
            .filter(|(_, loss)| loss.is_finite())
            .collect();
        let count = known.len().max(1) as f64;
        let mean = known.iter().map(|(_, loss)| loss).sum::<f64>() / count;
        let squares = known.iter().map(|(_, loss)| (loss - mean).powi(2));
        let deviation = (squares.sum::<f64>() / count).sqrt();
        for (simulation, loss) in known {
            if let Some(row) = self.rows.get_mut(&simulation) {
                let above = (loss - mean) / deviation.max(f64::MIN_POSITIVE);
                row.sum += above.max(0.0) as f32;
                row.count += 1;
            }
        }
    }

    /// The last `window` simulations with `records` losses or more, each with its mean deviation as its weight, those
    /// without any left out; none while there are fewer than `least` of them. What is older is forgotten.
    pub fn parents(&mut self, window: usize, records: u32, least: usize) -> Option<Vec<Parent>> {
        let eligible = self.rows.iter().rev();
        let eligible = eligible.filter(|(_, row)| row.count >= records.max(1));
        let eligible: Vec<(u64, &Row)> = eligible
            .map(|(&simulation, row)| (simulation, row))
            .take(window)
            .collect();
        let weight = |row: &Row| row.sum / row.count as f32;
        let parents = eligible.iter().filter(|(_, row)| row.sum > 0.0);
        let parents: Vec<Parent> = parents
            .map(|(_, row)| Parent {
                point: row.point.clone(),
                weight: weight(row),
            })
            .collect();
        let enough = eligible.len() >= least && !parents.is_empty();
        if eligible.len() == window {
            self.oldest = eligible.last().map_or(0, |(simulation, _)| *simulation);
            self.rows = self.rows.split_off(&self.oldest);
        }
        enough.then_some(parents)
    }
}
