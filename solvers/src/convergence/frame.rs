//! The errors of single frames: from states of one simulation, at a small part of the cost of whole
//! runs side by side.

use super::refinement::{Refinement, Shared, between};
use super::tail::Tail;
use crate::accuracy::{difference, norm};
use crate::stepper::one_step;
use crate::{Grid, Resample, SimulationSpec, SolverError, Stepper};

/// The errors that one frame of a simulation with Fourier modes adds, from any of its states.
///
/// ```
/// use ondine_solvers::{FrameErrors, Grid, Integrator, Precision, SimulationSpec, equation};
///
/// let simulation = SimulationSpec {
///     equation: equation::find("burgers").expect("in the list"),
///     parameters: vec![0.1],
///     drawn: vec![],
///     grid: Grid::new(&[64], &[1.0])?,
///     dt: 0.01,
///     substeps: 1,
///     integrator: Integrator::Etdrk4,
///     precision: Precision::F64,
///     threads: 1,
/// };
/// let x = simulation.grid.coordinates(0).into_iter();
/// let wave: Vec<f64> = x.map(|x| (std::f64::consts::TAU * x).sin()).collect();
/// let mut errors = FrameErrors::new(&simulation)?;
/// assert!(errors.temporal(0.0, &wave) < 1e-5);
/// assert!(errors.spatial(0.0, &wave)? < 1e-9);
/// assert!(errors.tail(&wave) < 1e-12);
/// # Ok::<(), ondine_solvers::SolverError>(())
/// ```
pub struct FrameErrors {
    spec: SimulationSpec,
    steppers: [Box<dyn Stepper>; 2],
    tail: Tail,
    finer: Option<Finer>,
}

/// The same simulation on twice the points along each axis.
struct Finer {
    stepper: Box<dyn Stepper>,
    waves: Resample,
    shared: Shared,
}

impl FrameErrors {
    /// For the states of `spec`.
    ///
    /// # Errors
    ///
    /// The errors of [`SimulationSpec::stepper`].
    ///
    /// # Panics
    ///
    /// When the equation has no Fourier modes: its states are no waves between the points.
    pub fn new(spec: &SimulationSpec) -> Result<Self, SolverError> {
        let steppers = [spec.stepper()?, halved(spec).stepper()?];
        let tail = Tail::of(spec)?.expect("the equation has Fourier modes");
        Ok(Self {
            spec: spec.clone(),
            steppers,
            tail,
            finer: None,
        })
    }

    /// The grid that [`spatial`](Self::spatial) compares with.
    ///
    /// # Errors
    ///
    /// Those of [`Grid::of`].
    pub fn finer_grid(spec: &SimulationSpec) -> Result<Grid, SolverError> {
        Ok(Refinement::of(spec)?.spec.grid)
    }

    /// Share of the energy of `u` in the top third of the resolved wavenumbers, its mean left out.
    pub fn tail(&mut self, u: &[f64]) -> f64 {
        self.tail.share(u)
    }

    /// Relative L² error in time that a frame adds to the state `u` at `time`, by half the time
    /// steps; infinite when one of the two diverges.
    pub fn temporal(&mut self, time: f64, u: &[f64]) -> f64 {
        let richardson = 1.0 / (1.0 - 0.5_f64.powi(self.spec.order() as i32));
        let [once, twice] = &mut self.steppers;
        let [once, twice] = [once, twice].map(|stepper| frame(stepper.as_mut(), time, u));
        richardson * apart(&once, &twice, norm(u))
    }

    /// Relative L² error in space that a frame adds to the state `u` at `time`, by the same state,
    /// as waves between its points, on twice the points per axis; infinite when one of the two
    /// diverges. Both have half the time steps: what is stable on the grid is then stable on the
    /// finer one too.
    ///
    /// # Errors
    ///
    /// The errors of [`SimulationSpec::stepper`] on the finer grid.
    pub fn spatial(&mut self, time: f64, u: &[f64]) -> Result<f64, SolverError> {
        let here = frame(self.steppers[1].as_mut(), time, u);
        let finer = self.finer()?;
        let there = frame(finer.stepper.as_mut(), time, finer.waves.apply(u));
        Ok(apart(&here, &finer.shared.of(&there), norm(u)))
    }

    /// Relative L² distance of the state `u`, as waves between its points, from `fine`, the same
    /// state on the [finer grid](Self::finer_grid). Single frames do not see this error where the
    /// equation is linear: it carries every wave of the grid exactly, wrong ones too.
    ///
    /// # Errors
    ///
    /// The errors of [`SimulationSpec::stepper`] on the finer grid.
    ///
    /// # Panics
    ///
    /// When `u` or `fine` does not have one value per channel and point of its grid.
    pub fn sampling(&mut self, u: &[f64], fine: &[f64]) -> Result<f64, SolverError> {
        Ok(apart(self.finer()?.waves.apply(u), fine, 0.0))
    }

    fn finer(&mut self) -> Result<&mut Finer, SolverError> {
        Ok(match &mut self.finer {
            Some(finer) => finer,
            none => none.insert(Finer::of(&self.spec)?),
        })
    }
}

impl Finer {
    fn of(spec: &SimulationSpec) -> Result<Self, SolverError> {
        let finer = Refinement::of(spec)?;
        Ok(Self {
            stepper: finer.spec.stepper()?,
            waves: between(spec, &finer.spec),
            shared: finer.shared,
        })
    }
}

fn halved(spec: &SimulationSpec) -> SimulationSpec {
    SimulationSpec {
        substeps: 2 * spec.substeps,
        ..spec.clone()
    }
}

fn frame(stepper: &mut dyn Stepper, time: f64, u: &[f64]) -> Vec<f64> {
    let mut after = vec![0.0; u.len()];
    one_step(stepper, time, u, &mut after);
    after
}

/// [`difference`]; infinite when one of the two is not finite.
pub(super) fn apart(a: &[f64], b: &[f64], before: f64) -> f64 {
    let [a, b] = [a, b].map(|u| u.iter().all(|u| u.is_finite()).then_some(u));
    difference(a, b, before)
}
