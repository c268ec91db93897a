//! The ensemble: which solver run belongs to simulation `index`.

use crate::sampler::Sampler;
use crate::{Conditions, DataError, Distribution, Simulator};
use ondine_solvers::equation::EquationEntry;
use ondine_solvers::initial::{InitialState, sample};
use ondine_solvers::{Grid, Integrator, Rng, SimulationSpec, SolverError, Stream};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Everything that may be drawn per simulation.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantities {
    /// Parameters of the equation, in the order of its list entry.
    pub parameters: Vec<Distribution>,
    /// Domain length of every axis.
    pub length: Vec<Distribution>,
    /// Time between two frames.
    pub dt: Distribution,
}

impl Quantities {
    /// Number of quantities that vary, the dimension of the sampler's cube.
    pub fn dims(&self) -> usize {
        self.iter().filter(|quantity| quantity.varies()).count()
    }

    /// All of them: equation parameters, then lengths, then `dt`.
    pub fn iter(&self) -> impl Iterator<Item = &Distribution> {
        self.parameters.iter().chain(&self.length).chain([&self.dt])
    }
}

/// Simulations of one equation with drawn parameters and initial states.
#[derive(Clone)]
pub struct Ensemble {
    /// The equation.
    pub equation: &'static EquationEntry,
    /// Grid points an axis.
    pub points: Vec<usize>,
    /// What is drawn.
    pub quantities: Quantities,
    /// Solver steps a frame.
    pub substeps: usize,
    /// Time integrator.
    pub integrator: Integrator,
    /// Frames simulated and thrown away.
    pub warmup: usize,
    /// Frames kept.
    pub frames: usize,
    /// Distribution of initial states.
    pub initial: Arc<dyn InitialState>,
    /// Where simulations lie in the space of parameters.
    pub sampler: Arc<dyn Sampler>,
    /// Seed of all draws.
    pub seed: u64,
}

impl Ensemble {
    /// The solver run of simulation `index`.
    ///
    /// # Errors
    /// When drawn values make no valid grid.
    pub fn spec(&self, index: u64) -> Result<SimulationSpec, SolverError> {
        let drawn = self.conditions(index);
        Ok(SimulationSpec {
            equation: self.equation,
            parameters: drawn.parameters,
            grid: Grid::new(&self.points, &drawn.length)?,
            dt: drawn.dt,
            substeps: self.substeps,
            integrator: self.integrator,
        })
    }

    /// The initial state of simulation `index`, which `spec` describes, channel-major: the equation's own where it has
    /// one, a draw otherwise.
    pub fn initial_state(&self, spec: &SimulationSpec, index: u64) -> Vec<f64> {
        spec.own_initial().unwrap_or_else(|| {
            let mut rng = Rng::stream(self.seed, Stream::Initial, index);
            let channels = self.equation.fields_in(spec.grid.dims()).len();
            let profile = self.initial.draw(spec.grid.length(), channels, &mut rng);
            sample(&profile, &spec.grid, channels)
        })
    }

    /// Runs simulation `index` from the state `initial`, channel-major, or from its own where there is none.
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
        let own = || self.initial_state(&spec, index);
        let u0 = initial.map_or_else(own, <[f64]>::to_vec);
        let mut sink = |_, u: &[f64]| sink(u);
        spec.run(&u0, self.warmup, self.frames, &mut sink)
            .map_err(failed)
    }
}

impl Simulator for Ensemble {
    fn conditions(&self, index: u64) -> Conditions {
        let drawn = self.quantities.iter().filter(|quantity| quantity.varies());
        let priors: Vec<Distribution> = drawn.copied().collect();
        let mut values = self.sampler.values(index, &priors).into_iter();
        let mut draw = |quantity: &Distribution| match quantity.varies() {
            true => values.next().expect("one value a quantity"),
            false => quantity.center(),
        };
        let parameters = self.quantities.parameters.iter().map(&mut draw).collect();
        let length: Vec<f64> = self.quantities.length.iter().map(&mut draw).collect();
        let dt = draw(&self.quantities.dt);
        let spacing = length
            .iter()
            .zip(&self.points)
            .map(|(l, &n)| l / n as f64)
            .collect();
        Conditions {
            dt,
            length,
            spacing,
            parameters,
        }
    }

    fn run(
        &self,
        index: u64,
        sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>,
    ) -> Result<(), DataError> {
        self.run_from(index, None, sink)
    }
}
