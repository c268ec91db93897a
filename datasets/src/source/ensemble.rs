//! The ensemble: which solver run belongs to simulation `index`.

use super::draws::{Draws, redrawn};
use super::filter::Filter;
use super::quantities::Quantities;
use crate::sampler::{self, Sampler};
use crate::{Conditions, DataError, Source};
use ondine_solvers::equation::EquationEntry;
use ondine_solvers::initial::{InitialState, draw_between_walls, sample};
use ondine_solvers::{
    Batch, Grid, Integrator, Obstacle, Precision, Rng, Rollout, SimulationSpec, SolverError, Stream,
};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Bytes of the frames of a block of simulations, at most: whoever waits for its end holds them.
const BLOCK: usize = 64 << 20;

/// Simulations of one equation with drawn parameters and initial states.
#[derive(Clone)]
pub struct Ensemble {
    /// The equation.
    pub equation: &'static EquationEntry,
    /// Grid points per axis of the frames.
    pub points: Vec<usize>,
    /// Grid points per axis of the solver, not fewer. Along an axis where there are more, frames keep the modes
    /// `|k| < points/2` of its states and nothing else ([`Resample`](ondine_solvers::Resample)), and averages over its cells where those
    /// are what it follows; no other equation can have that.
    pub solver_points: Vec<usize>,
    /// Solid parts of the box, the same in all simulations.
    pub obstacles: Vec<Obstacle>,
    /// Quantities that are drawn.
    pub quantities: Quantities,
    /// Solver steps per frame.
    pub substeps: usize,
    /// Time integrator.
    pub integrator: Integrator,
    /// Floating-point numbers that the solver computes with.
    pub precision: Precision,
    /// Threads of one simulation.
    pub threads: usize,
    /// Frames simulated and thrown away.
    pub warmup: usize,
    /// Frames kept.
    pub frames: usize,
    /// Distribution of initial states.
    pub initial: Arc<dyn InitialState>,
    /// Sampler of points in the space of parameters.
    pub sampler: Arc<dyn Sampler>,
    /// Seed of all draws.
    pub seed: u64,
}

impl Ensemble {
    /// The solver run of simulation `index`, on the grid of the solver.
    ///
    /// # Errors
    /// When drawn values make no valid grid, or the frames have another one and states can't be resampled.
    pub fn spec(&self, index: u64) -> Result<SimulationSpec, SolverError> {
        let drawn = self.conditions(index);
        if self.filters() {
            if !self.chooses_steps() {
                self.equation.check_resampled(self.points.len())?;
            }
            self.equation.grid(&self.points, &drawn.length)?;
        }
        self.spec_of(&drawn, &self.solver_points, self.drawn(index))
    }

    /// The solver run under `conditions` on a grid of `points`, with what was [`drawn`](Self::drawn) for it.
    ///
    /// # Errors
    /// When the conditions make no valid grid.
    pub fn spec_of(
        &self,
        conditions: &Conditions,
        points: &[usize],
        drawn: Vec<f64>,
    ) -> Result<SimulationSpec, SolverError> {
        Ok(SimulationSpec {
            equation: self.equation,
            parameters: conditions.parameters.clone(),
            drawn,
            grid: self.grid(points, &conditions.length)?,
            dt: conditions.dt,
            substeps: self.substeps,
            integrator: self.integrator,
            precision: self.precision,
            threads: self.threads,
        })
    }

    /// The grid of its solver on so many points, with one entry of `points` and `length` per axis.
    ///
    /// # Errors
    /// When there is no such grid.
    pub fn grid(&self, points: &[usize], length: &[f64]) -> Result<Grid, SolverError> {
        let grid = self.equation.grid(points, length)?;
        Ok(grid.with_obstacles(&self.obstacles))
    }

    /// Whether states are sums of Fourier modes for the solver.
    #[must_use]
    pub fn has_modes(&self) -> bool {
        self.equation.has_modes()
    }

    /// Whether the stepper chooses its steps within a frame, so that none have to be found.
    #[must_use]
    pub fn chooses_steps(&self) -> bool {
        self.equation.chooses_steps
    }

    /// Whether every simulation has something of its own beside conditions and initial state, such as a force.
    pub fn draws(&self) -> bool {
        self.equation.draw.is_some()
    }

    /// Numbers drawn for simulation `index` beside its conditions and its initial state; empty for most equations.
    pub fn drawn(&self, index: u64) -> Vec<f64> {
        self.equation.draw.map_or(Vec::new(), |draw| {
            draw(&mut Rng::stream(self.seed, Stream::Force, index))
        })
    }

    /// Order of convergence of its solver in space; none where states are sums of Fourier modes, whose errors fall faster
    /// than any power of the spacing.
    pub fn order_in_space(&self) -> Option<u32> {
        self.equation.own_stepper.map(|own| own.order_in_space)
    }

    /// The initial state of simulation `index`, which `spec` describes, channel-major on the grid of the solver: the
    /// equation's own where it has one, a draw otherwise.
    ///
    /// # Errors
    /// When a state can't be drawn, for which it may have to be read from a file.
    pub fn initial_state(
        &self,
        spec: &SimulationSpec,
        index: u64,
    ) -> Result<Vec<f64>, SolverError> {
        if let Some(own) = spec.own_initial() {
            return Ok(own);
        }
        let mut rng = Rng::stream(self.seed, Stream::Initial, index);
        let channels = (self.equation.fields)(spec.grid.dims()).len();
        let drawn = if self.has_modes() {
            draw_between_walls(self.initial.as_ref(), &spec.grid, channels, &mut rng)?
        } else {
            self.initial
                .try_draw(spec.grid.length(), channels, &mut rng)?
        };
        let fields = sample(&drawn, &spec.grid, channels);
        Ok(if self.initial.gives_frames() {
            fields
        } else {
            spec.begun(fields)
        })
    }

    /// A state of the frames' grid, channel-major, as the solver begins with it: the trigonometric interpolant, or the cells
    /// cut into parts with their averages.
    pub fn refined(&self, state: &[f64]) -> Vec<f64> {
        if self.filters() {
            let mut finer = Filter::new(self.equation, &self.points, &self.solver_points);
            finer.apply(state).to_vec()
        } else {
            state.to_vec()
        }
    }

    /// The ensemble of attempt `attempt`, not 0: that of a seed drawn from this one's and the attempt, with independent
    /// points.
    #[must_use]
    pub fn redrawn(&self, attempt: u32) -> Self {
        let seed = redrawn(self.seed, attempt);
        Self {
            seed,
            sampler: sampler::independent(seed),
            ..self.clone()
        }
    }

    /// The ensemble all whose simulations lie at `point` of the unit cube of what varies; none where there is no such point.
    #[must_use]
    pub fn placed(&self, point: &[f64]) -> Option<Self> {
        let draws = self.draws_of_conditions().at(point)?;
        Some(Self {
            sampler: draws.sampler,
            ..self.clone()
        })
    }

    /// Runs simulation `index` from the state `initial` of the frames' grid, channel-major, or from its own where there
    /// is none. Without warm-up a given state is the first frame as it is.
    ///
    /// # Errors
    /// When the simulation fails; the message names its parameters.
    pub fn run_from(
        &self,
        index: u64,
        initial: Option<&[f64]>,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<(), DataError> {
        let failed = |source| DataError::Simulation { index, source };
        let spec = self.spec(index).map_err(failed)?;
        let u0 = match initial {
            Some(state) => self.refined(state),
            None => self.initial_state(&spec, index).map_err(failed)?,
        };
        let mut filter = self.filter();
        let given = initial.filter(|_| self.warmup == 0);
        let mut sink = |frame, u: &[f64]| match (&mut filter, given) {
            (None, _) => sink(u),
            (Some(_), Some(state)) if frame == 0 => sink(state),
            (Some(filter), _) => sink(filter.apply(u)),
        };
        spec.run(&u0, self.warmup, self.frames, &mut sink)
            .map_err(failed)
    }

    fn draws_of_conditions(&self) -> Draws {
        Draws {
            quantities: self.quantities.clone(),
            axes: self.equation.axes.to_vec(),
            points: self.points.clone(),
            sampler: self.sampler.clone(),
            seed: self.seed,
        }
    }

    /// The simulations of these indices in the lanes of vectors, with their initial states; none where one of them can't be
    /// begun so.
    fn batch(&self, indices: &[u64]) -> Option<(Batch, Vec<Vec<f64>>)> {
        let specs = indices.iter().map(|&index| self.spec(index));
        let specs: Vec<SimulationSpec> = specs.collect::<Result<_, _>>().ok()?;
        let states = specs.iter().zip(indices);
        let states = states.map(|(spec, &index)| self.initial_state(spec, index));
        let states = states.collect::<Result<_, _>>().ok()?;
        Some((Batch::new(&specs).ok()?, states))
    }

    /// Whether the solver has another grid than the frames.
    fn filters(&self) -> bool {
        self.points != self.solver_points
    }

    /// From the solver's grid to the frames'.
    fn filter(&self) -> Option<Filter> {
        self.filters()
            .then(|| Filter::new(self.equation, &self.solver_points, &self.points))
    }
}

impl Source for Ensemble {
    fn conditions(&self, index: u64) -> Conditions {
        self.draws_of_conditions().conditions(index)
    }

    fn run(
        &self,
        index: u64,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<(), DataError> {
        self.run_from(index, None, sink)
    }

    fn block(&self) -> usize {
        let spec = self.spec(0);
        if !spec.is_ok_and(|spec| Batch::makes(&spec).unwrap_or(false)) {
            return 1;
        }
        let channels = (self.equation.fields)(self.points.len()).len();
        let values = channels * self.points.iter().product::<usize>() * self.frames;
        let held = BLOCK / (size_of::<f64>() * values.max(1));
        held.clamp(1, Batch::width(self.precision))
    }

    fn run_block(
        &self,
        indices: &[u64],
        sink: &mut dyn FnMut(usize, &[f64]) -> ControlFlow<()>,
    ) -> Vec<Result<(), DataError>> {
        let Some((mut batch, states)) = self.batch(indices) else {
            let mut run = |(place, &index)| self.run(index, &mut |frame| sink(place, frame));
            return indices.iter().enumerate().map(&mut run).collect();
        };
        let rollout = Rollout {
            warmup: self.warmup,
            frames: self.frames,
        };
        let mut filter = self.filter();
        let ends = batch.run(&states, rollout, &mut |place, _, u| match &mut filter {
            None => sink(place, u),
            Some(filter) => sink(place, filter.apply(u)),
        });
        let failed = |(end, &index): (Result<(), SolverError>, &u64)| {
            end.map_err(|source| DataError::Simulation { index, source })
        };
        ends.into_iter().zip(indices).map(failed).collect()
    }

    fn static_fields(&self, index: u64) -> Vec<f64> {
        let fields = self.spec(index).map(|spec| spec.still_fields());
        match (fields, self.filter()) {
            (Ok(fields), Some(mut filter)) => filter.apply(&fields).to_vec(),
            (fields, _) => fields.unwrap_or_default(),
        }
    }

    fn again(&self, attempt: u32) -> Option<Arc<dyn Source>> {
        Some(match attempt {
            0 => Arc::new(self.clone()),
            _ => Arc::new(self.redrawn(attempt)),
        })
    }

    fn at(&self, point: &[f64]) -> Option<Arc<dyn Source>> {
        Some(Arc::new(self.placed(point)?))
    }
}
