//! Trainings from a program: a recipe, some settings, observers, and a run on disk that every command reads.
//!
//! ```no_run
//! use ondine::training::Training;
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let outcome = Training::recipe("recipes/quickstart.toml")?
//!         .set("train.steps=500")?
//!         .set("ensemble.simulations=64")?
//!         .into_run("runs/short")?
//!         .run()?;
//!     println!("{} after {} steps", outcome.summary.status, outcome.summary.steps);
//!     Ok(())
//! }
//! ```

mod error;
mod keys;
mod library;
mod outcome;
mod session;
mod start;
mod together;
mod way;

pub use crate::trainer::{TrainError, begin, measured_scaling};
pub use error::TrainingError;
pub use outcome::Outcome;
pub use session::Session;
pub(crate) use start::Start;
pub(crate) use together::check_alike;
pub(crate) use way::Way;

use crate::device::device;
use crate::group::{Alone, Group, agreed};
use crate::observer::Observer;
use crate::plan::{Given, Plan};
use crate::recipe::{Extensions, Recipe};
use crate::run::Run;
use crate::trainer::Place;
use burn::tensor::Device;
use ondine_datasets::Source;
use ondine_solvers::Problem;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// A training that is being described.
///
/// Defaults are those of the command line: the CPU, the directory `runs/NAME`, `metrics.jsonl` and a report in it. A training
/// that is killed or stopped goes on with [`Self::resume`], to the same bits where it is deterministic.
pub struct Training<'a> {
    from: Origin,
    overrides: Vec<String>,
    extensions: Extensions,
    device: (Device, String),
    observers: Vec<&'a mut dyn Observer>,
    stop: Arc<AtomicBool>,
    worker_program: Option<PathBuf>,
    given: Option<Given>,
    group: &'a dyn Group,
}

/// The origin of a plan.
enum Origin {
    /// A recipe, and the directory that the run gets.
    Recipe {
        name: String,
        text: String,
        directory: Option<PathBuf>,
    },
    /// A plan that was checked already.
    Plan {
        plan: Box<Plan>,
        directory: Option<PathBuf>,
    },
    /// The directory of a run.
    Run(PathBuf),
}

impl<'a> Training<'a> {
    /// The training of a recipe.
    ///
    /// # Errors
    /// When the file can't be read or is no recipe.
    pub fn recipe(path: impl AsRef<Path>) -> Result<Self, TrainingError> {
        Self::recipe_with(path, Extensions::default())
    }

    /// As [`Self::recipe`], with members of this program's own that it may name.
    ///
    /// # Errors
    /// When the file can't be read or is no recipe.
    pub fn recipe_with(
        path: impl AsRef<Path>,
        extensions: Extensions,
    ) -> Result<Self, TrainingError> {
        let recipe = Recipe::load_with(path.as_ref(), &[], extensions)?;
        let typed = Self::typed(recipe.source.path(), recipe.source.text());
        Ok(typed.with_extensions(extensions))
    }

    /// The training of the recipe `text`, which errors call `name`.
    ///
    /// # Errors
    /// When the text is no recipe.
    pub fn text(name: &str, text: &str) -> Result<Self, TrainingError> {
        Self::text_with(name, text, Extensions::default())
    }

    /// As [`Self::text`], with members of this program's own that it may name.
    ///
    /// # Errors
    /// When the text is no recipe.
    pub fn text_with(
        name: &str,
        text: &str,
        extensions: Extensions,
    ) -> Result<Self, TrainingError> {
        Recipe::parse_with(name, text, &[], extensions)?;
        Ok(Self::typed(name, text).with_extensions(extensions))
    }

    fn typed(name: &str, text: &str) -> Self {
        Self::new(Origin::Recipe {
            name: name.to_owned(),
            text: text.to_owned(),
            directory: None,
        })
    }

    /// The training of a problem on simulations of the program's own, which `source` runs by index. Network, steps and
    /// everything else have defaults, and are set as keys of a recipe. The run that it leaves is read by every command; to
    /// go on with it takes the source again, see [`Self::source`].
    ///
    /// ```
    /// use ondine::datasets::{Conditions, DataError, Source};
    /// use ondine::solvers::problem::{Axis, Field};
    /// use ondine::solvers::{AxisKind, Problem};
    /// use ondine::training::Training;
    /// use std::ops::ControlFlow;
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
    /// let axis = Axis::new("x", 16, 1.0, AxisKind::WALLS);
    /// let problem = Problem::new("decay", [axis], [Field::scalar("u")], 0.1, 20).condition("rate", [0.5, 1.5]);
    /// let training = Training::of(&problem, Decay)
    ///     .network("unet")
    ///     .simulations(50)
    ///     .steps(10)
    ///     .held_out(Decay, 4)
    ///     .set("train.batch=8")?;
    /// # drop(training);
    /// # Ok::<(), ondine::training::TrainingError>(())
    /// ```
    pub fn of(problem: &Problem, source: impl Source + 'static) -> Self {
        let name = format!("{}.toml", problem.name);
        Self::typed(&name, &library::recipe(problem)).source(source)
    }

    /// The training of a plan, changed in ways that no recipe has words for: a sampler of one's own, say. A run that it
    /// leaves is resumed as its recipe says, without such changes.
    pub fn plan(plan: Plan) -> Self {
        Self::new(Origin::Plan {
            plan: Box::new(plan),
            directory: None,
        })
    }

    /// A training that goes on from the last checkpoint of a run. Of the recipe, values that say how long and how often can
    /// be set, see [`CHANGEABLE`](crate::run::CHANGEABLE).
    pub fn resume(run: impl AsRef<Path>) -> Self {
        Self::new(Origin::Run(run.as_ref().to_owned()))
    }

    fn new(from: Origin) -> Self {
        Self {
            from,
            overrides: Vec::new(),
            extensions: Extensions::default(),
            device: (Device::flex(), "cpu".to_owned()),
            observers: Vec::new(),
            stop: Arc::new(AtomicBool::new(false)),
            worker_program: None,
            given: None,
            group: &Alone,
        }
    }

    /// The simulations of a recipe with `source.kind = "library"`, and of a run of such a recipe that goes on.
    #[must_use]
    pub fn source(mut self, source: impl Source + 'static) -> Self {
        let held_out = self.given.and_then(|given| given.held_out);
        let source = Arc::new(source);
        self.given = Some(Given { source, held_out });
        self
    }

    /// So many simulations of another source, which are judged on and never trained on. They follow [`Self::source`].
    #[must_use]
    pub fn held_out(mut self, source: impl Source + 'static, count: usize) -> Self {
        self.given = self.given.map(|given| Given {
            held_out: Some((Arc::new(source), count)),
            ..given
        });
        self
    }

    /// Members of this program's own that the recipe of a resumed run may name.
    #[must_use]
    pub fn with_extensions(mut self, extensions: Extensions) -> Self {
        self.extensions = extensions;
        self
    }

    /// Sets a key of the recipe, as in `train.steps=500`.
    ///
    /// # Errors
    /// When there is no such key, or its value is not understood.
    pub fn set(mut self, key_and_value: &str) -> Result<Self, TrainingError> {
        self.overrides.push(key_and_value.to_owned());
        if let Origin::Recipe { name, text, .. } = &self.from {
            Recipe::parse_with(name, text, &self.overrides, self.extensions)?;
        }
        Ok(self)
    }

    /// Computes on the device of this name: `cpu`, `cuda`, `cuda:1`, `wgpu`, `auto`.
    ///
    /// # Errors
    /// When there is no such device, or this build can't use it.
    pub fn device(mut self, name: &str) -> Result<Self, TrainingError> {
        self.device = (device(name)?, name.to_owned());
        Ok(self)
    }

    /// Keeps the run in this directory, which is made; a run that is resumed stays where it is.
    ///
    /// # Errors
    /// When the directory exists.
    pub fn into_run(mut self, path: impl AsRef<Path>) -> Result<Self, TrainingError> {
        match &mut self.from {
            Origin::Recipe { directory, .. } | Origin::Plan { directory, .. } => {
                Run::refuse_existing(path.as_ref())?;
                *directory = Some(path.as_ref().to_owned());
            }
            Origin::Run(_) => {}
        }
        Ok(self)
    }

    /// Tells an observer of the training, beside the file `metrics.jsonl`.
    #[must_use]
    pub fn observe(mut self, observer: &'a mut dyn Observer) -> Self {
        self.observers.push(observer);
        self
    }

    /// Ends after the step that is under way, with a checkpoint, when the flag is set.
    #[must_use]
    pub fn stop(mut self, flag: Arc<AtomicBool>) -> Self {
        self.stop = flag;
        self
    }

    /// The program that runs simulations in processes of their own (`ensemble.isolation = "process"`), `ondine` or one with
    /// its command line.
    #[must_use]
    pub fn worker_program(mut self, path: impl AsRef<Path>) -> Self {
        self.worker_program = Some(path.as_ref().to_owned());
        self
    }

    /// Hands over the sources of a recipe with `source.kind = "library"`, as [`Recipe::check_with`] takes them. A run that goes
    /// on needs them again; one that is judged or rolled out does not.
    #[must_use]
    pub fn given(mut self, sources: Given) -> Self {
        self.given = Some(sources);
        self
    }

    /// Checks the recipe and trains.
    ///
    /// # Errors
    /// When the recipe can't be carried out, a run exists already or is finished, a simulation fails too often, the loss is
    /// not finite, or the disk refuses. The last checkpoint stays.
    pub fn run(mut self) -> Result<Outcome, TrainingError> {
        let (device, name) = self.device.clone();
        let (observers, stop) = (std::mem::take(&mut self.observers), self.stop.clone());
        let place = Place {
            device: (&device, &name),
            stop: &stop,
            group: self.group,
        };
        self.begun()?.train(place, observers)
    }

    /// The training up to its first step.
    fn begun(self) -> Result<Start, TrainingError> {
        let way: Way<'_, TrainingError> = Way {
            check: &|recipe| match &self.given {
                Some(given) => Ok(recipe.check_with(given.clone())?),
                None => Ok(recipe.check()?),
            },
            worker_program: self.worker_program,
            extensions: self.extensions,
            group: self.group,
        };
        match self.from {
            Origin::Run(directory) => Start::resumed(&directory, &self.overrides, None, &way),
            Origin::Recipe {
                name,
                text,
                directory,
            } => {
                let overrides = &self.overrides;
                let recipe = Recipe::parse_with(&name, &text, overrides, self.extensions);
                let recipe = agreed(self.group, recipe.map_err(TrainingError::from))?;
                Start::of_recipe(recipe, directory.as_deref(), &way)
            }
            Origin::Plan { plan, directory } => Start::of_plan(*plan, directory.as_deref(), &way),
        }
    }
}
