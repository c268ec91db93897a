//! Surrogates that see parameters alone (`inputs = "parameters"`): what they are told has to determine the solution, and
//! nothing may be asked of them that needs a state.

use super::Plan;
use crate::metric::nrmse;
use crate::recipe::{Recipe, RecipeError};
use ondine_datasets::{Conditions, Ensemble};
use ondine_models::Inputs;
use ondine_solvers::equation::EQUATIONS;
use ondine_solvers::{SimulationSpec, SolverError};
use std::ops::ControlFlow;

/// Relative distance from which on two states are not the same solved with other time steps.
const SAME: f64 = 1e-2;

impl Recipe {
    /// Checks that a surrogate that sees parameters alone, if this is one, can be trained as the recipe asks.
    pub(super) fn check_inputs(&self) -> Result<(), RecipeError> {
        if self.model.inputs() == Inputs::State {
            return Ok(());
        }
        self.check_determined()?;
        self.ensure(!self.conserve_mean.any(), "model.conserve_mean", || {
            "with `inputs = \"parameters\"` there is no state before whose mean could be held: leave conserve_mean out"
                .into()
        })?;
        for (index, stage) in self.all_stages().iter().enumerate() {
            let path = |key: &str| self.stage_path(index, key, "objective");
            let (kind, noise) = (stage.objective.entry.kind, stage.options.noise);
            let steps = stage.objective.options.build(&stage.options).frames() - 1;
            self.ensure(steps == 1, &path("kind"), || {
                format!(
                    "`{kind}` predicts {steps} steps, each from the one before, and with `inputs = \"parameters\"` no \
                     prediction follows from another: write kind = \"one_step\""
                )
            })?;
            self.ensure(stage.options.bundle == 1, &path("bundle"), || {
                "a surrogate with `inputs = \"parameters\"` answers for one time a call: leave bundle out".into()
            })?;
            self.ensure(stage.options.history() == 1, &path("history"), || {
                "a surrogate with `inputs = \"parameters\"` sees no frames: leave history out"
                    .into()
            })?;
            self.ensure(noise <= 0.0, &path("noise"), || {
                format!(
                    "noise = {noise} lies on the states that predictions start from, and with `inputs = \"parameters\"` \
                     they start from none: leave it out"
                )
            })?;
        }
        Ok(())
    }

    /// Checks that parameters determine the solution.
    fn check_determined(&self) -> Result<(), RecipeError> {
        let Some(equation) = self.equation() else {
            return self.error(
                "model.inputs",
                "nothing says where simulations of [problem] begin, and with `inputs = \"parameters\"` a surrogate is told no \
                 state: write inputs = \"state\"",
            );
        };
        if equation.is_determined() {
            return Ok(());
        }
        let kind = equation.kind;
        let unknown = match equation.draw {
            Some(_) => format!("draws a force for every simulation of `{kind}`"),
            None => format!("draws where simulations of `{kind}` begin from [initial]"),
        };
        let determined = EQUATIONS.iter().filter(|entry| entry.is_determined());
        let determined: Vec<&str> = determined.map(|entry| entry.kind).collect();
        self.error(
            "model.inputs",
            format!(
                "the recipe {unknown}, which no parameter tells: a surrogate with `inputs = \"parameters\"` can't know \
                 which solution is meant. Write inputs = \"state\", or simulate an equation that begins as its \
                 parameters say: {}",
                determined.join(", ")
            ),
        )
    }
}

impl Plan {
    /// Checks that trajectories of the file of `[data]` begin as parameters say, for a surrogate that sees only those:
    /// a file may go on from states of another, or have thrown other frames away.
    pub(super) fn check_file_start(&self) -> Result<(), RecipeError> {
        let told = self.model.inputs() == Inputs::Parameters;
        let Some(file) = self.window_file().filter(|_| told) else {
            return Ok(());
        };
        let refused = |message: String| self.recipe.source.error_at("data.source", message);
        let file = file.map_err(|error| refused(error.to_string()))?;
        let last = file.trajectories() - 1;
        for trajectory in [0, last] {
            let window = file.window(trajectory * (file.windows() / file.trajectories()));
            let window = window.map_err(|error| refused(error.to_string()))?;
            if window.grid > 0 {
                continue; // the solver has the grid of the recipe
            }
            self.check_conditioning(&window.frames[0].on_host(), &window.conditions)
                .map_err(|problem| {
                    refused(format!("trajectory {trajectory} of the file {problem}"))
                })?;
        }
        Ok(())
    }

    /// Checks that a simulation with this first frame begins as its conditions say, for a surrogate of those alone.
    ///
    /// # Errors
    /// When it does not, in words that go on from the name of the simulation.
    pub(crate) fn check_conditioning(
        &self,
        first: &[f32],
        conditions: &Conditions,
    ) -> Result<(), String> {
        let Some(solver) = &self.solver else {
            return Ok(()); // such a surrogate was refused
        };
        let ensemble = &solver.training;
        let expected = first_frame(ensemble, conditions);
        let expected = expected.map_err(|error| format!("can't be begun: {error}"))?;
        let distance = nrmse(first, &expected);
        if distance <= SAME {
            return Ok(());
        }
        Err(format!(
            "does not begin as its parameters say after {} frames of warm-up (distance {distance:.1e}), and with \
             `inputs = \"parameters\"` the surrogate sees nothing else: write inputs = \"state\", or another file",
            ensemble.warmup
        ))
    }
}

/// The first frame of a simulation of an equation that comes with its initial state.
fn first_frame(ensemble: &Ensemble, conditions: &Conditions) -> Result<Vec<f32>, SolverError> {
    let spec = SimulationSpec {
        parameters: conditions.parameters.clone(),
        grid: ensemble.grid(&ensemble.solver_points, &conditions.length)?,
        dt: conditions.dt,
        ..ensemble.spec(0)?
    };
    let u0 = spec.own_initial().expect("the recipe was checked for one");
    let mut first = Vec::new();
    spec.run(&u0, ensemble.warmup, 1, &mut |_, u| {
        first = u.iter().map(|&value| value as f32).collect();
        ControlFlow::Continue(())
    })?;
    Ok(first)
}
