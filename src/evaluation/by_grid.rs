//! Forecasts judged grid by grid, where files of several grids hold trajectories out.

use super::judge::Forecast;
use super::quiet::Quiet;
use super::{HeldOut, JudgeError, judged};
use crate::control::Control;
use crate::forecast::RolledOut;
use crate::plan::Plan;
use crate::results::{Evaluation, GridScores};
use burn::tensor::Device;
use ondine_models::Model;
use ondine_solvers::Stream;

/// The first of the draws of rollouts on other grids than that of the recipe.
const DRAWS: u64 = 1 << 16;

/// A surrogate after so many steps of training, on the device where it computes.
#[derive(Clone, Copy)]
pub(crate) struct Judgement<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) surrogate: &'a Model,
    pub(crate) device: &'a Device,
    pub(crate) step: usize,
}

impl Judgement<'_> {
    /// Every grid that held-out trajectories lie on, that of the recipe first; nothing where there is one. `whole` is the
    /// evaluation on that of the recipe.
    pub(super) fn by_grid(
        self,
        held_out: &HeldOut,
        whole: &Evaluation,
        control: Control<'_>,
    ) -> Result<Vec<GridScores>, JudgeError> {
        if held_out.others.is_empty() {
            return Ok(Vec::new());
        }
        let first = GridScores {
            points: held_out.points.clone(),
            trajectories: whole.trajectories,
            times: whole.times.clone(),
            surrogate: whole.surrogate.clone(),
            persistence: whole.persistence.clone(),
            quiet: whole.quiet.clone(),
        };
        let others = held_out.others.iter().enumerate();
        let others = others.map(|(place, other)| self.on(other, DRAWS + place as u64, control));
        std::iter::once(Ok(first)).chain(others).collect()
    }

    /// The scores of trajectories on one grid.
    pub(super) fn on(
        self,
        held_out: &HeldOut,
        draws: u64,
        control: Control<'_>,
    ) -> Result<GridScores, JudgeError> {
        let layout = &held_out.layout(self.plan, self.step);
        let rolled_out = RolledOut {
            layout,
            surrogate: self.surrogate,
            device: self.device,
        };
        let mut draws = self.plan.draws(Stream::Rollout, draws);
        let predicted = rolled_out.all(held_out, &mut draws, control)?;
        let times = held_out.mean_times();
        let of = |forecast| judged(self.plan, layout, held_out, &forecast, &times);
        Ok(GridScores {
            points: held_out.points.clone(),
            trajectories: held_out.trajectories.len(),
            surrogate: of(Forecast::new(&predicted))?,
            persistence: of(Forecast::persistence(held_out))?,
            quiet: Quiet::of(held_out).simulations(),
            times,
        })
    }
}
