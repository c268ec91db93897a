//! Forecasts that pay a training back.

use super::HeldOut;
use crate::forecast::Trained;
use crate::results::{Breakeven, Speed};
use burn::tensor::Device;

/// The wall times with the number of forecasts, as long as the rollouts, that pay the training back; without it where training
/// or forecasts were not those of the processor, whose threads the solver has.
pub(super) fn known(speed: Speed, trained: &Trained, held_out: &HeldOut, device: &Device) -> Speed {
    let (plan, length) = (&trained.plan, held_out.mean_times().pop());
    let is_here = *device == Device::flex();
    let summary = trained.run.summary();
    let summary = summary.filter(|summary| is_here && summary.device == "cpu");
    let found = summary.and_then(|summary| speed.breakeven(summary.wall_s, length?));
    let breakeven = found.map(|found| Breakeven {
        without_data: plan.recipe.file().is_some() || plan.solver.is_none(),
        ..found
    });
    Speed { breakeven, ..speed }
}
