//! Evaluations of a surrogate under training, in the first process of a group.

use super::{TrainError, Trainer};
use crate::control::Control;
use crate::evaluation::{self, HeldOut};
use crate::observer::Observer;
use crate::plan::{HELD_OUT, HeldOutFrom};
use crate::run::Scores;

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
        if !self.group.leads() {
            return Ok(());
        }
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
        let progress = self.clock.progress(self.plan, self.telemetry(), self.step);
        self.clock.aside(|| {
            observers.iter_mut().try_for_each(|observer| {
                observer.evaluated(&progress, &evaluation, &metrics)?;
                observer.rolled_out(&progress, &sample)
            })
        })?;
        self.scores = Some(Scores::new(self.step, metrics));
        Ok(())
    }
}
