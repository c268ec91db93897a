//! The training loop: draw, step, log, evaluate, keep.

mod average;
mod begin;
mod best;
mod breeding;
mod clock;
mod error;
mod faults;
mod feed;
mod gradients;
mod judging;
mod keeping;
mod learner;
mod part;
mod positive;
mod ranks;
mod shards;
mod shared;
mod statistics;
mod timing;
mod turn;

pub use begin::{begin, measured_scaling};
pub use error::TrainError;
pub(crate) use timing::Timed;
pub(crate) use turn::Turns;

use crate::checkpoint::{Checkpoint, forget_best_after};
use crate::evaluation::HeldOut;
use crate::evidence::{subject, takes};
use crate::group::{Group, agreed};
use crate::observer::{Learned, Observer};
use crate::plan::Plan;
use crate::run::{Best, Run, Scores, Summary};
use crate::telemetry::{Advisor, Balance, Monitor, Progress, Reading, TimeUsed, setting};
use crate::warm::{KEPT, Warm};
use burn::tensor::{Device, Tensor};
use clock::Clock;
use feed::Feed;
use learner::{Learner, Part};
use ondine_datasets::remote::Workers;
use ondine_datasets::{Failure, Telemetry, Window};
use ondine_models::{Init, Model, Scaling};
use shards::Shard;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The place of a training: a device with its name, a flag that ends it, the processes that train together.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) device: (&'a Device, &'a str),
    pub(crate) stop: &'a Arc<AtomicBool>,
    pub(crate) group: &'a dyn Group,
}

/// A plan that is carried out.
pub(crate) struct Trainer<'a> {
    stop: &'a AtomicBool,
    group: &'a dyn Group,
    plan: &'a Plan,
    run: &'a Run,
    device: Device,
    device_name: String,
    feed: Feed,
    /// The other shards of this process.
    beside: Vec<Shard>,
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
    /// The best evaluation so far, where its surrogate is kept.
    best: Option<Best>,
    /// Whether it ends before its last step, because its score gets no better.
    stopped_early: bool,
    /// The turns that it takes with the program it is in.
    turns: Option<Arc<Turns>>,
    /// Whether observers and evaluation of the last step failed, until the other processes know of it.
    told: Result<(), TrainError>,
    /// Times of the steps since the last line of metrics, and their means over all processes up to it.
    balance: Balance,
    balanced: Balance,
    /// Counters of the other processes, and failures there that were not reported.
    others: Telemetry,
    heard: Vec<Failure>,
}

impl<'a> Trainer<'a> {
    /// A trainer at the start of a plan, or at a checkpoint; its workers run already.
    ///
    /// # Errors
    /// When the checkpoint can't be read, a first simulation fails or `stop` is set before there are windows.
    pub(crate) fn new(
        plan: &'a Plan,
        run: &'a Run,
        place: Place<'a>,
        checkpoint: Option<&Checkpoint>,
    ) -> Result<Self, TrainError> {
        let Place { stop, group, .. } = place;
        let device = place.device.0.clone().autodiff();
        let state = checkpoint.map(|checkpoint| &checkpoint.state);
        let step = state.map_or(0, |state| state.step);
        let spent = state.map_or_else(TimeUsed::default, |state| state.spent);
        let mut clock = Clock::start(spent, step);
        let memory = state.map(|state| state.memory.clone());
        let monitor = Monitor::new(memory.unwrap_or_default(), spent);
        let monitor = monitor.with_sampler(plan.breed());
        let (feed, reported) = agreed(group, begun(plan, run, place, checkpoint))?;
        let beside = agreed(group, Shard::beside(plan, checkpoint, place))?;
        let called = shards::call_teachers((plan, &beside), run, &device);
        agreed(group, called.map_err(TrainError::from))?;
        let mut init = plan.network().init(&device);
        let learner = match checkpoint {
            Some(checkpoint) => {
                let restored = Learner::restored(plan, checkpoint, &mut init, &device);
                agreed(group, restored.map_err(TrainError::from))?
            }
            None => {
                let feeds = [&feed]
                    .into_iter()
                    .chain(beside.iter().map(|shard| &shard.feed));
                let feeds: Vec<&Feed> = feeds.collect();
                Learner::new(plan, fresh((plan, run), &mut init, &feeds, group)?, &device)
            }
        };
        let stopped = step == 0 && stop.load(Ordering::Relaxed);
        let directory = || TrainError::Stopped(run.directory().display().to_string());
        agreed(group, if stopped { Err(directory()) } else { Ok(()) })?;
        clock.prepared(feed.telemetry().trainer_wait);
        let mut trainer = Self {
            stop,
            group,
            device_name: place.device.1.to_owned(),
            held_out: None,
            plan,
            run,
            device,
            feed,
            beside,
            learner,
            clock,
            monitor,
            advisor: Advisor::new(setting(plan), Some(Box::new(takes(&plan.recipe)))),
            step,
            reported,
            scores: None,
            best: state.and_then(|state| state.best.clone()),
            stopped_early: false,
            turns: None,
            told: Ok(()),
            balance: Balance::default(),
            balanced: Balance::default(),
            others: Telemetry::default(),
            heard: Vec::new(),
        };
        if checkpoint.is_none() && plan.recipe.train.start.is_some() {
            trainer.keep()?; // the surrogate that it begins with can be asked
        }
        Ok(trainer)
    }

    /// The same, in turns with a program.
    pub(crate) fn in_turns(self, turns: Option<Arc<Turns>>) -> Self {
        Self { turns, ..self }
    }

    /// Trains to the end of the plan, until its score gets no better, or until told to stop; all leave a checkpoint and a summary.
    ///
    /// # Errors
    /// When a simulation fails, the loss is not finite or the disk refuses. The last checkpoint stays.
    pub(crate) fn train(
        mut self,
        observers: &mut [&mut dyn Observer],
    ) -> Result<Summary, TrainError> {
        let steps = self.plan.recipe.train.steps;
        while self.step < steps && self.go_on(observers)? {
            self.advance(observers)?;
        }
        if self.step < steps {
            self.keep()?;
        }
        self.finish()
    }

    /// One step, with all that is due after it.
    fn advance(&mut self, observers: &mut [&mut dyn Observer]) -> Result<(), TrainError> {
        let windows = self.feed.take(self.plan.batch(self.step));
        assert!(!windows.is_empty(), "a buffer that is ready has windows");
        let turns = self.turns.clone();
        let is_awaited = || self.feed.is_awaited();
        let _turn = turns.as_ref().map(|turns| turns.step(is_awaited));
        let (plan, group) = (self.plan, self.group);
        let step = self.step;
        let others = self.beside.iter_mut().map(|shard| shard.take(step));
        let others: Vec<Vec<Window>> = others.collect();
        let plans = self.beside.iter().map(|shard| &shard.plan).zip(&others);
        let parts = [(plan, &windows)].into_iter().chain(plans);
        let accumulate = plan.recipe.train.accumulate.unwrap_or(1);
        let parts = parts.map(|(plan, windows)| Part {
            plan,
            batches: plan
                .stage(self.step)
                .parts(windows, self.step, &self.device, accumulate),
        });
        let [norm, losses] = self
            .learner
            .learn(parts, self.step, (group, &mut self.balance));
        self.monitor.watch(plan, &windows, losses);
        self.step += 1;
        self.balance.steps += 1;
        self.breed();
        if self.is_due(plan.log_every) {
            self.hear_others();
        }
        let told = self.tell(observers, norm);
        if self.is_due(plan.checkpoint_every) {
            agreed(group, told)?;
            return self.keep();
        }
        self.told = told;
        Ok(())
    }

    /// Whether it is time for something that is done every so many steps, and after the last one.
    fn is_due(&self, every: usize) -> bool {
        self.step.is_multiple_of(every) || self.step == self.plan.recipe.train.steps
    }

    /// Tells observers of the step that was made.
    fn tell(
        &mut self,
        observers: &mut [&mut dyn Observer],
        norm: Tensor<1>,
    ) -> Result<(), TrainError> {
        let faults = self.report_faults(observers);
        let reported = faults.and_then(|()| self.report(observers, norm));
        if !self.is_due(self.plan.evaluate_every) {
            return reported;
        }
        agreed(self.group, reported)?; // all evaluate, or none
        self.evaluate(observers)
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn report(
        &mut self,
        observers: &mut [&mut dyn Observer],
        norm: Tensor<1>,
    ) -> Result<(), TrainError> {
        let progress = self.clock.progress(self.plan, self.telemetry(), self.step);
        let news = self.plan.elsewhere().map(Workers::news).unwrap_or_default();
        for observer in observers.iter_mut() {
            observer.stepped(&progress);
            news.iter().for_each(|words| observer.noted(words));
        }
        if !self.is_due(self.plan.log_every) {
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
        self.monitor
            .read(self.plan, progress, spent, &composition, &self.balanced)
    }
}

/// The windows of this process, on their way, and the number of its failures that were reported already.
fn begun(
    plan: &Plan,
    run: &Run,
    place: Place<'_>,
    checkpoint: Option<&Checkpoint>,
) -> Result<(Feed, usize), TrainError> {
    if place.group.leads() {
        run.write_subject(&subject(&plan.recipe))?;
        let step = checkpoint.map_or(0, |checkpoint| checkpoint.state.step);
        forget_best_after(run, step)?;
    }
    shards::started(plan, checkpoint, place)
}

/// A surrogate with random weights and scales learned from the first windows, or with those that its run begins with.
fn fresh(
    (plan, run): (&Plan, &Run),
    init: &mut Init,
    feeds: &[&Feed],
    group: &dyn Group,
) -> Result<Model, TrainError> {
    let measured = first_scaling(plan, feeds, group)?;
    let warm = agreed(group, Warm::kept(plan, run).map_err(TrainError::from))?;
    let Some(warm) = warm else {
        return Ok(plan.surrogate(init, measured));
    };
    let made = warm.surrogate(init, measured);
    let (surrogate, _) = made.map_err(|error| run.damaged(KEPT, &error))?;
    Ok(surrogate)
}

/// The scales that the first windows of all shards suggest.
fn first_scaling(plan: &Plan, feeds: &[&Feed], group: &dyn Group) -> Result<Scaling, TrainError> {
    let windows = feeds.iter().map(|feed| -> Result<_, TrainError> {
        let windows = feed.first_windows(plan)?;
        positive::check(plan, &windows)?;
        Ok(windows)
    });
    let windows: Vec<Vec<Window>> = agreed(group, windows.collect())?;
    Ok(statistics::scaling(plan, &windows, group))
}
