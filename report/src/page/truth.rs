//! The truth that forecasts are compared with, in words: a solver, or trajectories that come without one.

use crate::files::RunFiles;

/// The truth of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Truth {
    /// A solver of the list.
    Solver,
    /// Held-out trajectories of a file, or of a program.
    Trajectories,
}

impl Truth {
    /// That of a run: without an equation there is no solver.
    pub(super) fn of(run: &RunFiles) -> Self {
        if run.recipe.contains_key("problem") {
            Self::Trajectories
        } else {
            Self::Solver
        }
    }

    /// That of several runs on one page: trajectories where any has them.
    pub(super) fn of_all(mut runs: impl Iterator<Item = Self>) -> Self {
        let trajectories = runs.any(|truth| truth == Self::Trajectories);
        if trajectories {
            Self::Trajectories
        } else {
            Self::Solver
        }
    }

    /// Its name in a sentence.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Solver => "the solver",
            Self::Trajectories => "the held-out trajectories",
        }
    }

    /// Its name in a heading.
    pub(super) fn short(self) -> &'static str {
        match self {
            Self::Solver => "the solver",
            Self::Trajectories => "the truth",
        }
    }
}
