//! Solvers as forecasters: from the frames that a surrogate begins with, on any grid and in steps of any length.

use super::{HeldOut, JudgeError, Truth};
use crate::control::{Advance, Control};
use crate::forecast::Forecasts;
use crate::parallel;
use crate::plan::Plan;
use crate::results::Setup;
use burn::tensor::Device;
use ondine_datasets::Ensemble;
use ondine_solvers::CellAverages;
use ondine_solvers::spectral::Resample;
use ondine_solvers::{AxisKind, GROWTH_BOUND, Placement, SimulationSpec, SolverError, Stepper};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Solvers of the simulations that a surrogate is judged on.
pub(super) struct Solvers<'a> {
    plan: &'a Plan,
    /// The ensemble whose solver is asked, that of held-out simulations.
    ensemble: &'a Ensemble,
    held_out: &'a HeldOut,
    stride: usize,
    /// Numbers that the equation draws for every simulation.
    drawn: Vec<Vec<f64>>,
    /// The device on which they step many simulations at once; none for threads of the processor.
    pub(super) device: Option<Device>,
}

/// A share of the points of an axis, as a part of a whole.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share(pub(super) [usize; 2]);

impl Share {
    /// Half of the points.
    pub(super) const HALF: Self = Self([1, 2]);
}

impl<'a> Solvers<'a> {
    /// Solvers whose frames are `stride` frames of the simulations apart.
    ///
    /// # Errors
    /// Why there can be none, in words.
    pub(super) fn new(
        plan: &'a Plan,
        held_out: &'a HeldOut,
        stride: usize,
    ) -> Result<Self, String> {
        let solver = plan.solver.as_ref();
        let solver = solver.ok_or_else(|| format!("`{}` has no solver here", plan.problem.name))?;
        let ensemble = &solver.held_out;
        Ok(Self {
            drawn: drawn(plan, ensemble, held_out)?,
            plan,
            ensemble,
            held_out,
            stride,
            device: None,
        })
    }

    /// The simulations that a surrogate is judged on.
    pub(super) fn held_out(&self) -> &'a HeldOut {
        self.held_out
    }

    /// The setup of the recipe.
    pub(super) fn own(&self) -> Setup {
        let ensemble = self.ensemble;
        let same = self.held_out.points == ensemble.points;
        let points = if same {
            &ensemble.solver_points
        } else {
            &self.held_out.points
        };
        Setup {
            points: points.clone(),
            steps: ensemble.substeps * self.stride,
        }
    }

    /// Whether states can be brought to coarser grids: by their modes, or by averages over cells.
    fn is_coarsened(&self) -> bool {
        let kinds = self.plan.problem.axis_kinds();
        let cells = |kind: &AxisKind| kind.placement() == Placement::CellCentres;
        self.ensemble.has_modes() || kinds.iter().all(cells)
    }

    /// The setup of the recipe with a share of the points of every axis.
    ///
    /// # Errors
    /// Why there is none, in words.
    pub(super) fn coarser(&self, Share([part, whole]): Share) -> Result<Setup, String> {
        let (own, problem) = (self.own(), &self.plan.problem);
        let unsampled = problem.unsampled();
        if let Some(reason) = unsampled.filter(|_| part < whole && !self.is_coarsened()) {
            let kind = &problem.name;
            return Err(format!(
                "`{kind}` {reason}: its states have no modes to restrict"
            ));
        }
        let kinds = problem.axis_kinds();
        let spacings = own.points.iter().zip(&kinds);
        let spacings: Vec<usize> = spacings
            .map(|(&points, kind)| kind.placement().spacings(points))
            .collect();
        if !spacings.iter().all(|n| (n * part).is_multiple_of(whole)) {
            return Err(format!("{:?} points have no {part}/{whole}", own.points));
        }
        let fewer = spacings.iter().zip(&kinds);
        let points: Vec<usize> = fewer
            .map(|(n, kind)| kind.placement().points((n * part / whole).max(1)))
            .collect();
        let length = vec![1.0; points.len()];
        let grid = self.ensemble.grid(&points, &length);
        grid.map_err(|error| error.to_string())?;
        Ok(Setup { points, ..own })
    }

    /// Forecasts of `frames` frames of every simulation, shared out to all cores, or on their device.
    ///
    /// # Errors
    /// When the equation refuses the grid, or `control` ends it.
    pub(super) fn forecasts(
        &self,
        setup: &Setup,
        frames: usize,
        what: &'static str,
        control: Control<'_>,
    ) -> Result<Forecasts, JudgeError> {
        if let Some(device) = &self.device {
            return self.forecasts_there(device, (setup, frames), what, control);
        }
        let indices: Vec<usize> = (0..self.held_out.trajectories.len()).collect();
        let ended = AtomicUsize::new(0);
        let forecast = |&index: &usize| -> Result<Vec<Vec<f32>>, JudgeError> {
            control.check()?;
            let mut solver = self.solver(setup, index)?;
            let forecast = (0..frames).map(|_| solver.next()).collect();
            let done = ended.fetch_add(1, Ordering::Relaxed) + 1;
            let of = indices.len();
            control.tell(Advance { what, done, of })?;
            Ok(forecast)
        };
        let all = parallel::map(&indices, forecast)?;
        Ok(by_step(all.into_iter(), frames))
    }

    /// A solver at the beginning of the forecast of a simulation.
    ///
    /// # Errors
    /// When the equation refuses the grid.
    pub(super) fn solver(&self, setup: &Setup, index: usize) -> Result<Solver, SolverError> {
        let (ensemble, truth) = (self.ensemble, &self.held_out.trajectories[index]);
        let spec = self.spec(setup, index)?;
        let grids = [&self.held_out.points[..], &setup.points];
        let mut solver = Solver::new(spec.stepper()?, grids, ensemble.has_modes());
        solver.start(self.time(truth), self.first_frame(index));
        Ok(solver)
    }

    /// A simulation that goes on from the frame that its forecast begins with.
    ///
    /// # Errors
    /// When the equation refuses the grid.
    pub(super) fn spec(&self, setup: &Setup, index: usize) -> Result<SimulationSpec, SolverError> {
        let (truth, drawn) = (
            &self.held_out.trajectories[index],
            self.drawn[index].clone(),
        );
        Ok(SimulationSpec {
            dt: truth.dt,
            substeps: setup.steps,
            ..self
                .ensemble
                .spec_of(&truth.conditions, &setup.points, drawn)?
        })
    }

    /// The frame that the forecast of a simulation begins with.
    pub(super) fn first_frame(&self, index: usize) -> &[f32] {
        let truth = &self.held_out.trajectories[index];
        &truth.since_last(self.held_out.num_initial_frames)[0]
    }

    /// When the last known frame was, for equations that depend on time.
    fn time(&self, truth: &Truth) -> f64 {
        let warmup = self.ensemble.warmup as f64 * truth.conditions.dt;
        warmup + (self.held_out.num_initial_frames - 1) as f64 * truth.dt
    }
}

/// Numbers that the equation draws for every simulation; a file does not keep them.
fn drawn(plan: &Plan, ensemble: &Ensemble, held_out: &HeldOut) -> Result<Vec<Vec<f64>>, String> {
    let all = 0..held_out.trajectories.len() as u64;
    if ensemble.draws() && held_out.seed.is_none() {
        let kind = &plan.problem.name;
        return Err(format!(
            "`{kind}` draws a force for every simulation, which the file does not hold"
        ));
    }
    let of = |index| match held_out.attempt(index) {
        0 => ensemble.drawn(index),
        attempt => ensemble.redrawn(attempt).drawn(index),
    };
    Ok(all.map(of).collect())
}

/// `[simulation][step]` as `[step][simulation]`.
pub(super) fn by_step(
    simulations: impl Iterator<Item = Vec<Vec<f32>>>,
    frames: usize,
) -> Forecasts {
    let mut steps: Forecasts = vec![Vec::new(); frames];
    for simulation in simulations {
        let pairs = steps.iter_mut().zip(simulation);
        pairs.for_each(|(of_step, frame)| of_step.push(frame));
    }
    steps
}

/// A solver under way.
pub(super) struct Solver {
    stepper: Box<dyn Stepper>,
    /// From the grid of the frames, and back.
    grids: Option<Grids>,
    u: Vec<f64>,
    bound: f64,
}

/// The way of states from one grid to another, and back.
enum Grids {
    Modes(Box<[Resample; 2]>),
    Averages(CellAverages),
}

/// The largest `|u|` that is plausible behind a state.
pub(super) fn bound(u: &[f64]) -> f64 {
    GROWTH_BOUND * u.iter().fold(1.0, |peak: f64, u| peak.max(u.abs()))
}

impl Solver {
    /// For frames on one grid and a stepper on another.
    fn new(stepper: Box<dyn Stepper>, [frames, points]: [&[usize]; 2], by_modes: bool) -> Self {
        let kinds = stepper.grid().kinds();
        let along = |from, to| Resample::along(kinds, from, to);
        let between = || {
            if by_modes {
                Grids::Modes(Box::new([along(frames, points), along(points, frames)]))
            } else {
                Grids::Averages(CellAverages::new(kinds, frames, points))
            }
        };
        Self {
            u: vec![0.0; stepper.channels() * points.iter().product::<usize>()],
            grids: (frames != points).then(between),
            bound: 0.0,
            stepper,
        }
    }

    /// Begins with a frame at a time.
    fn start(&mut self, time: f64, frame: &[f32]) {
        let wide: Vec<f64> = frame.iter().map(|&value| f64::from(value)).collect();
        match &mut self.grids {
            Some(Grids::Modes(ways)) => self.u.copy_from_slice(ways[0].apply(&wide)),
            Some(Grids::Averages(cells)) => self.u.copy_from_slice(&cells.coarser(&wide)),
            None => self.u.copy_from_slice(&wide),
        }
        self.bound = bound(&self.u);
        self.stepper.start_at(time, &self.u);
    }

    /// The next frame; one that is not a number, as all that follow, when the solution has diverged.
    pub(super) fn next(&mut self) -> Vec<f32> {
        self.stepper.step();
        self.stepper.read(&mut self.u);
        if !self.u.iter().all(|u| u.abs() <= self.bound) {
            self.bound = f64::NAN; // nothing is below it
            self.u.fill(f64::NAN);
        }
        let single = |frame: &[f64]| frame.iter().map(|&value| value as f32).collect();
        match &mut self.grids {
            Some(Grids::Modes(ways)) => single(ways[1].apply(&self.u)),
            Some(Grids::Averages(cells)) => single(&cells.finer(&self.u)),
            None => single(&self.u),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ondine_solvers::Grid;

    /// Multiplies its state by a thousand each step.
    struct Growing(Grid, Vec<f64>);

    impl Stepper for Growing {
        fn grid(&self) -> &Grid {
            &self.0
        }
        fn channels(&self) -> usize {
            1
        }
        fn dt(&self) -> f64 {
            0.5
        }
        fn start(&mut self, u: &[f64]) {
            self.1 = u.to_vec();
        }
        fn step(&mut self) {
            self.1.iter_mut().for_each(|u| *u = (1e3 * *u).min(2e6));
        }
        fn read(&mut self, u: &mut [f64]) {
            u.copy_from_slice(&self.1);
        }
    }

    #[test]
    fn a_solution_that_grows_without_bound_is_not_finite_from_then_on() {
        let grid = Grid::new(&[8], &[1.0]).expect("valid");
        let mut solver = Solver::new(Box::new(Growing(grid, vec![])), [&[8], &[8]], true);
        solver.start(0.0, &[1.0; 8]);
        let frames: Vec<Vec<f32>> = (0..4).map(|_| solver.next()).collect();
        assert_eq!(frames[..2], [[1e3; 8], [1e6; 8]]);
        let lost = frames[2..].iter().flatten().all(|u| u.is_nan());
        assert!(lost, "{frames:?}"); // 2e6 is above 1e6, and stays lost though it grows no further
    }

    #[test]
    fn frames_reach_a_coarser_grid_and_come_back_by_their_modes() {
        let grid = Grid::new(&[8], &[1.0]).expect("valid");
        let mut solver = Solver::new(Box::new(Growing(grid, vec![])), [&[16], &[8]], true);
        let wave = |k: usize, j: usize| (std::f64::consts::TAU * (k * j) as f64 / 16.0).sin();
        let start: Vec<f32> = (0..16).map(|j| (wave(3, j) + wave(5, j)) as f32).collect();
        solver.start(0.0, &start);
        for (j, u) in solver.next().into_iter().enumerate() {
            let error = (f64::from(u) / 1e3 - wave(3, j)).abs(); // 8 points hold no fifth mode
            assert!(error < 1e-6, "{j}: {error}");
        }
    }
}
