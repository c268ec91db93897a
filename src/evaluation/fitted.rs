//! Forecasters fitted to training simulations without a network: a linear map per wave, and the nearest stored state.

mod analog;
mod linear;
mod training;

use super::baseline::SolverComparison;
use super::judge::Forecast;
use super::solvers::by_step;
use super::{JudgeError, Truth, judged};
use crate::control::Advance;
use crate::parallel;
use crate::results::{Baseline, BaselineKind};
use analog::Analog;
use linear::Linear;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A forecaster: the frames after a state.
trait Fitted: Sync {
    /// Its name in tables.
    const KIND: BaselineKind;

    /// The next `steps` frames after the frame `start`.
    fn forecast(&self, start: &[f32], steps: usize) -> Vec<Vec<f32>>;

    /// The data behind it, in words.
    fn note(&self) -> String;
}

impl SolverComparison<'_> {
    /// The baselines that are fitted to training simulations, or why there are none; an empty list where the recipe wants none.
    pub(super) fn fitted(self) -> Result<Vec<Baseline>, JudgeError> {
        if self.plan.recipe.evaluate.baseline_simulations == 0 {
            return Ok(Vec::new());
        }
        let training = match self.training() {
            Ok(training) => training,
            Err(JudgeError::Stopped(stopped)) => return Err(stopped.into()),
            Err(error) => {
                let kinds = [BaselineKind::Linear, BaselineKind::Analog];
                let skipped = |kind| Baseline::skipped(kind, error.to_string());
                return Ok(kinds.map(skipped).to_vec());
            }
        };
        let linear = match Linear::fit(self.layout, &training) {
            Ok(linear) => self.judge_fitted(&linear)?,
            Err(why) => Baseline::skipped(BaselineKind::Linear, why),
        };
        let analog = self.judge_fitted(&Analog::new(self.layout, &training))?;
        Ok(vec![linear, analog])
    }

    /// A fitted forecaster, judged as the surrogate is.
    fn judge_fitted<F: Fitted>(self, fitted: &F) -> Result<Baseline, JudgeError> {
        let (held_out, steps) = (self.held_out, self.held_out.steps());
        let (ended, of) = (AtomicUsize::new(0), held_out.trajectories.len());
        let forecast = |truth: &Truth| -> Result<Vec<Vec<f32>>, JudgeError> {
            self.control.check()?;
            let start = &truth.since_last(held_out.num_initial_frames)[0];
            let forecast = fitted.forecast(start, steps);
            let done = ended.fetch_add(1, Ordering::Relaxed) + 1;
            let what = "forecasting without a network";
            self.control.tell(Advance { what, done, of })?;
            Ok(forecast)
        };
        let all = parallel::map(&held_out.trajectories, forecast)?;
        let forecasts = by_step(all.into_iter(), steps);
        let (forecast, times) = (Forecast::new(&forecasts), held_out.mean_times());
        Ok(Baseline {
            kind: F::KIND,
            setup: None,
            judged: Some(judged(self.plan, self.layout, held_out, &forecast, &times)?),
            cost: None,
            note: Some(fitted.note()),
        })
    }
}

/// Mean and standard deviation of every channel over all points and frames; a deviation of 0 counts as 1.
fn moments(channels: usize, trajectories: &[Truth]) -> Vec<[f64; 2]> {
    let mut sums = vec![[0.0; 2]; channels];
    let mut count = 0;
    for frame in trajectories.iter().flat_map(|truth| &truth.frames) {
        let points = frame.len() / channels;
        count += points;
        for (sum, channel) in sums.iter_mut().zip(frame.chunks(points)) {
            for &u in channel {
                sum[0] += f64::from(u);
                sum[1] += f64::from(u).powi(2);
            }
        }
    }
    let moments = sums.into_iter().map(|[sum, squares]| {
        let mean = sum / count as f64;
        let variance = squares / count as f64 - mean * mean;
        let rounding = f64::from(f32::EPSILON) * mean;
        let varies = variance > rounding * rounding;
        [mean, if varies { variance.sqrt() } else { 1.0 }]
    });
    moments.collect()
}

#[cfg(test)]
mod tests;
