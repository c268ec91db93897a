//! A gate between surrogate and solver on held-out simulations: the first half of them calibrates it, the second half tries
//! it; or all of them calibrate it, and the trajectories of a file try it. The truth stands in for the solver.

use super::gate_seconds::GateSeconds;
use super::gate_trial::GateTrial;
use super::of_run::{Case, Trial};
use super::solvers::Solvers;
use super::{EvaluationError, HeldOut, Options, Truth};
use crate::control::Control;
use crate::forecast::Forecaster;
use crate::gate::{self, Calibration, Policy};
use crate::group::Alone;
use crate::plan::HeldOutFrom;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Nominal shares of false accepts that a gate is tried with.
const NOMINAL: [f64; 3] = [0.01, 0.05, 0.1];

/// A gate that was tried.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gated {
    /// The policy.
    pub policy: Policy,
    /// Simulations that calibrated the gate.
    pub calibrating: usize,
    /// Simulations that it was tried on.
    pub tried: usize,
    /// Steps per simulation.
    pub steps: usize,
    /// Measured wall times of a step; none where they were not to be measured.
    pub seconds: Option<GateSeconds>,
    /// Mean error of rollouts by the surrogate alone, in deviations of the fields; that of the solver alone is 0.
    pub surrogate_error: f64,
    /// Results per nominal share of false accepts.
    pub rows: Vec<Tried>,
    /// The file with the calibration by all simulations, for codes that run the surrogate.
    pub calibration: PathBuf,
}

/// A gate with one nominal share of false accepts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Tried {
    /// The nominal share: `alpha` of the policy.
    pub alpha: f64,
    /// Share of steps whose state was accepted with an error above the tolerance.
    pub false_accepts: f64,
    /// Share of steps that were left to the solver.
    pub solver_steps: f64,
    /// Share of steps at which the code was told to stop.
    pub stops: f64,
    /// Mean error of the states behind the gate.
    pub error: f64,
    /// Wall time of the solver alone over that of the rollout behind the gate; none without a solver, or without wall times.
    pub net_speed: Option<f64>,
}

/// Calibrates a gate on one half of the held-out simulations of a run, and tries it on the other; the calibration by all of
/// them is kept in the run, as `gate.json`. With a file of trajectories ([`Options::data`]) all held-out simulations
/// calibrate it, and those of the file try it; one half of the file calibrates it where the run holds nothing out.
///
/// ```no_run
/// use ondine::control::Control;
/// use ondine::evaluation::{Options, try_gate};
/// use ondine::gate::Policy;
/// use std::path::Path;
///
/// let policy = Policy::parse("tolerance = 0.05")?;
/// let found = try_gate(Path::new("runs/heat"), &Options::default(), policy, Control::none())?;
/// println!("{} of the steps by the solver", found.rows[1].solver_steps);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Those of [`evaluate`](super::evaluate), and for fewer than two simulations.
pub fn try_gate(
    run: &Path,
    options: &Options,
    policy: Policy,
    control: Control<'_>,
) -> Result<Gated, EvaluationError> {
    let trial = Case::open(run, options, &Alone)?.held_out(control)?;
    trial.gated(policy, control)
}

impl Trial<'_> {
    /// Calibrates and tries a gate; the calibration is kept in the run.
    ///
    /// # Errors
    /// When there are too few simulations, the surrogate advances no single states, or the disk refuses.
    pub(crate) fn gated(
        &self,
        policy: Policy,
        control: Control<'_>,
    ) -> Result<Gated, EvaluationError> {
        let (forecaster, held_out) = self.forecaster()?;
        let own = self.calibrating(control)?;
        let mut trial = GateTrial::new(policy, forecaster, held_out, own.as_ref())?;
        let (calibrating, tested) = halves(held_out, own.as_ref());
        let calibration = trial.calibrated(calibrating, control)?;
        let seconds = self.seconds(&mut trial, &calibration)?;
        let rows = NOMINAL.iter().map(|&alpha| {
            let policy = Policy { alpha, ..policy };
            let tried = trial.tried(policy, &calibration, tested, control)?;
            let net_speed = seconds.and_then(|seconds| seconds.net_speed(tried.solver_steps));
            Ok(Tried { net_speed, ..tried })
        });
        let rows = rows.collect::<Result<Vec<_>, EvaluationError>>()?;
        let surrogate_error = trial.alone(&calibration, tested)?;
        let complete = match &own {
            Some(_) => calibration,
            None => trial.calibrated(&held_out.trajectories, control)?,
        };
        Ok(Gated {
            policy,
            calibrating: calibrating.len(),
            tried: tested.len(),
            steps: held_out.steps(),
            seconds,
            surrogate_error,
            rows,
            calibration: self.keep_calibration(&complete)?,
        })
    }
}

/// Simulations to calibrate a gate on, and those to try it on.
fn halves<'h>(held_out: &'h HeldOut, own: Option<&'h HeldOut>) -> (&'h [Truth], &'h [Truth]) {
    let all = &held_out.trajectories;
    match own {
        Some(own) => (&own.trajectories, all),
        None => all.split_at(all.len() / 2),
    }
}

impl Trial<'_> {
    /// The held-out simulations of the run, where a gate is tried on those of a file; none where the run has none.
    fn calibrating(&self, control: Control<'_>) -> Result<Option<HeldOut>, EvaluationError> {
        let (_, options, _) = self.parts();
        let (plan, step) = self.trained();
        if options.data.is_none() || matches!(plan.held_out, HeldOutFrom::None) {
            return Ok(None);
        }
        Ok(Some(HeldOut::simulate(plan, step, control)?))
    }

    /// Wall times of a step by the surrogate and by the solver; none where they are not to be measured.
    fn seconds(
        &self,
        trial: &mut GateTrial<'_>,
        calibration: &Calibration,
    ) -> Result<Option<GateSeconds>, EvaluationError> {
        let (_, options, held_out) = self.parts();
        if !options.timed {
            return Ok(None);
        }
        let solvers = Solvers::new(self.trained().0, held_out, trial.forecaster.stride());
        let solver = solvers
            .ok()
            .and_then(|solvers| solvers.least_seconds(&solvers.own()).ok());
        let surrogate = trial.seconds_of_step(calibration)?;
        Ok(Some(GateSeconds { surrogate, solver }))
    }

    /// The surrogate, with the simulations.
    fn forecaster(&self) -> Result<(Forecaster, &HeldOut), EvaluationError> {
        let (run, options, held_out) = self.parts();
        let forecaster = Forecaster::open(run, &options.device)?.on_grid(&held_out.points)?;
        let forecaster = match &options.schedule {
            Some(path) => forecaster.with_schedule(path)?,
            None => forecaster,
        };
        Ok((forecaster, held_out))
    }

    /// Writes a calibration to the run, or where the evaluation goes.
    fn keep_calibration(&self, calibration: &Calibration) -> Result<PathBuf, EvaluationError> {
        let (run, options, _) = self.parts();
        let folder = options.output.as_deref().unwrap_or(run);
        let path = folder.join(gate::FILE);
        let text = serde_json::to_string(calibration).expect("plain data");
        let written = std::fs::create_dir_all(folder)
            .and_then(|()| crate::files::write_atomically(&path, text.as_bytes()));
        written.map_err(|error| self.io(&path, error))?;
        Ok(path)
    }
}
