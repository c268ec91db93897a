//! Watches the batches of a training and makes a reading of them for every line of metrics.

use super::{Balance, LossTable, Progress, Reading, TimeUsed, Times};
use crate::batch::to_values;
use crate::plan::Plan;
use burn::tensor::Tensor;
use ondine_datasets::remote::Workers;
use ondine_datasets::sampler::breed::{Breed, Difficulty, Parent, Signal};
use ondine_datasets::{Composition, Window, effective};
use serde::{Deserialize, Serialize};

/// Batches whose losses stay on the device until they are fetched together.
const PENDING: usize = 64;

/// Statistics of the batches so far, as a checkpoint keeps them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    times: Times,
    losses: LossTable,
    /// Sum of the effective numbers of simulations of the batches since the last line, and their number.
    simulations: (f32, u32),
    /// Difficulty of simulations, for an adaptive sampler.
    #[serde(skip_serializing_if = "Option::is_none")]
    difficulty: Option<Difficulty>,
}

/// Watches batches.
///
/// A batch costs a sum over its windows: everything else is done for lines of metrics alone. Losses of windows are fetched
/// from the device together, then or after 64 batches.
pub struct Monitor {
    memory: Memory,
    pending: Vec<(Vec<u64>, Tensor<1>)>,
    last: TimeUsed,
    /// Whether losses measure the difficulty of simulations.
    by_loss: bool,
}

impl Monitor {
    /// A monitor that goes on where `memory` ends; earlier processes have used up `spent`.
    pub fn new(memory: Memory, spent: TimeUsed) -> Self {
        Self {
            memory,
            pending: Vec::new(),
            last: spent,
            by_loss: false,
        }
    }

    /// The same monitor for an adaptive sampler, if there is one.
    #[must_use]
    pub fn with_sampler(mut self, breed: Option<&Breed>) -> Self {
        self.by_loss = breed.is_some_and(|breed| breed.signal == Signal::Loss);
        if breed.is_some() {
            self.memory.difficulty.get_or_insert_default();
        }
        self
    }

    /// Watches a batch with the loss of each of its windows, `[batch]`.
    pub fn watch(&mut self, plan: &Plan, windows: &[Window], losses: Tensor<1>) {
        if let Some(difficulty) = self.memory.difficulty.as_mut().filter(|_| self.by_loss) {
            let quantities = &plan.quantities;
            for window in windows {
                difficulty.meet(window.simulation, || quantities.point(&window.conditions));
            }
        }
        let simulations: Vec<u64> = windows.iter().map(|window| window.simulation).collect();
        let memory = &mut self.memory;
        memory.times.push(windows.iter().map(|window| window.start));
        memory.simulations.0 += distinct(&simulations) as f32;
        memory.simulations.1 += 1;
        self.pending.push((simulations, losses));
        if self.pending.len() >= PENDING {
            self.fetch();
        }
    }

    /// Takes errors of rollouts, each with its simulation and the point of that, for losses.
    pub fn record(&mut self, judged: Vec<(u64, Vec<f64>, f32)>) {
        let Some(difficulty) = &mut self.memory.difficulty else {
            return;
        };
        let (mut simulations, mut errors) = (Vec::new(), Vec::new());
        for (simulation, point, error) in judged {
            difficulty.meet(simulation, || point);
            simulations.push(simulation);
            errors.push(error);
        }
        difficulty.record(&simulations, &errors);
    }

    /// The parents of a generation that is made now, if enough is known.
    pub fn parents(&mut self, breed: &Breed) -> Option<Vec<Parent>> {
        self.fetch();
        let (window, least) = (breed.window as usize, breed.min_simulations as usize);
        let difficulty = self.memory.difficulty.as_mut()?;
        difficulty.parents(window, breed.least_records(), least)
    }

    /// Statistics of the batches so far.
    pub fn memory(&mut self) -> &Memory {
        self.fetch();
        &self.memory
    }

    /// The reading of a line, which begins a new one: `progress` and `spent` of now, the simulations held, and the times of the
    /// steps since the last one.
    pub fn read(
        &mut self,
        plan: &Plan,
        progress: &Progress,
        spent: TimeUsed,
        composition: &Composition,
        balance: &Balance,
    ) -> Reading {
        self.fetch();
        let telemetry = &progress.telemetry;
        let recent = spent.since(&self.last);
        self.last = spent;
        let [compute, windows, ranks, reduce] = balance.per_step(recent.training_s);
        let (sum, batches) = std::mem::take(&mut self.memory.simulations);
        let spread = self.memory.losses.spread();
        let farthest = farthest(plan, composition);
        Reading {
            training_s: spent.training_s,
            trainer_wait: progress.trainer_wait,
            trainer_wait_recent: recent.trainer_share(),
            solver_wait: progress.solver_wait,
            solver_wait_recent: recent.solver_share(),
            workers_active: telemetry.active,
            step_compute_s: compute,
            step_windows_s: windows,
            step_ranks_s: ranks,
            step_reduce_s: reduce,
            worker_restarts: plan.elsewhere().map(Workers::restarts),
            simulations_running: telemetry.running,
            buffer_held: telemetry.held,
            buffer_unread: telemetry.unread as f64
                / telemetry.held.max(telemetry.unread).max(1) as f64,
            buffer_simulations: composition.simulations.len(),
            buffer_effective_simulations: composition.effective(),
            windows_arrived: telemetry.arrived,
            windows_planned: plan.pace.total,
            windows_dropped: telemetry.dropped(),
            reads_per_window: telemetry.handed_out as f64 / telemetry.arrived.max(1) as f64,
            batch_simulations: f64::from(sum) / f64::from(batches.max(1)),
            time_correlation: self.memory.times.correlation(),
            prior_distance: farthest.as_ref().map(|(distance, _)| *distance),
            prior_distance_of: farthest.map(|(_, name)| name),
            generations: plan.breed().map(|_| telemetry.generations),
            buffer_bred: composition.bred,
            loss_simulations: spread.map_or(0, |spread| spread.simulations),
            loss_median: spread.map(|spread| spread.median),
            loss_p99: spread.map(|spread| spread.p99),
            loss_max: spread.map(|spread| spread.max),
        }
    }

    /// Takes the losses from the device into the table.
    fn fetch(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let (simulations, losses): (Vec<_>, Vec<_>) = self.pending.drain(..).unzip();
        let values = to_values(Tensor::cat(losses, 0));
        let mut rest = &values[..];
        for batch in &simulations {
            let (own, others) = rest.split_at(batch.len().min(rest.len()));
            self.memory.losses.push(batch, own);
            if let Some(difficulty) = self.memory.difficulty.as_mut().filter(|_| self.by_loss) {
                difficulty.record(batch, own);
            }
            rest = others;
        }
    }
}

/// Effective number of simulations of a batch.
fn distinct(simulations: &[u64]) -> f64 {
    let mut sorted = simulations.to_vec();
    sorted.sort_unstable();
    effective(sorted.chunk_by(|a, b| a == b).map(<[u64]>::len))
}

/// The quantity whose held values lie furthest from its prior.
fn farthest(plan: &Plan, composition: &Composition) -> Option<(f64, String)> {
    if composition.simulations.is_empty() {
        return None;
    }
    let quantities = &plan.quantities;
    let varying = quantities.iter().map(ondine_datasets::Distribution::varies);
    let names = plan.problem.drawn_names().into_iter().zip(varying);
    let names = names.filter_map(|(name, varies)| varies.then_some(name));
    let distances = composition.distances(quantities).into_iter().zip(names);
    distances.max_by(|a, b| a.0.total_cmp(&b.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_of_equal_parts_has_as_many_simulations_and_an_uneven_one_fewer() {
        assert!((distinct(&[3, 9, 3, 9]) - 2.0).abs() < 1e-12);
        assert!((distinct(&[1, 2, 3, 4]) - 4.0).abs() < 1e-12);
        assert!((distinct(&[5, 5, 5, 1]) - 1.6).abs() < 1e-12); // 16 / (9 + 1)
        assert!(distinct(&[]) < 1e-12);
    }
}
