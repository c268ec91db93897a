//! The teacher of a distilled surrogate beside it: rollouts of the same simulations, judged in the same way.

use super::judge::Forecast;
use super::of_run::Trial;
use super::rollout::BATCH;
use super::{HeldOut, JudgeError, Truth, judged};
use crate::batch::{Layout, TeacherOf};
use crate::control::{Advance, Control, Stopped};
use crate::forecast::{Forecasts, Trained};
use crate::results::{Baseline, BaselineKind};
use crate::teacher;
use burn::tensor::{Device, Tensor};
use ondine_datasets::Window;
use ondine_models::SurrogateRng;
use ondine_solvers::Stream;
use std::sync::Arc;

impl Trial<'_> {
    /// The teacher of the stage that the surrogate was last in, as the surrogate learns from it; none where it has none.
    pub(super) fn teacher(&self, control: Control<'_>) -> Result<Option<Baseline>, JudgeError> {
        let Trained {
            run, plan, step, ..
        } = self.surrogate();
        let (_, options, held_out) = self.parts();
        let (kind, device) = (BaselineKind::Teacher, &options.device);
        let index = plan.stage_number(*step).map_or(0, |number| number - 1);
        let (teacher, words) = match teacher::of_stage(plan, index, run, device) {
            None => return Ok(None),
            Some(Ok(found)) => found,
            Some(Err(error)) => return Ok(Some(Baseline::skipped(kind, error.to_string()))),
        };
        let stage = &plan.stages[index];
        let grids = std::iter::once(&stage.layout).chain(&stage.others);
        if !grids.into_iter().any(|known| known.grid == held_out.points) {
            let why = "these simulations are on a grid that the surrogate was not trained on";
            return Ok(Some(Baseline::skipped(kind, why.to_owned())));
        }
        let layout = held_out.layout(plan, *step);
        let mut draws = plan.draws(Stream::Rollout, 7);
        let told = (&teacher, &layout, device);
        let forecasts = rolled_out(told, held_out, &mut draws, control)?;
        let (forecast, times) = (Forecast::new(&forecasts), held_out.mean_times());
        Ok(Some(Baseline {
            judged: Some(judged(plan, &layout, held_out, &forecast, &times)?),
            ..Baseline::skipped(kind, words)
        }))
    }
}

/// Forecasts of all held-out simulations by a teacher.
fn rolled_out(
    (teacher, layout, device): (&TeacherOf, &Layout, &Device),
    held_out: &HeldOut,
    draws: &mut SurrogateRng,
    control: Control<'_>,
) -> Result<Forecasts, Stopped> {
    let (steps, count) = (held_out.steps(), held_out.trajectories.len());
    let mut all: Forecasts = vec![Vec::new(); steps];
    for truths in held_out.trajectories.chunks(BATCH) {
        let starts = truths
            .iter()
            .map(|truth| truth.start(held_out.num_initial_frames));
        let windows: Vec<Window> = truths.iter().map(window).collect();
        let teacher = teacher.batch(&windows, layout, device);
        let mut states = layout.states(starts, device);
        for first in (0..steps).step_by(layout.bundle) {
            states = teacher.step(Tensor::from_inner(states), draws).inner();
            let frames = layout.unbundled(layout.answered(states.clone()));
            let pairs = all[first..].iter_mut().zip(frames);
            pairs.for_each(|(all, of_step)| all.extend(of_step));
            control.tell(Advance {
                what: "rolling out the teacher",
                done: all[first].len() * (first + 1),
                of: count * steps,
            })?;
        }
    }
    Ok(all)
}

/// The window that a rollout of a simulation begins with, as far as a teacher is told of it.
fn window(truth: &Truth) -> Window {
    Window {
        simulation: 0,
        grid: 0,
        start: 0,
        conditions: Arc::new(truth.conditions.clone()),
        frames: Vec::new(),
        static_fields: Arc::new([]),
    }
}
