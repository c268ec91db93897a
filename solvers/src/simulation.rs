//! One simulation as plain data: an equation with its parameters, a grid and a time step.

use std::ops::ControlFlow;

use crate::batch::Single;
use crate::{
    Batch, Divergence, EquationEntry, Etdrk, Grid, Integrator, Precision, Real, Rollout,
    SolverError, Stepper, Substeps, Threads,
};

/// Points of a grid that several threads share out with a gain.
const WORTH_SHARING: usize = 128 * 128;

/// Everything about a simulation but its initial state.
#[derive(Debug, Clone)]
pub struct SimulationSpec {
    /// The equation, from the catalogue.
    pub equation: &'static EquationEntry,
    /// One value for each of [`EquationEntry::values_in`], in this order.
    pub parameters: Vec<f64>,
    /// Numbers that [`EquationEntry::draw`] has drawn for this simulation; empty for most equations.
    pub drawn: Vec<f64>,
    /// The grid of the state, see [`EquationEntry::grid`].
    pub grid: Grid,
    /// Time between two frames.
    pub dt: f64,
    /// Steps of the integrator per frame, at least 1.
    pub substeps: usize,
    /// The time integrator.
    pub integrator: Integrator,
    /// Floating-point numbers that the solver computes with.
    pub precision: Precision,
    /// Threads that share the grid, at least 1; a grid of less than 128 × 128 points stays on one.
    pub threads: usize,
}

impl SimulationSpec {
    /// A stepper whose step is one frame.
    ///
    /// # Errors
    ///
    /// When a parameter, the dimension, `dt` or `substeps` is out of range, or the grid is not one of
    /// the equation; each error names it.
    pub fn stepper(&self) -> Result<Box<dyn Stepper>, SolverError> {
        self.check()?;
        let (entry, values, dims) = (self.equation, &self.parameters, self.grid.dims());
        let dt = self.dt / self.substeps as f64;
        if let Some(own) = entry.own_stepper {
            entry.check(values, dims)?;
            let values = [&values[..], &self.drawn].concat();
            let mut inner = (own.stepper)(&values, &self.grid, dt)?;
            inner.share(&self.shared());
            return Ok(Box::new(Substeps::new(inner, self.substeps)));
        }
        match (self.precision, Batch::makes(self)?) {
            (Precision::F64, true) => Ok(Box::new(Single::<f64>::new(self)?)),
            (Precision::F32, true) => Ok(Box::new(Single::<f32>::new(self)?)),
            (Precision::F64, false) => self.spectral::<f64>(dt),
            (Precision::F32, false) => self.spectral::<f32>(dt),
        }
    }

    /// Time between two frames as the sum of the steps.
    pub(crate) fn frame_time(&self) -> f64 {
        self.dt / self.substeps as f64 * self.substeps as f64
    }

    /// The exponential integrator with steps of `dt`, in numbers of type `T`.
    fn spectral<T: Real>(&self, dt: f64) -> Result<Box<dyn Stepper>, SolverError> {
        let dims = self.grid.dims();
        let equation = self
            .equation
            .build_drawn(&self.parameters, &self.drawn, dims)?;
        let threads = self.shared();
        let inner = Etdrk::<T>::new(equation, &self.grid, dt, self.integrator, threads)?;
        Ok(Box::new(Substeps::new(inner, self.substeps)))
    }

    /// The threads that are worth it on the grid.
    fn shared(&self) -> Threads {
        if self.grid.num_points() < WORTH_SHARING || self.grid.dims() == 1 {
            Threads::one()
        } else {
            Threads::new(self.threads)
        }
    }

    /// The initial state that the equation comes with, if it does; any other starts from a draw of
    /// the recipe.
    #[must_use]
    pub fn own_initial(&self) -> Option<Vec<f64>> {
        let initial = self.equation.own_initial?;
        let values = [&self.parameters[..], &self.drawn].concat();
        Some(initial(&values, &self.grid))
    }

    /// The state to begin with where an initial state gave these fields, see [`EquationEntry::drawn_fields`].
    #[must_use]
    pub fn begun(&self, mut fields: Vec<f64>) -> Vec<f64> {
        if let Some(drawn_as) = self.equation.drawn_as {
            let values = [&self.parameters[..], &self.drawn].concat();
            (drawn_as.frame)(&values, &self.grid, &mut fields);
        }
        fields
    }

    /// Fields that do not change in time, one after the other; none of most equations.
    #[must_use]
    pub fn still_fields(&self) -> Vec<f64> {
        let values = [&self.parameters[..], &self.drawn].concat();
        let still = self.equation.still;
        let mut fields = still.map_or(Vec::new(), |still| (still.values)(&values, &self.grid));
        let solid = self.grid.solid().into_iter();
        fields.extend(solid.map(|solid| f64::from(!solid)));
        fields
    }

    /// Name of the equation.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.equation.kind
    }

    /// The same simulation on another number of points per axis.
    ///
    /// # Errors
    ///
    /// As [`EquationEntry::grid`].
    pub fn on(&self, points: &[usize]) -> Result<Self, SolverError> {
        Ok(Self {
            grid: self
                .grid
                .on(self.equation.grid(points, self.grid.length())?),
            ..self.clone()
        })
    }

    /// Whether solutions may have shocks, see [`Equation::captures_shocks`](crate::Equation::captures_shocks).
    ///
    /// # Errors
    ///
    /// As [`EquationEntry::build_drawn`].
    pub fn captures_shocks(&self) -> Result<bool, SolverError> {
        Ok(self.built()?.captures_shocks())
    }

    /// Whether the equation is linear, see [`Equation::is_linear`](crate::Equation::is_linear).
    ///
    /// # Errors
    ///
    /// As [`EquationEntry::build_drawn`].
    pub fn is_linear(&self) -> Result<bool, SolverError> {
        Ok(self.built()?.is_linear())
    }

    fn built(&self) -> Result<Box<dyn crate::Equation>, SolverError> {
        let dims = self.grid.dims();
        self.equation
            .build_drawn(&self.parameters, &self.drawn, dims)
    }

    /// Order of convergence in time: the integrator's, or that of the equation's own stepper.
    #[must_use]
    pub fn order(&self) -> u32 {
        let own = self.equation.own_stepper;
        own.map_or(self.integrator.order(), |own| own.order)
    }

    /// Simulates from `u0` (channel after channel), throws `warmup` frames away and hands the
    /// next `frames` to `sink`, see [`Rollout::run`].
    ///
    /// # Errors
    ///
    /// As [`stepper`](Self::stepper) and [`Stepper::admit`], and [`SolverError::Diverged`].
    ///
    /// # Panics
    ///
    /// When `u0` does not have one value per channel and point.
    pub fn run(
        &self,
        u0: &[f64],
        warmup: usize,
        frames: usize,
        sink: &mut dyn FnMut(usize, &[f64]) -> ControlFlow<()>,
    ) -> Result<(), SolverError> {
        let mut stepper = self.stepper()?;
        stepper.admit(u0)?;
        let rollout = Rollout { warmup, frames };
        rollout
            .run(stepper.as_mut(), u0, sink)
            .map_err(|divergence| self.diverged(divergence))
    }

    /// Parameters, domain and time step, as `viscosity = 1, points = 256, length = 64, dt = 0.2`.
    #[must_use]
    pub fn describe(&self) -> String {
        let names = self.equation.value_names(self.grid.dims()).into_iter();
        let parameters = names
            .zip(&self.parameters)
            .map(|(name, value)| format!("{name} = {value}"));
        let settings = [
            format!("points = {}", join(self.grid.points())),
            format!("length = {}", join(self.grid.length())),
            format!("dt = {}", self.dt),
            format!("substeps = {}", self.substeps),
        ];
        let chosen = self.equation.has_modes();
        let integrator = chosen.then(|| format!("integrator = {}", self.integrator));
        let all = parameters.chain(settings).chain(integrator);
        all.collect::<Vec<_>>().join(", ")
    }

    /// The error of a run that diverged, with the names of this simulation.
    #[must_use]
    pub fn diverged(&self, divergence: Divergence) -> SolverError {
        SolverError::Diverged {
            equation: self.equation.kind.to_owned(),
            parameters: self.describe(),
            divergence,
        }
    }

    /// Checks what does not depend on the method.
    pub(crate) fn check(&self) -> Result<(), SolverError> {
        self.check_substeps()?;
        self.equation.check_grid(&self.grid)
    }

    fn check_substeps(&self) -> Result<(), SolverError> {
        if self.substeps > 0 {
            return Ok(());
        }
        Err(SolverError::OutOfRange {
            owner: "time",
            name: "substeps",
            value: 0.0,
            min: 1.0,
            max: f64::INFINITY,
        })
    }
}

fn join<T: ToString>(values: &[T]) -> String {
    let texts: Vec<_> = values.iter().map(ToString::to_string).collect();
    texts.join(" × ")
}
