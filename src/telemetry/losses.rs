//! The loss of every simulation that was read lately.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Weight of a new loss in the average of a simulation.
const WEIGHT: f32 = 0.3;
/// Simulations that are remembered.
const SIMULATIONS: usize = 4096;
/// More than that are let in before the oldest are forgotten, so that forgetting costs little.
const SLACK: usize = SIMULATIONS / 4;

/// Losses by simulation, averaged over reads with weights that fall by a factor of 0.7 from one read to the next.
///
/// Held in 32-bit, which JSON keeps to the last bit. The simulations read last are remembered, 4096 of them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct LossTable {
    rows: BTreeMap<u64, Row>,
    /// Batches so far.
    batches: u64,
    /// Batches until the last distribution was asked for.
    seen: u64,
}

/// A simulation: its average loss, the number of its windows that were read, and the batch that read the last of them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Row(f32, u64, u64);

/// Losses of the simulations read since the last time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Number of simulations.
    pub simulations: usize,
    /// The middle one.
    pub median: f64,
    /// The one below which 99 % lie.
    pub p99: f64,
    /// The largest.
    pub max: f64,
}

impl LossTable {
    /// Notes the losses of a batch by the simulations of its windows; losses that are no numbers are passed over.
    pub fn push(&mut self, simulations: &[u64], losses: &[f32]) {
        self.batches += 1;
        let batch = self.batches;
        let known = simulations.iter().zip(losses);
        for (&simulation, &loss) in known.filter(|(_, loss)| loss.is_finite()) {
            let row = self.rows.entry(simulation).or_insert(Row(loss, 0, batch));
            *row = Row(row.0 + WEIGHT * (loss - row.0), row.1 + 1, batch);
        }
        if self.rows.len() > SIMULATIONS + SLACK {
            self.forget();
        }
    }

    /// Average loss and number of reads of a simulation that is remembered.
    pub fn loss(&self, simulation: u64) -> Option<(f32, u64)> {
        let row = self.rows.get(&simulation)?;
        Some((row.0, row.1))
    }

    /// The distribution over the simulations read since the last call.
    pub fn spread(&mut self) -> Option<Spread> {
        let fresh = self.rows.values().filter(|row| row.2 > self.seen);
        let mut losses: Vec<f32> = fresh.map(|row| row.0).collect();
        self.seen = self.batches;
        losses.sort_by(f32::total_cmp);
        let at = |share: f64| {
            let place = (share * losses.len() as f64).ceil() as usize;
            f64::from(losses[place.max(1) - 1])
        };
        (!losses.is_empty()).then(|| Spread {
            simulations: losses.len(),
            median: at(0.5),
            p99: at(0.99),
            max: at(1.0),
        })
    }

    /// Forgets the simulations whose last read is longest ago.
    fn forget(&mut self) {
        let mut order: Vec<(u64, u64)> = self.rows.iter().map(|(&i, row)| (row.2, i)).collect();
        order.sort_unstable();
        for (_, simulation) in &order[..order.len() - SIMULATIONS] {
            self.rows.remove(simulation);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_are_averaged_by_simulation_and_told_once() {
        let mut table = LossTable::default();
        table.push(&[7, 8, 7], &[1.0, 4.0, 2.0]);
        let (loss, reads) = table.loss(7).expect("it was read");
        assert!((loss - 1.3).abs() < 1e-6 && reads == 2, "{loss}");
        let spread = table.spread().expect("two simulations");
        assert_eq!(spread.simulations, 2);
        assert!((spread.median - 1.3).abs() < 1e-6 && (spread.max - 4.0).abs() < 1e-6);
        assert_eq!(table.spread(), None, "nothing was read since");
        table.push(&[9, 9], &[f32::NAN, f32::INFINITY]);
        assert_eq!(table.loss(9), None);
    }

    #[test]
    fn quantiles_are_those_of_the_sorted_losses() {
        let mut table = LossTable::default();
        let losses: Vec<f32> = (1..=200).rev().map(|loss| loss as f32).collect();
        table.push(&(0..200).collect::<Vec<_>>(), &losses);
        let spread = table.spread().expect("200 simulations");
        let found = [spread.median, spread.p99, spread.max].map(|loss| loss.round() as u32);
        assert_eq!(found, [100, 198, 200]);
    }

    #[test]
    fn memory_is_bounded_and_survives_json() {
        let mut table = LossTable::default();
        for simulation in 0..20_000 {
            table.push(&[simulation, 0], &[0.1 * simulation as f32, 1.0]);
        }
        assert!(table.rows.len() <= SIMULATIONS + SLACK);
        assert!(table.loss(0).is_some(), "read in every batch");
        assert!(table.loss(19_999).is_some() && table.loss(1).is_none());
        let json = serde_json::to_string(&table).expect("plain data");
        let read: LossTable = serde_json::from_str(&json).expect("as it was written");
        assert_eq!(read, table);
    }
}
