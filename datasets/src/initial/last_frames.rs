//! Initial states for simulations that go on from a file.

use crate::files::{self, DatasetError, DatasetReader, SCREENED, Scope, by_name, screen};
use ondine_solvers::SolverError;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The last frame of every trajectory of a file, each read when it is asked for.
pub struct LastFrames {
    path: PathBuf,
    reader: Arc<dyn DatasetReader>,
}

impl LastFrames {
    /// Opens a file for simulations whose frames have `points` and the fields of an equation, called `names`.
    ///
    /// # Errors
    /// When the file is no dataset, holds other states, or has values in them that are no data.
    pub fn open(
        path: &Path,
        points: &[usize],
        names: &[impl AsRef<str>],
    ) -> Result<Self, DatasetError> {
        let reader = by_name(files::open(path)?, names);
        let info = reader.info();
        let misfit = |what: String| DatasetError::Invalid {
            path: path.to_owned(),
            what,
        };
        let one = info.check_one_grid();
        one.map_err(|grids| misfit(format!("{grids}: name files of one grid")))?;
        if info.points() != points {
            let found = info.points();
            return Err(misfit(format!(
                "its grid has {found:?} points: write grid.points = {found:?}, not {points:?}"
            )));
        }
        if info.channels() != names.len() {
            let (found, own) = (info.channels(), names.len());
            return Err(misfit(format!(
                "its states have {found} channels, those of the equation {own}"
            )));
        }
        if info.mask.is_some() {
            let what = "some of its points have no data in any frame, where a solver needs a value";
            return Err(misfit(what.to_owned()));
        }
        let last = info.shortest().saturating_sub(1);
        let scope = Scope {
            trajectories: info.trajectories,
            frames: last..info.frames,
            values: SCREENED,
        };
        if let Some(what) = screen(&*reader, &scope)?.describe() {
            return Err(misfit(format!("{what}: mend the file")));
        }
        let path = path.to_owned();
        Ok(Self { path, reader })
    }

    /// Number of states.
    pub fn count(&self) -> u64 {
        self.reader.info().trajectories as u64
    }

    /// State `index`, channel-major.
    ///
    /// # Errors
    /// When it can't be read, or has values that are not finite.
    pub fn state(&self, index: u64) -> Result<Vec<f64>, SolverError> {
        let unreadable = |what: String| SolverError::Unreadable { what };
        let state = self.reader.last_frame(index as usize);
        let state = state.map_err(|error| unreadable(error.to_string()))?;
        if state.iter().all(|value| value.is_finite()) {
            Ok(state)
        } else {
            Err(unreadable(format!(
                "{}: the last frame of trajectory {index} has values that are not finite",
                self.path.display()
            )))
        }
    }
}
