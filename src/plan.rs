//! From a recipe as typed to a plan that can run; the only place that validates.

mod batches;
mod best;
mod block;
mod check;
mod conditioning;
mod correction;
mod coupled;
mod data;
mod defaults;
mod design;
mod device;
mod direct;
mod draft;
mod duration;
mod equation;
mod file;
mod grids;
mod held_out;
mod listen;
mod mask;
mod network;
mod objectives;
mod refined;
mod replay;
mod screen;
mod share;
mod simulations;
mod size;
mod source;
mod stage;
mod start;
pub(crate) mod substeps;
mod supply;
mod workers;

use crate::conditioning::Quantity;
use crate::recipe::{Recipe, RecipeError, Resolved};
use crate::results::SolverErrors;
use coupled::Coupling;
pub(crate) use data::{check_ends, origin};
use draft::Draft;
pub use network::Network;
use ondine_datasets::{Cut, Ensemble, Order, Quantities, RateLimiter, Share, remote};
use ondine_models::{FieldSpec, Init, Model, ModelConfig, Scaling, SurrogateRng};
use ondine_solvers::{Problem, Rng, SimulationSpec, SolverError, Stream};
pub use simulations::SimulationPlan;
pub use source::{Given, HELD_OUT, HeldOutFile, HeldOutFrom, Solver};
pub use stage::Stage;
use std::path::PathBuf;
use std::time::Duration;
pub use workers::recipe_of;

/// Simulations on which `substeps = "auto"` and the accuracy are measured.
pub(crate) const PROBES: u64 = 4;

/// Time between two words on how far a search for the solver steps is.
const BETWEEN: Duration = Duration::from_millis(100);

/// The state that simulation `index` begins with on the grid of the solver.
type Start<'a> = dyn Fn(&SimulationSpec, u64) -> Result<Vec<f64>, SolverError> + 'a;

/// An experiment that can run.
pub struct Plan {
    /// The recipe, with nothing left to defaults.
    pub recipe: Resolved,
    /// The problem that is solved, as data: fields, axes, conditions.
    pub problem: Problem,
    /// Quantities that may differ between simulations, with their distributions.
    pub quantities: Quantities,
    /// The solver of the equation, with its simulations; none for a problem that is no equation of the list.
    pub solver: Option<Solver>,
    /// Origin of the trajectories that a surrogate is judged on.
    pub held_out: HeldOutFrom,
    /// Sources that a program handed over.
    given: Option<Given>,
    /// Simulations of codes, before and after somebody listens for them.
    coupled: Option<Coupling>,
    /// Workers of other machines, once somebody listens for them.
    elsewhere: Option<remote::Workers>,
    /// Spacing and length of windows.
    pub cut: Cut,
    /// Fields of the network.
    pub fields: FieldSpec,
    /// The options of the surrogate.
    pub model: ModelConfig,
    /// Stages of the training, one after the other: objective, learning rates, trained part.
    pub stages: Vec<Stage>,
    /// When windows are due.
    pub pace: RateLimiter,
    /// Order in which they enter.
    pub order: Order,
    /// Windows before training starts.
    pub watermark: usize,
    /// Steps between two lines of metrics.
    pub log_every: usize,
    /// Steps between two evaluations.
    pub evaluate_every: usize,
    /// Steps between two checkpoints.
    pub checkpoint_every: usize,
    /// Simulations that may fail.
    pub max_failures: u64,
    /// The known errors of the solver: that in time where `substeps` was found automatically, both after
    /// [`look`](crate::resolution::look).
    pub solver_errors: SolverErrors,
    /// The program of worker processes, which answers to `worker`; none, as a library, without one.
    pub worker_program: Option<PathBuf>,
    /// The part of the work that this process does; all other fields are those of the whole training.
    pub share: Share,
    /// Shards of this process, of which `share` is the first.
    pub(crate) shards_here: usize,
}

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

impl Recipe {
    /// Shape of the fields that the network is built for.
    fn fields(&self) -> FieldSpec {
        let (problem, points) = (self.problem(), &self.grid.points);
        let (axes, conditions) = (problem.dims(), problem.conditions.len());
        let told = Quantity::all(axes, conditions, self.model.inputs());
        FieldSpec::new(problem.fields.len(), told.count(), points)
            .bundled(self.objective_section.bundle)
            .with_history(self.objective_section.history())
            .with_statics(problem.static_fields.len())
            .with_mask(problem.mask_place())
    }
}

impl Plan {
    /// A surrogate of this plan with first weights from `init`.
    pub fn surrogate(&self, init: &mut Init, scaling: Scaling) -> Model {
        self.network().surrogate(init, scaling)
    }

    /// The parts the network can't use on the grid, and fields of the file of `[data]` with other names than those of the
    /// equation, in words: they are no errors, and worth knowing before training.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        for note in self
            .recipe
            .grids()
            .flat_map(|points| self.model.notes(points))
        {
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
        notes.extend(self.several_grids());
        notes.extend(self.renamed());
        notes.extend(self.of_file());
        notes
    }

    /// Channels of a frame.
    pub fn channels(&self) -> usize {
        self.fields.channels()
    }

    /// Random numbers of a surrogate of this plan for a purpose, `stream`, and the number `index` within it.
    pub fn draws(&self, stream: Stream, index: u64) -> SurrogateRng {
        SurrogateRng::new(Rng::stream(self.seed(), stream, index).integer(0, u64::MAX))
    }

    /// The recipe with nothing left to defaults.
    pub fn resolved(&self) -> String {
        self.recipe.text()
    }
}
