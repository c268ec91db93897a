//! The way from a recipe as typed to its plan: every check in its order, then what follows from several sections.

use super::{Draft, Given, Plan, Solver};
use crate::recipe::{Recipe, RecipeError};
use crate::results::SolverErrors;
use ondine_datasets::{Ensemble, Order, Share};

impl Recipe {
    /// Checks everything and fills in what depends on more than one section.
    ///
    /// # Errors
    /// The first thing that can't work, with its line; a source that only a program has, see [`Self::check_with`].
    pub fn check(self) -> Result<Plan, RecipeError> {
        self.check_given(None)?;
        Draft::new(self).checked(None, true)
    }

    /// As [`Self::check`], for a recipe with `source.kind = "library"`, whose simulations are handed over.
    ///
    /// ```
    /// use ondine::datasets::{Conditions, DataError, Source};
    /// use ondine::plan::{Given, HeldOutFrom};
    /// use ondine::recipe::Recipe;
    /// use std::ops::ControlFlow;
    /// use std::sync::Arc;
    ///
    /// /// A field of 16 points between walls that decays at a rate of its simulation.
    /// struct Decay;
    ///
    /// impl Source for Decay {
    ///     fn conditions(&self, index: u64) -> Conditions {
    ///         let rate = 0.5 + (index % 10) as f64 / 10.0;
    ///         Conditions { dt: 0.1, length: vec![1.0], spacing: vec![1.0 / 16.0], parameters: vec![rate] }
    ///     }
    ///
    ///     fn run(&self, index: u64, sink: &mut dyn FnMut(&[f64]) -> ControlFlow<()>) -> Result<(), DataError> {
    ///         let factor = (-0.1 * self.conditions(index).parameters[0]).exp();
    ///         let mut u = [1.0; 16];
    ///         while sink(&u).is_continue() {
    ///             u = u.map(|value| value * factor);
    ///         }
    ///         Ok(())
    ///     }
    /// }
    ///
    /// let text = r#"
    /// [problem]
    /// fields = ["u"]
    /// conditions = { rate = { uniform = [0.5, 1.5] } }
    /// [source]
    /// kind = "library"
    /// [grid]
    /// points = [16]
    /// length = 1.0
    /// boundary = ["wall"]
    /// [time]
    /// dt = 0.1
    /// frames = 20
    /// [ensemble]
    /// simulations = 50
    /// [model]
    /// kind = "unet"
    /// [train]
    /// steps = 10
    /// "#;
    /// let recipe = Recipe::parse("decay.toml", text, &[])?;
    /// let plan = recipe.check_with(Given { source: Arc::new(Decay), held_out: None })?;
    /// assert!(plan.source().is_some() && plan.solver.is_none());
    /// assert!(matches!(plan.held_out, HeldOutFrom::None));
    /// # Ok::<(), ondine::recipe::RecipeError>(())
    /// ```
    ///
    /// # Errors
    /// The first thing that can't work, with its line: conditions that are not those of `[problem]`, say.
    pub fn check_with(self, given: Given) -> Result<Plan, RecipeError> {
        self.check_given(Some(&given))?;
        Draft::new(self).checked(Some(given), true)
    }

    /// As [`Self::check`], for a training that some other program may run: its source need not be here.
    ///
    /// # Errors
    /// The first thing that can't work, with its line.
    pub fn check_alone(self) -> Result<Plan, RecipeError> {
        Draft::new(self).checked(None, true)
    }

    /// As [`Self::check`], for a training that is over: what only the training held need not fit into memory, and its
    /// source need not be here.
    ///
    /// # Errors
    /// The first thing that can't work, with its line.
    pub fn check_trained(self) -> Result<Plan, RecipeError> {
        Draft::new(self).checked(None, false)
    }
}

impl Draft {
    fn checked(mut self, given: Option<Given>, training: bool) -> Result<Plan, RecipeError> {
        self.check_source()?;
        self.check_posed()?;
        self.check_coupled()?;
        self.check_time()?;
        self.settle_device()?;
        self.check_one_simulation()?;
        let given = given.map(|given| self.settle_given(given)).transpose()?;
        self.check_data()?;
        self.check_replay()?;
        self.check_others()?;
        self.check_windows()?;
        self.check_simulations_end()?;
        self.check_held_out()?;
        self.settle_edges();
        self.settle_solver()?;
        self.check_network()?;
        self.check_inputs()?;
        self.settle_stages()?;
        self.check_batches()?;
        self.settle_steps()?;
        self.settle_schedules()?;
        self.check_steps_end()?;
        self.check_ensemble()?;
        if training {
            self.check_memory()?;
        }
        self.check_training()?;
        self.check_evaluation()?;
        self.settle_held_out()?;
        self.check_parts(&self.fields())?;
        let solved = self.solved()?;
        self.check_simulations_end()?; // with the steps per frame that were found
        let plan = self.plan(solved, given, training)?;
        plan.check_file_start()?;
        Ok(plan)
    }

    fn plan(
        mut self,
        solved: Option<(Ensemble, Option<f64>)>,
        given: Option<Given>,
        training: bool,
    ) -> Result<Plan, RecipeError> {
        let pace = self.pace();
        let defaults = self.fill_defaults();
        let fields = self.fields();
        let reference_error = solved.as_ref().and_then(|(_, error)| *error);
        let simulations = solved.as_ref().map(|(ensemble, _)| ensemble.clone());
        let solver = match solved {
            Some((training, _)) => Some(Solver {
                held_out: self.held_out(&training, defaults.evaluation_frames)?,
                training,
            }),
            None => None,
        };
        let coupled = self.coupling()?;
        let held_out = self.held_out_from(given.as_ref(), training)?;
        if given.is_some() || !self.is_of_library() {
            self.check_held_out_for_best(&held_out, training)?;
        }
        let problem = self.problem();
        Ok(Plan {
            quantities: self.quantities(),
            solver,
            given,
            coupled,
            elsewhere: None,
            cut: self.cut(),
            stages: self.build_stages(&problem, simulations.as_ref()),
            problem,
            fields,
            model: self.model.clone(),
            held_out,
            pace,
            order: if defaults.deterministic {
                Order::Simulation {
                    ahead: self.at_once() as u64,
                }
            } else {
                Order::Arrival
            },
            watermark: defaults.watermark,
            log_every: defaults.log_every,
            evaluate_every: defaults.evaluate_every,
            checkpoint_every: defaults.checkpoint_every,
            solver_errors: SolverErrors::in_time(reference_error),
            worker_program: None,
            share: Share::ALL,
            shards_here: 1,
            max_failures: defaults.max_failures,
            recipe: self.resolved(),
        })
    }
}
