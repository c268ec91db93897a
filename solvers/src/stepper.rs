//! Advancing a state `u(t) → u(t + dt)`, whatever the method.

use crate::{Grid, SolverError, Threads};

/// Anything that advances a state by a fixed time step.
///
/// States cross this seam as physical values, channel after channel, each in the order of the
/// grid's points. In between the stepper may keep them in any form.
///
/// ```
/// use ondine_solvers::equation::Burgers;
/// use ondine_solvers::{Etdrk, Grid, Integrator, Stepper, Substeps, Threads};
///
/// let grid = Grid::new(&[64], &[1.0])?;
/// let burgers = Box::new(Burgers { viscosity: 0.01, dims: 1 });
/// let threads = Threads::one();
/// let fine: Etdrk = Etdrk::new(burgers, &grid, 0.001, Integrator::Etdrk4, threads)?;
/// let mut stepper = Substeps::new(fine, 10);
///
/// let mut u: Vec<f64> = grid.coordinates(0).iter().map(|x| 1.0 - (2.0 * x - 1.0).abs()).collect();
/// stepper.start(&u);
/// stepper.step();
/// stepper.read(&mut u);
/// assert!((stepper.dt() - 0.01).abs() < 1e-15);
/// # Ok::<(), ondine_solvers::SolverError>(())
/// ```
pub trait Stepper: Send {
    /// The grid of the state, which says where its points are and what bounds it.
    fn grid(&self) -> &Grid;

    /// Number of fields of the state.
    fn channels(&self) -> usize;

    /// The time one [`step`](Self::step) advances.
    fn dt(&self) -> f64;

    /// Begins at time 0 with the values `u`; what was computed before is forgotten.
    fn start(&mut self, u: &[f64]);

    /// As [`start`](Self::start) at another time; the same unless the equation depends on it.
    fn start_at(&mut self, time: f64, u: &[f64]) {
        let _ = time;
        self.start(u);
    }

    /// Checks that the values `u` are those of a state to begin with; by default all are.
    ///
    /// # Errors
    ///
    /// For example a density that is not above 0.
    fn admit(&mut self, u: &[f64]) -> Result<(), SolverError> {
        let _ = u;
        Ok(())
    }

    /// Shares the grid out to `threads` from now on, where the stepper can.
    fn share(&mut self, threads: &Threads) {
        let _ = threads;
    }

    /// Advances the state by `dt`.
    fn step(&mut self);

    /// Writes the values of the state now.
    fn read(&mut self, u: &mut [f64]);
}

impl<S: Stepper + ?Sized> Stepper for Box<S> {
    fn grid(&self) -> &Grid {
        (**self).grid()
    }

    fn channels(&self) -> usize {
        (**self).channels()
    }

    fn dt(&self) -> f64 {
        (**self).dt()
    }

    fn start(&mut self, u: &[f64]) {
        (**self).start(u);
    }

    fn start_at(&mut self, time: f64, u: &[f64]) {
        (**self).start_at(time, u);
    }

    fn admit(&mut self, u: &[f64]) -> Result<(), SolverError> {
        (**self).admit(u)
    }

    fn share(&mut self, threads: &Threads) {
        (**self).share(threads);
    }

    fn step(&mut self) {
        (**self).step();
    }

    fn read(&mut self, u: &mut [f64]) {
        (**self).read(u);
    }
}

/// Checks that there is a step of this time.
pub(crate) fn check_time_step(owner: &'static str, dt: f64) -> Result<(), SolverError> {
    if dt.is_finite() && dt > 0.0 {
        return Ok(());
    }
    Err(SolverError::OutOfRange {
        owner,
        name: "dt",
        value: dt,
        min: f64::MIN_POSITIVE,
        max: f64::INFINITY,
    })
}

/// Writes to `end` what one step makes of the state `start` at `time`.
pub(crate) fn one_step(stepper: &mut dyn Stepper, time: f64, start: &[f64], end: &mut [f64]) {
    stepper.start_at(time, start);
    stepper.step();
    stepper.read(end);
}

/// A stepper whose step is several steps of another one.
#[derive(Debug)]
pub struct Substeps<S> {
    inner: S,
    count: usize,
}

impl<S: Stepper> Substeps<S> {
    /// Groups `count` steps of `inner` into one.
    ///
    /// # Panics
    ///
    /// When `count` is zero.
    #[must_use]
    pub fn new(inner: S, count: usize) -> Self {
        assert!(0 < count, "a step has at least one substep");
        Self { inner, count }
    }
}

impl<S: Stepper> Stepper for Substeps<S> {
    fn grid(&self) -> &Grid {
        self.inner.grid()
    }

    fn channels(&self) -> usize {
        self.inner.channels()
    }

    fn dt(&self) -> f64 {
        self.inner.dt() * self.count as f64
    }

    fn start(&mut self, u: &[f64]) {
        self.inner.start(u);
    }

    fn start_at(&mut self, time: f64, u: &[f64]) {
        self.inner.start_at(time, u);
    }

    fn admit(&mut self, u: &[f64]) -> Result<(), SolverError> {
        self.inner.admit(u)
    }

    fn share(&mut self, threads: &Threads) {
        self.inner.share(threads);
    }

    fn step(&mut self) {
        for _ in 0..self.count {
            self.inner.step();
        }
    }

    fn read(&mut self, u: &mut [f64]) {
        self.inner.read(u);
    }
}
