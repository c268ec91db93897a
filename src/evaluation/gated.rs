//! A gate between surrogate and solver on held-out simulations: the first half of them calibrates it, the second half tries
//! it. What the solver would give is taken from the truth.

use super::of_run::{Case, Trial};
use super::{EvaluationError, HeldOut, Options, Truth};
use crate::control::{Advance, Control};
use crate::forecast::{ForecastError, Forecaster};
use crate::gate::{self, Calibration, Decision, Gate, GateError, Policy, Step};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Nominal shares of false accepts that a gate is tried with.
const NOMINAL: [f64; 3] = [0.01, 0.05, 0.1];

/// Rollouts per calibrating simulation, each from another state of it.
const STARTS: usize = 8;

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
}

/// Calibrates a gate on one half of the held-out simulations of a run, and tries it on the other; the calibration by all of
/// them is kept in the run, as `gate.json`.
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
    let trial = Case::open(run, options)?.held_out(control)?;
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
        let mut trial = GateTrial::new(policy, forecaster, held_out)?;
        let (half, all) = (held_out.trajectories.len() / 2, &held_out.trajectories);
        let calibration = trial.calibrated(&all[..half], control)?;
        let tested = &all[half..];
        let rows = NOMINAL.iter().map(|&alpha| {
            let policy = Policy { alpha, ..policy };
            trial.tried(policy, &calibration, tested, control)
        });
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        let surrogate_error = trial.alone(&calibration, tested)?;
        let complete = trial.calibrated(all, control)?;
        Ok(Gated {
            policy,
            calibrating: half,
            tried: tested.len(),
            steps: held_out.steps(),
            surrogate_error,
            rows,
            calibration: self.keep_calibration(&complete)?,
        })
    }
}

/// A surrogate with the simulations that a gate is tried on.
struct GateTrial<'a> {
    policy: Policy,
    forecaster: Forecaster,
    held_out: &'a HeldOut,
    names: Vec<String>,
}

impl<'a> GateTrial<'a> {
    fn new(
        policy: Policy,
        forecaster: Forecaster,
        held_out: &'a HeldOut,
    ) -> Result<Self, EvaluationError> {
        if forecaster.is_direct() {
            return Err(ForecastError::SeesNoState.into());
        }
        let refused = |why: &str| Err(GateError::Policy(why.to_owned()).into());
        if forecaster.bundle() > 1 || forecaster.history() > 1 {
            return refused(
                "a gate decides on single frames, and a state of the surrogate has several",
            );
        }
        if held_out.trajectories.len() < 2 {
            return refused(
                "a gate is calibrated on one half of the held-out simulations and tried on the other: hold two or more out",
            );
        }
        let names = forecaster.conditions().into_iter().map(|one| one.name);
        Ok(Self {
            policy,
            names: names.collect(),
            forecaster,
            held_out,
        })
    }

    /// A calibration by rollouts of these simulations, from several states of each.
    fn calibrated(
        &mut self,
        truths: &[Truth],
        control: Control<'_>,
    ) -> Result<Calibration, EvaluationError> {
        let states: Vec<Vec<f64>> = truths.iter().flat_map(frames).collect();
        let states = states.iter().map(Vec::as_slice);
        let problem = self.forecaster.problem();
        let calibration = Calibration::new(problem, &self.held_out.points, states)?;
        let mut calibration = calibration.ok_or_else(|| {
            GateError::Policy("the held-out simulations have no frames".to_owned())
        })?;
        for (done, truth) in truths.iter().enumerate() {
            control
                .tell(Advance {
                    what: "calibrating",
                    done,
                    of: truths.len(),
                })
                .map_err(super::JudgeError::from)?;
            self.learn(truth, &mut calibration)?;
        }
        Ok(calibration)
    }

    /// Adds the errors of rollouts from several states of a simulation.
    fn learn(&mut self, truth: &Truth, calibration: &mut Calibration) -> Result<(), ForecastError> {
        let frames: Vec<Vec<f64>> = frames(truth).collect();
        let last = frames.len() - 1;
        for start in (0..last).step_by(last.div_ceil(STARTS).max(1)) {
            let mut state = frames[start].clone();
            let most = self.policy.horizon.unwrap_or(last).min(last - start);
            for lead in 1..=most {
                let spread = self.spread(&state, truth)?;
                state = self.advanced(&state, truth)?;
                let error = calibration.known.error(&state, &frames[start + lead]);
                let size = spread.map(|spread| calibration.known.size(&spread));
                calibration.add(lead, error, size);
            }
        }
        Ok(())
    }

    /// Rollouts behind a gate.
    fn tried(
        &mut self,
        policy: Policy,
        calibration: &Calibration,
        truths: &[Truth],
        control: Control<'_>,
    ) -> Result<Tried, EvaluationError> {
        let (mut wrong, mut solved, mut stopped, mut errors, mut count) = (0, 0, 0, 0.0, 0);
        for (done, truth) in truths.iter().enumerate() {
            control
                .tell(Advance {
                    what: "rolling out behind the gate",
                    done,
                    of: truths.len(),
                })
                .map_err(super::JudgeError::from)?;
            let problem = self.forecaster.problem();
            let mut gate = Gate::new(policy, calibration.clone(), problem, &self.held_out.points)?;
            let frames: Vec<Vec<f64>> = frames(truth).collect();
            let conditions: Vec<f64> = truth.conditions.values().collect();
            let mut state = frames[0].clone();
            for frame in &frames[1..] {
                let spread = self.spread(&state, truth)?;
                let after = self.advanced(&state, truth)?;
                let verdict = gate.decide(&Step {
                    before: &state,
                    after: &after,
                    conditions: &conditions,
                    spread: spread.as_deref(),
                });
                let accepted = verdict.decision == Decision::Accept;
                state = if accepted { after } else { frame.clone() };
                let error = calibration.known.error(&state, frame);
                wrong += usize::from(accepted && (error > policy.tolerance || error.is_nan()));
                solved += usize::from(!accepted);
                stopped += usize::from(verdict.decision == Decision::Stop);
                (errors, count) = (errors + error, count + 1);
            }
        }
        let share = |number: usize| number as f64 / count.max(1) as f64;
        Ok(Tried {
            alpha: policy.alpha,
            false_accepts: share(wrong),
            solver_steps: share(solved),
            stops: share(stopped),
            error: errors / count.max(1) as f64,
        })
    }

    /// The mean error of rollouts without a gate.
    fn alone(
        &mut self,
        calibration: &Calibration,
        truths: &[Truth],
    ) -> Result<f64, EvaluationError> {
        let (mut errors, mut count) = (0.0, 0);
        for truth in truths {
            let frames: Vec<Vec<f64>> = frames(truth).collect();
            let mut state = frames[0].clone();
            for frame in &frames[1..] {
                state = self.advanced(&state, truth)?;
                errors += calibration.known.error(&state, frame);
                count += 1;
            }
        }
        Ok(errors / f64::from(count.max(1)))
    }

    fn advanced(&mut self, state: &[f64], truth: &Truth) -> Result<Vec<f64>, ForecastError> {
        let mut next = state.to_vec();
        let named = named(&self.names, truth);
        self.forecaster.step(&mut next, &named)?;
        Ok(next)
    }

    /// Standard deviations over members one step later, of a surrogate that samples its answers.
    fn spread(&mut self, state: &[f64], truth: &Truth) -> Result<Option<Vec<f64>>, ForecastError> {
        if !self.forecaster.is_stochastic() {
            return Ok(None);
        }
        let named = named(&self.names, truth);
        let members = self.policy.members;
        let [_, spread] = self.forecaster.moments(state, &named, members)?;
        Ok(Some(spread))
    }
}

/// Conditions by name.
fn named<'n>(names: &'n [String], truth: &Truth) -> Vec<(&'n str, f64)> {
    let values = truth.conditions.values();
    names.iter().map(String::as_str).zip(values).collect()
}

/// The frames of a simulation in 64-bit.
fn frames(truth: &Truth) -> impl Iterator<Item = Vec<f64>> {
    let frames = truth.frames.iter();
    frames.map(|frame| frame.iter().map(|&value| f64::from(value)).collect())
}

impl Trial<'_> {
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
