//! Simulations without a network: what `ondine simulate` needs of a recipe.

use super::Draft;
use crate::recipe::{Recipe, RecipeError, Resolved};
use ondine_datasets::Ensemble;
use ondine_datasets::initial::LastFrames;
use ondine_solvers::{Problem, SimulationSpec};
use std::sync::Arc;

/// Simulations that can run, without a network.
pub struct SimulationPlan {
    /// The recipe, with `substeps` fixed.
    pub recipe: Resolved,
    /// The problem that is solved, as data: fields, axes, conditions.
    pub problem: Problem,
    /// The simulations.
    pub ensemble: Ensemble,
    /// Initial states; drawn by the ensemble if absent.
    pub initial: Option<Arc<LastFrames>>,
    /// Simulations that may fail.
    pub max_failures: u64,
    /// Measured relative error in time of the solver per frame, where `substeps` was found automatically.
    pub reference_error: Option<f64>,
}

impl Recipe {
    /// Checks what simulating needs. With `initial` states, simulation `i` begins with state `i` and has no warm-up; `count`
    /// is the number of simulations where it is not that of the recipe.
    ///
    /// # Errors
    /// The first thing that can't work, with its line.
    pub fn check_simulations(
        self,
        initial: Option<LastFrames>,
        count: Option<u64>,
    ) -> Result<SimulationPlan, RecipeError> {
        Draft::new(self).simulations(initial, count)
    }
}

impl Draft {
    fn simulations(
        mut self,
        initial: Option<LastFrames>,
        count: Option<u64>,
    ) -> Result<SimulationPlan, RecipeError> {
        self.check_posed()?;
        self.check_time()?;
        self.check_one_simulation()?;
        self.check_time_limit()?;
        let made = initial
            .as_ref()
            .map_or(self.ensemble.simulations, LastFrames::count);
        let made = count.unwrap_or(made);
        // Another number than the recipe's stands nowhere in it.
        let key = count.map_or("ensemble.simulations", |_| "--count");
        self.check_file_ends(made, key)?;
        self.check_file(made, key)?;
        let mut ensemble = self.simulated(made)?;
        self.check_stepper(&ensemble)?;
        if initial.is_none() {
            self.check_initial(&ensemble)?;
        }
        let drawn = ensemble.clone();
        let start = |spec: &SimulationSpec, index: u64| match &initial {
            Some(states) => states.state(index).map(|state| drawn.refined(&state)),
            None => drawn.initial_state(spec, index),
        };
        if let Some(states) = &initial {
            self.ensemble.simulations = states.count();
            ensemble.warmup = 0;
        }
        let reference_error = self.find_substeps(&mut ensemble, &start)?;
        self.check_file_ends(made, key)?; // with the steps per frame that were found
        self.ensemble.simulations = count.unwrap_or(self.ensemble.simulations);
        let max_failures = self.allow_failures();
        Ok(SimulationPlan {
            max_failures,
            problem: self.problem(),
            recipe: self.resolved(),
            ensemble,
            initial: initial.map(Arc::new),
            reference_error,
        })
    }
}
