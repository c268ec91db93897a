//! Sources of a plan: where the trajectories come from that a network is trained on and judged on.

use super::{Draft, Plan};
use crate::recipe::{Isolation, Recipe, RecipeError, SourceSection};
use ondine_datasets::files::DatasetReader;
use ondine_datasets::process::{Launch, Processes};
use ondine_datasets::{Conditions, Ensemble, Source, TimeLimit};
use ondine_solvers::Problem;
use std::sync::Arc;

/// Share by which the spacing of a source may differ from that of the grid, for lengths that were rounded.
const ROUNDING: f64 = 1e-6;

/// The file of a run with the held-out trajectories of sources that a program handed over.
pub const HELD_OUT: &str = "held_out.h5";

/// Sources that a program hands over for a recipe with `source.kind = "library"`; see [`Recipe::check_with`].
#[derive(Clone)]
pub struct Given {
    /// Simulations to train on: trajectories of `time.frames` frames on the grid of the recipe, one channel per field,
    /// under the conditions of `[problem]`.
    pub source: Arc<dyn Source>,
    /// Simulations to be judged on, of `evaluate.frames` frames, and their number; none for a training without evaluations.
    pub held_out: Option<(Arc<dyn Source>, usize)>,
}

/// The solver of an equation of the list, with its simulations.
pub struct Solver {
    /// Simulations to train on.
    pub training: Ensemble,
    /// Simulations to be judged on, from another seed.
    pub held_out: Ensemble,
}

/// Origin of the trajectories that a surrogate is judged on.
#[derive(Clone)]
pub enum HeldOutFrom {
    /// Simulations with seeds of their own: [`Plan::held_out_source`].
    Simulated,
    /// Trajectories of a file.
    File(HeldOutFile),
    /// No trajectories: the surrogate is not evaluated.
    None,
}

/// Trajectories of a file that are held out.
#[derive(Clone)]
pub struct HeldOutFile {
    /// The file.
    pub reader: Arc<dyn DatasetReader>,
    /// Their numbers, of those on the grid of the recipe.
    pub trajectories: Vec<usize>,
    /// Those on every other grid that is trained on.
    pub others: Vec<Vec<usize>>,
}

impl Plan {
    /// The source of the simulations to train on, by solvers also where they are made on the device of the training; none where a
    /// file is trained on, or where no program has handed its source over.
    #[must_use]
    pub fn source(&self) -> Option<Arc<dyn Source>> {
        match (&self.given, &self.solver) {
            (Some(given), _) => Some(self.limited(given.source.clone())),
            (None, Some(solver)) => {
                let here = self.isolated(&solver.training, 0);
                Some(match &self.elsewhere {
                    Some(workers) => workers.around(here),
                    None => here,
                })
            }
            (None, None) => None,
        }
    }

    /// The source of the held-out simulations; none where trajectories of a file are held out, or none are.
    #[must_use]
    pub fn held_out_source(&self) -> Option<Arc<dyn Source>> {
        match (&self.given, &self.solver) {
            (Some(given), _) => {
                let (source, _) = given.held_out.clone()?;
                Some(self.limited(source))
            }
            (None, Some(solver)) => Some(self.isolated(&solver.held_out, 1)),
            (None, None) => None,
        }
    }

    /// Whether held-out trajectories are kept in the run, as those of a source that only one program has.
    #[must_use]
    pub fn keeps_held_out(&self) -> bool {
        self.given.is_some()
    }

    /// Whether the first simulations that come are held out, before any is trained on.
    #[must_use]
    pub fn holds_first_out(&self) -> bool {
        self.given.is_some() && self.coupled.is_some() && !self.recipe.draws()
    }

    /// Grid points per axis of a frame.
    #[must_use]
    pub fn points(&self) -> &[usize] {
        &self.recipe.grid.points
    }

    /// Frames of a held-out trajectory, the initial state included.
    #[must_use]
    pub fn evaluation_frames(&self) -> usize {
        self.recipe.evaluation_frames()
    }

    /// A source whose simulations may take as long as the recipe says.
    fn limited(&self, source: Arc<dyn Source>) -> Arc<dyn Source> {
        match self.time_limit() {
            Some(limit) => Arc::new(TimeLimit { source, limit }),
            None => source,
        }
    }

    /// The simulations of an ensemble, which is number `number` for a worker process, as `[ensemble]` wants them run.
    fn isolated(&self, ensemble: &Ensemble, number: u8) -> Arc<dyn Source> {
        let source = Arc::new(ensemble.clone());
        if self.recipe.ensemble.isolation == Isolation::Thread {
            return self.limited(source);
        }
        let launch = Launch {
            program: self.worker_program.clone(),
            recipe: self.resolved(),
            values: self.channels() * ensemble.points.iter().product::<usize>(),
            limit: self.time_limit(),
        };
        Arc::new(Processes::new(launch, source, number))
    }
}

impl Recipe {
    /// Checks that the source of the trajectories is there.
    pub(super) fn check_source(&self) -> Result<(), RecipeError> {
        let (equation, data) = (self.equation().is_some(), self.data.is_some());
        let kind = self.trajectories.kind();
        let why = match (&self.trajectories, equation, data) {
            (SourceSection::Ensemble, false, _) => {
                "runs the solver of an [equation], and the recipe has none"
            }
            (SourceSection::Device(_), false, false) => {
                "steps an [equation] as tensors, and the recipe has a [problem]: write \"connect\" or \"program\" for simulations of \
                 another code"
            }
            (SourceSection::File, _, false) => "reads the file of [data], and the recipe has none",
            (SourceSection::File, ..)
            | (SourceSection::Ensemble, _, false)
            | (SourceSection::Device(_), true, false) => return Ok(()),
            (_, _, true) => "stands beside [data], whose file is trained on: remove one of them",
            (_, true, _) => {
                "takes fields and conditions from [problem]: write it in the place of [equation]"
            }
            _ => return Ok(()),
        };
        self.error("source.kind", format!("kind = \"{kind}\" {why}"))
    }

    /// Refuses a recipe whose source only a program has, without that program.
    pub(super) fn check_given(&self, given: Option<&Given>) -> Result<(), RecipeError> {
        let library = self.trajectories == SourceSection::Library;
        self.ensure(!library || given.is_some(), "source.kind", || {
            "kind = \"library\": the simulations are handed over by the program that trains through the library: run that \
             program"
                .into()
        })?;
        self.ensure(library || given.is_none(), "source.kind", || {
            let kind = self.trajectories.kind();
            format!("kind = \"{kind}\", and the program hands simulations over: write kind = \"library\"")
        })
    }

    /// Checks that the conditions of the first simulation are those of the problem.
    fn check_conditions(&self, whose: &str, source: &dyn Source) -> Result<(), RecipeError> {
        let problem = self.problem();
        let found = misfit(&problem, &source.conditions(0));
        let found = found.or_else(|| static_misfit(&problem, source.static_fields(0).len()));
        found.map_or(Ok(()), |(key, why)| {
            self.error(
                key,
                format!("simulation 0 of the {whose} of the program has {why}"),
            )
        })
    }
}

impl Draft {
    /// The sources that a program hands over, every trajectory checked.
    pub(super) fn settle_given(&mut self, given: Given) -> Result<Given, RecipeError> {
        self.check_conditions("source", &*given.source)?;
        if let Some((source, count)) = &given.held_out {
            self.check_conditions("held-out source", &**source)?;
            self.ensure(*count > 0, "evaluate.trajectories", || {
                "the program holds 0 simulations out: hand over none, or one or more".into()
            })?;
            self.evaluate.trajectories = *count;
        }
        let frames = self.evaluation_frames();
        let checked = |(source, count)| (self.checked_frames(source, frames), count);
        Ok(Given {
            source: self.checked_frames(given.source, self.time.frames),
            held_out: given.held_out.map(checked),
        })
    }
}

/// The fault of static fields of `found` values of a simulation: the key, and why.
fn static_misfit(problem: &Problem, found: usize) -> Option<(&'static str, String)> {
    let points: usize = problem.axes.iter().map(|axis| axis.points).product();
    let names = &problem.static_fields;
    let expected = names.len() * points;
    (found != expected).then(|| {
        let fields = match &names[..] {
            [] => "no static fields".to_owned(),
            names => format!("the static fields {}, {expected} values", names.join(", ")),
        };
        let why = format!("{found} values of static fields, and the problem has {fields}");
        ("problem.static_fields", why)
    })
}

/// The fault of the conditions of a simulation for a problem: the key, and why.
fn misfit(problem: &Problem, conditions: &Conditions) -> Option<(&'static str, String)> {
    let counts = [
        (
            "problem.conditions",
            "parameters",
            &conditions.parameters,
            problem.conditions.len(),
        ),
        ("grid.length", "lengths", &conditions.length, problem.dims()),
        (
            "grid.points",
            "spacings",
            &conditions.spacing,
            problem.dims(),
        ),
    ];
    for (key, what, values, expected) in counts {
        let found = values.len();
        if found != expected {
            return Some((key, format!("{found} {what}, and the recipe {expected}")));
        }
    }
    let expected = problem.axes.iter().zip(&conditions.length);
    let expected = expected.map(|(axis, &length)| axis.kind.spacing(axis.points, length));
    let pairs = expected.zip(&conditions.spacing).zip(&problem.axes);
    for ((expected, &found), axis) in pairs {
        let off = (found - expected).abs() > ROUNDING * expected.abs();
        if off || !found.is_finite() {
            let name = &axis.name;
            let why = format!(
                "points {found} apart along {name}, where length and points of the grid say {expected}"
            );
            return Some(("grid.points", why));
        }
    }
    let ranges = problem.conditions.iter().map(|condition| condition.range);
    let lengths = problem.axes.iter().map(|axis| axis.length);
    let ranges = ranges.chain(lengths).chain([problem.dt]);
    let named = problem.drawn_names().into_iter().zip(conditions.values());
    for ((name, value), [low, high]) in named.zip(ranges) {
        let slack = ROUNDING * low.abs().max(high.abs());
        if !(low - slack..=high + slack).contains(&value) {
            let why = format!("{name} = {value}, outside of [{low}, {high}] of the recipe");
            return Some(("problem.conditions", why));
        }
    }
    None
}
