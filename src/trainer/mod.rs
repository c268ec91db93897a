//! The training loop: draw, step, log, evaluate, keep.

mod average;
mod begin;
mod breeding;
mod clock;
mod error;
mod faults;
mod feed;
mod gradients;
mod learner;
mod part;
mod statistics;
mod turn;

pub use begin::{begin, measured_scaling};
pub use error::TrainError;
pub(crate) use turn::Turns;

use crate::checkpoint::{self, Checkpoint, Kept, State};
use crate::control::Control;
use crate::evaluation::{self, HeldOut};
use crate::evidence::{subject, takes};
use crate::memory;
use crate::observer::{Learned, Observer};
use crate::plan::{HELD_OUT, HeldOutFrom, Plan};
use crate::run::{Run, RunError, Scores, Summary};
use crate::telemetry::{Advisor, Monitor, Progress, Reading, Spent, setting};
use burn::module::Module;
use burn::tensor::{Device, Tensor};
use clock::Clock;
use feed::Feed;
use learner::Learner;
use ondine_datasets::Window;
use ondine_models::{Init, Model, Scaling};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A plan that is carried out.
pub(crate) struct Trainer<'a> {
    stop: &'a AtomicBool,
    plan: &'a Plan,
    run: &'a Run,
    device: Device,
    device_name: String,
    feed: Feed,
    learner: Learner,
    /// Held-out simulations in steps of a stride.
    held_out: Option<(usize, HeldOut)>,
    clock: Clock,
    monitor: Monitor,
    advisor: Advisor,
    step: usize,
    /// Number of failures that were reported to observers.
    reported: usize,
    /// The scores of the last evaluation of this process.
    scores: Option<Scores>,
    /// The turns that it takes with the program it is in.
    turns: Option<Arc<Turns>>,
}

impl<'a> Trainer<'a> {
    /// A trainer at the start of a plan, or at a checkpoint; its workers run already.
    ///
    /// # Errors
    /// When the checkpoint can't be read, a first simulation fails or `stop` is set before there are windows.
    pub(crate) fn new(
        plan: &'a Plan,
        run: &'a Run,
        (device, name): (&Device, &str),
        checkpoint: Option<&Checkpoint>,
        stop: &'a Arc<AtomicBool>,
    ) -> Result<Self, TrainError> {
        run.write_subject(&subject(&plan.recipe))?;
        let device = device.clone().autodiff();
        let state = checkpoint.map(|checkpoint| &checkpoint.state);
        let step = state.map_or(0, |state| state.step);
        let spent = state.map_or_else(Spent::default, |state| state.spent);
        let mut clock = Clock::start(spent, step);
        let memory = state.map(|state| state.memory.clone());
        let monitor = Monitor::new(memory.unwrap_or_default(), spent);
        let monitor = monitor.hearing(plan.breed());
        let snapshot = checkpoint
            .map(|checkpoint| checkpoint.buffer(plan))
            .transpose()?;
        let feed = Feed::start(plan, snapshot.unwrap_or_default(), stop)?;
        let mut init = plan.network().init(&device);
        let learner = match checkpoint {
            Some(checkpoint) => Learner::restored(plan, checkpoint, &mut init, &device)?,
            None => Learner::new(plan, fresh(plan, &mut init, &feed)?, &device),
        };
        if step == 0 && stop.load(Ordering::Relaxed) {
            return Err(TrainError::Stopped(run.directory().display().to_string()));
        }
        clock.prepared(feed.telemetry().trainer_wait);
        Ok(Self {
            stop,
            device_name: name.to_owned(),
            held_out: None,
            plan,
            run,
            device,
            feed,
            learner,
            clock,
            monitor,
            advisor: Advisor::new(setting(plan), Some(Box::new(takes(&plan.recipe)))),
            step,
            reported: state.map_or(0, |state| state.reported),
            scores: None,
            turns: None,
        })
    }

    /// The same, in turns with a program.
    pub(crate) fn in_turns(self, turns: Option<Arc<Turns>>) -> Self {
        Self { turns, ..self }
    }

    /// Trains to the end of the plan, or until told to stop; both leave a checkpoint and a summary.
    ///
    /// # Errors
    /// When a simulation fails, the loss is not finite or the disk refuses. The last checkpoint stays.
    pub(crate) fn train(
        mut self,
        observers: &mut [&mut dyn Observer],
    ) -> Result<Summary, TrainError> {
        let steps = self.plan.recipe.train.steps;
        while self.step < steps && !self.is_stopped() {
            let windows = self.draw(observers)?;
            if windows.is_empty() && self.is_stopped() {
                break;
            }
            if windows.is_empty() {
                return Err(TrainError::NoWindows {
                    step: self.step,
                    steps,
                });
            }
            let turns = self.turns.clone();
            let is_awaited = || self.feed.is_awaited();
            let _turn = turns.as_ref().map(|turns| turns.step(is_awaited));
            let stage = self.plan.stage(self.step);
            let batch = stage.batch(&windows, self.step, &self.device);
            let [norm, losses] = self.learner.learn(self.plan, &batch, self.step);
            self.monitor.watch(self.plan, &windows, losses);
            self.step += 1;
            self.breed();
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

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn draw(&mut self, observers: &mut [&mut dyn Observer]) -> Result<Vec<Window>, TrainError> {
        let batch = self.feed.draw(self.plan.recipe.train.batch);
        if batch.is_err() {
            // What was learned until too many simulations failed is kept; the error matters more than a full disk.
            let _ = self.report_faults(observers);
            let _ = self.keep();
        }
        batch
    }

    fn report(
        &mut self,
        observers: &mut [&mut dyn Observer],
        norm: Tensor<1>,
    ) -> Result<(), TrainError> {
        let progress = self
            .clock
            .progress(self.plan, self.feed.telemetry(), self.step);
        for observer in observers.iter_mut() {
            observer.stepped(&progress);
        }
        if !self.step.is_multiple_of(self.plan.log_every) && self.step < progress.steps {
            return Ok(());
        }
        let learned = Learned {
            loss: self.learner.take_loss(),
            learning_rate: self.plan.stage_after(self.step).rate(self.step - 1),
            gradient_norm: f64::from(norm.into_scalar::<f32>()),
            reading: self.reading(&progress),
        };
        if !learned.loss.is_finite() {
            let rate = self.plan.stage_after(self.step).schedule.peak;
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
        let composition = self.feed.composition();
        self.monitor.read(self.plan, progress, spent, &composition)
    }

    fn evaluate(&mut self, observers: &mut [&mut dyn Observer]) -> Result<(), TrainError> {
        if matches!(self.plan.held_out, HeldOutFrom::None) {
            return Ok(());
        }
        self.feed.rest();
        let mut held_out_is_new = false;
        let judged = self.clock.aside(|| {
            // A stage of another stride needs other frames of the same simulations.
            let stride = self.plan.stage_after(self.step).layout.stride;
            let known = self.held_out.as_ref().map(|(of_stride, _)| *of_stride);
            if known != Some(stride) {
                observers
                    .iter_mut()
                    .for_each(|o| o.doing("simulating held-out trajectories"));
                let path = self.run.file(HELD_OUT);
                let held_out = if self.plan.keeps_held_out() {
                    HeldOut::kept(self.plan, &path, self.step)?
                } else {
                    HeldOut::simulate(self.plan, self.step, Control::none())?
                };
                self.held_out = Some((stride, held_out));
                held_out_is_new = true;
            }
            observers
                .iter_mut()
                .for_each(|observer| observer.doing("rolling out"));
            let (_, held_out) = self.held_out.as_ref().expect("simulated above");
            let surrogate = self.learner.best();
            let device = self.device.clone().without_autodiff();
            let control = Control::none();
            let judged =
                evaluation::judge(self.plan, held_out, &surrogate, &device, self.step, control);
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
            .progress(self.plan, self.feed.telemetry(), self.step);
        self.clock.aside(|| {
            observers.iter_mut().try_for_each(|observer| {
                observer.evaluated(&progress, &evaluation, &metrics)?;
                observer.rolled_out(&progress, &sample)
            })
        })?;
        self.scores = Some(Scores::new(self.step, metrics));
        Ok(())
    }

    /// The last scores of an earlier process of the training.
    fn kept_scores(&self) -> Option<Scores> {
        let kept = self.run.evaluation();
        let kept = kept.filter(|of| of.file.is_none() && of.step <= self.step)?;
        let metrics = evaluation::metrics(self.plan, &kept);
        Some(Scores::new(kept.step, metrics))
    }

    /// Writes a checkpoint.
    fn keep(&mut self) -> Result<(), RunError> {
        self.feed.rest();
        let snapshot = self.feed.snapshot();
        let (loss_sum, loss_count) = self.learner.loss();
        let state = State {
            step: self.step,
            spent: self.clock.spent(&self.feed.telemetry()),
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
    fn finish(mut self) -> Result<Summary, RunError> {
        let spent = self.clock.spent(&self.feed.telemetry());
        self.feed.close();
        let telemetry = self.feed.telemetry();
        let finished = self.step == self.plan.recipe.train.steps;
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
        };
        self.run.write_summary(&summary)?;
        Ok(summary)
    }
}

/// A surrogate with random weights and scales learned from the first windows.
fn fresh(plan: &Plan, init: &mut Init, feed: &Feed) -> Result<Model, TrainError> {
    Ok(plan.surrogate(init, first_scaling(plan, feed)?))
}

/// The scales that the first windows suggest.
fn first_scaling(plan: &Plan, feed: &Feed) -> Result<Scaling, TrainError> {
    Ok(statistics::scaling(plan, &feed.first_windows(plan)?))
}
