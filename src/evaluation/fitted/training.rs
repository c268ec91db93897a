//! The training simulations that baselines are fitted to.

use crate::evaluation::baseline::SolverComparison;
use crate::evaluation::held_out::simulated;
use crate::evaluation::kept_back::truth;
use crate::evaluation::{JudgeError, Truth};
use ondine_datasets::DataError;

impl SolverComparison<'_> {
    /// The first training simulations, or trajectories of the file that is trained on, with frames a surrogate step apart.
    ///
    /// # Errors
    /// When there are none, they lie on another grid than the forecasts, one of them fails, or the evaluation is told to stop.
    pub(super) fn training(self) -> Result<Vec<Truth>, JudgeError> {
        let (plan, held_out) = (self.plan, self.held_out);
        if held_out.points != plan.points() {
            let (points, own) = (plan.points(), &held_out.points);
            return Err(none(format!(
                "training simulations have {points:?} points, and these {own:?}"
            )));
        }
        let training = match self.of_file()? {
            Some(read) => read,
            None => self.of_source()?,
        };
        if training.iter().all(|truth| truth.frames.len() < 2) {
            return Err(none("training simulations hold no two frames".to_owned()));
        }
        Ok(training)
    }

    fn of_file(self) -> Result<Option<Vec<Truth>>, JudgeError> {
        let (plan, stride) = (self.plan, self.layout.stride);
        let most = plan.recipe.evaluate.baseline_simulations;
        let Some((reader, trajectories)) = plan.trained_file(most) else {
            return Ok(None);
        };
        let read = |&index: &usize| -> Result<Truth, JudgeError> {
            self.control.check()?;
            let frames = reader.info().frames_of(index);
            truth(plan, reader, index, [frames, stride]).map_err(none)
        };
        let all: Result<Vec<Truth>, JudgeError> = trajectories.iter().map(read).collect();
        all.map(Some)
    }

    fn of_source(self) -> Result<Vec<Truth>, JudgeError> {
        let recipe = &self.plan.recipe;
        let source = self.plan.source();
        let elsewhere = recipe.trajectories.coupled().is_some();
        let Some(source) = source.filter(|_| !elsewhere) else {
            let why = "training simulations are those of another program";
            return Err(none(why.to_owned()));
        };
        let most = recipe.evaluate.baseline_simulations as u64;
        let indices = (0..most.min(recipe.ensemble.simulations)).collect();
        let stride = self.layout.stride;
        let all = simulated(self.plan, &*source, indices, stride, self.control)?;
        Ok(all.into_iter().map(|(truth, _)| truth).collect())
    }
}

/// The reason why there are no training simulations.
fn none(why: String) -> JudgeError {
    DataError::File(why).into()
}
