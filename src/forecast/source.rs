//! A trained surrogate that another training takes: of the directory of a run, or of the file of an export.

use super::{ForecastError, is_exported};
use crate::recipe::Extensions;
use crate::run::Run;
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
            Some(_) => Err(ForecastError::from(WeightError::Surrogate {
                path: path.display().to_string(),
                reason:
                    "a file has one surrogate, and `checkpoint` names one of a run: leave it out"
                        .to_owned(),
            })),
        }
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
