//! Simulations on the device of a training: whether they can be had, and their source.

use super::correction::no_tensors;
use super::{Draft, Plan};
use crate::device_source::{DeviceSource, Groups};
use crate::recipe::{Isolation, Recipe, RecipeError, Workers};
use burn::tensor::Device;
use ondine_datasets::Source;
use std::sync::Arc;

/// Most simulations that are stepped together.
const MOST: usize = 1 << 16;

impl Recipe {
    /// Refuses keys of threads and processes, which make no simulation on a device.
    fn check_unthreaded(&self) -> Result<(), RecipeError> {
        let ensemble = &self.ensemble;
        let one = !self.source.has("ensemble.workers") || ensemble.workers == Workers::Fixed(1);
        let refusals = [
            (one, "workers", "one thread steps all simulations"),
            (
                ensemble.isolation == Isolation::Thread,
                "isolation",
                "no simulation has a process of its own",
            ),
            (
                ensemble.launcher.is_none(),
                "launcher",
                "frames do not leave that device, nor come to it from workers",
            ),
            (
                ensemble.time_limit.is_none(),
                "time_limit",
                "simulations are stepped together, so that none has a time of its own",
            ),
        ];
        for (possible, key, why) in refusals {
            self.ensure(possible, &format!("ensemble.{key}"), || {
                format!("source.kind = \"device\" makes simulations on the device of the training, where {why}: leave {key} out, or write \
                         kind = \"ensemble\"")
            })?;
        }
        Ok(())
    }

    /// Refuses an equation without a tensor form.
    fn check_tensor_form(&self) -> Result<(), RecipeError> {
        let Some(equation) = self.equation() else {
            return Ok(()); // refused before
        };
        let points = self.grid.solver_points();
        let form = self.tensor_form(equation, points, self.time.integrator, 1, 1.0);
        form.map(drop).map_err(|error| {
            let reason = no_tensors(
                &error,
                "write kind = \"ensemble\", its solver on the processor",
            );
            let message = format!("kind = \"device\" steps simulations as tensors: {reason}");
            self.source.error_at("source.kind", message)
        })
    }
}

impl Draft {
    /// Checks that the simulations of an equation, which is valid, can be made on the device of the training, where they are; one
    /// thread steps them.
    pub(super) fn settle_device(&mut self) -> Result<(), RecipeError> {
        let Some(batch) = self.trajectories.device_batch() else {
            return Ok(());
        };
        self.ensure((1..=MOST).contains(&batch), "source.batch", || {
            format!(
                "batch = {batch} lies outside [1, {MOST}], simulations that are stepped together"
            )
        })?;
        self.check_unthreaded()?;
        self.check_tensor_form()?;
        self.ensemble.workers = Workers::Fixed(1);
        Ok(())
    }
}

impl Plan {
    /// The source of the simulations to train on, on a device, where they are made there.
    pub(crate) fn device_source(&self, device: &Device) -> Option<Arc<dyn Source>> {
        let groups = Groups {
            batch: self.recipe.trajectories.device_batch()?,
            share: self.share,
            simulations: self.recipe.ensemble.simulations,
        };
        let simulations = self.solver.as_ref()?.training.clone();
        Some(Arc::new(DeviceSource::new(simulations, groups, device)))
    }
}
