//! Solvers that a surrogate has to beat: on a coarser grid, and in as little time as it takes itself.

use super::solvers::{Share, Solvers};
use super::speed::FrameTimes;
use super::{HeldOut, JudgeError, judge::Forecast, judged};
use crate::batch::Layout;
use crate::control::Control;
use crate::plan::Plan;
use crate::results::{Baseline, BaselineKind, Judged, Setup};
use ondine_solvers::SolverError;

/// Simulations with the surrogate's forecasts of them.
#[derive(Clone, Copy)]
pub(super) struct SolverComparison<'a> {
    pub(super) plan: &'a Plan,
    pub(super) held_out: &'a HeldOut,
    pub(super) layout: &'a Layout,
    pub(super) control: Control<'a>,
}

impl SolverComparison<'_> {
    /// The solver on half the points.
    pub(super) fn half_resolution(
        self,
        solvers: &Result<Solvers<'_>, String>,
    ) -> Result<Baseline, JudgeError> {
        let kind = BaselineKind::HalfResolution;
        let found = solvers.as_ref().map_err(Clone::clone);
        match found.and_then(|solvers| Ok((solvers, solvers.coarser(Share::HALF)?))) {
            Ok((solvers, setup)) => self.run(kind, solvers, setup),
            Err(why) => Ok(Baseline::skipped(kind, why)),
        }
    }

    /// The solver in steps that take about as long as the surrogate.
    pub(super) fn equal_cost(
        self,
        solvers: &Result<Solvers<'_>, String>,
        times: &FrameTimes,
    ) -> Result<Baseline, JudgeError> {
        let kind = BaselineKind::EqualCost;
        let solvers = match solvers {
            Ok(solvers) => solvers,
            Err(why) => return Ok(Baseline::skipped(kind, why.clone())),
        };
        let timed = affordable(solvers, times.each())
            .and_then(|(setup, note)| Ok((solvers.seconds(&setup)? / times.each(), setup, note)));
        let (cost, setup, note) = match timed {
            Ok(timed) => timed,
            Err(error) => return Ok(Baseline::skipped(kind, error.to_string())),
        };
        let found = self.run(kind, solvers, setup)?;
        Ok(Baseline {
            cost: Some(cost),
            note,
            ..found
        })
    }

    fn run(
        self,
        kind: BaselineKind,
        solvers: &Solvers<'_>,
        setup: Setup,
    ) -> Result<Baseline, JudgeError> {
        match self.judge(solvers, &setup, "solving beside it") {
            Ok(judged) => Ok(Baseline {
                kind,
                setup: Some(setup),
                judged: Some(judged),
                cost: None,
                note: None,
            }),
            Err(JudgeError::Stopped(stopped)) => Err(stopped.into()),
            Err(error) => Ok(Baseline::skipped(kind, error.to_string())),
        }
    }

    /// A solver, judged as the surrogate is.
    fn judge(
        self,
        solvers: &Solvers<'_>,
        setup: &Setup,
        what: &'static str,
    ) -> Result<Judged, JudgeError> {
        let Self {
            plan,
            held_out,
            layout,
            control,
        } = self;
        let frames = held_out.steps();
        let forecasts = solvers.forecasts(setup, frames, what, control)?;
        let forecast = Forecast::new(&forecasts);
        let times = held_out.mean_times();
        Ok(judged(plan, layout, held_out, &forecast, &times)?)
    }
}

/// The most steps of the recipe's solver that take no longer than `seconds`, at least one and those of the recipe at most;
/// and what is to be said where that is not about as long.
fn affordable(solvers: &Solvers<'_>, seconds: f64) -> Result<(Setup, Option<String>), SolverError> {
    let own = solvers.own();
    let whole = solvers.seconds(&own)?;
    if whole <= seconds {
        let note = "even with all steps of the recipe it takes no longer than the surrogate";
        return Ok((own, Some(note.to_owned())));
    }
    let one = Setup {
        steps: 1,
        ..own.clone()
    };
    let least = solvers.seconds(&one)?;
    if seconds < least {
        let note = "a single step takes longer than the surrogate";
        return Ok((one, Some(note.to_owned())));
    }
    let steps = steps_within(own.steps, [least, whole], seconds);
    Ok((Setup { steps, ..own }, None))
}

/// The most steps below `most` that take no longer than `seconds`, where one takes `least` and `most` take `whole`.
fn steps_within(most: usize, [least, whole]: [f64; 2], seconds: f64) -> usize {
    let step = (whole - least) / (most - 1).max(1) as f64;
    let more = (seconds - least) / step.max(f64::MIN_POSITIVE);
    1 + (more as usize).min(most.saturating_sub(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_steps_as_fit_into_the_time() {
        // 2 s and 1 s a step: 3 s, 4 s, ... 12 s.
        let steps = |seconds: f64| steps_within(10, [3.0, 12.0], seconds);
        assert_eq!([3.0, 3.5, 4.5, 8.01, 11.99].map(steps), [1, 1, 2, 6, 9]);
        assert_eq!(
            steps_within(2, [1.0, 1.0], 1.0),
            1,
            "steps that take no time"
        );
        assert_eq!(steps_within(1, [1.0, 1.0], 1.0), 1);
    }
}
