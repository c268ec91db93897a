//! Forecasts that pay a training back.

use super::HeldOut;
use crate::device;
use crate::forecast::Trained;
use crate::results::{Breakeven, Speed};
use burn::tensor::Device;

/// The wall times with the number of forecasts, as long as the rollouts, that pay the training back; without it where training,
/// forecasts and solver were not all of one device.
pub(super) fn known(speed: Speed, trained: &Trained, held_out: &HeldOut, device: &Device) -> Speed {
    let (plan, length) = (&trained.plan, held_out.mean_times().pop());
    let solver = speed.same_error.as_ref();
    let beside =
        *device == Device::flex() || solver.is_some_and(|found| found.solver.batch.is_some());
    let on_it = |name: &str| device::device(name).is_ok_and(|trained_on| trained_on == *device);
    let summary = trained.run.summary();
    let summary = summary.filter(|summary| beside && on_it(&summary.device));
    let found = summary.and_then(|summary| speed.breakeven(summary.wall_s, length?));
    let breakeven = found.map(|found| Breakeven {
        without_data: plan.recipe.file().is_some() || plan.solver.is_none(),
        ..found
    });
    Speed { breakeven, ..speed }
}
