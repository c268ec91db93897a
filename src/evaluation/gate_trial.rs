//! Rollouts of a surrogate behind a gate, beside the truth that stands in for the solver.

use super::gated::Tried;
use super::timing::least_seconds;
use super::{EvaluationError, HeldOut, Truth};
use crate::control::{Advance, Control};
use crate::forecast::{ForecastError, Forecaster};
use crate::gate::{Calibration, Decision, Gate, GateError, Policy, Step};
use ondine_models::on_one_core;

/// Rollouts per calibrating simulation, each from another state of it.
const STARTS: usize = 8;

/// A surrogate with the simulations that a gate is tried on.
pub(super) struct GateTrial<'a> {
    policy: Policy,
    pub(super) forecaster: Forecaster,
    held_out: &'a HeldOut,
    names: Vec<String>,
}

impl<'a> GateTrial<'a> {
    pub(super) fn new(
        policy: Policy,
        forecaster: Forecaster,
        held_out: &'a HeldOut,
        own: Option<&HeldOut>,
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
        if own.is_none() && held_out.trajectories.len() < 2 {
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
    pub(super) fn calibrated(
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
            self.forecaster.restart();
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

    /// Seconds of a step and the decision on it, for one state on one core; on a GPU with the transfer there and back.
    pub(super) fn seconds_of_step(
        &mut self,
        calibration: &Calibration,
    ) -> Result<f64, EvaluationError> {
        let truth = &self.held_out.trajectories[0];
        let state = frames(truth).next().unwrap_or_default();
        let conditions: Vec<f64> = truth.conditions.values().collect();
        let mut gate = self.gate(self.policy, calibration)?;
        let mut step = || -> Result<(), ForecastError> {
            let spread = self.spread(&state, truth)?;
            let after = self.advanced(&state, truth)?;
            std::hint::black_box(gate.decide(&Step {
                before: &state,
                after: &after,
                conditions: &conditions,
                spread: spread.as_deref(),
            }));
            Ok(())
        };
        step()?; // one that fails has no time
        Ok(on_one_core(|| least_seconds(|| step().unwrap_or_default())))
    }

    fn gate(&self, policy: Policy, calibration: &Calibration) -> Result<Gate, GateError> {
        let problem = self.forecaster.problem();
        Gate::new(policy, calibration.clone(), problem, &self.held_out.points)
    }

    /// Rollouts behind a gate.
    pub(super) fn tried(
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
            let mut gate = self.gate(policy, calibration)?;
            let frames: Vec<Vec<f64>> = frames(truth).collect();
            let conditions: Vec<f64> = truth.conditions.values().collect();
            let mut state = frames[0].clone();
            self.forecaster.restart();
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
            net_speed: None,
        })
    }

    /// The mean error of rollouts without a gate.
    pub(super) fn alone(
        &mut self,
        calibration: &Calibration,
        truths: &[Truth],
    ) -> Result<f64, EvaluationError> {
        let (mut errors, mut count) = (0.0, 0);
        for truth in truths {
            let frames: Vec<Vec<f64>> = frames(truth).collect();
            let mut state = frames[0].clone();
            self.forecaster.restart();
            for frame in &frames[1..] {
                state = self.advanced(&state, truth)?;
                errors += calibration.known.error(&state, frame);
                count += 1;
            }
        }
        Ok(errors / f64::from(count.max(1)))
    }

    fn advanced(&mut self, state: &[f64], truth: &Truth) -> Result<Vec<f64>, ForecastError> {
        self.see(truth)?;
        let mut next = state.to_vec();
        let named = named(&self.names, truth);
        self.forecaster.step(&mut next, &named)?;
        Ok(next)
    }

    /// Hands the static fields of a simulation over, where it has some.
    fn see(&mut self, truth: &Truth) -> Result<(), ForecastError> {
        match &*truth.static_fields {
            [] => Ok(()),
            fields => self.forecaster.set_static_fields(fields),
        }
    }

    /// Standard deviations over members one step later, of a surrogate that samples its answers.
    fn spread(&mut self, state: &[f64], truth: &Truth) -> Result<Option<Vec<f64>>, ForecastError> {
        if !self.forecaster.is_stochastic() {
            return Ok(None);
        }
        self.see(truth)?;
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
