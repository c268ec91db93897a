//! One simulation as plain data: an equation with its parameters, a grid and a time step.

use std::ops::ControlFlow;

use crate::{
    Divergence, EquationEntry, Etdrk, Grid, Integrator, Rollout, SolverError, Stepper, Substeps,
};

/// Everything about a simulation but its initial state.
#[derive(Debug, Clone)]
pub struct SimulationSpec {
    /// The equation, from the catalogue.
    pub equation: &'static EquationEntry,
    /// One value for each of [`EquationEntry::values_in`], in this order.
    pub parameters: Vec<f64>,
    /// Where the state lives.
    pub grid: Grid,
    /// Time between two frames.
    pub dt: f64,
    /// Steps of the integrator per frame, at least 1.
    pub substeps: usize,
    /// The time integrator.
    pub integrator: Integrator,
}

impl SimulationSpec {
    /// A stepper whose step is one frame.
    ///
    /// # Errors
    ///
    /// When a parameter, the dimension, `dt` or `substeps` is out of range; each error names it.
    pub fn stepper(&self) -> Result<Box<dyn Stepper>, SolverError> {
        self.check_substeps()?;
        let (entry, values, dims) = (self.equation, &self.parameters, self.grid.dims());
        let dt = self.dt / self.substeps as f64;
        if let Some(direct) = entry.direct {
            entry.check(values, dims)?;
            let inner = (direct.stepper)(values, &self.grid, dt)?;
            return Ok(Box::new(Substeps::new(inner, self.substeps)));
        }
        let equation = entry.build_checked(values, dims)?;
        let inner = Etdrk::new(equation, &self.grid, dt, self.integrator)?;
        Ok(Box::new(Substeps::new(inner, self.substeps)))
    }

    /// The initial state that the parameters ask for, where the equation has one of its own; any
    /// other starts from a draw.
    #[must_use]
    pub fn own_initial(&self) -> Option<Vec<f64>> {
        let direct = self.equation.direct?;
        Some((direct.initial)(&self.parameters, &self.grid))
    }

    /// Order of convergence in time: the integrator's, or that of the equation's own stepper.
    #[must_use]
    pub fn order(&self) -> u32 {
        let direct = self.equation.direct;
        direct.map_or(self.integrator.order(), |direct| direct.order)
    }

    /// Simulates from `u0` (channel after channel), throws `warmup` frames away and hands the
    /// next `frames` to `sink`, see [`Rollout::run`].
    ///
    /// # Errors
    ///
    /// As [`stepper`](Self::stepper), and [`SolverError::Diverged`].
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
        let of_modes = self.equation.direct.is_none();
        let integrator = of_modes.then(|| format!("integrator = {}", self.integrator));
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
