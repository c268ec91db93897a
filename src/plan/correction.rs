//! The coarse solver of a surrogate that corrects one: that of the equation, on the tensors of the surrogate.

use super::Draft;
use crate::batch::{Steppers, to_values};
use crate::recipe::{Recipe, RecipeError};
use burn::tensor::Tensor;
use ondine_datasets::Distribution;
use ondine_models::Reach;
use ondine_models::surrogate::{CoarseSolver, CorrectionConfig};
use ondine_solvers::{EquationEntry, Integrator, Precision, SimulationSpec, SolverError, Tables};
use ondine_tensor_solvers::TensorStepper;
use std::fmt;
use std::sync::Arc;

impl Draft {
    /// Gives a surrogate that corrects a coarse solver the solver of the equation.
    pub(super) fn settle_solver(&mut self) -> Result<(), RecipeError> {
        let Some(config) = self.model.corrects().cloned() else {
            return Ok(());
        };
        let Some(equation) = self.equation() else {
            let message = "`correction` corrects the solver of an [equation], and the recipe has a [problem]: write a network in \
                           the place of it";
            return self.error("model.kind", message);
        };
        let solver = self.coarse(equation, &config)?;
        let model = self.model.clone().with_solver(Arc::new(solver));
        self.model = model;
        Ok(())
    }

    fn coarse(
        &self,
        equation: &'static EquationEntry,
        config: &CorrectionConfig,
    ) -> Result<Coarse, RecipeError> {
        let points = config.points.as_ref().unwrap_or(&self.grid.points);
        let (steps, integrator) = (config.steps, self.time.integrator);
        let spec = self.tensor_form(equation, points, integrator, steps, config.share);
        let spec = spec.map_err(|error| match &error {
            SolverError::NoTables { .. } => {
                let remedy = "write a network in the place of `correction`";
                let message = no_tensors(&error, remedy);
                let message =
                    format!("`correction` takes steps of the solver as tensors: {message}");
                self.source.error_at("model.kind", message)
            }
            _ => self.source.error_at("model.points", error.to_string()),
        })?;
        Ok(Coarse {
            spec,
            share: config.share,
            trained: self.grid.points.clone(),
            reach: self.model.reach(),
            steppers: Steppers::default(),
        })
    }
}

impl Recipe {
    /// A simulation of the recipe, of which it is checked that it has a tensor form: with `steps` of the integrator over a part
    /// of a frame.
    pub(super) fn tensor_form(
        &self,
        equation: &'static EquationEntry,
        points: &[usize],
        integrator: Integrator,
        steps: usize,
        share: f64,
    ) -> Result<SimulationSpec, SolverError> {
        let quantities = self.quantities();
        let low = |prior: &Distribution| prior.range()[0];
        let length: Vec<f64> = quantities.length.iter().map(low).collect();
        let spec = SimulationSpec {
            equation,
            parameters: quantities.parameters.iter().map(low).collect(),
            drawn: vec![],
            grid: equation.grid(points, &length)?,
            dt: low(&quantities.dt) * share,
            substeps: steps,
            integrator,
            precision: Precision::F32,
            threads: 1,
        };
        Tables::new(&spec)?;
        Ok(spec)
    }
}

/// The reason why an equation has no tensor form, with the remedy.
pub(super) fn no_tensors(error: &SolverError, remedy: &str) -> String {
    match error {
        SolverError::NoTables { owner, reason } => {
            format!("`{owner}` {reason}. Therefore {remedy}")
        }
        other => other.to_string(),
    }
}

/// A coarse solver.
struct Coarse {
    /// Its simulation, with conditions of some.
    spec: SimulationSpec,
    /// Part of a surrogate step that it takes.
    share: f64,
    /// Points of the trained states.
    trained: Vec<usize>,
    reach: Reach,
    steppers: Steppers,
}

impl Coarse {
    /// The simulation under conditions as networks are told them.
    fn simulation(&self, told: &[f32], grid: &[usize]) -> Result<SimulationSpec, SolverError> {
        let told: Vec<f64> = told.iter().map(|&value| f64::from(value)).collect();
        let (counted, dims) = match self.reach {
            Reach::Points => (grid, grid.len()),
            Reach::Domain => (&self.trained[..], grid.len()),
        };
        let spacing = told[1..=dims].iter();
        let length: Vec<f64> = spacing.zip(counted).map(|(dx, &n)| dx * n as f64).collect();
        let points: Vec<usize> = self.points(grid).collect();
        Ok(SimulationSpec {
            parameters: told[1 + dims..].to_vec(),
            grid: self.spec.equation.grid(&points, &length)?,
            dt: told[0] * self.share,
            ..self.spec.clone()
        })
    }

    /// Points of the solver for states on a grid: as much coarser as for trained states.
    fn points<'a>(&'a self, grid: &'a [usize]) -> impl Iterator<Item = usize> + 'a {
        let own = self.spec.grid.points().iter().zip(&self.trained);
        own.zip(grid).map(|((&own, &trained), &here)| {
            let points = own as f64 * here as f64 / trained as f64;
            (2 * (0.5 * points).round() as usize).max(4)
        })
    }

    fn stepper(
        &self,
        parameters: &Tensor<2>,
        grid: &[usize],
    ) -> Result<TensorStepper, SolverError> {
        let (device, count) = (parameters.device(), parameters.dims()[1]);
        let told = to_values(parameters.clone().flatten(0, 1));
        let mut rows: Vec<&[f32]> = told.chunks(count).collect();
        if rows.windows(2).all(|pair| pair[0] == pair[1]) {
            rows.truncate(1); // it stands for all
        }
        let specs = rows.into_iter().map(|row| self.simulation(row, grid));
        let specs = specs.collect::<Result<Vec<_>, _>>()?;
        self.steppers.of(&specs, grid, &device)
    }
}

impl CoarseSolver for Coarse {
    /// States that are no numbers where conditions are none of the equation.
    fn step(&self, u: Tensor<3>, parameters: &Tensor<2>, grid: &[usize]) -> Tensor<3> {
        match self.stepper(parameters, grid) {
            Ok(stepper) => stepper.step(u),
            Err(_) => u * f64::NAN,
        }
    }
}

impl fmt::Debug for Coarse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Coarse")
            .field("points", &self.spec.grid.points())
            .finish_non_exhaustive()
    }
}
