//! Net speed of a rollout behind a gate: the wall time of the solver alone over that of surrogate, gate and solver together.

use serde::Serialize;

/// Wall times of a step, each the least of 5 to 51 measurements on one core, or on the device of the surrogate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct GateSeconds {
    /// Seconds of a step of the surrogate for one state and of the decision on it.
    pub surrogate: f64,
    /// Seconds of a step of the solver of the recipe on one core; none where there is no solver.
    pub solver: Option<f64>,
}

impl GateSeconds {
    /// The wall time of the solver alone over that of a rollout behind a gate which leaves a share of the steps to the solver,
    /// each of them after the surrogate has tried it: `T / (S + share · T)`. None without a solver.
    ///
    /// ```
    /// use ondine::evaluation::GateSeconds;
    /// let seconds = GateSeconds { surrogate: 1e-3, solver: Some(8e-3) };
    /// assert_eq!(seconds.net_speed(0.125), Some(4.0));
    /// assert!(seconds.net_speed(1.0) < Some(1.0), "a surrogate in vain");
    /// ```
    #[must_use]
    pub fn net_speed(&self, solver_steps: f64) -> Option<f64> {
        let solver = self.solver?;
        Some(solver / (self.surrogate + solver_steps * solver))
    }
}
