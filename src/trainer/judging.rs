//! Evaluations of a surrogate under training: all processes of a group simulate and roll out, the first one judges.

use super::{TrainError, Trainer};
use crate::control::Control;
use crate::evaluation::{self, HeldOut, Judgement};
use crate::group::agreed;
use crate::observer::Observer;
use crate::plan::{HELD_OUT, HeldOutFrom};
use crate::results::{Evaluation, Sample};
use crate::run::Scores;
use std::time::Instant;

impl Trainer<'_> {
    /// Rolls the surrogate out on the held-out trajectories and tells observers of the errors.
    pub(super) fn evaluate(
        &mut self,
        observers: &mut [&mut dyn Observer],
    ) -> Result<(), TrainError> {
        if matches!(self.plan.held_out, HeldOutFrom::None) {
            return Ok(());
        }
        self.feed.rest();
        self.beside.iter().for_each(|shard| shard.feed.rest());
        let started = Instant::now();
        let is_new = self.hold_out(observers);
        let judged = is_new.map(|is_new| (is_new, self.judged(observers)));
        self.clock.was_aside(started);
        let (is_new, judged) = judged?;
        if is_new && self.group.leads() {
            self.report_held_out(observers)?;
        }
        let Some((evaluation, sample)) = judged? else {
            return Ok(()); // the first process has it
        };
        self.run.write_evaluation(&evaluation, &sample)?;
        let metrics = evaluation::metrics(self.plan, &evaluation);
        let progress = self.clock.progress(self.plan, self.telemetry(), self.step);
        self.clock.aside(|| {
            observers.iter_mut().try_for_each(|observer| {
                observer.evaluated(&progress, &evaluation, &metrics)?;
                observer.rolled_out(&progress, &sample)
            })
        })?;
        self.rank(&metrics)?;
        self.scores = Some(Scores::new(self.step, metrics));
        Ok(())
    }

    /// Makes or reads the held-out trajectories in steps of the present stage, where they are not there; whether that was so.
    fn hold_out(&mut self, observers: &mut [&mut dyn Observer]) -> Result<bool, TrainError> {
        // A stage of another stride needs other frames of the same simulations.
        let stride = self.plan.stage_after(self.step).layout.stride;
        if self.held_out.as_ref().is_some_and(|(of, _)| *of == stride) {
            return Ok(false);
        }
        observers
            .iter_mut()
            .for_each(|observer| observer.doing("simulating held-out trajectories"));
        let held_out = if self.plan.keeps_held_out() {
            self.kept()?
        } else {
            HeldOut::simulate_together(self.plan, self.step, Control::none(), self.group)?
        };
        self.held_out = Some((stride, held_out));
        Ok(true)
    }

    /// The held-out trajectories of a file, which the first process writes before the others read it.
    fn kept(&self) -> Result<HeldOut, TrainError> {
        let kept = || {
            let held_out = HeldOut::kept(self.plan, &self.run.file(HELD_OUT), self.step);
            held_out.map_err(TrainError::from)
        };
        let first = self.group.leads().then(kept).transpose();
        match agreed(self.group, first)? {
            Some(held_out) => agreed(self.group, Ok(held_out)),
            None => agreed(self.group, kept()),
        }
    }

    /// The evaluation by all processes, in the first one.
    fn judged(
        &self,
        observers: &mut [&mut dyn Observer],
    ) -> Result<Option<(Evaluation, Sample)>, TrainError> {
        observers
            .iter_mut()
            .for_each(|observer| observer.doing("rolling out"));
        let (_, held_out) = self.held_out.as_ref().expect("they are there");
        let judgement = Judgement {
            plan: self.plan,
            surrogate: &self.learner.best(),
            device: &self.device.clone().without_autodiff(),
            step: self.step,
        };
        Ok(judgement.together(held_out, Control::none(), self.group)?)
    }
}
