//! The time that a frame takes, known before one is taken.

use ondine_solvers::{SimulationSpec, SolverError};
use std::time::{Duration, Instant};

/// Most steps that are timed, of which the shortest counts: the first ones fill caches, and others are interrupted.
const STEPS: usize = 5;

/// Time after which no further step is timed.
const LONG: Duration = Duration::from_millis(500);

/// Time of a frame from `u`, by that of one of its steps.
pub(super) fn frame(spec: &SimulationSpec, u: &[f64]) -> Result<Duration, SolverError> {
    let single = SimulationSpec {
        dt: spec.dt / spec.substeps as f64,
        substeps: 1,
        ..spec.clone()
    };
    let mut stepper = single.stepper()?;
    stepper.start(u);
    let mut step = Duration::MAX;
    let all = Instant::now();
    for _ in 0..STEPS {
        let begun = Instant::now();
        stepper.step();
        step = step.min(begun.elapsed());
        if all.elapsed() > LONG {
            break;
        }
    }
    Ok(times(step, spec.substeps as f64))
}

/// So many times as long; the longest time there is where it would be longer.
pub(super) fn times(time: Duration, factor: f64) -> Duration {
    Duration::try_from_secs_f64(time.as_secs_f64() * factor).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_end_at_the_longest() {
        let second = Duration::from_secs(1);
        assert_eq!(times(second, 3.0), 3 * second);
        assert_eq!(times(second, 1e30), Duration::MAX);
    }
}
