//! Errors of solvers: which quantity, its value, and what to write instead.

mod words;

pub(crate) use words::range;

use crate::AxisKind;
use crate::words::counted;
use std::error::Error;
use std::fmt;
use words::{alternatives, reached, reason};

/// Every error of this crate; each carries the numbers that its sentence needs.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SolverError {
    /// A parameter lies outside the range its owner can use.
    #[error("{owner}: `{name}` = {value} is out of range: write {}", range(*min, *max))]
    OutOfRange {
        /// The equation or settings group the parameter belongs to.
        owner: &'static str,
        /// Name of the parameter in a recipe.
        name: &'static str,
        /// The value that was given.
        value: f64,
        /// Smallest value allowed; [`f64::MIN_POSITIVE`] stands for "greater than 0".
        min: f64,
        /// Largest value allowed; infinity when there is no bound.
        max: f64,
    },
    /// A parameter that counts something is not a whole number.
    #[error("{owner}: `{name}` = {value} is not a whole number: write {}", value.round())]
    NotWhole {
        /// The equation the parameter belongs to.
        owner: &'static str,
        /// Name of the parameter in a recipe.
        name: &'static str,
        /// The value that was given.
        value: f64,
    },
    /// Fourier modes were asked for of an equation that is not periodic.
    #[error("{owner}: is not periodic and has no Fourier modes: use its own stepper")]
    NotPeriodic {
        /// The equation.
        owner: &'static str,
    },
    /// Fourier modes were asked for of a periodic equation that is solved without them.
    #[error("{owner}: is solved without Fourier modes: use its own stepper")]
    NoModes {
        /// The equation.
        owner: &'static str,
    },
    /// States were to be brought to another grid by their modes, and are not given at nodes.
    #[error(
        "{owner}: has its points at cell centres, and only states at nodes are brought to another \
         grid by their modes"
    )]
    NotAtNodes {
        /// The equation.
        owner: &'static str,
    },
    /// A grid has other ends or points than those of the equation.
    #[error(
        "{owner}: axis {axis} of the grid is {found}, and has to be {expected}: take the grid from \
         the entry of the equation"
    )]
    AxisKind {
        /// The equation.
        owner: &'static str,
        /// The axis, counted from 0.
        axis: usize,
        /// The axis of the grid.
        found: AxisKind,
        /// The axis that the equation has.
        expected: AxisKind,
    },
    /// An axis has ends that no basis of a spectral method has.
    #[error(
        "grid: axis {axis} is {kind}, and spectral methods need a periodic axis or walls at both ends"
    )]
    NoTransform {
        /// The axis, counted from 0.
        axis: usize,
        /// Its ends and points.
        kind: AxisKind,
    },
    /// A wave that the equation needs is too short for the grid.
    #[error(
        "{owner}: `{name}` = {wavenumber} is too short a wave for the {points} points of axis \
         {axis}: use {needed} points or more"
    )]
    Unresolved {
        /// The equation the wave belongs to.
        owner: &'static str,
        /// Name of the parameter in a recipe.
        name: &'static str,
        /// Periods of the wave across the box.
        wavenumber: usize,
        /// The axis, counted from 0.
        axis: usize,
        /// Points of the grid along the axis.
        points: usize,
        /// Points that resolve the wave and its products.
        needed: usize,
    },
    /// An equation was given too few or too many parameters.
    #[error("{equation}: {found} parameter values were given: write {} ({names})", counted(*expected, "value"))]
    ParameterCount {
        /// Kind of the equation.
        equation: &'static str,
        /// Number of parameters of the equation.
        expected: usize,
        /// Number of values that were given.
        found: usize,
        /// Names of the parameters in their order.
        names: String,
    },
    /// A grid needs one number of points and one length for each of 1, 2 or 3 axes.
    #[error(
        "grid: `points` has {} and `length` has {length}: \
         write one of each per axis, for 1, 2 or 3 axes",
        counted(*points, "entry")
    )]
    Axes {
        /// Number of entries of `points`.
        points: usize,
        /// Number of entries of `length`.
        length: usize,
    },
    /// An axis has no points.
    #[error("grid: axis {axis} has no points: write at least one")]
    NoPoints {
        /// The axis, counted from 0.
        axis: usize,
    },
    /// The number of points along an axis is odd or too small for a spectrum.
    #[error(
        "grid: axis {axis} has {points} points: write an even number of at least 4, \
         for example {nearest}{}",
        reason(*points)
    )]
    Points {
        /// The axis, counted from 0.
        axis: usize,
        /// The number of points that was given.
        points: usize,
        /// A number near it that works.
        nearest: usize,
    },
    /// An axis between walls has too few points for a spectrum.
    #[error("grid: axis {axis} has {points} points between its walls: write at least 4")]
    FewPoints {
        /// The axis, counted from 0.
        axis: usize,
        /// The number of points that was given.
        points: usize,
    },
    /// The terms of an equation make a state that fits walls into one that does not.
    #[error(
        "{owner}: axis {axis} is {kind}, and the terms of the equation turn a state that is {parity} \
         about these walls into one that is not: make the axis periodic, or leave out the terms with \
         a direction along it"
    )]
    Parity {
        /// The equation.
        owner: &'static str,
        /// The axis, counted from 0.
        axis: usize,
        /// Its ends and points.
        kind: AxisKind,
        /// `even` or `odd`.
        parity: &'static str,
    },
    /// The length of an axis is zero, negative or not finite.
    #[error("grid: axis {axis} has length {length}: write a finite number greater than 0")]
    Length {
        /// The axis, counted from 0.
        axis: usize,
        /// The length that was given.
        length: f64,
    },
    /// The equation or method does not exist for this number of axes.
    #[error(
        "{owner}: works in {} and the grid has {}: \
         write one entry of `points` and `length` per dimension",
        alternatives(supported),
        counted(*dims, "axis")
    )]
    Dimension {
        /// The equation or method.
        owner: &'static str,
        /// Number of axes of the grid.
        dims: usize,
        /// Numbers of axes that work.
        supported: &'static [usize],
    },
    /// An obstacle that fits no box, or obstacles that leave nothing of it.
    #[error("obstacles: {fault}")]
    Obstacle {
        /// What is wrong with it, and the remedy.
        fault: String,
    },
    /// An initial state can't be had.
    #[error("initial state: {what}")]
    State {
        /// Why.
        what: String,
    },
    /// A stored state can't be read, and no other draw would mend that.
    #[error("initial state: {what}")]
    Unreadable {
        /// Which one, and why.
        what: String,
    },
    /// A grid of nodes was given to a solver of averages over cells.
    #[error(
        "{owner}: is solved by averages over cells, and the grid has nodes: make its axes with cell \
         centres"
    )]
    NotCells {
        /// The equation.
        owner: &'static str,
    },
    /// A state to begin with has a quantity that is not above 0, or no number.
    #[error(
        "{owner}: the initial state is none of the equation in cell {cell:?}, where {what} must be \
         above 0: choose an [initial] that draws such states"
    )]
    NotPositive {
        /// The equation.
        owner: &'static str,
        /// The quantities in words, as `density and pressure`.
        what: &'static str,
        /// Indices of the first such cell.
        cell: Vec<usize>,
    },
    /// A frame takes more time steps than a simulation can have.
    #[error(
        "{owner}: time steps of at most {longest:.1e} are stable from the initial state on, and a frame \
         of {dt} takes more than a million of them: shorten `dt`, or use fewer `points` or a larger \
         `length`"
    )]
    TooManySteps {
        /// The equation.
        owner: &'static str,
        /// Time between two frames.
        dt: f64,
        /// The longest stable time step.
        longest: f64,
    },
    /// Simulations that can't be computed as one batch.
    #[error("simulations of one batch: {name} unlike or unfit for batches, run them one by one")]
    Unlike {
        /// The property that they do not share.
        name: &'static str,
    },
    /// The steps of an equation were asked for as tables of numbers, and are more than that.
    #[error(
        "{owner}: {reason}, so that its steps are no factors of modes with operations at points: use its own stepper"
    )]
    NoTables {
        /// The equation.
        owner: &'static str,
        /// The property that tables can't have, as "has walls".
        reason: &'static str,
    },
    /// A simulation left the range of physical values.
    #[error(
        "{equation} ({parameters}): {divergence}; \
         raise `substeps`, shorten `dt` or use more grid points"
    )]
    Diverged {
        /// Kind of the equation.
        equation: String,
        /// Parameters, domain and time step, as `viscosity = 1, length = 64, dt = 0.2`.
        parameters: String,
        /// When and how far.
        divergence: Divergence,
    },
    /// No allowed number of substeps reaches the accuracy asked for.
    #[error(
        "{equation} ({parameters}): {substeps} substeps per frame {}: {remedy}",
        reached(*error, *tolerance)
    )]
    AccuracyNotReached {
        /// Kind of the equation.
        equation: String,
        /// Parameters, domain and time step.
        parameters: String,
        /// The relative error per frame asked for.
        tolerance: f64,
        /// The largest number of substeps tried.
        substeps: usize,
        /// Its measured relative error per frame; infinite where the simulation diverges.
        error: f64,
        /// The cause, or what to change.
        remedy: String,
    },
}

/// When a solution stopped being finite or plausible.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Divergence {
    /// Time of the first frame that was seen to be wrong, since the start of the simulation.
    pub time: f64,
    /// Largest `|u|` of that frame; infinite when the frame holds a NaN or an infinity.
    pub peak: f64,
}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = self.time;
        if self.peak.is_finite() {
            write!(f, "diverged by time {time}: |u| reached {:.1e}", self.peak)
        } else {
            write!(f, "diverged by time {time}: |u| is no longer finite")
        }
    }
}

impl Error for Divergence {}

#[cfg(test)]
mod tests;
