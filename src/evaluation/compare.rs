//! A judged surrogate beside solvers.

use super::baseline::SolverComparison;
use super::on_device::SolversOn;
use super::solvers::Solvers;
use super::speed::FrameTimes;
use super::{HeldOut, JudgeError};
use crate::control::{Advance, Control};
use crate::forecast::RolledOut;
use crate::plan::Plan;
use crate::results::{Baseline, Judged, Speed};
use burn::tensor::Device;
use ondine_models::Model;
use ondine_solvers::Stream;

/// A surrogate that was judged.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a> {
    /// It, outside of automatic differentiation.
    pub surrogate: &'a Model,
    /// Its errors and correlations on the same simulations.
    pub judged: &'a Judged,
    /// Steps it was trained for.
    pub step: usize,
    /// The device on which it computes.
    pub device: &'a Device,
    /// Where the solvers beside it run.
    pub solvers: SolversOn,
    /// Whether to measure wall times too.
    pub timed: bool,
}

/// Forecasters that a surrogate was compared with.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// Solvers and forecasters without a network, judged as it is.
    pub baselines: Vec<Baseline>,
    /// Wall times of both, where they were measured.
    pub speed: Option<Speed>,
}

/// The solvers and forecasters without a network that a surrogate has to beat, and, where they are to be measured, the costs of
/// solver and surrogate. Baselines that need wall times are left out where those are.
///
/// # Errors
/// When there is no spectrum for the grid, or `control` ends it.
pub fn compare(
    plan: &Plan,
    held_out: &HeldOut,
    with: Compared<'_>,
    control: Control<'_>,
) -> Result<Comparison, JudgeError> {
    let layout = &held_out.layout(plan, with.step);
    let comparison = SolverComparison {
        plan,
        held_out,
        layout,
        control,
    };
    let solvers = Solvers::new(plan, held_out, layout.stride);
    let solvers = solvers.map(|solvers| solvers.on(with.solvers, with.device));
    let coarse = comparison.half_resolution(&solvers)?;
    let fitted = comparison.fitted()?;
    if !with.timed {
        return Ok(Comparison {
            baselines: [vec![coarse], fitted].concat(),
            speed: None,
        });
    }
    let advance = Advance {
        what: "timing the surrogate",
        done: 0,
        of: 1,
    };
    control.tell(advance)?;
    let rolled_out = RolledOut {
        layout,
        surrogate: with.surrogate,
        device: with.device,
    };
    let times = FrameTimes::measure(rolled_out, held_out, &mut plan.draws(Stream::Rollout, 5));
    let cheap = comparison.equal_cost(&solvers, &times)?;
    let speed = comparison.speed(&solvers, &times, with.judged)?;
    Ok(Comparison {
        baselines: [vec![coarse, cheap], fitted].concat(),
        speed: Some(speed),
    })
}

impl SolverComparison<'_> {
    /// Costs of the surrogate and of solvers.
    fn speed(
        self,
        solvers: &Result<Solvers<'_>, String>,
        times: &FrameTimes,
        judged: &Judged,
    ) -> Result<Speed, JudgeError> {
        let Ok(solvers) = solvers else {
            return Ok(times.speed());
        };
        let own = solvers.own();
        let Ok(seconds) = solvers.seconds(&own) else {
            return Ok(times.speed()); // the equation refuses these simulations
        };
        let found = self.same_error(solvers, times, judged)?;
        Ok(Speed {
            solver: Some(times.beside(solvers, own, seconds)),
            same_error: found.best,
            tried: found.tried,
            ..times.speed()
        })
    }
}
