//! The training loop: draw, step, log, evaluate, keep.

mod average;
mod clock;
mod faults;
mod gradients;
mod learner;
mod statistics;

pub use clock::Spent;

use crate::checkpoint::{self, Checkpoint, Kept, State};
use crate::evaluation::{self, HeldOut};
use crate::memory;
use crate::observer::{Learned, Observer, Progress};
use crate::plan::Plan;
use crate::run::{Run, RunError, Summary};
use crate::telemetry::{Advisor, Monitor, Reading, Setting};
use burn::module::Module;
use burn::tensor::{Device, Tensor};
use clock::Clock;
use learner::Learner;
use ondine_datasets::{Buffer, BufferConfig, DataError, Snapshot, Window, WorkerPool};
use ondine_models::{Init, Residual};
use ondine_solvers::{Rng, SolverError, Stream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Why a training ended early.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// A simulation failed.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A file of the run can't be read or written.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The evaluation failed.
    #[error(transparent)]
    Evaluation(#[from] SolverError),
    /// The loss left the range of numbers.
    #[error(
        "the loss is not finite at step {step}: lower train.optimizer.learning_rate (now {rate}) and start again"
    )]
    Loss {
        /// The step.
        step: usize,
        /// The largest learning rate.
        rate: f64,
    },
    /// The training was told to stop before its first step; there is no checkpoint yet.
    #[error("stopped before the first step; go on with `ondine train --resume {0}`")]
    Stopped(String),
    /// The simulations gave fewer windows than planned.
    #[error("no windows are left at step {step} of {steps}")]
    NoWindows {
        /// Steps done.
        step: usize,
        /// Steps planned.
        steps: usize,
    },
}

/// Carries out a plan.
pub struct Trainer<'a> {
    plan: &'a Plan,
    run: &'a Run,
    device: Device,
    device_name: String,
    buffer: Arc<Buffer>,
    pool: WorkerPool,
    learner: Learner,
    held_out: Option<HeldOut>,
    clock: Clock,
    monitor: Monitor,
    advisor: Advisor,
    step: usize,
    /// Failures that observers were told of.
    reported: usize,
}

impl<'a> Trainer<'a> {
    /// A trainer at the start of a plan, or at a checkpoint; its workers run already.
    ///
    /// # Errors
    /// When the checkpoint can't be read, a first simulation fails or `stop` is set before there are windows.
    pub fn new(
        plan: &'a Plan,
        run: &'a Run,
        device: &Device,
        device_name: &str,
        checkpoint: Option<&Checkpoint>,
        stop: &Arc<AtomicBool>,
    ) -> Result<Self, TrainError> {
        let device = device.clone().autodiff();
        let state = checkpoint.map(|checkpoint| &checkpoint.state);
        let step = state.map_or(0, |state| state.step);
        let spent = state.map_or_else(Spent::default, |state| state.spent);
        let mut clock = Clock::start(spent, step);
        let memory = state.map(|state| state.memory.clone());
        let monitor = Monitor::new(memory.unwrap_or_default(), spent);
        let snapshot = checkpoint
            .map(|checkpoint| checkpoint.buffer(plan))
            .transpose()?;
        let (buffer, pool) = start_workers(plan, snapshot.unwrap_or_default(), stop);
        let mut init = Init::new(weight_seed(plan), &device);
        let learner = match checkpoint {
            Some(checkpoint) => Learner::restored(plan, checkpoint, &mut init, &device)?,
            None => Learner::new(plan, fresh(plan, &mut init, &buffer)?, &device),
        };
        if step == 0 && stop.load(Ordering::Relaxed) {
            return Err(TrainError::Stopped(run.directory().display().to_string()));
        }
        clock.prepared(buffer.telemetry().trainer_wait);
        Ok(Self {
            device_name: device_name.to_owned(),
            held_out: None,
            plan,
            run,
            device,
            buffer,
            pool,
            learner,
            clock,
            monitor,
            advisor: Advisor::new(Setting::of(plan)),
            step,
            reported: state.map_or(0, |state| state.reported),
        })
    }

    /// Trains to the end of the plan, or until `stop` is set; both leave a checkpoint and a summary.
    ///
    /// # Errors
    /// When a simulation fails, the loss is not finite or the disk refuses. The last checkpoint stays.
    pub fn train(
        mut self,
        observers: &mut [&mut dyn Observer],
        stop: &AtomicBool,
    ) -> Result<Summary, TrainError> {
        let steps = self.plan.recipe.train.steps;
        while self.step < steps && !stop.load(Ordering::Relaxed) {
            let windows = self.draw(observers)?;
            if windows.is_empty() && stop.load(Ordering::Relaxed) {
                break;
            }
            if windows.is_empty() {
                return Err(TrainError::NoWindows {
                    step: self.step,
                    steps,
                });
            }
            let batch = self.plan.layout.batch(&windows, &self.device);
            let [norm, losses] = self.learner.learn(self.plan, &batch, self.step);
            self.monitor.watch(&windows, losses);
            self.step += 1;
            self.report_faults(observers)?;
            self.report(observers, norm)?;
            let due = |every: usize| self.step.is_multiple_of(every);
            if self.step == steps || due(self.plan.evaluate_every) {
                self.evaluate(observers)?;
            }
            if self.step == steps || self.step.is_multiple_of(self.plan.checkpoint_every) {
                self.keep()?;
            }
        }
        if self.step < steps {
            self.keep()?;
        }
        Ok(self.finish()?)
    }

    fn draw(&mut self, observers: &mut [&mut dyn Observer]) -> Result<Vec<Window>, TrainError> {
        let batch = self.buffer.draw(self.plan.recipe.train.batch);
        if batch.is_err() {
            // What was learned until too many simulations failed is kept; the error matters more than a full disk.
            let _ = self.report_faults(observers);
            let _ = self.keep();
        }
        Ok(batch?)
    }

    fn report(
        &mut self,
        observers: &mut [&mut dyn Observer],
        norm: Tensor<1>,
    ) -> Result<(), TrainError> {
        let progress = self
            .clock
            .progress(self.plan, self.buffer.telemetry(), self.step);
        for observer in observers.iter_mut() {
            observer.stepped(&progress);
        }
        if !self.step.is_multiple_of(self.plan.log_every) && self.step < progress.steps {
            return Ok(());
        }
        let learned = Learned {
            loss: self.learner.take_loss(),
            learning_rate: self.plan.schedule.rate(self.step - 1),
            gradient_norm: f64::from(norm.into_scalar::<f32>()),
            reading: self.reading(&progress),
        };
        if !learned.loss.is_finite() {
            let rate = self.plan.recipe.optimizer.learning_rate;
            return Err(TrainError::Loss {
                step: self.step,
                rate,
            });
        }
        for observer in observers.iter_mut() {
            observer.learned(&progress, &learned)?;
        }
        for advice in self.advisor.hear(&learned.reading) {
            observers
                .iter_mut()
                .for_each(|observer| observer.advised(&advice));
        }
        Ok(())
    }

    fn reading(&mut self, progress: &Progress) -> Reading {
        let spent = self.clock.spent(&progress.telemetry);
        let census = self.buffer.census();
        self.monitor.read(self.plan, progress, spent, &census)
    }

    fn evaluate(&mut self, observers: &mut [&mut dyn Observer]) -> Result<(), TrainError> {
        self.buffer.rest();
        let mut held_out_is_new = false;
        let judged = self.clock.aside(|| {
            if self.held_out.is_none() {
                observers
                    .iter_mut()
                    .for_each(|o| o.doing("simulating held-out trajectories"));
                self.held_out = Some(HeldOut::simulate(self.plan)?);
                held_out_is_new = true;
            }
            observers
                .iter_mut()
                .for_each(|observer| observer.doing("rolling out"));
            let held_out = self.held_out.as_ref().expect("simulated above");
            let surrogate = self.learner.best();
            let device = self.device.clone().without_autodiff();
            let judged = evaluation::evaluate(self.plan, held_out, &surrogate, &device, self.step);
            judged.map_err(TrainError::from)
        });
        if held_out_is_new {
            self.report_held_out(observers)?;
        }
        let (evaluation, sample) = judged?;
        self.run.write_evaluation(&evaluation, &sample)?;
        let metrics = evaluation::metrics(self.plan, &evaluation);
        let progress = self
            .clock
            .progress(self.plan, self.buffer.telemetry(), self.step);
        for observer in observers.iter_mut() {
            observer.evaluated(&progress, &evaluation, &metrics)?;
        }
        Ok(())
    }

    /// Writes a checkpoint.
    fn keep(&mut self) -> Result<(), RunError> {
        self.buffer.rest();
        let snapshot = self.buffer.snapshot();
        let (loss_sum, loss_count) = self.learner.loss();
        let state = State {
            step: self.step,
            spent: self.clock.spent(&self.buffer.telemetry()),
            loss_sum,
            reference_error: self.plan.reference_error,
            loss_count,
            scaling: self.learner.surrogate.scaling.clone(),
            arrived: snapshot.arrived,
            handed_out: snapshot.handed_out,
            simulations: snapshot.simulations,
            restart: snapshot.cursor.restart.clone(),
            next: snapshot.cursor.next,
            read: snapshot.read,
            memory: self.monitor.memory().clone(),
            failures: snapshot.failures.clone(),
            reported: self.reported,
        };
        let kept = Kept {
            state: &state,
            surrogate: &self.learner.surrogate,
            average: self.learner.average(),
            optimizer: &self.learner.optimizer,
            buffer: &snapshot,
        };
        checkpoint::write(self.run, &kept)
    }

    /// Stops the workers and sums up.
    fn finish(self) -> Result<Summary, RunError> {
        let spent = self.clock.spent(&self.buffer.telemetry());
        drop(self.pool);
        let telemetry = self.buffer.telemetry();
        let finished = self.step == self.plan.recipe.train.steps;
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
            version: env!("CARGO_PKG_VERSION").to_owned(),
            equation: self.plan.ensemble.equation.formula.to_owned(),
            reference_error: self.plan.reference_error,
        };
        self.run.write_summary(&summary)?;
        Ok(summary)
    }
}

/// The buffer and the threads that fill it.
fn start_workers(
    plan: &Plan,
    snapshot: Snapshot,
    stop: &Arc<AtomicBool>,
) -> (Arc<Buffer>, WorkerPool) {
    let recipe = &plan.recipe;
    let capacity = recipe.buffer.capacity;
    let config = BufferConfig {
        capacity,
        watermark: plan.watermark,
        order: plan.order,
        pace: plan.pace,
        seed: recipe.seed,
    };
    let cursor = snapshot.cursor.clone();
    let policy = (plan.policy().build)(capacity, plan.watermark);
    let buffer = Buffer::restored(policy, config, snapshot).stopped_by(stop.clone());
    let buffer = Arc::new(buffer.tolerating(plan.max_failures()));
    let simulator = plan.simulator();
    let simulations = recipe.ensemble.simulations;
    let pool = WorkerPool::start(
        plan.workers(),
        simulator,
        buffer.clone(),
        plan.cut,
        &cursor,
        simulations,
    );
    (buffer, pool)
}

/// A surrogate with random weights and scales learned from the first windows.
fn fresh(plan: &Plan, init: &mut Init, buffer: &Buffer) -> Result<Residual, DataError> {
    buffer.wait_for_watermark()?;
    let scaling = statistics::scaling(plan, &buffer.held());
    Ok(plan.surrogate(init, scaling))
}

/// The seed of the first weights.
pub(crate) fn weight_seed(plan: &Plan) -> u64 {
    Rng::stream(plan.recipe.seed, Stream::Weights, 0).integer(0, u64::MAX)
}
