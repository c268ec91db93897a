//! An equation on a grid: `ûₜ = ℒ̂û + 𝒩̂(û, t)`, with the memory its nonlinear term needs.

use std::ops::Range;

use super::coefficients::Factor;
use super::symbols::{propagators, symbols};
use crate::equation::parity;
use crate::nonlinear::{OwnTerm, Slices};
use crate::real::{complex, zero};
use crate::spectral::Wavenumbers;
use crate::{Complex, Complex64, Equation, Grid, Real, SolverError, Threads, Transform, Workspace};

/// An equation together with its grid, at a time that runs in steps of `dt`.
pub(super) struct Semilinear<T: Real> {
    equation: Box<dyn Equation>,
    term: Term<T>,
    work: Workspace<T>,
    active: Vec<Range<usize>>,
    idle: Vec<Range<usize>>,
    dt: f64,
    /// Time at the start, and steps since.
    start: f64,
    steps: u64,
}

/// The nonlinear term on a grid.
enum Term<T> {
    None,
    Slices(Slices<T>),
    Own(Box<dyn OwnTerm>),
}

impl<T: Real> Term<T> {
    fn new(equation: &dyn Equation, grid: &Grid, work: &Workspace<T>) -> Self {
        match (equation.nonlinear(), equation.own_term()) {
            (Some(term), _) => Self::Slices(Slices::new(term, grid, work)),
            (None, Some(own)) => Self::Own(own),
            (None, None) => Self::None,
        }
    }
}

impl<T: Real> Semilinear<T> {
    pub(super) fn new(
        equation: Box<dyn Equation>,
        grid: &Grid,
        dt: f64,
        threads: Threads,
    ) -> Result<Self, SolverError> {
        equation.check(grid)?;
        let work = Workspace::new(equation.as_ref(), grid, threads)?;
        parity::check(equation.as_ref(), grid, dt)?;
        let (modes, kept) = (work.transform.num_modes(), work.transform.num_kept_modes());
        let starts = (0..equation.channels()).map(|channel| channel * modes);
        Ok(Self {
            active: starts.clone().map(|start| start..start + kept).collect(),
            idle: starts.map(|start| start + kept..start + modes).collect(),
            term: Term::new(equation.as_ref(), grid, &work),
            equation,
            work,
            dt,
            start: 0.0,
            steps: 0,
        })
    }

    /// It is `time` now.
    pub(super) fn restart(&mut self, time: f64) {
        self.start = time;
        self.steps = 0;
    }

    /// Time is one step later.
    pub(super) fn tick(&mut self) {
        self.steps += 1;
    }

    /// Writes `𝒩̂(û, t)`, channel after channel, at a fraction `stage` of the step that is under
    /// way. Only the active modes of `û` matter.
    pub(super) fn nonlinear(&mut self, stage: f64, u_hat: &[Complex<T>], out: &mut [Complex<T>]) {
        self.work.time = self.start + (self.steps as f64 + stage) * self.dt;
        match &self.term {
            Term::None => out.fill(zero()),
            Term::Slices(term) => term.evaluate(&mut self.work, u_hat, out),
            Term::Own(term) => T::evaluate(term.as_ref(), &mut self.work, u_hat, out),
        }
    }

    /// Replaces every mode `u` where `𝒩̂` may differ from zero by `f(u, weights, stages)`, all of
    /// the same mode.
    pub(super) fn update<F: Factor<T>, const W: usize, const S: usize>(
        &self,
        u: &mut [Complex<T>],
        weights: [&[F]; W],
        stages: [&[Complex<T>]; S],
        f: impl Fn(Complex<T>, [F; W], [Complex<T>; S]) -> Complex<T> + Send + Sync,
    ) {
        self.over(&self.active, u, weights, stages, f);
    }

    /// Multiplies every mode above the dealiasing bound, where `𝒩̂ = 0`, by `eᶻ`.
    pub(super) fn decay<F: Factor<T>>(&self, u: &mut [Complex<T>], exp: &[F]) {
        self.over(&self.idle, u, [exp], [], |u, [exp], []| exp.of(u));
    }

    fn over<F: Factor<T>, const W: usize, const S: usize>(
        &self,
        runs: &[Range<usize>],
        u: &mut [Complex<T>],
        weights: [&[F]; W],
        stages: [&[Complex<T>]; S],
        f: impl Fn(Complex<T>, [F; W], [Complex<T>; S]) -> Complex<T> + Send + Sync,
    ) {
        for run in runs {
            self.work.threads.each(&mut u[run.clone()], |start, u| {
                // Cut to one length, so that the loop needs no checks and is vectorised.
                let part = run.start + start..run.start + start + u.len();
                let weights = weights.map(|weight| &weight[part.clone()]);
                let stages = stages.map(|stage| &stage[part.clone()]);
                for (i, u) in u.iter_mut().enumerate() {
                    let weights = std::array::from_fn(|j| weights[j][i]);
                    let stages = std::array::from_fn(|j| stages[j][i]);
                    *u = f(*u, weights, stages);
                }
            });
        }
    }

    /// The symbols `ℒ̂` of all modes, channel after channel.
    pub(super) fn symbols(&self, grid: &Grid) -> Vec<Complex64> {
        symbols(self.equation.as_ref(), &Wavenumbers::new(grid))
    }

    /// The entries `e^{ℒ̂ dt}` of a coupled linear equation, all modes of each entry in a row.
    pub(super) fn propagators(&self, grid: &Grid) -> Option<Vec<Vec<Complex<T>>>> {
        let entries = propagators(self.equation.as_ref(), &Wavenumbers::new(grid), self.dt)?;
        let rounded = |entry: Vec<Complex64>| entry.into_iter().map(complex).collect();
        Some(entries.into_iter().map(rounded).collect())
    }

    pub(super) fn equation(&self) -> &dyn Equation {
        self.equation.as_ref()
    }

    pub(super) fn transform(&mut self) -> &mut Transform<T> {
        &mut self.work.transform
    }

    pub(super) fn threads(&self) -> &Threads {
        &self.work.threads
    }

    pub(super) fn num_modes(&self) -> usize {
        self.work.transform.num_modes()
    }
}
