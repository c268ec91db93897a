//! States from a file of trajectories, each simulation from one of them at random.
//!
//! A stored state is taken as a periodic function of `x/L`, by trigonometric interpolation, so it exists on any grid and
//! on a box of any length; band-limited states are reproduced exactly. A frame is read when it is drawn: no more than one
//! at a time and thread is in memory.

use crate::files::{self, DatasetError, DatasetReader, by_name};
use ondine_solvers::initial::{InitialEntry, InitialState, Interpolant, Options, Profile};
use ondine_solvers::words::counted;
use ondine_solvers::{Rng, SolverError};
use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The entry of the list of initial states.
pub(super) const ENTRY: InitialEntry = InitialEntry {
    kind: "file",
    summary: "states of a dataset that `ondine simulate` wrote, of trajectories drawn at random",
    options: &[
        (
            "path",
            "the HDF5 file, from the working directory; required",
        ),
        (
            "frame",
            "which frame of a trajectory: `first`, `last` or `any`, drawn at random; default `last`",
        ),
    ],
    decode,
};

/// Which frame of a trajectory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoredFrame {
    /// The first.
    First,
    /// The last, from which a simulation goes on.
    #[default]
    Last,
    /// Any, all equally likely.
    Any,
}

/// The states of an open file.
pub struct StoredStates {
    path: PathBuf,
    reader: Arc<dyn DatasetReader>,
    frame: StoredFrame,
}

impl StoredStates {
    /// Opens a file of periodic states.
    ///
    /// # Errors
    /// When it can't be read as a dataset, is empty, or has an axis that is not periodic.
    pub fn open(path: &Path, frame: StoredFrame) -> Result<Self, DatasetError> {
        let path = std::path::absolute(path).map_err(|source| DatasetError::Io {
            path: path.to_path_buf(),
            source,
        })?;
        let reader = files::open(&path)?;
        let states = Self {
            path,
            reader,
            frame,
        };
        states.check()?;
        Ok(states)
    }

    fn check(&self) -> Result<(), DatasetError> {
        let info = self.reader.info();
        let invalid = |what: String| {
            Err(DatasetError::Invalid {
                path: self.path.clone(),
                what,
            })
        };
        if info.trajectories == 0 {
            return invalid("it holds no trajectory".into());
        }
        if info.mask.is_some() {
            return invalid(
                "some of its points have no data in any frame, and its states are no periodic functions".into(),
            );
        }
        let periodic = |axis: &files::Axis| axis.kind.is_periodic();
        match info.axes.iter().position(|axis| !periodic(axis)) {
            Some(axis) => invalid(format!(
                "axis {axis} of its grid is not periodic, and its states are no periodic functions"
            )),
            None => Ok(()),
        }
    }

    /// The values of a drawn frame and the number of its trajectory; they are finite.
    fn read(&self, rng: &mut Rng) -> Result<(Vec<f64>, usize), SolverError> {
        let info = self.reader.info();
        let trajectory = rng.integer(0, info.trajectories as u64 - 1) as usize;
        let last = info.frames_of(trajectory) as u64 - 1;
        let frame = match self.frame {
            StoredFrame::First => 0,
            StoredFrame::Last => last,
            StoredFrame::Any => rng.integer(0, last),
        };
        let values = self.reader.frame(trajectory, frame as usize);
        let values = values.map_err(|error| SolverError::Unreadable {
            what: error.to_string(),
        })?;
        if values.iter().all(|value| value.is_finite()) {
            Ok((values, trajectory))
        } else {
            Err(SolverError::State {
                what: format!(
                    "{}: frame {frame} of trajectory {trajectory} has values that are not finite",
                    self.path.display()
                ),
            })
        }
    }

    /// Checks that the states have so many axes and channels.
    fn fits(&self, axes: usize, channels: usize) -> Result<(), String> {
        let (path, info) = (self.path.display(), self.reader.info());
        let there = info.axes.len();
        if there != axes {
            return Err(format!(
                "{path}: its states have {}, those of the recipe {axes}",
                counted(there, "axis")
            ));
        }
        let there = info.channels();
        if there != channels {
            return Err(format!(
                "{path}: its states have {there} channels, those of the equation {channels}"
            ));
        }
        Ok(())
    }
}

impl InitialState for StoredStates {
    /// # Panics
    /// Where [`try_draw`](Self::try_draw) has an error.
    fn draw(&self, length: &[f64], channels: usize, rng: &mut Rng) -> Profile {
        let drawn = self.try_draw(length, channels, rng);
        drawn.unwrap_or_else(|error| panic!("{error}"))
    }

    fn try_draw(
        &self,
        length: &[f64],
        channels: usize,
        rng: &mut Rng,
    ) -> Result<Profile, SolverError> {
        let refused = |what| SolverError::State { what };
        self.fits(length.len(), channels).map_err(refused)?;
        let (values, trajectory) = self.read(rng)?;
        let points = self.reader.info().points_of(trajectory);
        Ok(Box::new(Interpolant::new(&points, length, values)))
    }

    fn of_fields(&self, names: &[&str]) -> Option<Arc<dyn InitialState>> {
        Some(Arc::new(Self {
            path: self.path.clone(),
            reader: by_name(self.reader.clone(), names),
            frame: self.frame,
        }))
    }

    fn gives_frames(&self) -> bool {
        true
    }

    fn options(&self) -> toml::Table {
        let path = self.path.to_string_lossy().into_owned();
        let frame = toml::Value::try_from(self.frame).expect("a word is a TOML value");
        toml::Table::from_iter([("path".into(), path.into()), ("frame".into(), frame)])
    }
}

/// The options as typed. The file is opened while its path is read, so that errors point at it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    #[serde(deserialize_with = "open")]
    path: StoredStates,
    #[serde(default)]
    frame: StoredFrame,
}

fn open<'de, D: Deserializer<'de>>(deserializer: D) -> Result<StoredStates, D::Error> {
    let path = PathBuf::deserialize(deserializer)?;
    StoredStates::open(&path, StoredFrame::default()).map_err(D::Error::custom)
}

fn decode(options: Options<'_>) -> Result<Arc<dyn InitialState>, toml::de::Error> {
    let Typed { path, frame } = Typed::deserialize(options)?;
    Ok(Arc::new(StoredStates { frame, ..path }))
}
