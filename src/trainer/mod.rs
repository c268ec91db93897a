//! The training loop: draw, step, log, evaluate, keep.

mod average;
mod clock;
mod gradients;
mod statistics;

pub use clock::Spent;

use crate::checkpoint::{self, Checkpoint, Kept, State};
use crate::evaluation::{self, HeldOut};
use crate::memory;
use crate::observer::{Learned, Observer};
use crate::plan::Plan;
use crate::run::{Run, RunError, Summary};
use average::Average;
use burn::module::Module;
use burn::optim::{AdamWConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::{Device, Tensor};
use clock::Clock;
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
    surrogate: Residual,
    average: Option<Average>,
    optimizer: ModuleOptimizer,
    held_out: Option<HeldOut>,
    clock: Clock,
    step: usize,
    loss_sum: Tensor<1>,
    loss_count: usize,
}

impl<'a> Trainer<'a> {
    /// A trainer at the start of a plan, or at a checkpoint; its workers run already.
    ///
    /// # Errors
    /// When the checkpoint can't be read or a first simulation fails.
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
        let mut clock = Clock::start(state.map_or_else(Spent::default, |state| state.spent), step);
        let snapshot = checkpoint
            .map(|checkpoint| checkpoint.buffer(plan))
            .transpose()?;
        let (buffer, pool) = start_workers(plan, snapshot.unwrap_or_default(), stop);
        let mut init = Init::new(weight_seed(plan), &device);
        let surrogate = match checkpoint {
            Some(checkpoint) => checkpoint.surrogate(plan, &mut init)?,
            None => fresh(plan, &mut init, &buffer)?,
        };
        if step == 0 && stop.load(Ordering::Relaxed) {
            return Err(TrainError::Stopped(run.directory().display().to_string()));
        }
        let average = match checkpoint {
            _ if plan.recipe.train.ema <= 0.0 => None,
            Some(checkpoint) => Some(checkpoint.best(plan, &mut init)?),
            None => Some(surrogate.clone()),
        };
        let optimizer = optimizer(plan);
        let loss_sum = state.map_or(0.0, |state| state.loss_sum);
        clock.prepared(buffer.telemetry().trainer_wait);
        Ok(Self {
            average: average.map(|weights| Average::new(&weights, plan.recipe.train.ema)),
            optimizer: match checkpoint {
                Some(checkpoint) => checkpoint.optimizer(optimizer)?,
                None => optimizer,
            },
            loss_sum: Tensor::zeros([1], &device.clone().without_autodiff()).add_scalar(loss_sum),
            loss_count: state.map_or(0, |state| state.loss_count),
            device_name: device_name.to_owned(),
            held_out: None,
            plan,
            run,
            device,
            buffer,
            pool,
            surrogate,
            clock,
            step,
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
            let windows = self.draw()?;
            if windows.is_empty() && stop.load(Ordering::Relaxed) {
                break;
            }
            if windows.is_empty() {
                return Err(TrainError::NoWindows {
                    step: self.step,
                    steps,
                });
            }
            let norm = self.learn(&windows);
            self.step += 1;
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

    fn draw(&self) -> Result<Vec<Window>, TrainError> {
        let batch = self.buffer.draw(self.plan.recipe.train.batch);
        Ok(batch.inspect_err(|_| {
            // What was learned until a simulation failed is kept; the error itself matters more than a full disk.
            let _ = self.keep();
        })?)
    }

    /// One optimisation step; returns the norm of the gradient, `[1]`.
    fn learn(&mut self, windows: &[Window]) -> Tensor<1> {
        let batch = self.plan.layout.batch(windows, &self.device);
        let mut rng = Rng::stream(self.plan.recipe.seed, Stream::Noise, self.step as u64);
        let loss = self.plan.objective.loss(&self.surrogate, &batch, &mut rng);
        self.loss_sum = self.loss_sum.clone() + loss.clone().inner();
        self.loss_count += 1;
        let mut gradients = GradientsParams::from_grads(loss.backward(), &self.surrogate);
        let norm = gradients::clip(&self.surrogate, &mut gradients, self.plan.recipe.train.clip);
        let rate = self.plan.schedule.rate(self.step);
        self.surrogate = self.optimizer.step(rate, self.surrogate.clone(), gradients);
        if let Some(average) = &mut self.average {
            average.update(&self.surrogate, self.step);
        }
        norm
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
            loss: f64::from(self.loss_sum.clone().into_scalar::<f32>()) / self.loss_count as f64,
            learning_rate: self.plan.schedule.rate(self.step - 1),
            gradient_norm: f64::from(norm.into_scalar::<f32>()),
        };
        if !learned.loss.is_finite() {
            let rate = self.plan.recipe.optimizer.learning_rate;
            return Err(TrainError::Loss {
                step: self.step,
                rate,
            });
        }
        self.loss_sum = self.loss_sum.zeros_like();
        self.loss_count = 0;
        for observer in observers.iter_mut() {
            observer.learned(&progress, &learned)?;
        }
        Ok(())
    }

    fn evaluate(&mut self, observers: &mut [&mut dyn Observer]) -> Result<(), TrainError> {
        let judged = self.clock.aside(|| {
            if self.held_out.is_none() {
                observers
                    .iter_mut()
                    .for_each(|o| o.doing("simulating held-out trajectories"));
                self.held_out = Some(HeldOut::simulate(self.plan)?);
            }
            observers
                .iter_mut()
                .for_each(|observer| observer.doing("rolling out"));
            let held_out = self.held_out.as_ref().expect("simulated above");
            let surrogate = match &self.average {
                Some(average) => average.surrogate.clone(),
                None => self.surrogate.valid(),
            };
            let device = self.device.clone().without_autodiff();
            let judged = evaluation::evaluate(self.plan, held_out, &surrogate, &device, self.step);
            judged.map_err(TrainError::from)
        });
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
    fn keep(&self) -> Result<(), RunError> {
        let snapshot = self.buffer.snapshot();
        let state = State {
            step: self.step,
            spent: self.clock.spent(self.plan, &self.buffer.telemetry()),
            loss_sum: self.loss_sum.clone().into_scalar::<f32>(),
            reference_error: self.plan.reference_error,
            loss_count: self.loss_count,
            scaling: self.surrogate.scaling.clone(),
            arrived: snapshot.arrived,
            handed_out: snapshot.handed_out,
            simulations: snapshot.simulations,
            restart: snapshot.cursor.restart.clone(),
            next: snapshot.cursor.next,
        };
        let kept = Kept {
            state: &state,
            surrogate: &self.surrogate,
            average: self.average.as_ref().map(|average| &average.surrogate),
            optimizer: &self.optimizer,
            buffer: &snapshot,
        };
        checkpoint::write(self.run, &kept)
    }

    /// Stops the workers and sums up.
    fn finish(self) -> Result<Summary, RunError> {
        let spent = self.clock.spent(self.plan, &self.buffer.telemetry());
        drop(self.pool);
        let telemetry = self.buffer.telemetry();
        let finished = self.step == self.plan.recipe.train.steps;
        let summary = Summary {
            status: if finished { "finished" } else { "interrupted" }.to_owned(),
            steps: self.step,
            training_s: spent.training_s,
            wall_s: spent.wall_s,
            device: self.device_name,
            parameters: self.surrogate.num_params(),
            peak_memory_mib: memory::peak_mib(),
            trainer_wait: spent.trainer_share(),
            solver_wait: self.clock.spent(self.plan, &telemetry).solver_share(),
            simulations: telemetry.simulations,
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
    let policy = (plan.policy().build)(capacity);
    let buffer = Buffer::restored(policy, config, snapshot).stopped_by(stop.clone());
    let buffer = Arc::new(buffer);
    let simulator = Arc::new(plan.ensemble.clone());
    let simulations = recipe.ensemble.simulations;
    let workers = recipe.ensemble.workers;
    let pool = WorkerPool::start(
        workers,
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

fn optimizer(plan: &Plan) -> ModuleOptimizer {
    let options = &plan.recipe.optimizer;
    AdamWConfig::new()
        .with_beta_1(options.betas[0] as f32)
        .with_beta_2(options.betas[1] as f32)
        .with_epsilon(1e-8)
        .with_weight_decay(options.weight_decay as f32)
        .init()
}

/// The seed of the first weights.
pub(crate) fn weight_seed(plan: &Plan) -> u64 {
    Rng::stream(plan.recipe.seed, Stream::Weights, 0).integer(0, u64::MAX)
}
