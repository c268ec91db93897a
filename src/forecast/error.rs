//! Errors of forecasts.

use super::ScheduleError;
use crate::recipe::RecipeError;
use crate::run::RunError;
use crate::weights::WeightError;

/// Why there is no forecast.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ForecastError {
    /// The run can't be read.
    #[error(transparent)]
    Run(#[from] RunError),
    /// Its recipe can't be carried out any more.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// A file holds no surrogate that can be run.
    #[error(transparent)]
    Weights(#[from] WeightError),
    /// A file of noise levels is wrong.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// An array has another shape than states have.
    #[error("the array has {found}, and {expected} are expected: {meaning}")]
    Shape {
        /// Values or axes of the array.
        found: String,
        /// Values or axes that are expected.
        expected: String,
        /// The meaning of the axes.
        meaning: String,
    },
    /// A condition that the surrogate does not have.
    #[error("unknown condition `{name}`: there are {known}")]
    UnknownCondition {
        /// Its name.
        name: String,
        /// The conditions with their trained ranges.
        known: String,
    },
    /// A condition that differs between the simulations of the training, without a value.
    #[error("no value for the condition `{name}`: there are {known}")]
    MissingCondition {
        /// Its name.
        name: String,
        /// The conditions with their trained ranges.
        known: String,
    },
    /// A value that no simulation can have.
    #[error("the condition `{name}` is {value}: write {expected}")]
    ConditionValue {
        /// Name of the condition.
        name: String,
        /// Its value.
        value: f64,
        /// The values that are possible.
        expected: &'static str,
    },
    /// Conditions for another number of states.
    #[error(
        "{found} lists of conditions for {states} states: write one for all of them, or one for each"
    )]
    ConditionCount {
        /// Lists of conditions.
        found: usize,
        /// States.
        states: usize,
    },
    /// Another number of values than there are conditions.
    #[error("{found} values of conditions, and one for each is needed: there are {known}")]
    ValueCount {
        /// Number of values.
        found: usize,
        /// The conditions with their trained ranges.
        known: String,
    },
    /// Other static fields than the surrogate sees.
    #[error(
        "{found} of static fields were handed over, and the surrogate sees {names}, one value per point of {points} each: \
         hand them over with `set_static_fields`"
    )]
    StaticFields {
        /// Number of values that were handed over.
        found: String,
        /// Static fields that the surrogate sees.
        names: String,
        /// Points of the grid.
        points: String,
    },
    /// A grid that the network can't work on.
    #[error("{0}")]
    Grid(String),
    /// A stride that the surrogate was not trained with.
    #[error(
        "the surrogate was not trained with steps of so many frames: write {}",
        joined(known)
    )]
    Stride {
        /// Frames of a step, as asked for.
        stride: usize,
        /// The strides of the training.
        known: Vec<usize>,
    },
    /// Several rollouts by a surrogate that gives one answer.
    #[error(
        "`{0}` gives the same rollout every time; pde_refiner and crps_ensemble sample their answers"
    )]
    OneAnswer(&'static str),
    /// Another number of rollouts than there are members.
    #[error(
        "there are {members} members with one rollout each: write {members}, or 1 for the first one alone"
    )]
    MemberCount {
        /// Number of members.
        members: usize,
    },
    /// A surrogate that can't be a member beside the first one.
    #[error("member {name}: {what}")]
    Member {
        /// Its run or file.
        name: String,
        /// The misfit.
        what: String,
    },
    /// A state for a surrogate that sees none.
    #[error("the surrogate sees no state: ask `solution` for conditions and times")]
    SeesNoState,
    /// A time for a surrogate that advances states.
    #[error("the surrogate advances states, and knows no time: ask `step` or `rollout`")]
    KnowsNoTime,
    /// A key that a trained run does not take.
    #[error("--set {0}: a trained run takes keys of [evaluate] only")]
    Fixed(String),
}

impl ForecastError {
    /// Whether the fault is the name of a checkpoint.
    pub(crate) fn is_of_checkpoint(&self) -> bool {
        let of_run = match self {
            Self::Run(error) | Self::Weights(WeightError::Run(error)) => error,
            other => return matches!(other, Self::Weights(WeightError::OneSurrogate(_))),
        };
        matches!(
            of_run,
            RunError::NoSuchCheckpoint { .. } | RunError::NoBest(_)
        )
    }
}

fn joined(numbers: &[usize]) -> String {
    let numbers: Vec<String> = numbers.iter().map(usize::to_string).collect();
    numbers.join(" or ")
}
