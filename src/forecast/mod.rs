//! The surrogate of a run, or of a file that `ondine export` made of one, for other programs: states go in and come out as
//! slices, in physical units.
//!
//! ```no_run
//! use ondine::device::device;
//! use ondine::forecast::Forecaster;
//! use std::path::{Path, PathBuf};
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let mut forecaster = Forecaster::open(Path::new("runs/burgers"), &device("cpu")?)?;
//!     let mut state = vec![0.5_f64; forecaster.state_len()]; // [field, point]
//!     for _ in 0..10 {
//!         forecaster.step(&mut state, &[("viscosity", 0.01)])?;
//!     }
//!     Ok(())
//! }
//! ```

mod advance;
#[cfg(feature = "ndarray")]
mod array;
mod conditions;
mod error;
mod export;
mod file;
mod opened;
mod rollout;
mod schedule;
mod single;
mod source;
mod stored;
mod together;
mod trained;
mod value;

pub use conditions::Named;
pub use error::ForecastError;
pub(crate) use file::Filed;
pub use opened::{Opened, is_exported};
pub(crate) use rollout::{Forecasts, RolledOut};
pub use schedule::{Schedule, ScheduleError};
pub use stored::Stored;
pub(crate) use together::First;
pub use trained::Trained;
pub use value::Value;

use crate::batch::Layout;
use crate::numbers::text::counted;
use crate::plan::Network;
use crate::recipe::Extensions;
use crate::results::{Horizon, THRESHOLD};
use crate::run::Run;
use burn::tensor::Device;
use ondine_models::{Inputs, Model, SurrogateRng};
use ondine_solvers::Problem;
use single::StepConditions;
use std::path::{Path, PathBuf};

/// A trained surrogate that advances states of other programs.
///
/// A state is `[field, point]`, the last axis of the grid fastest, in physical units; of a run with a history or bundles
/// (`objective.history`, `objective.bundle`) it is `[frame, field, point]`, as many frames as [`Self::history`], a step apart,
/// the latest one last.
///
/// Conditions are pairs of name and value: those of the problem, `length` or `length_x`, … of the domain, and `dt`, the time
/// between two frames in the training. One with a single value in the training may be left out.
pub struct Forecaster {
    network: Network,
    layouts: Vec<Layout>,
    layout: Layout,
    /// Static fields of the states, channel-major, once they were handed over.
    static_fields: Vec<f32>,
    /// Outside of automatic differentiation.
    surrogate: Model,
    /// The same with its other members.
    together: Option<Model>,
    extensions: Extensions,
    device: Device,
    kept: StepConditions,
    draws: SurrogateRng,
    steps: usize,
    horizon: Option<Horizon>,
}

impl Forecaster {
    /// Opens the surrogate of a run's newest checkpoint, the average of its weights where the run keeps one, or that of a
    /// file that `ondine export` wrote. No solver is made, and no dataset opened.
    ///
    /// # Errors
    /// When the directory is no run, it has no checkpoint that can be read, or the file holds no surrogate, has changed since
    /// it was written or comes from a newer version.
    pub fn open(path: &Path, device: &Device) -> Result<Self, ForecastError> {
        Self::open_with(path, device, Extensions::default())
    }

    /// As [`Self::open`], for a run whose recipe names members of this program's own.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_with(
        path: &Path,
        device: &Device,
        extensions: Extensions,
    ) -> Result<Self, ForecastError> {
        let opened = Opened::open(path, device, extensions)?;
        Ok(Self {
            layout: opened.layout(None)?,
            surrogate: opened.surrogate,
            together: None,
            extensions,
            static_fields: Vec::new(),
            kept: StepConditions::new(conditions::of(&opened.network.problem)),
            layouts: opened.layouts,
            device: device.clone(),
            draws: SurrogateRng::new(opened.network.seed),
            steps: opened.steps,
            horizon: opened.horizon,
            network: opened.network,
        })
    }

    /// The problem: fields with units, axes with boundaries, conditions with trained ranges, frames of a trajectory.
    pub fn problem(&self) -> &Problem {
        &self.network.problem
    }

    /// Names of the fields, in the order of a state.
    pub fn fields(&self) -> Vec<String> {
        self.network.problem.field_names()
    }

    /// Names of the static fields, which the surrogate sees beside the state; see [`Self::set_static_fields`].
    pub fn static_fields(&self) -> &[String] {
        &self.network.problem.static_fields
    }

    /// Hands the static fields over that all states have from now on, such as a mask of obstacles; those of the grid that
    /// the states are on.
    ///
    /// # Shapes   fields: `[static field, point]`, the last axis of the grid fastest
    ///
    /// # Errors
    /// When they have another size, or the surrogate sees none.
    pub fn set_static_fields<T: Value>(&mut self, fields: &[T]) -> Result<(), ForecastError> {
        let expected = self.layout.statics * self.layout.num_points();
        if fields.len() != expected || expected == 0 {
            let found = format!("{} values", fields.len());
            return Err(self.missing_static_fields(found));
        }
        self.static_fields = fields.iter().map(|value| value.to_f32()).collect();
        Ok(())
    }

    /// The error where other static fields were handed over than the surrogate sees.
    pub(super) fn missing_static_fields(&self, found: String) -> ForecastError {
        let points = self.points().iter().map(usize::to_string);
        ForecastError::StaticFields {
            found,
            names: match self.static_fields() {
                [] => "no static field".to_owned(),
                names => format!("the static fields {}", names.join(", ")),
            },
            points: points.collect::<Vec<_>>().join(" x "),
        }
    }

    /// Grid points per axis of the states.
    pub fn points(&self) -> &[usize] {
        &self.layout.grid
    }

    /// Frames of an answer; 1 unless the run was trained on bundles.
    pub fn bundle(&self) -> usize {
        self.layout.bundle
    }

    /// Frames of a state: those of an answer, unless the run was trained with a longer history.
    pub fn history(&self) -> usize {
        self.layout.history
    }

    /// Frames of the training that a frame of an answer lies after the one before.
    pub fn stride(&self) -> usize {
        self.layout.stride
    }

    /// Values of a state, all frames, fields and points.
    pub fn state_len(&self) -> usize {
        self.layout.history * self.layout.frame_len()
    }

    /// Training steps behind the surrogate.
    pub fn trained_steps(&self) -> usize {
        self.steps
    }

    /// Whether two rollouts from one state differ: those of a surrogate that samples its answers, or of several members.
    pub fn is_stochastic(&self) -> bool {
        self.together.is_some() || self.surrogate.is_stochastic()
    }

    /// Whether answers follow from conditions and a time alone ([`Self::solution`]), not from a state.
    pub fn is_direct(&self) -> bool {
        self.layout.inputs == Inputs::Parameters
    }

    /// The time that forecasts held in the last evaluation of the run: until their mean correlation with the truth fell
    /// below 0.8. None where the run was not evaluated.
    pub fn horizon(&self) -> Option<&Horizon> {
        self.horizon.as_ref()
    }

    /// The same with the surrogates of other trainings as members beside it: runs, exported files, or `RUN@CHECKPOINT`.
    /// [`Self::members`] and [`Self::moments`] then roll out one member each, this one first; all else is of this one alone.
    ///
    /// # Errors
    /// When one of them can't be read, samples its answers, or has other states, conditions or steps.
    pub fn with_members(mut self, others: &[PathBuf]) -> Result<Self, ForecastError> {
        let first = First {
            surrogate: &self.surrogate,
            network: &self.network,
            layout: &Layout {
                grid: self.layout.trained.clone(),
                ..self.layout.clone()
            },
        };
        self.together = Some(first.with(others, &self.device, self.extensions)?);
        Ok(self)
    }

    /// The same on another grid. Static fields are to be handed over anew.
    ///
    /// # Errors
    /// When the grid has another number of axes, or the network can't work on it.
    pub fn on_grid(mut self, points: &[usize]) -> Result<Self, ForecastError> {
        let trained = &self.network.fields.grid;
        if points.len() != trained.len() || points.contains(&0) {
            return Err(ForecastError::Grid(format!(
                "the grid {points:?} is not one of {} with a point or more each",
                counted(trained.len(), "axis")
            )));
        }
        let checked = self.network.model.check_grid(trained, points);
        let kind = self.network.model.kind();
        checked.map_err(|problem| ForecastError::Grid(format!("`{kind}` {problem}")))?;
        if self.layout.grid != points {
            self.static_fields.clear();
        }
        self.layout.grid = points.to_vec();
        Ok(self)
    }

    /// The same with another number of frames per step, for a run that was trained with several (`stage.stride`).
    ///
    /// # Errors
    /// When the surrogate was not trained with it.
    pub fn with_stride(mut self, stride: usize) -> Result<Self, ForecastError> {
        let found = stored::with_stride(&self.layouts, &self.layout, stride);
        let grid = self.layout.grid;
        self.layout = Layout { grid, ..found? };
        Ok(self)
    }

    /// The same with another seed of the draws of a surrogate that samples its answers.
    #[must_use]
    pub fn seeded(mut self, seed: u64) -> Self {
        self.draws = SurrogateRng::new(seed);
        self
    }

    /// Begins another rollout by [`Self::step`]: a surrogate whose noise is correlated in time (`noise_correlation` of
    /// `crps_ensemble`) goes on with that of the step before, and draws it anew after this. [`Self::rollout`],
    /// [`Self::members`] and [`Self::batch`] are rollouts of their own.
    pub fn restart(&mut self) {
        self.draws.begin();
    }
}

/// The horizon of the last evaluation of a run.
fn horizon(run: &Run) -> Option<Horizon> {
    let evaluation = run.evaluation()?;
    let times = &evaluation.surrogate.correlation_time;
    let time = *times.get(&THRESHOLD.to_string())?;
    let to_the_end = evaluation.times.last().is_some_and(|last| time >= *last);
    Some(Horizon { time, to_the_end })
}
