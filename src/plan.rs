//! From a recipe as typed to a plan that can run; the only place that validates.

mod batches;
mod best;
mod block;
mod check;
mod checked;
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
mod evaluation;
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
mod training;
mod workers;

use crate::conditioning::Quantity;
use crate::recipe::{Recipe, Resolved};
use crate::results::SolverErrors;
use coupled::Coupling;
pub(crate) use data::{check_ends, origin};
use draft::Draft;
pub use network::Network;
use ondine_datasets::{Cut, Order, Quantities, RateLimiter, Share, remote};
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
