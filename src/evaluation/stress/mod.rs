//! A surrogate under stress: judged again with one quantity shifted out of what it was trained on, each shift by itself.
//!
//! Shifted simulations are the held-out ones with the same draws: the same shares of the shifted ranges, the same initial states. Where
//! the solver steps of the recipe keep its tolerance, theirs do, too.

mod initial;
mod noise;
mod shifts;
mod steps;

use super::{HeldOut, JudgeError, Judgement};
use crate::control::Control;
use crate::metric::THRESHOLDS;
use crate::results::{Evaluation, Judged, StressCase, StressScores};
use shifts::{Shift, Truths};
use steps::Steps;

/// The first of the draws of rollouts under shifts.
const DRAWS: u64 = 1 << 17;

impl Judgement<'_> {
    /// The scores under every shift, beside those of `evaluation`, which is the one on `held_out`.
    pub(super) fn stress(
        self,
        held_out: &HeldOut,
        evaluation: &Evaluation,
        control: Control<'_>,
    ) -> Result<Vec<StressCase>, JudgeError> {
        let deviations = self.deviations();
        let shifts = shifts::of(self.plan, held_out, self.step);
        let steps = Steps::of(self.plan, held_out, control)?;
        let cases = shifts.into_iter().enumerate();
        let case = |(place, shift): (usize, Shift)| {
            let truths = shift.truths(self, held_out, &deviations, &steps, control);
            let found = truths.and_then(|truths| match truths {
                Truths::Made(held_out, words) => {
                    let draws = DRAWS + place as u64;
                    let judged = self.on(&held_out, draws, control)?;
                    let scores = scores(&evaluation.surrogate, &judged.surrogate);
                    let persistence_nrmse = judged.persistence.nrmse;
                    let scores = StressScores {
                        persistence_nrmse,
                        ..scores
                    };
                    Ok((words, Some(scores), None))
                }
                Truths::None(why) => Ok((shift.words.clone(), None, Some(why))),
            });
            let (words, scores, note) = match found {
                Err(JudgeError::Data(error)) => (shift.words, None, Some(error.to_string())),
                Err(JudgeError::Solver(error)) => (shift.words, None, Some(error.to_string())),
                found => found?,
            };
            Ok(StressCase {
                kind: shift.kind,
                shift: words,
                scores,
                note,
            })
        };
        cases.map(case).collect()
    }
}

/// The scores of a surrogate under a shift beside those without it.
fn scores(base: &Judged, shifted: &Judged) -> StressScores {
    let threshold = THRESHOLDS[0].to_string();
    let last = |judged: &Judged| judged.nrmse_over_time.last().copied().unwrap_or(f64::NAN);
    let time = |judged: &Judged| judged.correlation_time.get(&threshold).copied();
    let [before, after] = [base, shifted].map(|judged| time(judged).unwrap_or(f64::NAN));
    StressScores {
        nrmse: shifted.nrmse,
        final_nrmse: last(shifted),
        correlation_time: after,
        persistence_nrmse: f64::NAN,
        nrmse_factor: shifted.nrmse / base.nrmse,
        final_nrmse_factor: last(shifted) / last(base),
        correlation_time_factor: before / after,
    }
}
