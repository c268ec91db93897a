//! Resolution of a recipe's solutions by its grid and time steps: a look at two simulations, in some seconds.
//!
//! From a few states of each, and from those whose short waves have grown beside them, one frame is taken with half the time
//! steps and on twice the points per axis, the initial state is compared with its samples, and the spectrum of the state is
//! looked at. Where the time steps diverge, shorter ones are tried first, to tell their fault from the grid's. Where the grid
//! is too coarse, finer ones are tried for the number of points to write. `check --accuracy` measures whole trajectories
//! instead, and takes as long as some tens of them.

mod clock;
mod cost;
mod errors;
mod look;
mod runs;
mod search;
mod spectral;
mod steps;
mod words;

pub use look::{Look, LookError};

use crate::parallel;
use clock::Clock;
use ondine_datasets::{DataError, Ensemble};
use ondine_solvers::SolverError;
use serde::Serialize;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

pub use crate::results::SolverErrors;
pub use search::Enough;
pub use steps::Steady;
pub(crate) use words::points_key;

/// Largest error a frame that goes without advice: a tenth of what good surrogates reach in a step.
pub const SMALL: f64 = 1e-4;

/// Share of the energy in the top third of the wavenumbers from which on a grid counts as too coarse, where no finer one
/// was tried: waves of a tenth of the amplitude of the state.
const LARGE_TAIL: f64 = 1e-2;

/// Simulations that are looked at.
const SIMULATIONS: u64 = 2;

/// Longest time for the look, and again for the search of a finer grid. A frame that was begun is finished.
pub const PATIENCE: Duration = Duration::from_secs(4);

/// The observations, the largest of a few simulations each.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Resolution {
    /// Simulations that were looked at, the first ones of the recipe.
    pub simulations: u64,
    /// States from which a frame was taken, of all of them.
    pub states: usize,
    /// Relative L² error in time that a frame adds.
    pub temporal: Option<f64>,
    /// Relative L² error in space that a frame adds.
    pub spatial: Option<f64>,
    /// Relative L² distance of an initial state that is kept, or that a linear equation carries to the kept frames, from its
    /// samples as waves between the points.
    pub sampling: Option<f64>,
    /// Largest share of the energy of a state in the top third of the resolved wavenumbers.
    pub spectrum_tail: Option<f64>,
    /// The quantities that could not be measured and why, in sentences.
    pub notes: Vec<String>,
    /// Failure of a simulation, where one failed.
    pub failure: Option<String>,
    /// A number of steps that the grid was judged by, where that of the recipe is too small for it.
    pub steady: Option<Steady>,
    /// A number of points that is enough, where this one is not.
    pub enough: Option<Enough>,
    /// Seconds that it took.
    pub seconds: f64,
}

/// The observations of one simulation.
#[derive(Debug, Default)]
struct Seen {
    states: usize,
    temporal: Option<f64>,
    spatial: Option<f64>,
    sampling: Option<f64>,
    tail: Option<f64>,
    notes: Vec<String>,
    failure: Option<String>,
}

/// Looks at the first of `simulations` simulations, a thread each, for about `patience`; half as long for shorter time
/// steps where these diverge, and as long again for a finer grid where this one is too coarse. Errors that were `measured`
/// on whole trajectories count where they are larger.
///
/// # Errors
/// When a simulation can't begin. One that diverges is what the look is for.
pub fn look(
    ensemble: &Ensemble,
    simulations: u64,
    patience: Duration,
    measured: &Resolution,
) -> Result<Resolution, DataError> {
    let begun = Instant::now();
    let count = SIMULATIONS.min(simulations).max(1);
    let mut found = observe(ensemble, count, &Clock::new(patience))?;
    let mut judged = ensemble.clone();
    if !found.is_steady() && ensemble.has_modes() {
        let clock = Clock::new(patience / 2);
        if let Some((shorter, seen)) = steps::steady(ensemble, count, &clock)? {
            found = found.judged_by(seen, shorter.substeps, ensemble.substeps);
            judged = shorter;
        }
    }
    let larger = |a: Option<f64>, b| a.into_iter().chain(b).reduce(f64::max);
    found.temporal = larger(found.temporal, measured.temporal);
    found.spatial = larger(found.spatial, measured.spatial);
    found.sampling = larger(found.sampling, measured.sampling);
    if found.is_coarse() && !ensemble.chooses_steps() {
        let clock = Clock::new(patience);
        found.enough = search::enough(&judged, count, found.spatial, &clock)
            .map_err(|source| DataError::Simulation { index: 0, source })?;
    }
    found.seconds = begun.elapsed().as_secs_f64();
    Ok(found)
}

/// The first `count` simulations, a thread each.
fn observe(ensemble: &Ensemble, count: u64, clock: &Clock) -> Result<Resolution, DataError> {
    let indices: Vec<u64> = (0..count).collect();
    let all = parallel::each(&indices, |&index| one(ensemble, index, clock))?;
    Ok(Resolution::of(&all))
}

fn one(ensemble: &Ensemble, index: u64, clock: &Clock) -> Result<Seen, DataError> {
    let look = || {
        let spec = ensemble.spec(index)?;
        match ensemble.order_in_space() {
            None => spectral::look(ensemble, index, &spec, clock),
            Some(_) => runs::look(ensemble, index, &spec, clock),
        }
    };
    look().map_err(|source| DataError::Simulation { index, source })
}

impl Seen {
    /// A simulation that ended before its frames.
    fn failed(self, error: &SolverError) -> Self {
        Self {
            failure: Some(error.to_string()),
            ..self
        }
    }
}

/// The first words of a note, which say what it is about.
fn beginning(note: &str) -> String {
    note.split(' ').take(4).collect()
}

impl Resolution {
    fn of(all: &[Seen]) -> Self {
        let largest = |read: fn(&Seen) -> Option<f64>| all.iter().filter_map(read).reduce(f64::max);
        let mut notes: Vec<String> = all.iter().flat_map(|seen| seen.notes.clone()).collect();
        let mut kept = BTreeSet::new();
        notes.retain(|note| kept.insert(beginning(note))); // numbers differ between simulations
        Self {
            simulations: all.len() as u64,
            states: all.iter().map(|seen| seen.states).sum(),
            temporal: largest(|seen| seen.temporal),
            spatial: largest(|seen| seen.spatial),
            sampling: largest(|seen| seen.sampling),
            spectrum_tail: largest(|seen| seen.tail),
            notes,
            failure: all.iter().find_map(|seen| seen.failure.clone()),
            ..Self::default()
        }
    }

    /// Whether the grid is too coarse for the solutions.
    #[must_use]
    pub fn is_coarse(&self) -> bool {
        if self.sampling.is_some_and(|error| error > SMALL) {
            return true;
        }
        match (self.spatial, self.spectrum_tail) {
            (Some(error), _) => error > SMALL,
            (None, Some(share)) => share > LARGE_TAIL,
            (None, None) => false,
        }
    }
}
