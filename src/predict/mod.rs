//! Rollouts of a trained surrogate from states of a file, into a file of the same layout.
//!
//! A surrogate that samples its answers gives other rollouts for other draws. With several members a state, a second file
//! has their mean and standard deviation at every point, and every state gets a trust horizon: the time until the
//! members contradict each other, which needs no truth (Lippe et al. 2023, §4.1, uncertainty estimation).

mod asked;
mod describe;
mod states;
mod units;

pub use crate::results::{Horizon, THRESHOLD};

use crate::batch::Layout;
use crate::control::{Advance, Control, Stopped};
use crate::forecast::RolledOut;
use crate::size::{Part, product, too_large};
pub use asked::{Asked, Origin};
use burn::tensor::Device;
use ondine_datasets::DataError;
use ondine_datasets::files::{DatasetError, Dtype, Trajectory, WellWriter};
use ondine_models::{Model, SurrogateRng};
pub use states::InitialStates;
use std::path::{Path, PathBuf};

/// Bytes of frames that are in memory at a time, unless one state needs more.
const MEMORY: usize = 256 << 20;

/// States that the network is given at a time, unless one state has more members.
const BATCH: usize = 64;

/// Why there is no prediction.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PredictError {
    /// A file can't be read or written.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// A simulation behind the description failed.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The states of a file do not fit the run.
    #[error("{path}: {what}")]
    Initial {
        /// The file.
        path: String,
        /// The misfit, with numbers.
        what: String,
    },
    /// It was told to stop.
    #[error("interrupted; no file was written")]
    Interrupted,
}

impl From<Stopped> for PredictError {
    fn from(_: Stopped) -> Self {
        Self::Interrupted
    }
}

impl PredictError {
    fn misfit(path: impl ToString, what: String) -> Self {
        let path = path.to_string();
        Self::Initial { path, what }
    }
}

/// Rollouts to make.
pub struct Prediction<'a> {
    /// The surrogate, outside of automatic differentiation.
    pub surrogate: &'a Model,
    /// Meaning of a step of it; the grid is that of the states.
    pub layout: Layout,
    /// Initial states of the rollouts.
    pub states: &'a InitialStates,
    /// Steps of every rollout.
    pub steps: usize,
    /// Rollouts of every state.
    pub samples: usize,
    /// The device to compute on.
    pub device: &'a Device,
}

/// Results of a prediction.
#[derive(Debug, Clone, Default)]
pub struct Predicted {
    /// Rollouts with a value that is not finite.
    pub lost: usize,
    /// The trust horizon of every state, where there are several rollouts of each.
    pub horizons: Vec<Horizon>,
}

/// Frames of the members of some states, `[member][frame]`, each channel-major.
type Members = Vec<Vec<Vec<f32>>>;

/// The file with mean and standard deviation beside that of the members: `waves.h5` → `waves.statistics.h5`.
pub fn statistics_path(path: &Path) -> PathBuf {
    path.with_extension("statistics.h5")
}

/// Removes files that are not finished, and hands the error on: it matters more than a file that can't be removed.
fn discarded(files: Vec<WellWriter>, error: PredictError) -> PredictError {
    for file in files {
        let _ = file.discard();
    }
    error
}

impl Prediction<'_> {
    /// Makes the rollouts and writes them to `path`: the members of a state one after the other, the last known frame as
    /// the first one. With several members, [`statistics_path`] has the fields `NAME_mean` and `NAME_std`. `control`
    /// is told of the rollouts that are done.
    ///
    /// # Errors
    /// When a state can't be read, the disk refuses or `control` ends it; then there is no file at `path`.
    pub fn write(
        &self,
        path: &Path,
        draws: &mut SurrogateRng,
        control: Control<'_>,
    ) -> Result<Predicted, PredictError> {
        let members = self
            .states
            .describe(self.steps, self.layout.stride, self.samples);
        let mut files = vec![WellWriter::create(path, &members, Dtype::F32)?];
        if self.samples > 1 {
            let statistics = describe::statistics(&members, self.samples);
            let path = statistics_path(path);
            match WellWriter::create(path, &statistics, Dtype::F32) {
                Ok(file) => files.push(file),
                Err(error) => return Err(discarded(files, error.into())),
            }
        }
        let predicted = match self.fill(&mut files, draws, control) {
            Ok(predicted) => predicted,
            Err(error) => return Err(discarded(files, error)),
        };
        // That of the members is finished last: where it is, the other is.
        while let Some(file) = files.pop() {
            if let Err(error) = file.finish() {
                return Err(discarded(files, error.into()));
            }
        }
        Ok(predicted)
    }

    /// The sentence that refuses rollouts of one state that do not fit into memory together; none where they do.
    pub fn too_large(&self) -> Option<String> {
        let (samples, frames) = (self.samples, self.steps.saturating_add(1));
        let values = self.layout.frame_len();
        let (key, message) = too_large(vec![Part {
            key: if samples > frames {
                "--samples"
            } else {
                "--frames"
            }
            .into(),
            what: format!("{samples} rollouts of {frames} frames of {values} values"),
            bytes: product([samples, frames, values, 4]),
        }])?;
        Some(format!("{key}: {message}"))
    }

    fn fill(
        &self,
        files: &mut [WellWriter],
        draws: &mut SurrogateRng,
        control: Control<'_>,
    ) -> Result<Predicted, PredictError> {
        let mut predicted = Predicted::default();
        let frame = 4 * self.layout.frame_len();
        let fit = MEMORY / frame.saturating_mul(self.steps.saturating_add(1));
        let at_a_time = (fit.min(BATCH) / self.samples).max(1);
        let count = self.states.count();
        for first in (0..count).step_by(at_a_time) {
            let states = first..(first + at_a_time).min(count);
            let members = self.roll_out(states.clone(), draws, control)?;
            for (state, members) in states.zip(members.chunks(self.samples)) {
                let constants = self.states.reader().constants(state)?;
                for (sample, frames) in members.iter().enumerate() {
                    let finite = frames.iter().flatten().all(|value| value.is_finite());
                    predicted.lost += usize::from(!finite);
                    let index = state * self.samples + sample;
                    files[0].append(&trajectory(index, frames.iter().flatten()))?;
                    files[0].put_constants(index, &constants)?;
                }
                if let Some(file) = files.get_mut(1) {
                    let statistics = describe::moments(members);
                    file.append(&trajectory(state, statistics.iter().flatten()))?;
                    file.put_constants(state, &constants)?;
                    let dt = self.states.conditions(state).dt * self.layout.stride as f64;
                    predicted.horizons.push(Horizon::of(members, dt));
                }
                control.tell(Advance {
                    what: "predicting",
                    done: (state + 1) * self.samples,
                    of: count * self.samples,
                })?;
            }
        }
        Ok(predicted)
    }

    /// The rollouts of some states, all members of a state one after the other.
    fn roll_out(
        &self,
        states: std::ops::Range<usize>,
        draws: &mut SurrogateRng,
        control: Control<'_>,
    ) -> Result<Members, PredictError> {
        let start = |state| self.states.state(state, &self.layout);
        let starts = states.clone().map(start);
        let starts = starts.collect::<Result<Vec<_>, _>>()?;
        let repeated = starts.iter().flat_map(|parts| {
            let parts: Vec<&[f32]> = parts.iter().map(|part| &part[..]).collect();
            std::iter::repeat_n(parts, self.samples)
        });
        let rolled_out = RolledOut {
            layout: &self.layout,
            surrogate: self.surrogate,
            device: self.device,
        };
        let places = states.clone().map(|state| self.states.place(state));
        let places = places.flat_map(|place| std::iter::repeat_n(place, self.samples));
        let places: Vec<usize> = places.collect();
        let mut rollout = rolled_out.begin(repeated.clone(), &places);
        let last = repeated.map(|parts| parts[self.layout.history - 1].to_vec());
        let mut members: Members = last.map(|frame| vec![frame]).collect();
        for done in (0..self.steps).step_by(self.layout.bundle) {
            control.check()?;
            let conditions = states.clone().map(|state| self.states.conditions(state));
            let of_members = conditions.flat_map(|one| std::iter::repeat_n(one, self.samples));
            let frames = rollout.advance(of_members, draws).into_iter();
            for frames in frames.take(self.steps - done) {
                let members = members.iter_mut().zip(frames);
                members.for_each(|(member, frame)| member.push(frame));
            }
        }
        Ok(members)
    }
}

fn trajectory<'a>(index: usize, values: impl Iterator<Item = &'a f32>) -> Trajectory {
    Trajectory {
        index,
        frames: values.map(|value| f64::from(*value)).collect(),
    }
}
