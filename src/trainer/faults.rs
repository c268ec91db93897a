//! Failed simulations on their way to the observers.

use super::{TrainError, Trainer};
use crate::observer::{Fault, Observer};
use ondine_datasets::Failure;

impl Trainer<'_> {
    /// Tells observers of the simulations that failed since the last call.
    pub(super) fn report_faults(
        &mut self,
        observers: &mut [&mut dyn Observer],
    ) -> Result<(), TrainError> {
        if !self.group.leads() {
            return Ok(()); // the first process hears of them
        }
        let mut new = self.unreported();
        new.append(&mut self.heard);
        self.tell_failures(observers, &new, false)
    }

    /// Tells observers of the held-out simulations that failed, at the first evaluation of the run: each process of it
    /// makes them again, alike.
    pub(super) fn report_held_out(
        &self,
        observers: &mut [&mut dyn Observer],
    ) -> Result<(), TrainError> {
        if self.step > self.plan.evaluate_every {
            return Ok(());
        }
        let held_out = self.held_out.as_ref();
        let failures = held_out.map_or(&[][..], |(_, held_out)| &held_out.failures);
        self.tell_failures(observers, failures, true)
    }

    fn tell_failures(
        &self,
        observers: &mut [&mut dyn Observer],
        failures: &[Failure],
        held_out: bool,
    ) -> Result<(), TrainError> {
        if failures.is_empty() {
            return Ok(());
        }
        let telemetry = self.telemetry();
        let progress = self.clock.progress(self.plan, telemetry, self.step);
        for failure in failures {
            let fault = Fault::new(&self.plan.problem, failure, held_out);
            for observer in observers.iter_mut() {
                observer.failed(&progress, &fault)?;
            }
        }
        Ok(())
    }
}
