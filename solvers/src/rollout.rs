//! A trajectory: the frames `u(i dt)`, `i = warmup … warmup + frames − 1`, each of them checked.

use std::ops::ControlFlow;

use crate::{Divergence, Stepper};

/// Growth of `|u|` beyond `max(1, max |u₀|)` above which a solution counts as diverged. No equation
/// of the catalogue comes near; a wrong time step goes past it within a few frames.
pub const GROWTH_BOUND: f64 = 1e6;

/// Which frames of a simulation are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rollout {
    /// Frames simulated and thrown away first, the initial state being one of them.
    pub warmup: usize,
    /// Frames handed out; with `warmup = 0` the first is the initial state itself.
    pub frames: usize,
}

impl Rollout {
    /// Runs `stepper` from `u0`, one step per frame, and calls `sink` with the number (from 0) and
    /// the values of each kept frame. The sink ends the run early with [`ControlFlow::Break`].
    ///
    /// # Errors
    ///
    /// [`Divergence`] at the first frame, warm-up included, that holds a NaN, an infinity, or a
    /// value above `10⁶ max(1, max |u₀|)`.
    ///
    /// # Panics
    ///
    /// When `u0` does not have the size of the stepper's state.
    pub fn run(
        &self,
        stepper: &mut dyn Stepper,
        u0: &[f64],
        sink: &mut dyn FnMut(usize, &[f64]) -> ControlFlow<()>,
    ) -> Result<(), Divergence> {
        let mut course = Course::new(u0);
        let mut u = u0.to_vec();
        stepper.start(u0);
        for frame in 0..self.warmup + self.frames {
            if frame > 0 {
                stepper.step();
                stepper.read(&mut u);
            }
            let time = frame as f64 * stepper.dt();
            course.take(&u, time, |u| match frame.checked_sub(self.warmup) {
                Some(kept) => sink(kept, u),
                None => ControlFlow::Continue(()),
            });
            if course.is_over() {
                break;
            }
        }
        course.ended()
    }
}

/// The way of a simulation: it goes on until it diverges or its frames are not wanted any more.
pub(crate) struct Course {
    bound: f64,
    over: Option<Result<(), Divergence>>,
}

impl Course {
    /// A simulation that begins with `u0`.
    pub(crate) fn new(u0: &[f64]) -> Self {
        Self {
            bound: GROWTH_BOUND * peak(u0).max(1.0),
            over: None,
        }
    }

    /// Checks the frame `u` at `time` and hands it to `sink`.
    pub(crate) fn take(
        &mut self,
        u: &[f64],
        time: f64,
        sink: impl FnOnce(&[f64]) -> ControlFlow<()>,
    ) {
        match check(u, self.bound, time) {
            Err(divergence) => self.over = Some(Err(divergence)),
            Ok(()) if sink(u).is_break() => self.over = Some(Ok(())),
            Ok(()) => {}
        }
    }

    pub(crate) fn is_over(&self) -> bool {
        self.over.is_some()
    }

    pub(crate) fn ended(self) -> Result<(), Divergence> {
        self.over.unwrap_or(Ok(()))
    }
}

fn check(u: &[f64], bound: f64, time: f64) -> Result<(), Divergence> {
    let peak = peak(u);
    if peak <= bound && peak.is_finite() {
        return Ok(());
    }
    Err(Divergence { time, peak })
}

/// Largest `|u|`; infinite when a value is not a number.
fn peak(u: &[f64]) -> f64 {
    let worst = |peak: f64, u: &f64| {
        if u.is_nan() {
            f64::INFINITY
        } else {
            peak.max(u.abs())
        }
    };
    u.iter().fold(0.0, worst)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Grid;

    /// Multiplies its state by a thousand each step.
    struct Growing {
        grid: Grid,
        u: Vec<f64>,
    }

    impl Stepper for Growing {
        fn grid(&self) -> &Grid {
            &self.grid
        }
        fn channels(&self) -> usize {
            1
        }
        fn dt(&self) -> f64 {
            0.5
        }
        fn start(&mut self, u: &[f64]) {
            self.u = u.to_vec();
        }
        fn step(&mut self) {
            self.u.iter_mut().for_each(|u| *u *= 1000.0);
        }
        fn read(&mut self, u: &mut [f64]) {
            u.copy_from_slice(&self.u);
        }
    }

    fn run(warmup: usize, frames: usize, u0: f64) -> (Vec<(usize, f64)>, Result<(), Divergence>) {
        let grid = Grid::new(&[4], &[1.0]).expect("valid");
        let mut stepper = Growing { grid, u: vec![] };
        let mut seen = Vec::new();
        let result = Rollout { warmup, frames }.run(&mut stepper, &[u0; 4], &mut |i, u| {
            seen.push((i, u[0]));
            ControlFlow::Continue(())
        });
        (seen, result)
    }

    #[test]
    fn first_kept_frame_follows_the_warm_up() {
        assert_eq!(run(0, 2, 1e-3), (vec![(0, 1e-3), (1, 1.0)], Ok(())));
        assert_eq!(run(2, 1, 1e-3), (vec![(0, 1e3)], Ok(())));
    }

    #[test]
    fn growth_is_caught_in_the_warm_up_with_its_time() {
        let (seen, result) = run(10, 5, 1.0);
        assert!(seen.is_empty());
        let divergence = result.expect_err("grows without bound");
        assert_eq!(
            divergence,
            Divergence {
                time: 1.5,
                peak: 1e9
            }
        );
    }

    #[test]
    fn a_state_that_is_not_a_number_is_caught_at_once() {
        let (_, result) = run(0, 5, f64::NAN);
        let divergence = result.expect_err("not a number");
        assert_eq!(
            divergence,
            Divergence {
                time: 0.0,
                peak: f64::INFINITY
            }
        );
    }

    #[test]
    fn sink_ends_the_run() {
        let grid = Grid::new(&[4], &[1.0]).expect("valid");
        let mut stepper = Growing { grid, u: vec![] };
        let mut count = 0;
        let mut sink = |_: usize, _: &[f64]| {
            count += 1;
            ControlFlow::Break(())
        };
        let rollout = Rollout {
            warmup: 0,
            frames: 100,
        };
        rollout
            .run(&mut stepper, &[1.0; 4], &mut sink)
            .expect("ends before it diverges");
        assert_eq!(count, 1);
    }
}
