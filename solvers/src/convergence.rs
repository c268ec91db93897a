//! Self-convergence: a simulation beside one with half its time step and one on a finer grid.
//!
//! With `n` substeps per frame and an integrator of order `p`, the error in time is about
//! `‖uₙ − u₂ₙ‖ / ‖u₂ₙ‖ · 1 / (1 − 2⁻ᵖ)`, as in [`accuracy`](crate::accuracy), which says what the error of a state that has
//! decayed is relative to. The error in space
//! is `‖u − v‖ / ‖v‖` at the points of the grid, with the same simulation `v` on twice the points
//! per axis (a third of the spacing where halves share no points), both with `2n` substeps: what is stable on the grid is then stable on the finer one
//! too. P. J. Roache, "Quantification of uncertainty in computational fluid dynamics" (1997). Where the solver follows averages
//! over cells, [`CellErrors`] have the mean errors of those.

mod averages;
mod comparison;
mod frame;
mod refinement;
mod tail;

use std::ops::ControlFlow;

use crate::{Rollout, SimulationSpec, SolverError};
use averages::Averages;
pub use averages::CellErrors;
use comparison::{Anew, Comparison};
pub use frame::FrameErrors;
use refinement::{Refinement, Shared};
use tail::Tail;

/// Accuracy of one simulation in time and space.
#[derive(Debug, Clone, PartialEq)]
pub struct Convergence {
    /// The error of the time steps.
    pub temporal: Errors,
    /// The error of the grid.
    pub spatial: Errors,
    /// Relative L² distance of the first kept state from its samples on the grid, as waves between
    /// the points; `None` for an equation without Fourier modes. A linear equation
    /// carries every wave of the grid exactly, so that this is the whole error of the grid.
    pub sampling: Option<f64>,
    /// Largest share of a state's energy, its mean left out, in the top third of the wavenumbers
    /// that the solver resolves; `None` for an equation without Fourier modes.
    pub tail: Option<f64>,
    /// Mean errors of averages over cells, where the solver follows those and solutions may jump; `None` for other equations,
    /// for an odd number of cells or less than 16 along an axis, and where cells are solid.
    pub cells: Option<CellErrors>,
}

/// Relative L² errors over all channels, frame by frame.
///
/// A state that has decayed below `2⁻²³` of an earlier one, the state before the frame or the largest one of the run, counts
/// as that share of it: 32-bit frames resolve no more, and rounding errors are not relative to what is left.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Errors {
    /// Entry `i`: the error of the step from kept frame `i` to the next one, with the state at its
    /// begin taken as exact.
    pub added: Vec<f64>,
    /// Entry `i`: how far the runs are apart `i + 1` frames after the first kept one, where both
    /// began.
    pub accumulated: Vec<f64>,
}

/// Measures the errors in time and in space over the kept frames of a simulation, at least over
/// one step.
///
/// The runs begin in the same state at the first kept frame. Without a warm-up, for an equation without Fourier modes and
/// for a linear one, that is what `initial` gives on the finer grid; otherwise the state after the warm-up
/// on the grid of `spec`, between its points a sum of waves. `initial` gives the initial state of the
/// same simulation on any grid, channel after channel. After each frame, those of the warm-up
/// too, `tick` hears how many steps between kept frames are done; it ends the measurement,
/// without a result, with [`ControlFlow::Break`].
///
/// The error that a frame adds is measured in the states of the simulation itself, in space as waves
/// between its points. Without Fourier modes there is no such interpolation: the state is that
/// of the finer grid at the points of the grid, and the simulation takes the step anew. An explicit
/// stepper of an equation's own has to be stable on the finer grid with twice the substeps.
///
/// The cost is that of about `5 + 4 · 2ᵈ` simulations in `d` dimensions.
///
/// ```
/// use std::ops::ControlFlow;
/// use ondine_solvers::{Grid, Integrator, Precision, Rollout, SimulationSpec};
/// use ondine_solvers::{equation, measure_convergence};
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
/// let wave = |spec: &SimulationSpec| {
///     let x = spec.grid.coordinates(0).into_iter();
///     Ok(x.map(|x| (std::f64::consts::TAU * x).sin()).collect())
/// };
/// let rollout = Rollout { warmup: 0, frames: 5 };
/// let go_on = &mut |_| ControlFlow::Continue(());
/// let measured = measure_convergence(&simulation, &wave, rollout, go_on)?.expect("not stopped");
/// assert_eq!(measured.temporal.added.len(), 4);
/// assert!(measured.spatial.accumulated.iter().all(|&error| error < 1e-9));
/// # Ok::<(), ondine_solvers::SolverError>(())
/// ```
///
/// # Errors
///
/// [`SolverError::Diverged`] when one of the runs does, and the errors of `initial` and of
/// [`SimulationSpec::stepper`].
///
/// # Panics
///
/// When `initial` does not give one value per channel and point.
pub fn measure_convergence(
    spec: &SimulationSpec,
    initial: &dyn Fn(&SimulationSpec) -> Result<Vec<f64>, SolverError>,
    rollout: Rollout,
    tick: &mut dyn FnMut(usize) -> ControlFlow<()>,
) -> Result<Option<Convergence>, SolverError> {
    let refinement = Refinement::of(spec)?;
    let Some(start) = start(spec, &refinement.spec, initial, rollout.warmup, tick)? else {
        return Ok(None);
    };
    let mut race = Race::new(spec, refinement, &start)?;
    let u0 = race.spatial.accurate_state();
    let frames = rollout.frames.max(2);
    let mut ended = Ok(Some(()));
    spec.run(&u0, 0, frames, &mut |frame, u| {
        ended = race.pass(frame, u).map(Some);
        if ended.is_ok() && tick(frame).is_break() {
            ended = Ok(None);
        }
        match ended {
            Ok(Some(())) => ControlFlow::Continue(()),
            _ => ControlFlow::Break(()),
        }
    })?;
    Ok(ended?.map(|()| race.result()))
}

/// The first kept state on the grid of `fine`; nothing when told to stop.
fn start(
    spec: &SimulationSpec,
    fine: &SimulationSpec,
    initial: &dyn Fn(&SimulationSpec) -> Result<Vec<f64>, SolverError>,
    warmup: usize,
    tick: &mut dyn FnMut(usize) -> ControlFlow<()>,
) -> Result<Option<Vec<f64>>, SolverError> {
    let on_fine = warmup == 0 || !spec.equation.has_modes() || spec.is_linear()?;
    let warmed = if on_fine { fine } else { spec };
    let mut first = None;
    warmed.run(&initial(warmed)?, 0, warmup + 1, &mut |frame, u| {
        if frame == warmup {
            first = Some(u.to_vec());
        }
        tick(0)
    })?;
    let Some(first) = first else {
        return Ok(None);
    };
    if on_fine {
        return Ok(Some(first));
    }
    let mut waves = refinement::between(spec, fine);
    Ok(Some(waves.apply(&first).to_vec()))
}

/// Simulations that run beside the one measured, one frame further at a time.
struct Race {
    /// The same time steps beside half of them.
    temporal: Comparison,
    /// The same grid beside a finer one.
    spatial: Comparison,
    sampling: Option<f64>,
    tail: Option<Tail>,
    largest_tail: f64,
    /// Averages over cells beside those of the finer grid.
    averages: Option<Averages>,
}

impl Race {
    fn new(spec: &SimulationSpec, finer: Refinement, start: &[f64]) -> Result<Self, SolverError> {
        let halved = SimulationSpec {
            substeps: 2 * spec.substeps,
            ..spec.clone()
        };
        let mut sampling = None;
        let anew = if spec.equation.has_modes() {
            let mut waves = refinement::between(spec, &finer.spec);
            sampling = Some(frame::apart(
                waves.apply(&finer.shared.of(start)),
                start,
                0.0,
            ));
            Anew::Accurate(Some(Box::new(waves)), finer.spec.stepper()?)
        } else {
            Anew::Trial(halved.stepper()?)
        };
        let averages = Averages::new(spec, &finer.spec.grid, start)?;
        let (shared, extrapolation) = (finer.shared, finer.extrapolation);
        let spatial = Comparison::new(finer.spec, anew, shared, extrapolation, start)?;
        let anew = Anew::Accurate(None, halved.stepper()?);
        let richardson = 1.0 / (1.0 - 0.5_f64.powi(spec.order() as i32));
        let (shared, start) = (Shared::all(&spec.grid), spatial.accurate_state());
        Ok(Self {
            temporal: Comparison::new(halved, anew, shared, richardson, &start)?,
            spatial,
            sampling,
            tail: Tail::of(spec)?,
            largest_tail: 0.0,
            averages,
        })
    }

    /// Takes frame `frame` of the simulation, whose state is `u`; at 0 all runs are where they
    /// began.
    fn pass(&mut self, frame: usize, u: &[f64]) -> Result<(), SolverError> {
        if let Some(tail) = &mut self.tail {
            self.largest_tail = self.largest_tail.max(tail.share(u));
        }
        if frame == 0 {
            return Ok(());
        }
        self.temporal.advance(u)?;
        self.spatial.advance(&self.temporal.accurate_state())?;
        match &mut self.averages {
            Some(averages) => averages.advance(self.spatial.state()),
            None => Ok(()),
        }
    }

    fn result(self) -> Convergence {
        Convergence {
            temporal: self.temporal.errors,
            spatial: self.spatial.errors,
            sampling: self.sampling,
            tail: self.tail.map(|_| self.largest_tail),
            cells: self.averages.map(|averages| averages.errors),
        }
    }
}
