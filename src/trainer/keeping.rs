//! Checkpoints and the summary of a training: the first process of a group writes, the others give it what they hold.

use super::Trainer;
use super::shards::packed;
use crate::checkpoint::{self, Contents, RankState, State};
use crate::evaluation;
use crate::group::{agreed, joined, split};
use crate::memory;
use crate::run::{RunError, Scores, Summary};
use crate::trainer::TrainError;
use burn::module::Module;
use ondine_datasets::Snapshot;

impl Trainer<'_> {
    /// Writes a checkpoint.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(super) fn keep(&mut self) -> Result<(), TrainError> {
        self.feed.rest();
        let snapshot = self.feed.snapshot();
        let packed = agreed(self.group, self.packed(&snapshot).map_err(TrainError::from))?;
        let all = self.group.gather(&joined(&packed));
        let mut written = Ok(());
        if self.group.leads() {
            let parts: Vec<Vec<u8>> = all.iter().flat_map(|bytes| split(bytes)).collect();
            written = self.write(&snapshot, &parts);
        }
        agreed(self.group, written.map_err(TrainError::from))
    }

    /// The parts of a checkpoint that the first process needs of this one: all shards but its own first one.
    fn packed(&self, snapshot: &Snapshot) -> Result<Vec<Vec<u8>>, RunError> {
        let first = (!self.group.leads()).then(|| packed(self.run, snapshot, self.reported));
        let beside = self.beside.iter().map(|shard| shard.packed(self.run));
        first.into_iter().chain(beside).collect()
    }

    fn write(&mut self, snapshot: &Snapshot, others: &[Vec<u8>]) -> Result<(), RunError> {
        let others = others
            .iter()
            .map(|bytes| checkpoint::unpacked(self.run, bytes));
        let others = others.collect::<Result<Vec<_>, _>>()?;
        let (ranks, buffers): (Vec<_>, Vec<_>) = others.into_iter().unzip();
        let state = self.state(snapshot, ranks);
        let kept = Contents {
            state: &state,
            surrogate: &self.learner.surrogate,
            average: self.learner.average(),
            optimizer: &self.learner.optimizer,
            buffer: snapshot,
            others: &buffers,
        };
        checkpoint::write(self.run, &kept)
    }

    pub(super) fn state(&mut self, snapshot: &Snapshot, ranks: Vec<RankState>) -> State {
        let (loss_sum, loss_count) = self.learner.loss();
        State {
            step: self.step,
            spent: self.clock.spent(&self.telemetry()),
            loss_sum,
            solver_errors: self.plan.solver_errors.clone(),
            loss_count,
            scaling: self.learner.surrogate.scaling.clone(),
            by_spacing: true,
            arrived: snapshot.arrived,
            handed_out: snapshot.handed_out,
            simulations: snapshot.simulations,
            restart: snapshot.cursor.restart.clone(),
            next: snapshot.cursor.next,
            read: snapshot.read,
            memory: self.monitor.memory().clone(),
            failures: snapshot.failures.clone(),
            reported: self.reported,
            generations: snapshot.generations.clone(),
            ranks,
            best: self.best.clone(),
        }
    }

    /// Stops the workers and sums up.
    pub(super) fn finish(mut self) -> Result<Summary, TrainError> {
        let spent = self.clock.spent(&self.telemetry());
        self.feed.close();
        self.beside.iter_mut().for_each(|shard| shard.feed.close());
        self.hear_others();
        let telemetry = self.telemetry();
        let finished = self.step == self.plan.recipe.train.steps || self.stopped_early;
        let scores = self.scores.take().or_else(|| self.kept_scores());
        let summary = Summary {
            status: if finished { "finished" } else { "interrupted" }.to_owned(),
            steps: self.step,
            training_s: spent.training_s,
            wall_s: spent.wall_s,
            device: self.device_name,
            parameters: self.learner.surrogate.num_params(),
            peak_memory_mib: memory::peak_mib(),
            trainer_wait: spent.trainer_share(),
            solver_wait: self.clock.spent(&telemetry).solver_share(),
            simulations: telemetry.simulations,
            failures: telemetry.failures,
            windows: telemetry.handed_out,
            epochs: self.plan.epochs(telemetry.handed_out),
            skipped: self.plan.skipped().len() as u64,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            equation: self.plan.problem.formula.clone().unwrap_or_default(),
            solver_errors: self.plan.solver_errors.clone(),
            scores,
            best: self.best,
            stopped_early: self.stopped_early,
        };
        let written = if self.group.leads() {
            self.run.write_summary(&summary)
        } else {
            Ok(())
        };
        agreed(self.group, written.map_err(TrainError::from))?;
        Ok(summary)
    }

    /// The last scores of an earlier process of the training.
    fn kept_scores(&self) -> Option<Scores> {
        let kept = self.run.evaluation();
        let kept = kept.filter(|of| of.file.is_none() && of.step <= self.step)?;
        let metrics = evaluation::metrics(self.plan, &kept);
        Some(Scores::new(kept.step, metrics))
    }
}
