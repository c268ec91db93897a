//! A gate between a surrogate and a code: which states are accepted, which the solver has to make, when to stop.
//!
//! A state is accepted while (i) the bound of its error, a [conformal quantile](Scores) of errors on held-out rollouts at the
//! same lead time, scaled by the spread of members where the surrogate samples its answers, (ii) its distance from the states
//! and conditions that the surrogate is [known](Known) to be good for, (iii) the drift of conserved means since the last truth
//! and (iv) the steps since then are all below the limits of a [`Policy`].
//!
//! ```
//! use ondine::gate::{Calibration, Decision, Gate, Policy, Step};
//! use ondine::solvers::problem::{Axis, Field};
//! use ondine::solvers::{AxisKind, Problem};
//!
//! let axis = Axis::new("x", 8, 1.0, AxisKind::PERIODIC);
//! let problem = Problem::new("waves", [axis], [Field::scalar("u")], 0.1, 10);
//! let u = [0.0, 1.0, 0.0, -1.0, 0.0, 1.0, 0.0, -1.0];
//! let mut calibration = Calibration::new(&problem, &[8], [&u[..]])?.expect("states");
//! for _ in 0..40 {
//!     calibration.add(1, 0.01, None); // errors of steps from the truth
//! }
//! let mut gate = Gate::new(Policy::default(), calibration, &problem, &[8])?;
//! let step = Step { before: &u, after: &u, conditions: &[1.0, 0.1], spread: None };
//! assert_eq!(gate.decide(&step).decision, Decision::Accept);
//! let far = Step { after: &[0.0, 5.0, 0.0, -5.0, 0.0, 5.0, 0.0, -5.0], ..step };
//! assert_eq!(gate.decide(&far).decision, Decision::Solver);
//! # Ok::<(), ondine::gate::GateError>(())
//! ```

mod calibration;
mod conformal;
mod known;
mod policy;

pub use calibration::{Calibration, FILE};
pub use conformal::Scores;
pub use known::{Features, Known};
pub use policy::Policy;

use known::mean;
pub(crate) use known::worse;
use ondine_solvers::Problem;

/// Why there is no gate.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GateError {
    /// A policy has other keys or values.
    #[error("{0}")]
    Policy(String),
    /// There are no modes for the grid.
    #[error("{0}")]
    Grid(String),
    /// A run has no calibration, or one that can't be read.
    #[error("{path}: {why}; `ondine evaluate RUN --gate POLICY.toml` writes it")]
    Calibration {
        /// The file.
        path: String,
        /// Its fault.
        why: String,
    },
    /// A calibration is one of other states.
    #[error("the calibration has {found} fields and features, and the states {expected}")]
    States {
        /// Fields and features of the calibration.
        found: usize,
        /// Fields and features of the states.
        expected: usize,
    },
}

/// The answer of a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The state of the surrogate is good.
    Accept,
    /// The solver has to make the state.
    Solver,
    /// The code should stop: neither state nor conditions are anything that the gate knows.
    Stop,
}

/// A step of the surrogate.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// The state that it began with, field after field.
    pub before: &'a [f64],
    /// The state that the surrogate gives.
    pub after: &'a [f64],
    /// Conditions, then lengths and the time step, as [`Problem::drawn_names`] has them.
    pub conditions: &'a [f64],
    /// Standard deviation per value over members, where the surrogate samples its answers.
    pub spread: Option<&'a [f64]>,
}

/// An answer with its reasons, each in multiples of its limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Verdict {
    /// The answer.
    pub decision: Decision,
    /// The bound of the error.
    pub error: f64,
    /// The distance from what is known.
    pub distance: f64,
    /// The drift of conserved means.
    pub drift: f64,
    /// The steps since the last truth.
    pub age: f64,
}

impl Verdict {
    /// The largest of the reasons: 1 is the limit.
    #[must_use]
    pub fn score(&self) -> f64 {
        [self.distance, self.drift, self.age]
            .into_iter()
            .fold(self.error, worse)
    }
}

/// Decides step after step.
pub struct Gate {
    policy: Policy,
    calibration: Calibration,
    features: Features,
    /// Ranges of conditions, lengths and time step.
    ranges: Vec<[f64; 2]>,
    /// Fields whose mean is conserved.
    conserved: Vec<usize>,
    /// Steps accepted since the last truth.
    age: usize,
    /// The same at the last step, which counts.
    lead: usize,
    /// Means of the fields at the last truth.
    means: Option<Vec<f64>>,
    /// Steps that the solver has to make before the surrogate may take over.
    owed: usize,
    /// Whether the solver makes steps at present.
    rests: bool,
    /// The spread of the last step.
    spread: Option<f64>,
}

impl Gate {
    /// A gate for states of a problem on a grid, which begin with the truth.
    ///
    /// # Errors
    /// When there are no modes for the grid, or the calibration is one of other states.
    pub fn new(
        policy: Policy,
        calibration: Calibration,
        problem: &Problem,
        points: &[usize],
    ) -> Result<Self, GateError> {
        let mut features = Features::new(problem, points)?;
        let size = problem.fields.len() * points.iter().product::<usize>();
        let expected = problem.fields.len() + features.of(&vec![0.0; size]).len();
        let known = &calibration.known;
        let found = known.deviations.len() + known.ranges.len();
        if found != expected {
            return Err(GateError::States { found, expected });
        }
        let conditions = problem.conditions.iter().map(|condition| condition.range);
        let lengths = problem.axes.iter().map(|axis| axis.length);
        let fields = problem.fields.iter().enumerate();
        let conserved = fields.filter(|(_, field)| field.conserved);
        Ok(Self {
            policy,
            calibration,
            features,
            ranges: conditions.chain(lengths).chain([problem.dt]).collect(),
            conserved: conserved.map(|(place, _)| place).collect(),
            age: 0,
            lead: 1,
            means: None,
            owed: 0,
            rests: false,
            spread: None,
        })
    }

    /// The policy.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Decides on a step. After [`Decision::Accept`] the next step begins with its state, after [`Decision::Solver`] with one
    /// that the solver made from the state before.
    pub fn decide(&mut self, step: &Step<'_>) -> Verdict {
        let mut verdict = self.verdict(step);
        let limit = if self.rests { self.policy.resume } else { 1.0 };
        verdict.decision = if self.strangeness(step) > self.policy.stop {
            Decision::Stop
        } else if self.owed == 0 && verdict.score() <= limit {
            Decision::Accept
        } else {
            Decision::Solver
        };
        self.note(verdict.decision, step);
        verdict
    }

    /// Learns from a truth that was computed for the last state of the surrogate: the bounds of later errors follow from it
    /// too, and the next step begins with it.
    pub fn truth(&mut self, predicted: &[f64], truth: &[f64]) {
        let error = self.calibration.known.error(predicted, truth);
        self.calibration.add(self.lead, error, self.spread);
        self.age = 0;
        self.means = Some(self.means_of(truth));
    }

    /// The reasons, without a decision.
    fn verdict(&mut self, step: &Step<'_>) -> Verdict {
        let policy = self.policy;
        let means = self
            .means
            .clone()
            .unwrap_or_else(|| self.means_of(step.before));
        self.means = Some(means.clone());
        self.spread = step
            .spread
            .map(|spread| self.calibration.known.size(spread));
        self.lead = self.age + 1;
        let calibration = &self.calibration;
        let bound = calibration.bound(self.lead, policy.alpha, self.spread);
        let horizon = policy.horizon.unwrap_or_else(|| self.calibration.leads());
        Verdict {
            decision: Decision::Solver,
            error: bound / policy.tolerance,
            distance: self.distance(step.after, step.conditions) / policy.distance,
            drift: self.drift(&means, step.after) / policy.conservation,
            age: self.lead as f64 / horizon.max(1) as f64,
        }
    }

    /// The distance of the state before a step, in multiples of its limit: the solver can't help where it is large.
    fn strangeness(&mut self, step: &Step<'_>) -> f64 {
        self.distance(step.before, &[]) / self.policy.distance
    }

    /// The distance of a state and its conditions from what is known, in widths of the ranges.
    fn distance(&mut self, state: &[f64], conditions: &[f64]) -> f64 {
        let outside = |(value, [low, high]): (&f64, &[f64; 2])| {
            let beyond = (low - value).max(value - high);
            let width = (high - low).max(1e-6 * low.abs().max(high.abs()));
            if beyond.is_nan() {
                f64::INFINITY
            } else {
                beyond.max(0.0) / width
            }
        };
        let of_conditions = conditions.iter().zip(&self.ranges).map(outside);
        let known = &self.calibration.known;
        let of_state = known.distance(&mut self.features, state, self.policy.tolerance);
        // A condition outside of the trained range is far, however little it is.
        of_conditions
            .map(|distance| {
                if distance > 1e-6 {
                    distance.max(2.0 * self.policy.distance)
                } else {
                    0.0
                }
            })
            .fold(of_state, worse)
    }

    fn means_of(&self, state: &[f64]) -> Vec<f64> {
        let fields = self.calibration.known.deviations.len().max(1);
        state.chunks_exact(state.len() / fields).map(mean).collect()
    }

    /// The largest drift of the mean of a conserved field, in deviations of the field.
    fn drift(&self, before: &[f64], state: &[f64]) -> f64 {
        let (now, deviations) = (self.means_of(state), &self.calibration.known.deviations);
        let drifts = self.conserved.iter();
        drifts
            .map(|&field| (now[field] - before[field]).abs() / deviations[field])
            .fold(0.0, worse)
    }

    /// Counts a step.
    fn note(&mut self, decision: Decision, step: &Step<'_>) {
        if decision == Decision::Accept {
            self.age += 1;
            self.rests = false;
            return;
        }
        if !self.rests {
            self.owed = self.policy.solver_steps;
        }
        self.owed = self.owed.saturating_sub(1);
        self.rests = true;
        self.age = 0;
        self.means = Some(self.means_of(step.before));
    }
}

#[cfg(test)]
mod tests;
