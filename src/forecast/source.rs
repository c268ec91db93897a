//! A trained surrogate that another training takes: of the directory of a run, or of the file of an export.

use super::{ForecastError, is_exported};
use crate::recipe::Extensions;
use crate::run::{Run, RunError};
use crate::weights::{WeightError, WeightFile};
use ondine_models::weights::Dialect;
use std::path::Path;

/// The checkpoint that is taken where none is named.
const LAST: &str = "last";

impl WeightFile {
    /// The surrogate that a run predicts with, or that a file holds, as a file to be kept elsewhere. A run has the one of a
    /// checkpoint by its name, `best` or `last`, which is the default.
    ///
    /// # Errors
    /// When there is no such run, file or checkpoint, or it can't be read.
    pub(crate) fn trained(
        path: &Path,
        checkpoint: Option<&str>,
        extensions: Extensions,
    ) -> Result<Self, ForecastError> {
        let named = checkpoint.filter(|name| *name != LAST);
        if !is_exported(path) {
            let run = Run::open(path)?.with_extensions(extensions);
            return Ok(Self::of_run(&run, named, false, Dialect::Ondine)?);
        }
        match named {
            None => Ok(Self::read(path)?),
            Some(_) => Err(WeightError::OneSurrogate(path.display().to_string()).into()),
        }
    }

    /// The surrogate that a run keeps in the file `name` since it began, where it had that of `origin`.
    ///
    /// # Errors
    /// When the file is not there, or not as it was written.
    pub(crate) fn kept(run: &Run, name: &str, origin: &Path) -> Result<Self, RunError> {
        let path = run.file(name);
        let (shown, origin_shown) = (path.display().to_string(), origin.display());
        if !path.exists() {
            let remedy = if is_exported(origin) {
                format!("bring it back, a copy of {origin_shown}")
            } else {
                format!("bring it back, by `ondine export {origin_shown} {shown}`")
            };
            return Err(run.damaged(name, &format!("it is missing: {remedy}")));
        }
        Self::read(&path).map_err(|error| {
            let said = error.to_string();
            let own = said.strip_prefix(&shown).map(|rest| format!("it{rest}"));
            run.damaged(name, &own.unwrap_or(said))
        })
    }

    /// Writes the same under another path, a file that a run keeps.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(crate) fn keep(self, path: &Path) -> std::io::Result<()> {
        let kept = Self {
            path: path.to_owned(),
            ..self
        };
        kept.write(true).map_err(|error| match error {
            WeightError::Write { source, .. } => source,
            other => std::io::Error::other(other),
        })
    }
}
